//! How a class looks wherever it is drawn: the lab's own colours for the eight, a second palette for every other class.

use std::collections::BTreeSet;

use super::classes::{self, Marker};

/// An sRGB colour.
pub type Rgb = [u8; 3];

/// The least contrast of what carries meaning with its ground (WCAG 2.2, 1.4.11).
pub const LEAST_CONTRAST: f64 = 3.0;

/// Tones of Tol's muted palette, which is safe for colour-blind eyes, in an order that keeps neighbours apart.
const FURTHER: [Rgb; 9] = [
    [0xCC, 0x66, 0x77],
    [0x33, 0x22, 0x88],
    [0xDD, 0xCC, 0x77],
    [0x11, 0x77, 0x33],
    [0x88, 0xCC, 0xEE],
    [0x88, 0x22, 0x55],
    [0x44, 0xAA, 0x99],
    [0x99, 0x99, 0x33],
    [0xAA, 0x44, 0x99],
];

/// Shapes of the further classes. There are eight for nine tones, so that a pair comes twice only after 72 classes.
const SHAPES: [Marker; 8] = [
    Marker::Circle,
    Marker::Square,
    Marker::Up,
    Marker::Diamond,
    Marker::Down,
    Marker::Cross,
    Marker::Left,
    Marker::Right,
];

/// Colour and shape of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassLook {
    pub colour: Rgb,
    pub marker: Marker,
    /// Whether the shape is an outline: the eight are solid, so that no further class is taken for one of them.
    pub open: bool,
}

impl ClassLook {
    /// The look of a class; `place` is where a class outside the eight stands in its list.
    #[must_use]
    pub fn of(name: &str, place: usize) -> Self {
        if let Some(class) = classes::find(name) {
            return Self { colour: class.style.colour, marker: class.style.marker, open: false };
        }
        let colour = FURTHER.get(place % FURTHER.len()).copied().unwrap_or([0x80; 3]);
        let marker = SHAPES.get(place % SHAPES.len()).copied().unwrap_or(Marker::Circle);
        Self { colour, marker, open: true }
    }

    /// Its colour as a line, an outline or a small shape needs it to stand out from every one of these grounds.
    #[must_use]
    pub fn line_on(&self, grounds: &[Rgb]) -> Rgb {
        standing_out(self.colour, grounds)
    }
}

/// Letters for each class where a name has no room, no two the same: the lab's code, or the start of the name, with its
/// end or its place where starts are alike.
#[must_use]
pub fn codes<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = classes::KNOWN.iter().map(|class| class.style.code.to_lowercase()).collect();
    let mut found = Vec::new();
    for (place, name) in names.into_iter().enumerate() {
        if let Some(class) = classes::find(name) {
            found.push(class.style.code.to_owned());
            continue;
        }
        let start = |letters: usize| name.chars().take(letters).collect::<String>();
        let end: String = name.chars().next_back().into_iter().collect();
        let numbered = (place + 1..).map(|number| format!("{}{number}", start(2)));
        let mut wishes = [start(4), start(3) + &end].into_iter().chain(numbered);
        let code = wishes.find(|code| taken.insert(code.to_lowercase())).unwrap_or_default();
        found.push(code);
    }
    found
}

/// How far two colours stand apart, from 1 to 21 (WCAG 2.2, contrast ratio).
#[must_use]
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
#[must_use]
pub fn luminance([r, g, b]: Rgb) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// The colour itself where it stands out from the grounds, else the nearest darker or lighter one that does.
fn standing_out(colour: Rgb, grounds: &[Rgb]) -> Rgb {
    let mean = grounds.iter().map(|ground| luminance(*ground)).sum::<f64>() / grounds.len().max(1) as f64;
    // The luminance that stands out from black as much as from white.
    let aim = if mean > 0.179 { 0.0 } else { 255.0 };
    let mixed = |step: u32| {
        let share = f64::from(step) / 64.0;
        colour.map(|channel| (f64::from(channel) * (1.0 - share) + aim * share).round() as u8)
    };
    let out = |colour: &Rgb| grounds.iter().all(|ground| contrast(*colour, *ground) >= LEAST_CONTRAST);
    (0..64).map(mixed).find(out).unwrap_or_else(|| mixed(64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Rgb = [0xFF; 3];

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast(WHITE, [0; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([0x77; 3], WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn no_further_class_looks_like_another_one_before_the_73rd() {
        let looks: Vec<_> = (0..72).map(|place| ClassLook::of("blast", place)).collect();
        for (place, look) in looks.iter().enumerate() {
            assert!(look.open && !looks[..place].contains(look), "{place}");
        }
        assert!(classes::KNOWN.iter().all(|class| !ClassLook::of(class.name, 3).open));
    }

    #[test]
    fn every_line_stands_out_and_keeps_its_tone_where_it_can() {
        let known = classes::KNOWN.iter().map(|class| ClassLook::of(class.name, 0));
        for look in known.chain((0..FURTHER.len()).map(|place| ClassLook::of("blast", place))) {
            for ground in [WHITE, [0x10; 3]] {
                let line = look.line_on(&[ground]);
                assert!(contrast(line, ground) >= LEAST_CONTRAST, "{look:?} on {ground:?}");
            }
        }
        let basophil = ClassLook::of("basophil", 0);
        assert_eq!(basophil.line_on(&[WHITE]), basophil.colour);
    }

    #[test]
    fn codes_tell_classes_with_the_same_start_apart() {
        let names = ["artefact", "blast_a", "blast_b", "blast_cb", "ig", "igneous", "neutrophil"];
        assert_eq!(codes(names), ["arte", "blas", "blab", "bl4", "IG", "igne", "NEU"]);
        let many: Vec<String> = (0..40).map(|number| format!("cell type {number}")).collect();
        let found: BTreeSet<String> = codes(many.iter().map(String::as_str)).into_iter().collect();
        assert_eq!(found.len(), 40);
    }
}
