#!/usr/bin/env python3
"""Recomputes what `leuko evaluate` and `leuko compare` say with scikit-learn and scipy.

Needs scikit-learn and scipy from PyPI, and two finished runs (or bundled models) with the same classes:

    metrics.py LEUKO MODEL_A MODEL_B DATASET

Every figure must agree to 1e-9. McNemar's p is checked on the whole set and on ten random subsets of it, each of which
is put to both models by `leuko compare` itself.
"""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics as sk

LIMIT = 1e-9
TABLES = 10
worst = {}


def leuko(program, *args):
    call = subprocess.run([program, *map(str, args), "--json"], capture_output=True, text=True)
    if call.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}: {call.stderr.strip()}")
    return json.loads(call.stdout)


def agree(name, ours, theirs):
    if ours is None:
        return
    gap = abs(ours - theirs)
    worst[name] = max(worst.get(name, 0.0), gap)
    if not gap <= LIMIT:
        sys.exit(f"{name}: {ours!r} here, {theirs!r} there, {gap:.3e} apart")


def arrays(evaluation):
    judged = evaluation["judged"]
    truth = np.array([one["truth"] for one in judged])
    # Written as the shortest text of a 32-bit number, so read as one.
    confidences = np.array([one["prediction"] for one in judged], dtype=np.float32).astype(np.float64)
    return truth, confidences, confidences.argmax(axis=1)


def check_evaluation(evaluation):
    truth, confidences, given = arrays(evaluation)
    labels = evaluation["confusion"]["labels"]
    present = sorted(set(truth.tolist()))
    agree("accuracy", evaluation["accuracy"], sk.accuracy_score(truth, given))
    agree("balanced_accuracy", evaluation["balanced_accuracy"],
          sk.recall_score(truth, given, labels=present, average="macro", zero_division=0))
    agree("macro_f1", evaluation["macro_f1"], sk.f1_score(truth, given, labels=present, average="macro", zero_division=0))
    agree("kappa", evaluation["kappa"], sk.cohen_kappa_score(truth, given))
    matrix = sk.confusion_matrix(truth, given, labels=range(len(labels)))
    if matrix.tolist() != evaluation["confusion"]["counts"]:
        sys.exit("the confusion matrices differ")
    for label, row in enumerate(evaluation["classes"]):
        yes, said = truth == label, given == label
        agree("support", row["support"], int(yes.sum()))
        for name, score in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)]:
            agree(name, row[name], score(yes, said, zero_division=0))
        agree("specificity", row["specificity"], sk.recall_score(~yes, ~said, zero_division=0))
        hits = int((yes & said).sum())
        for name, n in [("recall", int(yes.sum())), ("precision", int(said.sum()))]:
            if n:
                interval = binomtest(hits, n).proportion_ci(method="wilson")
                agree(f"{name} interval", row["ci"][name]["low"], interval.low)
                agree(f"{name} interval", row["ci"][name]["high"], interval.high)
    for label, row in enumerate(evaluation["areas"]):
        yes = truth == label
        if row["roc_auc"] is not None:
            agree("roc_auc", row["roc_auc"], sk.roc_auc_score(yes, confidences[:, label]))
        if row["average_precision"] is not None:
            agree("average_precision", row["average_precision"],
                  sk.average_precision_score(yes, confidences[:, label]))
    one_hot = np.eye(len(labels))[truth]
    agree("brier", evaluation["brier"], ((confidences - one_hot) ** 2).sum(axis=1).mean())
    sure, correct = confidences.max(axis=1), truth == given
    bins = np.clip(np.ceil(sure * 15).astype(int), 1, 15) - 1
    gaps = [abs(sure[bins == b].sum() - correct[bins == b].sum()) for b in range(15)]
    agree("ece", evaluation["ece"], sum(gaps) / len(truth))
    for b, row in enumerate(evaluation["reliability"]):
        agree("reliability counts", row["count"], int((bins == b).sum()))
        if row["count"]:
            agree("reliability", row["accuracy"], correct[bins == b].mean())
    order = np.argsort(-sure, kind="stable")
    errors, levels = np.cumsum(~correct[order]), sure[order]
    last = np.searchsorted(-levels, -levels, side="right") - 1
    agree("aurc", evaluation["aurc"], (errors[last] / (last + 1)).mean())


def check_comparison(comparison, a, b):
    """`a` and `b`: the evaluations with their predictions."""
    (truth, _, given_a), (other, _, given_b) = arrays(a), arrays(b)
    assert truth.tolist() == other.tolist()
    right_a, right_b = given_a == truth, given_b == truth
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    test = comparison["mcnemar"]
    assert (test["only_a_correct"], test["only_b_correct"]) == (only_a, only_b)
    assert len(comparison["discordant"]) == only_a + only_b
    p = binomtest(only_a, only_a + only_b, 0.5).pvalue if only_a + only_b else 1.0
    agree("mcnemar", test["p"], p)
    present = sorted(set(truth.tolist()))
    f1 = [sk.f1_score(truth, given, labels=present, average="macro", zero_division=0) for given in (given_a, given_b)]
    agree("macro_f1_difference", comparison["bootstrap"]["macro_f1_difference"], f1[0] - f1[1])
    return only_a, only_b, p


def check_predictions(folder, evaluation):
    """The CSV of every prediction says the same as the JSON."""
    labels = evaluation["confusion"]["labels"]
    with open(folder / "predictions.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    truth, confidences, given = arrays(evaluation)
    assert len(rows) == len(truth)
    for row, t, p, g in zip(rows, truth, confidences, given):
        assert (row["truth"], row["predicted"]) == (labels[t], labels[g])
        read = np.array([row[name] for name in labels], dtype=np.float32).astype(np.float64)
        agree("predictions.csv", float(np.abs(read - p).max()), 0.0)


def subset(dataset, target, seed):
    """Copies a random half of each class."""
    draw = random.Random(seed)
    for folder in sorted(path for path in dataset.iterdir() if path.is_dir()):
        files = sorted(path for path in folder.iterdir() if path.is_file())
        kept = draw.sample(files, max(1, len(files) // 2))
        (target / folder.name).mkdir(parents=True)
        for file in kept:
            shutil.copy(file, target / folder.name / file.name)


def main():
    program, model_a, model_b, dataset = sys.argv[1:5]
    device = os.environ.get("LEUKO_DEVICE", "cpu")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        leuko(program, "evaluate", model_a, dataset, "--split", "all", "--device", device, "--out", folder / "evaluation")
        evaluation = json.loads((folder / "evaluation/evaluation.json").read_text())
        check_evaluation(evaluation)
        check_predictions(folder / "evaluation", evaluation)
        print(f"evaluation of {evaluation['n']} images: agrees")
        for number in range(TABLES + 1):
            cells = Path(dataset) if number == 0 else folder / f"subset{number}"
            if number:
                subset(Path(dataset), cells, number)
            out = folder / f"compared{number}"
            said = leuko(program, "compare", model_a, model_b, cells, "--split", "all", "--device", device, "--out", out)
            whole = json.loads((out / "comparison.json").read_text())
            for one in ("a", "b"):
                check_evaluation(whole[one])
            only_a, only_b, p = check_comparison(said, whole["a"], whole["b"])
            print(f"comparison on {said['n']} cells: {only_a} against {only_b}, p = {p:.6g}: agrees")
    for name, gap in sorted(worst.items()):
        print(f"  {name}: largest gap {gap:.1e}")


if __name__ == "__main__":
    main()
