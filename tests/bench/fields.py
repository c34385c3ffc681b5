"""Finding leukocytes in fields of view, measured: fields.py LEUKO DATA [place|colour|kind|class|large|stream]...

LEUKO is the program, DATA the folder that holds bccd-fields and the folders of single cells. A cell is hit where the middle
of the found box lies in a box of boxes.csv (WBC), one to one. The limits were chosen on all of these fields, so that
the figures are those of fields that are known. Needs Pillow for `colour` and `large`.
"""
import csv, glob, io, json, os, re, subprocess, sys, tempfile, time

LABS = ["pbc", "bccd-cells", "chula-cells", "krd-cells"]


def find(leuko, *paths):
    out = subprocess.run([leuko, "find", *paths, "--json"], capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def truth(data):
    boxes = {}
    for row in csv.DictReader(open(f"{data}/bccd-fields/boxes.csv")):
        if row["label"] == "WBC":
            boxes.setdefault(row["image"], []).append([float(row[k]) for k in ("xmin", "ymin", "xmax", "ymax")])
    return boxes


def judge(lines, boxes):
    """Hits, false finds, misses, overlaps of hits, edge marks that agree, and the fields that are disputed."""
    hits = false = missed = agreed = 0
    overlaps, disputed = [], []
    for line in lines:
        name = os.path.basename(line["path"])
        left, wrong = list(boxes.get(name, [])), 0
        for cell in line["cells"]:
            x0, y0, x1, y1 = (cell[k] for k in ("xmin", "ymin", "xmax", "ymax"))
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            hit = next((b for b in left if b[0] <= x <= b[2] and b[1] <= y <= b[3]), None)
            if hit is None:
                wrong += 1
                continue
            left.remove(hit)
            hits += 1
            wide, high = min(x1, hit[2]) - max(x0, hit[0]), min(y1, hit[3]) - max(y0, hit[1])
            both = wide * high
            overlaps.append(both / ((x1 - x0) * (y1 - y0) + (hit[2] - hit[0]) * (hit[3] - hit[1]) - both))
            at_border = hit[0] <= 2 or hit[1] <= 2 or hit[2] >= 638 or hit[3] >= 478
            agreed += at_border == cell["edge"]
        false, missed = false + wrong, missed + len(left)
        if wrong or left:
            disputed.append((name, wrong, len(left)))
    return hits, false, missed, overlaps, agreed, disputed


def told(title, lines, boxes):
    hits, false, missed, overlaps, agreed, disputed = judge(lines, boxes)
    overlaps.sort()
    print(f"{title}: {len(lines)} fields, precision {hits / max(hits + false, 1):.4f}, recall {hits / max(hits + missed, 1):.4f}"
          f" ({hits} hit, {false} false, {missed} missed), middle overlap {overlaps[len(overlaps) // 2]:.2f},"
          f" border mark agrees in {agreed / max(hits, 1):.3f}")
    return disputed


def place(leuko, data):
    boxes, files = truth(data), sorted(glob.glob(f"{data}/bccd-fields/images/*"))
    began = time.perf_counter()
    lines = find(leuko, *files)
    secs = time.perf_counter() - began
    disputed = told("all", lines, boxes)
    print("disputed:", ", ".join(f"{name} ({wrong} false, {left} missed)" for name, wrong, left in disputed))
    alone = []
    for file in files[::6]:
        start = time.perf_counter()
        find(leuko, file)
        alone.append(1e3 * (time.perf_counter() - start))
    alone.sort()
    print(f"{1e3 * secs / len(lines):.0f} ms a field in one call; a call for one field: median {alone[len(alone) // 2]:.0f},"
          f" p95 {alone[int(len(alone) * 0.95)]:.0f} ms")


def colour(leuko, data):
    from PIL import Image
    boxes, files = truth(data), sorted(glob.glob(f"{data}/bccd-fields/images/*"))
    tint = lambda r, g, b: lambda image: Image.merge("RGB", [c.point(lambda v, k=k: min(255, int(v * k)))
                                                            for c, k in zip(image.split(), (r, g, b))])
    changes = {"warm": (tint(1.0, 0.9, 0.7), {"quality": 92}), "cool": (tint(0.75, 0.9, 1.0), {"quality": 92}),
               "dark": (tint(0.5, 0.5, 0.5), {"quality": 92}), "JPEG q20": (lambda image: image, {"quality": 20}),
               "half the size": (lambda image: image.resize((320, 240), Image.LANCZOS).resize((640, 480)), {"quality": 92}),
               "seven times the size": (lambda image: image.resize((4480, 3360), Image.BICUBIC), {"quality": 80})}
    for name, (change, how) in changes.items():
        some = files if name != "seven times the size" else files[::10]
        with tempfile.TemporaryDirectory() as folder:
            for file in some:
                change(Image.open(file).convert("RGB")).save(f"{folder}/{os.path.basename(file)}", **how)
            lines = find(leuko, folder)
        times = 7 if name == "seven times the size" else 1
        for cell in (cell for line in lines for cell in line["cells"]):
            for side in ("xmin", "ymin", "xmax", "ymax"):
                cell[side] /= times
        told(name, lines, boxes)


def kind(leuko, data):
    folders = [f"{data}/bccd-fields/images"] + [f for lab in LABS for f in sorted(glob.glob(f"{data}/{lab}/*"))]
    totals = {}
    for folder in folders:
        files = sorted(glob.glob(folder + "/*"))
        # One at a time would be a program's start each; a class in one call is a batch of one size.
        lines = find(leuko, *files[::max(1, len(files) // 150)])
        count = lambda kind: sum(line["kind"] == kind for line in lines)
        row = [len(lines), count("cell"), count("field"), count("neither")]
        lab = os.path.relpath(folder, data).split("/")[0]
        totals[lab] = [a + b for a, b in zip(totals.get(lab, [0] * 4), row)]
        print(f"{os.path.relpath(folder, data)}: {row[0]} images, cell {row[1]}, field {row[2]}, neither {row[3]}")
    for lab, (n, *kinds) in totals.items():
        print(f"{lab}: {n} images; " + ", ".join(f"{kind} {k / n:.3f}" for kind, k in zip(("cell", "field", "neither"), kinds)))


def classes(leuko, data):
    boxes = truth(data)
    label = {}
    for file in glob.glob(f"{data}/bccd-cells/*/*"):
        name = os.path.basename(os.path.dirname(file))
        if name != "platelet":
            label.setdefault("BloodImage_%05d.jpg" % int(re.search(r"BloodImage_(\d+)", file).group(1)), []).append((name, file))
    # Where one field gave one cell, the cell's label is the field's.
    alone = {field: of[0] for field, of in label.items() if len(of) == 1 and len(boxes.get(field, [])) == 1}
    model = os.environ.get("MODEL", "mobilenet")
    given = {}
    out = subprocess.run([leuko, "classify", model, *[file for _, file in alone.values()], "--json"],
                         capture_output=True, text=True, check=True).stdout
    for line in map(json.loads, out.splitlines()):
        given[line["path"]] = line["label"]
    fields = [f"{data}/bccd-fields/images/{field}" for field in sorted(alone)]
    right = [0, 0]
    n = same = 0
    for line in find(leuko, *fields, "--model", model):
        name, file = alone[os.path.basename(line["path"])]
        box = boxes[os.path.basename(line["path"])][0]
        middle = lambda c: ((c["xmin"] + c["xmax"]) / 2, (c["ymin"] + c["ymax"]) / 2)
        hit = [c for c in line["cells"] if box[0] <= middle(c)[0] <= box[2] and box[1] <= middle(c)[1] <= box[3]]
        answer = hit[0].get("label") if hit else None
        n += 1
        right[0] += answer == name
        right[1] += given[file] == name
        same += answer == given[file]
    print(f"{model}: {n} fields of one labelled cell; found, cut and classified {right[0] / n:.4f} right;"
          f" the given crops {right[1] / n:.4f}; the same answer {same / n:.4f}")


def watched(call):
    """Seconds to the first line and to the end, the lines, and the most memory held, in MB."""
    began, first, lines = time.perf_counter(), None, 0
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        for _ in process.stdout:
            first = first or time.perf_counter() - began
            lines += 1
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return first, time.perf_counter() - began, lines, used.ru_maxrss / 1024


def large(leuko, data):
    """Fields as large as a phone's photograph and a stitched tile, put together of real ones."""
    from PIL import Image
    Image.MAX_IMAGE_PIXELS = None
    fields = [Image.open(file).convert("RGB") for file in sorted(glob.glob(f"{data}/bccd-fields/images/*"))[:40]]
    with tempfile.TemporaryDirectory() as folder:
        for name, (wide, high), times, how in [("photo.jpg", (4608, 3456), 2, {"quality": 90}), ("tile.png", (12000, 12000), 1, {"compress_level": 1}),
                                               ("tile.jpg", (12000, 12000), 1, {"quality": 85}), ("widest.png", (20000, 20000), 1, {"compress_level": 1}),
                                               ("widest.jpg", (20000, 20000), 1, {"quality": 85}), ("widest.tif", (20000, 20000), 1, {"compression": "tiff_lzw"})]:
            whole = Image.new("RGB", (wide, high), (225, 220, 215))
            across = wide // (640 * times)
            for n in range(across * (high // (480 * times))):
                part = fields[n % len(fields)].resize((640 * times, 480 * times), Image.BICUBIC)
                whole.paste(part, (n % across * 640 * times, n // across * 480 * times))
            file = f"{folder}/{name}"
            whole.save(file, **how)
            del whole
            for call in ([leuko, "find", file, "--json"], [leuko, "classify", "mobilenet", file, "--as", "field", "--json"]):
                first, secs, lines, most = watched(call)
                print(f"{name} {wide} x {high}, {os.path.getsize(file) / 1e6:.0f} MB, {call[1]}: {lines} lines in {secs:.1f} s, at most {most:.0f} MB")
            os.remove(file)


def stream(leuko, data):
    """Ten thousand images of single cells in one call."""
    files = sorted(glob.glob(f"{data}/pbc/*/*"))[:10000]
    with tempfile.TemporaryDirectory() as folder:
        for n, file in enumerate(files):
            os.symlink(file, f"{folder}/{n:05}.jpg")
        for told in ([], ["--as", "cell"]):
            first, secs, lines, most = watched([leuko, "classify", "mobilenet", folder, "--device", "cpu", "--json", *told])
            print(f"{lines} of {len(files)} images {' '.join(told)}: first line after {first:.2f} s, all in {secs:.0f} s, at most {most:.0f} MB")


if __name__ == "__main__":
    leuko, data, *wanted = sys.argv[1:]
    for name, measure in (("place", place), ("colour", colour), ("kind", kind), ("class", classes), ("large", large), ("stream", stream)):
        if not wanted or name in wanted:
            measure(leuko, data)
