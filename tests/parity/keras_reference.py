"""Writes what Keras computes with both backbones: tests/parity/{mobilenet,xception}.safetensors.

    python -m venv venv && venv/bin/pip install tensorflow-cpu safetensors
    venv/bin/python tests/parity/keras_reference.py

Each file holds, for an even and an odd image size, in inference and with the batch's own statistics ("train"):
`<mode>/<size>/<layer>` = samples of that layer's output, and `<mode>/<size>/map` = the final feature map (whole for
the odd size in inference, else samples); `statistics/<size>/<norm>` = mean and variance of the batch before a norm.
"""
import os
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
from safetensors.numpy import save_file

from formula import images, samples, weight

SIZES = (64, 71)
BATCH = 3
HERE = Path(__file__).parent


def published(layers: list) -> dict[str, str]:
    """Keras's running names of the unnamed shortcut layers to those of the published weights, numbered from 1."""
    names = {}
    for kind in ("conv2d", "batch_normalization"):
        unnamed = [layer.name for layer in layers if layer.name.startswith(kind)]
        names |= {name: f"{kind}_{n}" for n, name in enumerate(unnamed, 1)}
    return names


def leaf(layer: keras.layers.Layer, variable) -> str:
    """A variable's name as published: Keras 3 shortened that of depthwise kernels."""
    name = variable.path.split("/")[-1]
    return "depthwise_kernel" if isinstance(layer, keras.layers.DepthwiseConv2D) else name


def reference(model: keras.Model, shown) -> dict[str, np.ndarray]:
    names = published(model.layers)
    for layer in model.layers:
        name = names.get(layer.name, layer.name)
        for variable in layer.weights:
            variable.assign(weight(f"{name}/{leaf(layer, variable)}", tuple(variable.shape)))
    seen = [layer for layer in model.layers if shown(names.get(layer.name, layer.name))]
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    outputs = [layer.output for layer in seen] + [norm.input for norm in norms] + [model.output]
    watched = keras.Model(model.inputs, outputs)
    found = {}
    for size in SIZES:
        x = images(BATCH, size)
        for mode in ("infer", "train"):
            # `training=True` moves the running statistics, which later calls in inference must not see.
            before = [variable.numpy() for variable in model.weights]
            values = [np.asarray(value) for value in watched(x, training=mode == "train")]
            for variable, value in zip(model.weights, before):
                variable.assign(value)
            for layer, value in zip(seen, values):
                found[f"{mode}/{size}/{names.get(layer.name, layer.name)}"] = samples(value)
            if mode == "train":
                for norm, value in zip(norms, values[len(seen):-1]):
                    value = value.astype(np.float64)
                    both = [value.mean((0, 1, 2)), value.var((0, 1, 2))]
                    found[f"statistics/{size}/{names.get(norm.name, norm.name)}"] = np.stack(
                        [samples(part)[:16] for part in both])
            whole = mode == "infer" and size % 2
            found[f"{mode}/{size}/map"] = values[-1][:1] if whole else samples(values[-1])
    return found


def write(name: str, tensors: dict[str, np.ndarray]) -> None:
    file = HERE / f"{name}.safetensors"
    about = {"source": f"Keras {keras.__version__} on {keras.backend.backend()}", "batch": str(BATCH)}
    save_file({key: np.ascontiguousarray(value, np.float32) for key, value in tensors.items()}, file, about)
    print(f"{file.name}: {len(tensors)} tensors, {file.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    inputs = {"include_top": False, "weights": None, "input_shape": (None, None, 3)}
    write("mobilenet", reference(keras.applications.MobileNet(**inputs), lambda name: name.endswith("_relu")))
    keras.backend.clear_session()
    shown = ("_act", "_bn", "batch_normalization", "add", "_pool")
    write("xception", reference(keras.applications.Xception(**inputs), lambda name: any(part in name for part in shown)))
