"""Weights and images by formula, so that both sides of a comparison compute them and nobody stores them.

`tests/core/parity/formula.rs` is the same in Rust: every value is a 24-bit number from a hash of the tensor's name and
the value's index, scaled in 64 bits and rounded once to 32.
"""
import numpy as np

SAMPLES = 128  # values kept of a layer's output


def noise(name: str, count: int) -> np.ndarray:
    """`count` values in [-1, 1): FNV-1a of the name, then splitmix64 of each index."""
    start = 0xCBF29CE484222325
    for byte in name.encode():
        start = (start ^ byte) * 0x100000001B3 % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(start) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) / 2.0**23 - 1.0


def weight(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A tensor under its Keras name, in Keras's layout: He-uniform kernels, norms whose four vectors all matter."""
    u = noise(name, int(np.prod(shape)))
    layer, part = name.split("/")
    # MobileNet's values reach relu6's six now and then, Xception's stay near one through all its sums, and in both a
    # rounding error hardly grows from layer to layer.
    mobilenet = layer.startswith("conv")
    match part:
        case "gamma":
            value = (1.0 if mobilenet else 0.6) * (1.0 + 0.3 * u)
        case "beta":
            value = (1.0 if mobilenet else 0.2) + (1.5 if mobilenet else 0.3) * u
        case "moving_mean":
            value = 0.2 * u
        case "moving_variance":
            value = 1.0 + 0.5 * u
        case "depthwise_kernel":
            value = np.sqrt(6.0 / (shape[0] * shape[1])) * u
        case _:
            value = np.sqrt(6.0 / (shape[0] * shape[1] * shape[2])) * u
    return value.astype(np.float32).reshape(shape)


def images(count: int, size: int) -> np.ndarray:
    """`[count, size, size, 3]` of values in [-1, 1)."""
    return noise(f"images/{size}", count * size * size * 3).astype(np.float32).reshape(count, size, size, 3)


def samples(values: np.ndarray) -> np.ndarray:
    """Values from all over a tensor, and so from all kinds of channels and borders."""
    flat = np.asarray(values, np.float32).reshape(-1)
    return flat[[index * 2654435761 % flat.size for index in range(SAMPLES)]]
