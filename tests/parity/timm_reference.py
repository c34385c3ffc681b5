"""Writes what timm computes with the same two backbones: tests/parity/timm.safetensors.

    python -m venv venv && venv/bin/pip install timm safetensors
    venv/bin/python tests/parity/timm_reference.py

`<architecture>/<case>` = samples of the final feature map, channels last, from the weights of formula.py under timm's
names: as published, and where padding is the same as here ("same"): Xception at a size at which every side that is
halved is odd, MobileNet with timm's own option to pad as TensorFlow does.
"""
from pathlib import Path

import numpy as np
import timm
import torch
from safetensors.numpy import save_file

from formula import images, samples, weight

STAGES = (1, 2, 2, 6, 2)
NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def mobilenet(name: str) -> str:
    """timm's name of a parameter in Keras's words."""
    parts = name.split(".")
    match parts:
        case ["conv_stem", _]:
            return "conv1/kernel"
        case ["bn1", leaf]:
            return f"conv1_bn/{NORM[leaf]}"
        case ["blocks", stage, index, module, leaf]:
            n = sum(STAGES[:int(stage)]) + int(index) + 1
            return {"conv_dw": f"conv_dw_{n}/depthwise_kernel", "conv_pw": f"conv_pw_{n}/kernel",
                    "bn1": f"conv_dw_{n}_bn/{NORM.get(leaf)}", "bn2": f"conv_pw_{n}_bn/{NORM.get(leaf)}"}[module]
    raise KeyError(name)


def xception(name: str) -> str:
    """timm's name of a parameter in Keras's words."""
    parts = name.split(".")
    kernel = {"conv1": "depthwise_kernel", "pointwise": "pointwise_kernel"}
    module, number = parts[0].rstrip("0123456789"), int(parts[0][len(parts[0].rstrip("0123456789")):])
    if module == "block":
        shortcut = {1: 1, 2: 2, 3: 3, 12: 4}.get(number)
        if parts[1] == "skip":
            return f"conv2d_{shortcut}/kernel"
        if parts[1] == "skipbn":
            return f"batch_normalization_{shortcut}/{NORM[parts[2]]}"
        layer = f"block{number + 1}_sepconv{(int(parts[2]) + (number == 1)) // 3 + 1}"
        return f"{layer}/{kernel[parts[3]]}" if len(parts) == 5 else f"{layer}_bn/{NORM[parts[3]]}"
    layer = f"block1_conv{number}" if number < 3 else f"block14_sepconv{number - 2}"
    if module == "bn":
        return f"{layer}_bn/{NORM[parts[1]]}"
    return f"{layer}/kernel" if number < 3 else f"{layer}/{kernel[parts[1]]}"


def fill(model: torch.nn.Module, keras_name) -> torch.nn.Module:
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        keras = keras_name(name)
        shape = tuple(tensor.shape)
        if len(shape) == 4:
            c_out, c_in, h, w = shape
            # Depthwise kernels are [3, 3, c, 1] in Keras.
            depthwise = keras.endswith("depthwise_kernel")
            value = weight(keras, (h, w, c_out, 1) if depthwise else (h, w, c_in, c_out))
            value = value.transpose(2, 3, 0, 1) if depthwise else value.transpose(3, 2, 0, 1)
        else:
            value = weight(keras, shape)
        tensor.copy_(torch.from_numpy(np.ascontiguousarray(value)))
    return model.eval()


def main() -> None:
    found = {}
    cases = (("mobilenet/published", "mobilenetv1_100", mobilenet, 64, {}),
             ("mobilenet/same", "mobilenetv1_100", mobilenet, 64, {"pad_type": "same"}),
             ("xception/published", "legacy_xception", xception, 64, {}),
             ("xception/same", "legacy_xception", xception, 71, {}))
    for case, name, keras_name, size, options in cases:
        with torch.no_grad():
            model = fill(timm.create_model(name, pretrained=False, num_classes=0, **options), keras_name)
            features = model.forward_features(torch.from_numpy(images(1, size)).permute(0, 3, 1, 2))
            found[case] = samples(features.permute(0, 2, 3, 1).contiguous().numpy())
    file = Path(__file__).parent / "timm.safetensors"
    save_file(found, file, {"source": f"timm {timm.__version__}, PyTorch {torch.__version__}"})
    print(f"{file.name}: {file.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
