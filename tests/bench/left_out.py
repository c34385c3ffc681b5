#!/usr/bin/env python3
"""Each lab left out of training in turn, and what a model that never saw it then does with its cells.

    python3 tests/bench/left_out.py LEUKO DATA [--arch mobilenet] [--labs bccd-cells ...] [--tight SHARE ...] [--keep DIR] -- TRAINING...

Needs Pillow. DATA holds pbc, bccd-cells, chula-cells and krd-cells. What follows `--` goes to `leuko train` beside the labs
that stay in; give `--init imagenet:FILE` there, since the bundled models that a run starts from else know labs of these. One
line a lab: balanced accuracy of all its cells plain and among the five leukocyte classes, calibration error, whether the
verdict announces the lab, and with `--tight SHARE` plain where that share of each image's side is left, as labs have it that
cut close around a cell; the first two after a fit without labels; and on the rest after 100 labels by chance (mean over three
draws). Last the means over the labs, with what the runs are worth at home.
"""

import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

from PIL import Image

from suggest import ENDINGS, call, fit

LABS = ("bccd-cells", "chula-cells", "krd-cells")
LABELS = 100


def judged(leuko, model, lab, *more):
    figures = json.loads(call(leuko, "evaluate", model, lab, "--split", "all", "--device", "cpu", "--json", *more))
    return figures["balanced_accuracy"], figures["ece"], bool((figures.get("shift") or {}).get("verdict"))


def tighter(lab, share, place):
    """The lab's cells, cut to that share of the shorter side around the centre."""
    for path in sorted(path for path in lab.rglob("*") if path.suffix.lower() in ENDINGS):
        image = Image.open(path).convert("RGB")
        side = share * min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        out = place / path.parent.name / f"{path.stem}.png"
        out.parent.mkdir(exist_ok=True)
        image.crop([round(edge) for edge in (left, top, left + side, top + side)]).save(out)


def without(leuko, data, lab, asked, place):
    """The run that never saw a lab, its figures there by name, and minutes of training."""
    run = place / f"without-{lab}"
    others = [word for other in LABS if other != lab for word in ("--also", data / other)]
    start = time.monotonic()
    if not run.exists():
        call(leuko, "train", data / "pbc", "--arch", asked.arch, *others, *asked.training, "--device", "cpu",
             "--out", run, "--json")
    minutes = (time.monotonic() - start) / 60
    home = json.loads(call(leuko, "evaluate", run, data / "pbc", "--split", "test", "--device", "cpu", "--json"))
    row = {"home": home["balanced_accuracy"]}
    row["plain"], row["ece"], row["told"] = judged(leuko, run, data / lab)
    row["five"], _, _ = judged(leuko, run, data / lab, "--classes", "five-part")
    for share in asked.tight:
        with tempfile.TemporaryDirectory() as folder:
            tighter(data / lab, share, pathlib.Path(folder))
            row[f"cut to {share}"], _, _ = judged(leuko, run, folder)
    if not asked.plain:
        fitted = place / f"fitted-{lab}"
        call(leuko, "adapt", run, data / lab, "--unlabelled", "--out", fitted, "--device", "cpu", "--json")
        row["unlabelled"], row["ece after"], row["told after"] = judged(leuko, fitted, data / lab)
        row["unlabelled five"], _, _ = judged(leuko, fitted, data / lab, "--classes", "five-part")
        files = sorted(path for path in (data / lab).rglob("*") if path.suffix.lower() in ENDINGS)
        drawn = []
        for seed in (1, 2, 3):
            with tempfile.TemporaryDirectory() as folder:
                cells = random.Random(seed).sample(files, LABELS)
                figures, _ = fit(leuko, run, data / lab, cells, seed, "cpu", pathlib.Path(folder))
                drawn.append(figures["balanced_accuracy"])
        row["labelled"] = statistics.mean(drawn)
    return row, minutes


def main():
    own, training = sys.argv[1:], []
    if "--" in own:
        at = own.index("--")
        own, training = own[:at], own[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("leuko", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--arch", default="mobilenet")
    parser.add_argument("--labs", nargs="+", choices=LABS, default=LABS)
    parser.add_argument("--plain", action="store_true", help="fit nothing")
    parser.add_argument("--tight", nargs="+", type=float, default=(), metavar="SHARE", help="judge cells cut to this share of the side too")
    parser.add_argument("--keep", type=pathlib.Path, help="the runs stay there, and one that is there is not trained again")
    asked = parser.parse_args(own)
    asked.training = training
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        place = asked.keep or pathlib.Path(folder)
        for lab in asked.labs:
            row, minutes = without(asked.leuko, asked.data.resolve(), lab, asked, place)
            rows.append(row)
            words = [f"{name} {100 * value:.1f}" if isinstance(value, float) else f"{name} {'yes' if value else 'no'}"
                     for name, value in row.items()]
            print(f"{lab}: {', '.join(words)}; {minutes:.1f} min of training", flush=True)
    names = [name for name, value in rows[0].items() if isinstance(value, float)]
    print("mean: " + ", ".join(f"{name} {100 * statistics.mean(row[name] for row in rows):.1f}" for name in names))


if __name__ == "__main__":
    main()
