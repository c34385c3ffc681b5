#!/usr/bin/env python3
"""Cells that are worth a label against cells by chance: fits a model to so many labelled cells of a lab and judges it on the rest.

    python3 tests/bench/suggest.py LEUKO MODEL DIR [--labels 100] [--seeds 3] [--device cpu]

LEUKO is the program, DIR a lab's folder with one sub-folder a class. For each seed, `leuko suggest` names cells, the folders
give their labels, `leuko adapt --labels` learns them, and `leuko evaluate --split unseen` judges what is left. The same with
cells drawn by chance. Prints one line a fit and the means: balanced accuracy, accuracy, calibration error, seconds.
"""

import argparse
import csv
import json
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

ENDINGS = {".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"}


def call(*args):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, args))}\n{done.stderr}")
    return done.stdout


def suggested(leuko, model, lab, count, seed, device):
    out = call(leuko, "suggest", model, lab, "--count", count, "--seed", seed, "--device", device, "--json")
    return [pathlib.Path(json.loads(line)["path"]) for line in out.splitlines()]


def fit(leuko, model, lab, cells, seed, device, place):
    labels, run = place / "labels.csv", place / "run"
    with open(labels, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "class"])
        rows.writerows([cell, cell.parent.name] for cell in cells)
    start = time.monotonic()
    call(leuko, "adapt", model, lab, "--labels", labels, "--out", run, "--seed", seed, "--device", device, "--json")
    seconds = time.monotonic() - start
    judged = json.loads(call(leuko, "evaluate", run, lab, "--split", "unseen", "--device", device, "--json"))
    return judged, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("leuko", type=pathlib.Path)
    parser.add_argument("model")
    parser.add_argument("lab", type=pathlib.Path)
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--device", default="cpu")
    asked = parser.parse_args()
    lab = asked.lab.resolve()
    files = sorted(path for path in lab.rglob("*") if path.suffix.lower() in ENDINGS)
    figures = {"suggested": [], "random": []}
    for seed in range(1, asked.seeds + 1):
        for way in figures:
            if way == "suggested":
                cells = suggested(asked.leuko, asked.model, lab, asked.labels, seed, asked.device)
            else:
                cells = random.Random(seed).sample(files, asked.labels)
            with tempfile.TemporaryDirectory() as place:
                judged, seconds = fit(asked.leuko, asked.model, lab, cells, seed, asked.device, pathlib.Path(place))
            classes = {}
            for cell in cells:
                classes[cell.parent.name] = classes.get(cell.parent.name, 0) + 1
            row = (judged["balanced_accuracy"], judged["accuracy"], judged["ece"], seconds)
            figures[way].append(row)
            print(f"{way} {seed}: balanced {row[0]:.3f}, accuracy {row[1]:.3f}, ece {row[2]:.3f}, {judged['n']} judged, "
                  f"{seconds:.0f} s, labels {dict(sorted(classes.items()))}", flush=True)
    for way, rows in figures.items():
        means = [statistics.mean(column) for column in zip(*rows)]
        print(f"{way}: balanced {means[0]:.3f}, accuracy {means[1]:.3f}, ece {means[2]:.3f}, {means[3]:.0f} s a fit")


if __name__ == "__main__":
    main()
