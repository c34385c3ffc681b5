"""Draws images that show no single cell, in twenty kinds, most of them in the colours of a stain.

python3 not_a_cell.py SHARED_DATA OUT [--each 40] [--seed 1]

Needs numpy and Pillow. Cells come from every fifth file of pbc, red cells and fields from bccd-fields. Writes OUT/KIND/NUMBER.png, of which the kinds in STAINED have the colours of a smear. One seed, one set of images.
"""

import argparse
import csv
import math
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIDE = 256
# Background, red cells and nuclei as labs show them: a peach one, a white, a yellow, a blue, a grey one.
STAINS = [
    ((254, 228, 203), (232, 178, 165), (112, 62, 150)),
    ((240, 236, 232), (224, 168, 170), (96, 52, 142)),
    ((226, 212, 152), (190, 140, 90), (112, 72, 84)),
    ((206, 210, 230), (176, 150, 180), (74, 48, 128)),
    ((222, 216, 220), (200, 150, 160), (140, 82, 168)),
    ((248, 232, 238), (238, 170, 190), (150, 60, 140)),
]
STAINED = {
    "purple-noise", "smooth-noise", "squares", "shapes", "half-cells", "cut-cells", "pairs", "mosaics", "red-cells", "precipitate",
    "tissue", "fields", "scrambled", "blobs", "fibres", "stripes", "background",
}


def stain(rng):
    """A background, red-cell and nuclear colour, each a little varied."""
    vary = lambda colour: tuple(int(min(255, max(0, c + rng.gauss(0, 8)))) for c in colour)
    return [vary(colour) for colour in rng.choice(STAINS)]


def paint(mask, ground, colour):
    """Blends two colours by a mask from 0 to 1."""
    mask = np.asarray(mask, dtype=float)[..., None]
    return np.asarray(ground, float) * (1 - mask) + np.asarray(colour, float) * mask


def picture(values, rng, grain=3.0):
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, grain, values.shape)
    return Image.fromarray(np.clip(values + noise, 0, 255).astype(np.uint8))


def smooth(rng, radius, side=SIDE):
    """Noise of one grain, spread over 0 to 1."""
    noise = np.random.default_rng(rng.getrandbits(32)).integers(0, 256, (side, side)).astype(np.uint8)
    blurred = np.asarray(Image.fromarray(noise).filter(ImageFilter.GaussianBlur(radius)), float)
    low, high = np.percentile(blurred, [1, 99])
    return np.clip((blurred - low) / max(high - low, 1e-6), 0, 1)


def disc(draw, x, y, radius, colour):
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)


def canvas(colour, side=SIDE):
    image = Image.new("RGB", (side, side), colour)
    return image, ImageDraw.Draw(image)


class Maker:
    def __init__(self, data, seed):
        self.rng = random.Random(seed)
        self.cells = sorted((data / "pbc").glob("*/*.jpg"))[::5]
        self.fields = sorted((data / "bccd-fields" / "images").iterdir())
        self.boxes = defaultdict(list)
        with open(data / "bccd-fields" / "boxes.csv", newline="") as file:
            for row in csv.DictReader(file):
                row = {key.strip().lower(): value for key, value in row.items()}
                name = row.get("image") or row.get("file") or row.get("filename")
                label = row.get("class") or row.get("label") or row.get("name")
                corners = [int(float(row[key])) for key in ("xmin", "ymin", "xmax", "ymax")]
                self.boxes[Path(name).stem].append((label.strip().lower(), corners))

    def cell(self, side=SIDE):
        """A real cell's image as a square."""
        image = Image.open(self.rng.choice(self.cells)).convert("RGB")
        short = min(image.size)
        left, top = (image.width - short) // 2, (image.height - short) // 2
        return image.crop((left, top, left + short, top + short)).resize((side, side), Image.BICUBIC)

    def ground(self, image):
        """The background's colour of an image."""
        return tuple(int(value) for value in np.percentile(np.asarray(image).reshape(-1, 3), 90, axis=0))

    def red_smear(self, side=SIDE):
        """Drawn red cells on a background."""
        ground, red, nucleus = stain(self.rng)
        image, draw = canvas(ground, side)
        radius = self.rng.uniform(22, 44)
        for _ in range(self.rng.randint(6, 26)):
            x, y = self.rng.uniform(0, side), self.rng.uniform(0, side)
            disc(draw, x, y, radius * self.rng.uniform(0.9, 1.1), red)
            pale = tuple((a + b) // 2 for a, b in zip(red, ground))
            disc(draw, x, y, radius * 0.4, pale)
        return image.filter(ImageFilter.GaussianBlur(2)), nucleus

    # One function a kind.

    def purple_noise(self):
        ground, _, nucleus = stain(self.rng)
        mask = np.random.default_rng(self.rng.getrandbits(32)).random((SIDE, SIDE)) ** self.rng.uniform(0.5, 3)
        return picture(paint(mask, ground, nucleus), self.rng)

    def smooth_noise(self):
        ground, red, nucleus = stain(self.rng)
        mask = smooth(self.rng, self.rng.uniform(3, 40)) ** self.rng.uniform(0.7, 2.5)
        base = np.asarray(ground, float)
        if self.rng.random() < 0.5:
            base = paint(smooth(self.rng, self.rng.uniform(3, 20)), ground, red)
        return picture(paint(mask, base, nucleus), self.rng)

    def squares(self):
        ground, _, nucleus = stain(self.rng)
        image, draw = canvas(ground)
        side, turn = self.rng.uniform(40, 190), self.rng.choice([0, 0, self.rng.uniform(0, math.pi / 2)])
        x, y = (SIDE / 2 + self.rng.gauss(0, 12) for _ in range(2))
        corners = [turn + math.pi / 4 + k * math.pi / 2 for k in range(4)]
        draw.polygon([(x + side / 2**0.5 * math.cos(a), y + side / 2**0.5 * math.sin(a)) for a in corners], fill=nucleus)
        return picture(np.asarray(image, float), self.rng, self.rng.choice([0.0, 3.0]))

    def shapes(self):
        ground, red, nucleus = stain(self.rng)
        image, draw = canvas(ground)
        x, y, size = SIDE / 2, SIDE / 2, self.rng.uniform(40, 95)
        kind = self.rng.choice(["star", "triangle", "ring", "cross", "letter", "hexagon", "bars"])
        points = {"star": 10, "triangle": 3, "hexagon": 6}.get(kind)
        if points:
            turn = self.rng.uniform(0, math.tau)
            radii = [size * (0.45 if kind == "star" and k % 2 else 1) for k in range(points)]
            angle = lambda k: turn + math.tau * k / points
            draw.polygon([(x + r * math.cos(angle(k)), y + r * math.sin(angle(k))) for k, r in enumerate(radii)], fill=nucleus)
        elif kind == "ring":
            disc(draw, x, y, size, nucleus)
            disc(draw, x, y, size * 0.6, ground)
        elif kind == "cross":
            draw.rectangle([x - size, y - size / 4, x + size, y + size / 4], fill=nucleus)
            draw.rectangle([x - size / 4, y - size, x + size / 4, y + size], fill=nucleus)
        elif kind == "letter":
            font = ImageFont.load_default(size=int(size * 2))
            draw.text((x, y), self.rng.choice("ABEHKMSX48"), font=font, fill=nucleus, anchor="mm")
        else:
            for k in range(self.rng.randint(2, 5)):
                at = 30 + k * 45
                draw.rectangle([at, SIDE - size - self.rng.uniform(0, 90), at + 28, SIDE - 20], fill=self.rng.choice([nucleus, red]))
        return picture(np.asarray(image, float), self.rng, self.rng.choice([0.0, 3.0]))

    def half_cells(self):
        """One side of a cell's image covered."""
        image = self.cell()
        colour = self.rng.choice([self.ground(image), self.ground(image), (0, 0, 0), (255, 255, 255), (128, 128, 128)])
        half = SIDE // 2 + self.rng.randint(-8, 8)
        box = self.rng.choice([(0, 0, half, SIDE), (half, 0, SIDE, SIDE), (0, 0, SIDE, half), (0, half, SIDE, SIDE)])
        image.paste(colour, box)
        return image

    def cut_cells(self):
        """A cell whose middle lies at the image's border, as a wrong crop leaves it."""
        if self.rng.random() < 0.5:
            image, side = self.cell(), SIDE // 2
            x, y = self.rng.choice([(SIDE // 2, SIDE // 4), (0, SIDE // 4), (SIDE // 4, 0), (SIDE // 4, SIDE // 2)])
            return image.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.BICUBIC)
        while True:
            path = self.rng.choice(self.fields)
            field = Image.open(path).convert("RGB")
            whites = [box for label, box in self.boxes[path.stem] if label == "wbc"]
            if len(whites) != 1:
                continue
            left, top, right, bottom = whites[0]
            middle, side = ((left + right) // 2, (top + bottom) // 2), self.rng.randint(180, 300)
            corners = [(middle[0], middle[1] - side // 2), (middle[0] - side, middle[1] - side // 2),
                       (middle[0] - side // 2, middle[1]), (middle[0] - side // 2, middle[1] - side)]
            inside = [(x, y) for x, y in corners if 0 <= x <= field.width - side and 0 <= y <= field.height - side]
            if inside:
                x, y = self.rng.choice(inside)
                return field.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.BICUBIC)

    def pairs(self):
        a, b = self.cell(), self.cell()
        quarter = SIDE // 4
        left, right = a.crop((quarter, 0, SIDE - quarter, SIDE)), b.crop((quarter, 0, SIDE - quarter, SIDE))
        image = Image.new("RGB", (SIDE, SIDE))
        image.paste(left, (0, 0))
        image.paste(right, (SIDE // 2, 0))
        return image if self.rng.random() < 0.5 else image.transpose(Image.ROTATE_90)

    def mosaics(self):
        count = self.rng.choice([2, 3, 3, 4, 5])
        side = SIDE // count
        image = Image.new("RGB", (side * count, side * count))
        for place in range(count * count):
            image.paste(self.cell(side), (place % count * side, place // count * side))
        return image.resize((SIDE, SIDE), Image.BICUBIC)

    def red_cells(self):
        if self.rng.random() < 0.35:
            return picture(np.asarray(self.red_smear()[0], float), self.rng)
        while True:
            path = self.rng.choice(self.fields)
            field = Image.open(path).convert("RGB")
            side = self.rng.randint(110, 200)
            x, y = self.rng.randint(0, field.width - side), self.rng.randint(0, field.height - side)
            clear = lambda box: x + side < box[0] - 8 or box[2] + 8 < x or y + side < box[1] - 8 or box[3] + 8 < y
            if all(clear(box) for label, box in self.boxes[path.stem] if label in ("wbc", "platelets", "platelet")):
                return field.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.BICUBIC)

    def precipitate(self):
        """Grains of dye, many and small, over red cells or nothing."""
        image, nucleus = self.red_smear()
        if self.rng.random() < 0.4:
            ground, _, nucleus = stain(self.rng)
            image, _ = canvas(ground)
        draw = ImageDraw.Draw(image)
        clusters = [(self.rng.uniform(0, SIDE), self.rng.uniform(0, SIDE), self.rng.uniform(10, 90)) for _ in range(self.rng.randint(1, 5))]
        for _ in range(self.rng.randint(60, 600)):
            x, y, spread = self.rng.choice(clusters)
            dark = tuple(int(c * self.rng.uniform(0.4, 1.0)) for c in nucleus)
            disc(draw, self.rng.gauss(x, spread), self.rng.gauss(y, spread), self.rng.uniform(0.8, 4.5), dark)
        return picture(np.asarray(image.filter(ImageFilter.GaussianBlur(self.rng.uniform(0, 1))), float), self.rng)

    def tissue(self):
        """Many nuclei in pink fibres, as in a section."""
        _, _, nucleus = stain(self.rng)
        pink = (235, 165 + self.rng.randint(-20, 20), 200)
        fibre = smooth(self.rng, self.rng.uniform(2, 6))
        stretched = Image.fromarray((fibre * 255).astype(np.uint8)).resize((SIDE, SIDE // 4)).resize((SIDE, SIDE))
        base = paint(np.asarray(stretched, float) / 255, (248, 225, 235), pink)
        image = Image.fromarray(base.astype(np.uint8)).rotate(self.rng.choice([0, 90]))
        draw = ImageDraw.Draw(image)
        size = self.rng.uniform(5, 14)
        for _ in range(self.rng.randint(30, 160)):
            x, y = self.rng.uniform(0, SIDE), self.rng.uniform(0, SIDE)
            w, h = size * self.rng.uniform(0.7, 1.3), size * self.rng.uniform(0.7, 2.2)
            shade = tuple(int(min(255, c * self.rng.uniform(0.7, 1.3))) for c in nucleus)
            draw.ellipse([x - w, y - h, x + w, y + h], fill=shade)
        return picture(np.asarray(image.filter(ImageFilter.GaussianBlur(self.rng.uniform(0.5, 2))), float), self.rng)

    def whole_fields(self):
        if self.rng.random() < 0.6:
            return Image.open(self.rng.choice(self.fields)).convert("RGB")
        # Cells of one slide pasted far apart among drawn red cells, each small.
        image = self.cell(SIDE).resize((640, 640)).filter(ImageFilter.GaussianBlur(60))
        for _ in range(self.rng.randint(5, 12)):
            small = self.cell(self.rng.randint(70, 120))
            image.paste(small, (self.rng.randint(0, 540), self.rng.randint(0, 540)))
        return image

    def scrambled(self):
        """A cell's image in pieces that lie elsewhere."""
        image, count = self.cell(), self.rng.choice([3, 4, 6, 8])
        side = SIDE // count
        places = list(range(count * count))
        # The pieces that hold the cell go apart.
        while sum(of == to for to, of in enumerate(places)):
            self.rng.shuffle(places)
        out = Image.new("RGB", (side * count, side * count))
        for to, of in enumerate(places):
            x, y = of % count * side, of // count * side
            out.paste(image.crop((x, y, x + side, y + side)), (to % count * side, to // count * side))
        return out

    def blobs(self):
        """One soft or irregular drop of dye."""
        ground, red, nucleus = stain(self.rng)
        y, x = np.mgrid[0:SIDE, 0:SIDE]
        cx, cy = (SIDE / 2 + self.rng.gauss(0, 45) for _ in range(2))
        away = np.hypot((x - cx) * self.rng.uniform(0.5, 1.5), (y - cy)) / self.rng.uniform(15, 110)
        away = away * (1 + 0.7 * (smooth(self.rng, self.rng.uniform(6, 25)) - 0.5))
        mask = 1 / (1 + np.exp((away - 1) * self.rng.uniform(2, 14)))
        return picture(paint(mask, ground, self.rng.choice([nucleus, nucleus, red])), self.rng)

    def fibres(self):
        image, nucleus = self.red_smear()
        draw = ImageDraw.Draw(image)
        for _ in range(self.rng.randint(1, 7)):
            x, y, turn = self.rng.uniform(0, SIDE), self.rng.uniform(0, SIDE), self.rng.uniform(0, math.tau)
            points = []
            for _ in range(60):
                points.append((x, y))
                turn += self.rng.gauss(0, 0.15)
                x, y = x + 8 * math.cos(turn), y + 8 * math.sin(turn)
            draw.line(points, fill=nucleus, width=self.rng.randint(2, 14))
        return picture(np.asarray(image.filter(ImageFilter.GaussianBlur(1)), float), self.rng)

    def stripes(self):
        ground, _, nucleus = stain(self.rng)
        y, x = np.mgrid[0:SIDE, 0:SIDE]
        turn, wave = self.rng.uniform(0, math.pi), self.rng.uniform(8, 90)
        across = np.sin((x * math.cos(turn) + y * math.sin(turn)) * math.tau / wave)
        down = np.sin((y * math.cos(turn) - x * math.sin(turn)) * math.tau / wave)
        mask = self.rng.choice([across, across * down])
        mask = (mask > 0).astype(float) if self.rng.random() < 0.5 else (mask + 1) / 2
        return picture(paint(mask, ground, nucleus), self.rng)

    def background(self):
        """The slide with nothing on it, or a shadow."""
        ground, red, _ = stain(self.rng)
        mask = smooth(self.rng, self.rng.uniform(20, 70)) * self.rng.uniform(0.2, 1.0)
        return picture(paint(mask, ground, red), self.rng, self.rng.uniform(2, 9))

    def noise(self):
        values = np.random.default_rng(self.rng.getrandbits(32)).integers(0, 256, (SIDE, SIDE, 3 if self.rng.random() < 0.7 else 1))
        image = Image.fromarray(np.broadcast_to(values, (SIDE, SIDE, 3)).astype(np.uint8))
        return image.filter(ImageFilter.GaussianBlur(self.rng.choice([0, 0, 2, 6])))

    def gradients(self):
        a, b = ([self.rng.randint(0, 255) for _ in range(3)] for _ in range(2))
        if self.rng.random() < 0.5:
            ground, _, nucleus = stain(self.rng)
            a, b = ground, nucleus
        y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1)
        turn = self.rng.uniform(0, math.tau)
        mask = (x - 0.5) * math.cos(turn) + (y - 0.5) * math.sin(turn) + 0.5
        if self.rng.random() < 0.4:
            mask = np.hypot(x - 0.5, y - 0.5) * 1.4
        return picture(paint(np.clip(mask, 0, 1), a, b), self.rng, 1.0)

    def text(self):
        """A page or a window of a program."""
        dark = self.rng.random() < 0.25
        image, draw = canvas((30, 30, 34) if dark else (250, 250, 248))
        ink = (225, 225, 225) if dark else (30, 30, 40)
        font = ImageFont.load_default(size=self.rng.randint(9, 22))
        words = "cell slide report patient count white blood smear total result date name 12 4.5 %".split()
        for y in range(8, SIDE, self.rng.randint(14, 30)):
            draw.text((8, y), " ".join(self.rng.choice(words) for _ in range(8)), font=font, fill=ink)
        if self.rng.random() < 0.6:
            accent = tuple(self.rng.randint(40, 220) for _ in range(3))
            draw.rectangle([0, 0, SIDE, self.rng.randint(14, 40)], fill=accent)
            x, y = self.rng.randint(20, 150), self.rng.randint(60, 180)
            draw.rounded_rectangle([x, y, x + 80, y + 28], 6, fill=accent)
        return image

    def scenes(self):
        """Sky, ground, houses, a face: what a camera sees elsewhere."""
        colour = lambda low, high: tuple(self.rng.randint(low, high) for _ in range(3))
        image, draw = canvas(colour(120, 230))
        draw.rectangle([0, self.rng.randint(120, 200), SIDE, SIDE], fill=colour(30, 160))
        for _ in range(self.rng.randint(2, 9)):
            x, y, w, h = self.rng.randint(0, 220), self.rng.randint(20, 200), self.rng.randint(10, 110), self.rng.randint(10, 110)
            self.rng.choice([draw.rectangle, draw.ellipse])([x, y, x + w, y + h], fill=colour(20, 240))
        if self.rng.random() < 0.4:
            disc(draw, 128, 128, 80, (225, 175, 145))
            disc(draw, 100, 110, 10, (60, 40, 30))
            disc(draw, 156, 110, 10, (60, 40, 30))
            draw.ellipse([100, 160, 156, 176], fill=(180, 90, 90))
        return picture(np.asarray(image.filter(ImageFilter.GaussianBlur(2)), float), self.rng, 5)

    def kinds(self):
        return {
            "purple-noise": self.purple_noise, "smooth-noise": self.smooth_noise, "squares": self.squares, "shapes": self.shapes,
            "half-cells": self.half_cells, "cut-cells": self.cut_cells, "pairs": self.pairs, "mosaics": self.mosaics,
            "red-cells": self.red_cells, "precipitate": self.precipitate, "tissue": self.tissue, "fields": self.whole_fields,
            "scrambled": self.scrambled, "blobs": self.blobs, "fibres": self.fibres, "stripes": self.stripes,
            "background": self.background, "noise": self.noise, "gradients": self.gradients, "text": self.text, "scenes": self.scenes,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    maker = Maker(args.data, args.seed)
    for kind, make in maker.kinds().items():
        folder = args.out / kind
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(args.each):
            make().save(folder / f"{number:03}.png")


if __name__ == "__main__":
    main()
