"""What is refused and flagged, measured: refusal.py LEUKO DATA [--model mobilenet] [--each 20] [--draws 20].

LEUKO is the program, DATA the folder that holds pbc and the other labs' cells. Made-up pictures come from not_a_cell.py (numpy, Pillow).
Each other lab is judged by a sieve that was found without it. Batches: draws of 50 cells from each lab and from PBC's test split.
"""
import argparse, json, os, random, re, shutil, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LABS = ["bccd-cells", "chula-cells", "krd-cells"]
# Kinds of not_a_cell.py whose like is not drawn where a sieve is found.
NEW = ["background", "fibres", "noise", "scenes", "shapes", "stripes", "text"]


def run(*call):
    return subprocess.run([str(part) for part in call], capture_output=True, text=True, check=True)


def classify(leuko, model, files, taken="cell"):
    done = run(leuko, "classify", model, *files, "--as", taken, "--json", "--device", "cpu")
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def is_flagged(line):
    return any(flag.endswith("look at this cell yourself") for flag in line["flags"])


def shares(lines):
    """Shares refused, and refused or flagged, of images that are each taken for one cell."""
    refused = sum(line["refused"] is not None for line in lines)
    flagged = sum(line["refused"] is None and is_flagged(line) for line in lines)
    return refused / len(lines), (refused + flagged) / len(lines)


def held(lines, files):
    """Share of images in which no cell has a class without a flag, whatever each image is taken for."""
    loose = {line["path"] for line in lines if line["refused"] is None and not is_flagged(line)}
    return 1 - sum(str(file) in loose for file in files) / len(files)


def without(leuko, data, model, left, folder):
    """A copy of a bundled model whose sieve never saw a lab."""
    others = [part for lab in LABS if lab != left for part in ("--also", data / lab)]
    run(leuko, "models", "--sieve", model, "--on", data / "pbc", *others, "--out", folder)
    for made, kept in [(f"{model}.ron", "card.ron"), (f"{model}.bpk", "weights.bpk")]:
        shutil.copy(ROOT / "assets/models" / made, folder / kept)
    shutil.move(folder / f"{model}.sieve", folder / "sieve.safetensors")
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("leuko", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="mobilenet")
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--draws", type=int, default=20)
    args = parser.parse_args()
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        run(sys.executable, ROOT / "tests/bench/not_a_cell.py", args.data, work / "none", "--each", args.each, "--seed", 7)
        files = sorted((work / "none").glob("*/*.png"))
        lines, _ = classify(args.leuko, args.model, files)
        kinds = sorted({file.parent.name for file in files})
        of = lambda kind: [line for line, file in zip(lines, files) if file.parent.name == kind]
        print(f"{len(lines)} pictures of {len(kinds)} kinds: refused %.3f, refused or flagged %.3f" % shares(lines))
        new = [line for kind in NEW for line in of(kind)]
        print(f"of them {len(new)} of {len(NEW)} kinds whose like it was not found with: refused %.3f, refused or flagged %.3f" % shares(new))
        for kind in kinds:
            print(f"  {kind}: refused %.2f, refused or flagged %.2f" % shares(of(kind)))
        lines, _ = classify(args.leuko, args.model, files, "auto")
        print("each taken for a cell or a field by what is in it: no class without a flag in %.3f" % held(lines, files))
        run(args.leuko, "evaluate", args.model, args.data / "pbc", "--split", "test", "--out", work / "test", "--json")
        judged = json.loads((work / "test/evaluation.json").read_text())["judged"]
        home = [args.data / "pbc" / one["path"] for one in judged]
        lines, _ = classify(args.leuko, args.model, home)
        colour = sum(line["refused"] is not None and "the model sees" not in line["refused"] for line in lines)
        print(f"PBC test, {len(lines)} cells: refused %.4f, refused or flagged %.3f" % shares(lines), f"({colour} by colour)")
        sets = {"pbc": home}
        for lab in LABS:
            cells = sorted(path for path in (args.data / lab).glob("*/*") if path.suffix in (".jpg", ".png"))
            (work / lab).mkdir()
            lines, _ = classify(args.leuko, without(args.leuko, args.data, args.model, lab, work / lab), cells)
            colour = sum(line["refused"] is not None and "the model sees" not in line["refused"] for line in lines)
            print(f"{lab}, {len(lines)} cells, left out: refused %.4f, refused or flagged %.3f" % shares(lines), f"({colour} by colour)")
            sets[lab] = cells
        for lab, cells in sets.items():
            told = [classify(args.leuko, args.model, rng.sample(cells, 50))[1] for _ in range(args.draws)]
            strange = sum("do not look like" in words for words in told)
            print(f"{lab}: {strange} of {args.draws} batches of 50 are told to be of another lab")


if __name__ == "__main__":
    main()
