#!/usr/bin/env python3
"""Exported models under ONNX Runtime against the program's own logits on 100 real cells.

Usage: exported.py LEUKO DIR [MODEL]...    DIR: a folder of images, such as a class folder's parent
Needs: pip install onnxruntime onnx numpy
"""

import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import onnx
import onnxruntime


def tensors(file: Path) -> dict[str, numpy.ndarray]:
    """A safetensors file of 32-bit floats."""
    raw = file.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header, body = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    header.pop("__metadata__", None)
    return {
        name: numpy.frombuffer(body[slice(*of["data_offsets"])], "<f4").reshape(of["shape"])
        for name, of in header.items()
    }


def main() -> int:
    leuko, folder, *models = sys.argv[1:]
    worst = 0.0
    for model in models or ["mobilenet", "xception"]:
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / f"{Path(model).name}.onnx"
            call = [leuko, "export", model, str(file), "--check", folder, "--json"]
            told = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
            onnx.checker.check_model(onnx.load(file), full_check=True)
            kept = tensors(file.with_suffix(".safetensors"))
            session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
            logits, shares, attention = session.run(None, {"images": kept["images"]})
            difference = float(abs(logits - kept["logits"]).max())
            rows = float(abs(attention.sum(-1) - 1).max()), float(abs(shares.sum(-1) - 1).max())
            classes = json.loads({p.key: p.value for p in onnx.load(file).metadata_props}["classes"])
            print(
                f"{model}: {len(logits)} cells, {len(classes)} classes, opset {told['opset']}, {told['bytes'] / 1e6:.1f} MB; "
                f"largest difference of a logit {difference:.2e} under ONNX Runtime {onnxruntime.__version__}, "
                f"{told['largest_difference']:.2e} by the program's own check; rows sum to 1 within {max(rows):.1e}"
            )
            worst = max(worst, difference)
    return int(worst > 1e-4)


if __name__ == "__main__":
    sys.exit(main())
