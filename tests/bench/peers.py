"""Times the same networks here, in PyTorch and in ONNX Runtime, alternately in one run, with the same threads.

    cargo build --release --bin leuko
    python -m venv venv && venv/bin/pip install torch numpy onnx onnxscript onnxruntime
    venv/bin/python tests/bench/peers.py target/release/leuko --threads 2 --arch mobilenet --size 96 --batch 1 --batch 32

Each turn is a process of its own, so that peak memory is that of one network in one library. A figure is the median over
rounds of each turn's median; "memory" is the most that a process held, libraries included, and "of it at rest" what the
library held before the network was made. Ratios above 1 mean that Leukoscope is faster, or holds less.

The peers get their best: channels last or first, whichever is faster in the warm-up, oneDNN on, PyTorch's inference
mode, ONNX Runtime's full optimisation. With `--device gpu` PyTorch runs on CUDA in 32 bits and again in its best precision
(bfloat16, TF32), and ONNX Runtime, whose package for the CPU this is, sits out. Convolutions that move by two are padded on both sides, which costs them no
extra copy. A training step is forward with noise and dropout, smoothed cross-entropy, backward, clipping, Adam.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLASSES, WIDTH, HEADS = 8, 256, 4
NOISE, DROPOUT, SMOOTHING, CLIP, RATE = 0.1, 0.3, 0.05, 5.0, 1e-3


def network(arch: str, size: int):
    """The classifier of src/model/classifier.rs in PyTorch."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Separable(nn.Sequential):
        """Depthwise and pointwise; with a norm and relu6 between them as MobileNet has it."""

        def __init__(self, c_in, c_out, stride=1, between=False):
            layers = [nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False)]
            if between:
                layers += [nn.BatchNorm2d(c_in, 1e-3), nn.ReLU6(inplace=True)]
            layers += [nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out, 1e-3)]
            if between:
                layers.append(nn.ReLU6(inplace=True))
            super().__init__(*layers)

    class Shrinking(nn.Module):
        def __init__(self, c_in, between, c_out, activated):
            super().__init__()
            first = [nn.ReLU()] if activated else []
            self.deep = nn.Sequential(*first, Separable(c_in, between), nn.ReLU(inplace=True),
                                      Separable(between, c_out), nn.MaxPool2d(3, 2, 1))
            self.aside = nn.Sequential(nn.Conv2d(c_in, c_out, 1, 2, bias=False), nn.BatchNorm2d(c_out, 1e-3))

        def forward(self, x):
            return self.deep(x) + self.aside(x)

    class Residual(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.deep = nn.Sequential(nn.ReLU(), Separable(c, c), nn.ReLU(inplace=True), Separable(c, c),
                                      nn.ReLU(inplace=True), Separable(c, c))

        def forward(self, x):
            return self.deep(x) + x

    def mobilenet():
        blocks = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
        layers = [nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32, 1e-3), nn.ReLU6(inplace=True)]
        c = 32
        for c_out, stride in blocks:
            layers.append(Separable(c, c_out, stride, between=True))
            c = c_out
        return nn.Sequential(*layers), c

    def xception():
        relu = nn.ReLU(inplace=True)
        layers = [nn.Conv2d(3, 32, 3, 2, bias=False), nn.BatchNorm2d(32, 1e-3), relu,
                  nn.Conv2d(32, 64, 3, bias=False), nn.BatchNorm2d(64, 1e-3), relu,
                  Shrinking(64, 128, 128, False), Shrinking(128, 256, 256, True), Shrinking(256, 728, 728, True),
                  *[Residual(728) for _ in range(8)], Shrinking(728, 728, 1024, True),
                  Separable(1024, 1536), relu, Separable(1536, 2048), relu]
        return nn.Sequential(*layers), 2048

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone, c = mobilenet() if arch == "mobilenet" else xception()
            with torch.no_grad():
                side = self.backbone.eval()(torch.zeros(1, 3, size, size)).shape[2]
            self.project = nn.Linear(c, WIDTH)
            self.position = nn.Parameter(torch.randn(1, side * side, WIDTH) * 0.02)
            self.before, self.after = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
            self.head = nn.Linear(WIDTH, CLASSES)

        def forward(self, x):
            x = self.project(self.backbone(x).flatten(2).transpose(1, 2)) + self.position
            normed = self.before(x)
            heads = [layer(normed).unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)
                     for layer in (self.query, self.key, self.value)]
            mixed = F.scaled_dot_product_attention(*heads).transpose(1, 2).flatten(2)
            tokens = self.after(x + self.output(mixed))
            if self.training:
                tokens = tokens + torch.randn_like(tokens) * NOISE
            return self.head(F.dropout(tokens.mean(1), DROPOUT, self.training))

    torch.manual_seed(1)
    return Classifier()


def timed(once, secs: float) -> list[float]:
    """Milliseconds of each call after a warm-up, as `leuko bench` counts them."""
    begun, calls = time.perf_counter(), 0
    while calls < 3 or time.perf_counter() - begun < 0.2 * secs:
        once()
        calls += 1
    times, begun = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - begun < secs:
        start = time.perf_counter()
        once()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def held_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def torch_calls(model, x, train: bool, half: bool):
    """One call for each memory format; each reads its result back, so that the device has done the work."""
    import torch
    from torch.nn import functional as F

    labels = (torch.arange(x.shape[0]) % CLASSES).to(x.device)
    precise = torch.autocast(x.device.type, torch.bfloat16, enabled=half)
    for layout in (torch.channels_last, torch.contiguous_format):
        model = model.to(memory_format=layout)
        images = x.contiguous(memory_format=layout)
        if not train:
            model.eval()

            def once(model=model, images=images):
                with torch.inference_mode(), precise:
                    model(images).float().cpu().numpy()
        else:
            model.train()
            adam = torch.optim.Adam(model.parameters(), RATE, eps=1e-7)

            def once(model=model, images=images, adam=adam):
                adam.zero_grad(set_to_none=True)
                with precise:
                    loss = F.cross_entropy(model(images).float(), labels, label_smoothing=SMOOTHING)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
                adam.step()
                if images.is_cuda:
                    torch.cuda.synchronize()
        yield once


def torch_turn(turn: dict) -> dict:
    import torch

    torch.set_num_threads(turn["threads"])
    device, half = "cuda" if turn["device"] == "gpu" else "cpu", turn.get("half", False)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = half
    torch.backends.cudnn.benchmark = True
    at_rest = held_mb()
    x = (torch.rand(turn["batch"], 3, turn["size"], turn["size"]) * 2 - 1).to(device)
    model = network(turn["arch"], turn["size"]).to(device)
    best = None
    for index, once in enumerate(torch_calls(model, x, turn["what"] == "train", half)):
        if turn.get("layout") not in (None, index):
            continue
        times = timed(once, turn["secs"] if "layout" in turn else 0.2)
        if best is None or statistics.median(times) < statistics.median(best[0]):
            best = (times, index)
    return {"times": best[0], "layout": best[1], "at_rest": at_rest, "peak": held_mb()}


def export(arch: str, size: int, batch: int, file: Path) -> None:
    import torch

    model = network(arch, size).eval()
    torch.onnx.export(model, (torch.zeros(batch, 3, size, size),), str(file), dynamo=True, verbose=False)


def onnx_turn(turn: dict) -> dict:
    import numpy as np
    import onnxruntime as ort

    at_rest = held_mb()
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = turn["threads"], 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = ort.InferenceSession(turn["file"], options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    x = np.random.default_rng(1).uniform(-1, 1, (turn["batch"], 3, turn["size"], turn["size"])).astype(np.float32)
    times = timed(lambda: session.run(None, {name: x}), turn["secs"])
    return {"times": times, "at_rest": at_rest, "peak": held_mb()}


def child(turn: dict) -> dict:
    """Takes one turn of PyTorch's or ONNX Runtime's in a process of its own."""
    env = os.environ | {"OMP_NUM_THREADS": str(turn["threads"])}
    if turn["device"] == "cpu":
        env["CUDA_VISIBLE_DEVICES"] = ""
    call = [sys.executable, __file__, "--turn", json.dumps(turn)]
    out = subprocess.run(call, env=env, check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])


def ours(leuko: str, turn: dict) -> dict:
    call = [leuko, "bench", "--json", "--device", turn["device"], "--only", turn["what"]]
    for flag in ("arch", "size", "batch", "threads", "secs"):
        call += [f"--{flag}", str(turn[flag])]
    report = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    return {"times": [report[turn["what"]][0]["ms_p50"]], "peak": report["peak_memory_mb"]}


def compare(leuko: str, what: str, arch: str, size: int, batch: int, args, folder: Path) -> dict:
    turn = {"what": what, "arch": arch, "size": size, "batch": batch, "threads": args.threads, "secs": args.secs,
            "device": args.device}
    layout = child({**turn, "by": "torch"})["layout"]
    turns = {"ours": lambda: ours(leuko, turn), "torch": lambda: child({**turn, "by": "torch", "layout": layout})}
    if args.device == "gpu":
        best = {**turn, "by": "torch", "half": True}
        best["layout"] = child(best)["layout"]
        turns["torch_half"] = lambda: child(best)
    elif what == "forward":
        file = folder / f"{arch}-{size}-{batch}.onnx"
        child({**turn, "by": "export", "file": str(file)})
        turns["onnx"] = lambda: child({**turn, "by": "onnx", "file": str(file)})
    seen = {name: [] for name in turns}
    for _ in range(args.rounds):
        for name, take in turns.items():
            seen[name].append(take())
    row = {"what": what, "arch": arch, "size": size, "batch": batch}
    for name, all_turns in seen.items():
        row[name] = {"ms": statistics.median(statistics.median(one["times"]) for one in all_turns),
                     "peak_mb": statistics.median(one["peak"] for one in all_turns),
                     "at_rest_mb": statistics.median(one.get("at_rest", 0) for one in all_turns)}
    return row


def shown(row: dict) -> str:
    names = {"torch": "PyTorch", "torch_half": "PyTorch in bfloat16", "onnx": "ONNX Runtime"}
    text = f"{row['what']:<7} {row['arch']:<9} {row['size']:>3} px, batch {row['batch']:>2}: "
    own = row["ours"]
    text += f"{own['ms']:8.2f} ms, {own['peak_mb']:5.0f} MB"
    for key, name in names.items():
        if key in row:
            peer = row[key]
            text += (f" | {name} {peer['ms']:8.2f} ms ({peer['ms'] / own['ms']:.2f}x), {peer['peak_mb']:5.0f} MB"
                     f" ({peer['peak_mb'] / own['peak_mb']:.1f}x; {peer['at_rest_mb']:.0f} MB of it at rest)")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("leuko", nargs="?", default="target/release/leuko")
    parser.add_argument("--arch", action="append", choices=["mobilenet", "xception"])
    parser.add_argument("--size", action="append", type=int)
    parser.add_argument("--batch", action="append", type=int, help="inference [default: 1 and 32]; 0: none")
    parser.add_argument("--step", action="append", type=int, help="batch of a training step [default: 16 and 32]; 0: none")
    parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--secs", type=float, default=3.0, help="of measuring, each turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--turn", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.turn:
        turn = json.loads(args.turn)
        if turn["by"] == "export":
            export(turn["arch"], turn["size"], turn["batch"], Path(turn["file"]))
            print("{}")
        else:
            print(json.dumps((torch_turn if turn["by"] == "torch" else onnx_turn)(turn)))
        return
    rows = []
    print(f"{args.threads} threads, {args.rounds} rounds of {args.secs:g} s; (x): the peer's over ours", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for arch in args.arch or ["mobilenet", "xception"]:
            for size in args.size or [96, 128, 224]:
                plan = [("forward", batch) for batch in args.batch or [1, 32] if batch > 0]
                plan += [("train", batch) for batch in args.step or [16, 32] if batch > 0]
                for what, batch in plan:
                    rows.append(compare(args.leuko, what, arch, size, batch, args, Path(folder)))
                    print(shown(rows[-1]), flush=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
