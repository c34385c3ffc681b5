"""Scores that tell a cell from what is none, beside each other: scores.py DATA [--model mobilenet] [--each 40] [--write FILE].

With --write the sieve of all kinds and labs is written too, as the bundled ones were; `leuko models --sieve` finds one without PyTorch.

The bundled network runs in PyTorch on its own weights. Every score is judged on kinds of pictures (not_a_cell.py) and on a lab that it never saw;
levels come from PBC's validation cells. Needs torch, numpy, scipy, Pillow, cbor2; about ten minutes for MobileNet on two cores.
"""
import argparse, json, random, re, struct, subprocess, sys, tempfile
from pathlib import Path

import cbor2
import numpy as np
import torch
from PIL import Image
from scipy.spatial import cKDTree
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
LABS = ["krd", "bccd", "chula"]
# Made out of BCCD's fields, and so of no use where its cells are the lab left out.
OF_BCCD = ["red-cells", "fields", "cut-cells"]
torch.set_num_threads(1)


class Network:
    """Inference of src/model/{mobilenet,xception,classifier}.rs; gives logits, tokens' mean, and means of the early and the last map."""

    def __init__(self, name):
        packed = (ROOT / f"assets/models/{name}.bpk").read_bytes()
        length = struct.unpack("<I", packed[6:10])[0]
        tensors = cbor2.loads(packed[10:10 + length])["tensors"]
        base = len(packed) - max(tensor["data_offsets"][1] for tensor in tensors.values())
        self.name, self.size = name, {"mobilenet": 128, "xception": 96}[name]
        self.p = {}
        for path, tensor in tensors.items():
            start, end = tensor["data_offsets"]
            values = np.frombuffer(packed[base + start:base + end], {"F16": np.float16, "F32": np.float32}[tensor["dtype"]])
            self.p[path.replace("backbone.MobileNet.", "").replace("backbone.Xception.", "")] = \
                torch.tensor(values.reshape(tensor["shape"]).astype(np.float32))

    def norm(self, x, at):
        p = self.p
        return F.batch_norm(x, p[at + ".mean"], p[at + ".variance"], p[at + ".gamma"], p[at + ".beta"], False, 0, 1e-3)

    def depthwise(self, x, at, stride=1):
        x = x if stride == 1 else F.pad(x, (0, 1, 0, 1))
        return F.conv2d(x, self.p[at].permute(2, 0, 1)[:, None], stride=stride, padding=int(stride == 1), groups=x.shape[1])

    def pointwise(self, x, at):
        return F.conv2d(x, self.p[at].t()[:, :, None, None])

    def sequence(self, x, at, count):
        for index in range(count):
            layer = f"{at}layers.{index}."
            x = self.norm(self.pointwise(self.depthwise(x, layer + "depthwise"), layer + "pointwise"), layer + "norm")
            x = F.relu(x) if index < count - 1 else x
        return x

    def shrinking(self, x, index, activated):
        at = f"shrinking.{index}."
        aside = self.norm(self.pointwise(x[:, :, ::2, ::2], at + "shortcut"), at + "shortcut_norm")
        x = self.sequence(F.relu(x) if activated else x, at, 2)
        over = max((-(-x.shape[2] // 2) - 1) * 2 + 3 - x.shape[2], 0)
        return F.max_pool2d(F.pad(x, (over // 2, over - over // 2) * 2, value=-1e9), 3, 2) + aside

    def maps(self, x):
        if self.name == "mobilenet":
            x = F.conv2d(F.pad(x, (0, 1, 0, 1)), self.p["stem"].permute(3, 2, 0, 1), stride=2)
            x = F.relu6(self.norm(x, "stem_norm"))
            for index, stride in enumerate([1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]):
                at = f"blocks.{index}."
                x = F.relu6(self.norm(self.depthwise(x, at + "depthwise", stride), at + "depthwise_norm"))
                x = F.relu6(self.norm(self.pointwise(x, at + "pointwise"), at + "pointwise_norm"))
                early = x if index == 4 else early if index > 4 else None
            return early, x
        x = F.relu(self.norm(F.conv2d(x, self.p["stem"].permute(3, 2, 0, 1), stride=2), "stem_norm"))
        x = F.relu(self.norm(F.conv2d(x, self.p["stem2"].permute(3, 2, 0, 1)), "stem2_norm"))
        for index in range(3):
            x = self.shrinking(x, index, index > 0)
        for index in range(8):
            x = self.sequence(F.relu(x), f"middle.{index}.", 3) + x
            early = x if index == 3 else early if index > 3 else None
        x = self.shrinking(x, 3, True)
        for index in range(2):
            at = f"exit.{index}."
            x = F.relu(self.norm(self.pointwise(self.depthwise(x, at + "depthwise"), at + "pointwise"), at + "norm"))
        return early, x

    def run(self, x):
        p, (early, last) = self.p, self.maps(x)
        dense = lambda x, at: x @ p[at + ".weight"] + p[at + ".bias"]
        norm = lambda x, at: F.layer_norm(x, (x.shape[-1],), p[at + ".gamma"], p[at + ".beta"], 1e-5)
        tokens = dense(last.flatten(2).transpose(1, 2), "project") + p["attention.position"]
        normed = norm(tokens, "attention.norm")
        heads = [dense(normed, f"attention.{part}").unflatten(2, (4, -1)).transpose(1, 2) for part in ("query", "key", "value")]
        mixed = F.scaled_dot_product_attention(*heads).transpose(1, 2).flatten(2)
        pooled = norm(tokens + dense(mixed, "attention.output"), "norm").mean(1)
        return {"logits": dense(pooled, "head"), "tokens": pooled, "early": early.mean((2, 3)), "last": last.mean((2, 3))}

    def features(self, images):
        found = []
        with torch.inference_mode():
            for start in range(0, len(images), 32):
                x = np.stack([levelled(image(), self.size) for image in images[start:start + 32]])
                found.append(self.run(torch.tensor(x).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)))
        return {key: torch.cat([part[key] for part in found]).numpy() for key in found[0]}


def levelled(image, size):
    """src/data/view: the centred square of nine tenths, background and stain levelled."""
    side = min(image.size) * 0.9
    left, top = ((length - side) / 2 for length in image.size)
    pixels = np.asarray(image.resize((size, size), Image.BILINEAR, box=(left, top, left + side, top + side)))
    flat = pixels.reshape(-1, 3)
    white = [max(np.searchsorted(np.cumsum(np.bincount(flat[:, c], minlength=256)), np.ceil(len(flat) * 0.9)), 1) / 255 for c in range(3)]
    density = [-np.log(np.clip(np.arange(256) / 255 * 0.9 / w, 1 / 255, 1)) for w in white]
    strong = np.sort(sum(density[c][flat[:, c]] for c in range(3)) / 3)[int(round((len(flat) - 1) * 0.97))]
    scale = 1.2 / strong if strong > 0 else 1
    return (np.stack([np.exp(-density[c] * scale)[pixels[..., c]] for c in range(3)], -1) * 2 - 1).astype(np.float32)


def split(data):
    """PBC's files by part, by the fingerprints of assets/models/pbc.cells."""
    listed = (ROOT / "assets/models/pbc.cells").read_bytes()
    count = struct.unpack("<I", listed[12:16])[0]
    rows = np.frombuffer(listed[20:20 + 57 * count], np.uint8).reshape(count, 57)
    numbers = rows[:, 13:].view(np.int8) * (2 ** (rows[:, 9].astype(float) / 16 - 8) / 127)[:, None]
    tree = cKDTree(np.concatenate([rows[:, 10:13], numbers], 1))
    at = np.arange(32)
    waves = np.array([(2 ** 0.5 if k else 1) * np.cos(np.pi * (2 * at + 1) * k / 64) for k in range(9)])
    pairs = [(diagonal - v, v) for diagonal in range(1, 9) for v in range(diagonal + 1)]
    files, parts = sorted((data / "pbc").glob("*/*.jpg")), {1: [], 2: [], 3: []}
    for file in files:
        small = np.asarray(Image.open(file).convert("RGB").resize((32, 32), Image.BILINEAR), float)
        found = np.einsum("yx,ux,vy->uv", small @ [0.299, 0.587, 0.114], waves, waves) / 1024
        near = tree.query(np.concatenate([small.mean((0, 1)), [found[pair] for pair in pairs]]))[1]
        parts.get(rows[near, 8], []).append(file)
    return parts


def varied(file, seed):
    """A cell through another lamp, stain, focus and framing: a rough stand-in for src/data/vary/microscope.rs."""
    rng, image = random.Random(seed), Image.open(file).convert("RGB")
    zoom = np.exp(rng.uniform(-0.35, 0.35))
    side = int(min(image.size) / zoom)
    more = max(side - min(image.size), 0) // 2 + 1
    pixels = np.pad(np.asarray(image), ((more, more), (more, more), (0, 0)), mode="reflect")
    left, top = (pixels.shape[1] - side) // 2, (pixels.shape[0] - side) // 2
    pixels = pixels[top:top + side, left:left + side].astype(np.float32) / 255
    density = -np.log(np.clip(pixels / np.percentile(pixels.reshape(-1, 3), 90, axis=0), 1 / 255, 1))
    density *= np.exp([rng.uniform(-0.35, 0.35) for _ in range(3)]) * np.exp(rng.uniform(-0.6, 0.6))
    dense = np.clip((density.mean(2, keepdims=True) - 0.15) / 0.4, 0, 1)
    density *= dense + (1 - dense) * np.exp(rng.uniform(-0.8, 0.8))
    haze = rng.uniform(0, 0.4) * (rng.random() < 0.5)
    light = (np.exp(-density) * (1 - haze) + haze) * [rng.uniform(0.6, 1) for _ in range(3)]
    return Image.fromarray(np.clip(light * 255, 0, 255).astype(np.uint8))


def gather(data, name, each):
    network, parts, rng = Network(name), split(data), random.Random(0)
    of_class = {}
    for file in parts[1]:
        of_class.setdefault(file.parent.name, []).append(file)
    train = [file for files in of_class.values() for file in rng.sample(files, min(len(files), 250))]
    sets = {"train": train, "val": parts[2], "test": parts[3]}
    sets |= {lab: sorted((data / f"{lab}-cells").glob("*/*.*")) for lab in LABS}
    sets["drawn"] = sorted((ROOT / "datasets/synthetic").glob("*/*.jpg"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, ROOT / "tests/bench/not_a_cell.py", data, folder, "--each", str(each)], check=True)
        sets["none"] = sorted(Path(folder).glob("*/*.png"))
        opened = lambda file: lambda: Image.open(file).convert("RGB")
        found = {key: network.features([opened(file) for file in files]) for key, files in sets.items()}
    some = rng.sample(train, min(len(train), 1200))
    found["varied"] = network.features([lambda file=file, seed=seed: varied(file, seed) for seed, file in enumerate(some)])
    return sets, found


def standardised(found, keys, of):
    rows = np.concatenate([np.concatenate([found[key][part] for part in keys], 1) for key in of])
    mean, scale = rows.mean(0), 1 / (rows.std(0) + 1e-3)
    return lambda key: np.clip((np.concatenate([found[key][part] for part in keys], 1) - mean) * scale, -6, 6)


def distance(found, keys, of, labels):
    """Mahalanobis to the nearest class, one covariance; other sets' cells share the classes of their answers."""
    see = standardised(found, keys, of)
    rows = np.concatenate([see(key) for key in of])
    classes = np.concatenate([labels(key) for key in of])
    means = np.array([rows[classes == c].mean(0) for c in range(8)])
    spread = np.cov((rows - means[classes]).T)
    root = np.linalg.cholesky(np.linalg.inv(0.9 * spread + 0.1 * np.eye(len(spread)) * np.trace(spread) / len(spread)))
    return lambda key: np.stack([(((see(key) - mean) @ root) ** 2).sum(1) for mean in means], 1).min(1) ** 0.5


def sieve(found, keys, of, none):
    """src/fit/sieve.rs."""
    see = standardised(found, keys, of)
    cells = np.concatenate([see(key) for key in of])
    rows = np.concatenate([cells, see("none")[none]])
    rows = np.c_[rows, np.ones(len(rows))].astype(np.float32)
    truth = np.r_[np.zeros(len(cells)), np.ones(none.sum())]
    share = np.where(truth > 0, 0.5 / none.sum(), 0.5 / len(cells))
    weights, first, second = (np.zeros(rows.shape[1]) for _ in range(3))
    for step in range(1, 161):
        slope = rows.T @ (share * (1 / (1 + np.exp(-rows @ weights)) - truth)) + 0.01 * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope ** 2
        weights -= 0.004 * (first / (1 - 0.9 ** step)) / ((second / (1 - 0.999 ** step)) ** 0.5 + 1e-8)
    return (lambda key: see(key) @ weights[:-1]), weights[:-1]


def write(path, name, found, answers):
    """A file of src/model/sieve.rs."""
    keys, of = ["early", "last"], ["train", "varied"] + LABS + ["drawn"]
    none = np.ones(len(found["none"]["early"]), bool)
    joined = lambda key: np.concatenate([found[key][part] for part in keys], 1)
    rows = np.concatenate([joined(key) for key in of])
    score, weights = sieve(found, keys, of, none)
    middle, unlike, far = np.quantile(score("val"), [0.5, 0.99, 0.998])
    mean, scale = joined("train").mean(0), 1 / (joined("train").std(0) + 1e-3)
    odd = np.log((np.clip((joined("val") - mean) * scale, -6, 6) ** 2).mean(1))
    given = answers("val")
    lists = {
        "mean": rows.mean(0), "scale": 1 / (rows.std(0) + 1e-3), "weights": weights, "levels": [unlike, middle + 2.75 * (far - middle)],
        "home_mean": mean, "home_scale": scale,
        "odd": np.concatenate([[odd[given == c].mean(), odd[given == c].std() + 1e-3] for c in range(8)]),
    }
    owner = re.search(r'weights_hash: "(\w+)"', (ROOT / f"assets/models/{name}.ron").read_text()).group(1)
    header, data = {"__metadata__": {"model": owner}}, b""
    for key in sorted(lists):
        values = np.asarray(lists[key], "<f4").tobytes()
        header[key] = {"dtype": "F32", "shape": [len(values) // 4], "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    header = json.dumps(header).encode()
    header += b" " * (-len(header) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(header)) + header + data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="mobilenet")
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    sets, found = gather(args.data, args.model, args.each)
    kinds = np.array([file.parent.name for file in sets["none"]])
    half = np.array([sorted(set(kinds)).index(kind) % 2 for kind in kinds])
    answers = lambda key: found[key]["logits"].argmax(1)
    sharp = lambda key: torch.softmax(torch.tensor(found[key]["logits"]) / 0.62, 1).numpy()
    sure = lambda key: sharp(key).max(1)
    if args.write:
        write(args.write, args.model, found, answers)
    rows = {
        "confidence": lambda of, none: lambda key: -sure(key),
        "energy": lambda of, none: lambda key: -0.62 * torch.logsumexp(torch.tensor(found[key]["logits"]) / 0.62, 1).numpy(),
        "distance, tokens, home": lambda of, none: distance(found, ["tokens"], ["train"], answers),
        "distance, tokens, with other labs": lambda of, none: distance(found, ["tokens"], of, answers),
        "distance, last map, with other labs": lambda of, none: distance(found, ["last"], of, answers),
        "sieve, tokens": lambda of, none: sieve(found, ["tokens"], of, none)[0],
        "sieve, last map": lambda of, none: sieve(found, ["last"], of, none)[0],
        "sieve, early map": lambda of, none: sieve(found, ["early"], of, none)[0],
        "sieve, early and last map": lambda of, none: sieve(found, ["early", "last"], of, none)[0],
    }
    for name, make in rows.items():
        seen = []
        for left in LABS:
            usable = ~(np.isin(kinds, OF_BCCD) & (left == "bccd"))
            for part in (0, 1):
                score = make(["train", "varied", "drawn"] + [lab for lab in LABS if lab != left], usable & (half == part))
                middle, unlike, far = np.quantile(score("val"), [0.5, 0.99, 0.998])
                level, away = middle + 2.75 * (far - middle), usable & (half != part)
                none = score("none")[away]
                doubted = (none > unlike) | (sure("none")[away] < 0.958)
                seen.append([(score(left) > level).mean(), (score("test") > level).mean(), (none > level).mean(), doubted.mean()])
        seen = np.array(seen)
        labs = " ".join(f"{lab} {seen[2 * at:2 * at + 2, 0].mean():.3f}" for at, lab in enumerate(LABS))
        print(f"{name}: refused of PBC's test split {seen[:, 1].mean():.4f}, of the lab left out {labs};"
              f" of kinds not seen: refused {seen[:, 2].mean():.3f}, refused or flagged {seen[:, 3].mean():.3f}", flush=True)


if __name__ == "__main__":
    main()
