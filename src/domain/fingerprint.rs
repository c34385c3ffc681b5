//! What an image looks like from afar: the same however it was resized, encoded, mirrored or turned.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Diagonals of the cosine transform that are kept: `u + v` from 1 to this.
pub const DIAGONALS: usize = 8;
/// Numbers on these diagonals.
pub const COEFFICIENTS: usize = DIAGONALS * (DIAGONALS + 3) / 2;
/// Bytes of a fingerprint: the scale of the coefficients, the mean colour, the coefficients.
pub const BYTES: usize = 4 + COEFFICIENTS;

/// Two images are near where they differ by at most this share of the contrast of the paler one. Copies of a cell that
/// were mirrored, turned, resized or encoded again differ by 0.04 at most, different cells by 0.2 and more.
const NEAR: f32 = 0.08;
/// Grey levels of 255 by which the mean of each colour may differ.
const COLOUR: u8 = 3;
/// Contrast in grey levels (root mean square) under which an image is flat: noise decides what it looks like.
const FLAT: f32 = 2.0;
/// Steps of the scale in an octave, and its smallest value in octaves.
const STEPS: f32 = 16.0;
const SMALLEST: f32 = -8.0;

/// A short description of a whole frame by its coarsest pattern; comparing two tells near-copies, see [`Index`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; BYTES]);

impl Fingerprint {
    /// Of a frame's mean colour (0 to 255) and its cosine coefficients, diagonal by diagonal, on each by ascending `v`;
    /// their squares add up to the variance of the luminance.
    #[must_use]
    pub fn new(mean: [f32; 3], coefficients: &[f32; COEFFICIENTS]) -> Self {
        let peak = coefficients.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        let code = ((peak.log2() - SMALLEST) * STEPS).ceil().clamp(0.0, 255.0) as u8;
        let step = scale(code) / 127.0;
        let numbers = coefficients.iter().map(|value| (value / step).round().clamp(-127.0, 127.0) as i8 as u8);
        let colour = mean.map(|value| value.round().clamp(0.0, 255.0) as u8);
        let mut bytes = [0; BYTES];
        for (byte, value) in bytes.iter_mut().zip(std::iter::once(code).chain(colour).chain(numbers)) {
            *byte = value;
        }
        Self(bytes)
    }

    /// Whether two images are one picture, mirrored, turned, resized or encoded again. A flat image is near to none, not
    /// even to itself: only equal pixels tell that two of them are one.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        self.shape().zip(other.shape()).is_some_and(|(one, other)| one.is_near(&other))
    }

    /// The bytes as numbers to compare by; `None` for a flat image.
    fn shape(&self) -> Option<Shape> {
        let ([code, colour @ ..], numbers) = self.0.split_first_chunk::<4>()?;
        let step = scale(*code) / 127.0;
        let mut unit = [0.0; COEFFICIENTS];
        for (number, byte) in unit.iter_mut().zip(numbers) {
            *number = f32::from(*byte as i8) * step;
        }
        let contrast = unit.iter().map(|number| number * number).sum::<f32>().sqrt();
        unit.iter_mut().for_each(|number| *number /= contrast);
        (contrast >= FLAT).then_some(Shape { colour: *colour, contrast, unit })
    }
}

/// The largest coefficient that a scale's code can hold, in grey levels.
fn scale(code: u8) -> f32 {
    (f32::from(code) / STEPS + SMALLEST).exp2()
}

/// A fingerprint ready to be compared.
#[derive(Clone, Debug)]
struct Shape {
    colour: [u8; 3],
    /// Root mean square of the kept pattern in grey levels.
    contrast: f32,
    /// The coefficients at a contrast of 1.
    unit: [f32; COEFFICIENTS],
}

impl Shape {
    fn is_near(&self, other: &Self) -> bool {
        let like = self.colour.iter().zip(other.colour).all(|(one, other)| one.abs_diff(other) <= COLOUR);
        let (one, two) = (self.contrast, other.contrast);
        like && (one - two).powi(2) + 2.0 * one * two * (1.0 - likeness(&self.unit, &other.unit))
            <= (NEAR * one.min(two)).powi(2)
    }

    /// What no mirroring or turning changes, each in units of the most by which near images differ: colour and contrast,
    /// then the size of each pair of coefficients that a quarter turn swaps.
    fn key(&self) -> [f32; KEYS] {
        let [red, green, blue] = self.colour.map(|value| f32::from(value) / f32::from(COLOUR));
        let number = |u, v| self.unit.get(place(u, v)).copied().unwrap_or_default();
        let pairs = (1..=DIAGONALS).flat_map(|diagonal| (0..=diagonal / 2).map(move |v| (diagonal - v, v)));
        let sizes = pairs.map(|(u, v)| number(u, v).hypot(if u == v { 0.0 } else { number(v, u) }) / NEAR);
        let apart = [red, green, blue, self.contrast.ln() / NEAR.ln_1p()];
        let mut key = [0.0; KEYS];
        key.iter_mut().zip(apart.into_iter().chain(sizes)).for_each(|(slot, value)| *slot = value);
        key
    }
}

/// Where the coefficient of `u` waves across and `v` down stands.
const fn place(u: usize, v: usize) -> usize {
    let diagonal = u + v;
    diagonal * (diagonal + 1) / 2 - 1 + v
}

/// The largest correlation of one pattern with another in all eight orientations: mirroring changes the signs of odd
/// coefficients, a quarter turn swaps `u` and `v` as well.
fn likeness(one: &[f32; COEFFICIENTS], other: &[f32; COEFFICIENTS]) -> f32 {
    // Sums of products by whether u and v are odd: as they stand, and with the other turned.
    let (mut straight, mut turned) = ([0.0; 4], [0.0; 4]);
    let (mut left, mut right) = (&one[..], &other[..]);
    for diagonal in 1..=DIAGONALS {
        let (Some((a, rest)), Some((b, others))) =
            (left.split_at_checked(diagonal + 1), right.split_at_checked(diagonal + 1))
        else {
            break;
        };
        for (v, (x, (y, across))) in a.iter().zip(b.iter().zip(b.iter().rev())).enumerate() {
            let odd = (diagonal - v) % 2 + 2 * (v % 2);
            if let (Some(sum), Some(swapped)) = (straight.get_mut(odd), turned.get_mut(odd)) {
                *sum += x * y;
                *swapped += x * across;
            }
        }
        (left, right) = (rest, others);
    }
    best_signs(straight).max(best_signs(turned))
}

/// The largest sum that two free signs, of odd `u` and of odd `v`, can give.
fn best_signs([even, u, v, both]: [f32; 4]) -> f32 {
    (even + both + (u + v).abs()).max(even - both + (u - v).abs())
}

/// Numbers in a key: those that may each differ by 1, and those whose differences may be 1 together.
const KEYS: usize = APART + DIAGONALS * (DIAGONALS + 4) / 4;
const APART: usize = 4;
/// How far the keys of near images may lie apart: 1, and what rounding adds.
const REACH: f32 = 1.001;

/// Fingerprints in which near ones are found quickly: a k-d tree over what no orientation changes.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The middle of each stretch parts it by one of its keys, and so do the middles of both halves.
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
struct Node {
    key: [f32; KEYS],
    /// Which of the keys parts the stretch that this node is the middle of.
    by: usize,
    shape: Shape,
    /// Where this very fingerprint stands in the list, ascending.
    places: Vec<usize>,
}

impl Index {
    #[must_use]
    pub fn new(fingerprints: impl IntoIterator<Item = Fingerprint>) -> Self {
        let mut places: BTreeMap<Fingerprint, Vec<usize>> = BTreeMap::new();
        for (place, fingerprint) in fingerprints.into_iter().enumerate() {
            places.entry(fingerprint).or_default().push(place);
        }
        let node = |(fingerprint, places): (Fingerprint, Vec<usize>)| {
            fingerprint.shape().map(|shape| Node { key: shape.key(), by: 0, shape, places })
        };
        let mut nodes: Vec<Node> = places.into_iter().filter_map(node).collect();
        plant(&mut nodes);
        Self { nodes }
    }

    /// Places of all fingerprints near this one, ascending, itself included where it is in the list.
    #[must_use]
    pub fn near(&self, one: &Fingerprint) -> Vec<usize> {
        let mut found = Vec::new();
        if let Some(shape) = one.shape() {
            search(&self.nodes, &shape.key(), &shape, &mut found);
        }
        found.sort_unstable();
        found
    }
}

fn along(key: &[f32; KEYS], by: usize) -> f32 {
    key.get(by).copied().unwrap_or_default()
}

/// Orders nodes so that the middle of each stretch has the smaller ones of a key before it and the larger ones behind.
fn plant(nodes: &mut [Node]) {
    if nodes.is_empty() {
        return;
    }
    let by = widest(nodes);
    let middle = nodes.len() / 2;
    let (before, node, behind) =
        nodes.select_nth_unstable_by(middle, |a, b| along(&a.key, by).total_cmp(&along(&b.key, by)));
    node.by = by;
    plant(before);
    plant(behind);
}

/// The key that spreads these nodes most.
fn widest(nodes: &[Node]) -> usize {
    let spread = |by: &usize| {
        let values = || nodes.iter().map(|node| along(&node.key, *by));
        values().fold(f32::MIN, f32::max) - values().fold(f32::MAX, f32::min)
    };
    (0..KEYS).max_by(|a, b| spread(a).total_cmp(&spread(b))).unwrap_or_default()
}

fn search(nodes: &[Node], key: &[f32; KEYS], shape: &Shape, found: &mut Vec<usize>) {
    let (before, rest) = nodes.split_at(nodes.len() / 2);
    let Some((middle, behind)) = rest.split_first() else { return };
    if can_be_near(key, &middle.key) && shape.is_near(&middle.shape) {
        found.extend(&middle.places);
    }
    let (wanted, parting) = (along(key, middle.by), along(&middle.key, middle.by));
    if wanted - REACH <= parting {
        search(before, key, shape, found);
    }
    if wanted + REACH >= parting {
        search(behind, key, shape, found);
    }
}

/// Never false for near images, and seldom true for others.
fn can_be_near(one: &[f32; KEYS], other: &[f32; KEYS]) -> bool {
    let mut differences = one.iter().zip(other).map(|(a, b)| (a - b).abs());
    differences.by_ref().take(APART).all(|difference| difference <= REACH)
        && differences.map(|difference| difference * difference).sum::<f32>() <= REACH * REACH
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; BYTES];
        if text.len() != 2 * BYTES {
            return Err(format!("a fingerprint has {} digits, not {}", 2 * BYTES, text.len()));
        }
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            let digits = text.get(at..at + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).map_err(|why| format!("not a fingerprint: {why}"))?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};

    use super::*;

    type Coefficients = [f32; COEFFICIENTS];

    fn drawn(rng: &mut ChaCha8Rng) -> Coefficients {
        std::array::from_fn(|_| rng.random_range(-10.0..10.0))
    }

    /// One of eight orientations.
    fn turned(from: &Coefficients, orientation: usize) -> Coefficients {
        let mut to = [0.0; COEFFICIENTS];
        for u in 0..=DIAGONALS {
            for v in (0..=DIAGONALS - u).filter(|v| u + v > 0) {
                let odd = (orientation & 1) * u + (orientation >> 1 & 1) * v;
                let value = from[if orientation & 4 == 0 { place(u, v) } else { place(v, u) }];
                to[place(u, v)] = if odd.is_multiple_of(2) { value } else { -value };
            }
        }
        to
    }

    fn shaken(from: &Coefficients, by: f32, rng: &mut ChaCha8Rng) -> Coefficients {
        let contrast = from.iter().map(|value| value * value).sum::<f32>().sqrt();
        let noise = drawn(rng);
        let length = noise.iter().map(|value| value * value).sum::<f32>().sqrt();
        std::array::from_fn(|at| from[at] + noise[at] * by * contrast / length)
    }

    #[test]
    fn all_eight_orientations_are_near_with_noise_and_others_are_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..50 {
            let (one, two) = (drawn(&mut rng), drawn(&mut rng));
            let print = Fingerprint::new([120.0, 90.0, 140.0], &one);
            for orientation in 0..8 {
                let copy = turned(&one, orientation);
                let near = Fingerprint::new([121.0, 91.0, 139.0], &shaken(&copy, 0.05, &mut rng));
                assert!(print.is_near(&near) && near.is_near(&print));
                assert!(!print.is_near(&Fingerprint::new([120.0, 90.0, 140.0], &shaken(&copy, 0.15, &mut rng))));
                assert!(!print.is_near(&Fingerprint::new([126.0, 90.0, 140.0], &copy)));
                assert!(!print.is_near(&Fingerprint::new([120.0, 90.0, 140.0], &copy.map(|value| value * 1.2))));
            }
            assert!(!print.is_near(&Fingerprint::new([120.0, 90.0, 140.0], &two)));
        }
    }

    #[test]
    fn flat_images_are_near_to_none() {
        let blank = Fingerprint::new([230.0; 3], &[0.0; COEFFICIENTS]);
        let pale = Fingerprint::new([230.0; 3], &[0.25; COEFFICIENTS]);
        assert!(!blank.is_near(&blank) && !pale.is_near(&pale));
        assert!(Index::new([blank, pale, blank]).near(&blank).is_empty());
    }

    /// The tree against every pair: 300 patterns, each with none to three copies.
    #[test]
    fn the_index_finds_what_comparing_all_pairs_finds() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut prints = Vec::new();
        for _ in 0..300 {
            let pattern = drawn(&mut rng);
            for _ in 0..rng.random_range(1..=4) {
                let copy = turned(&pattern, rng.random_range(0..8));
                let by = rng.random_range(0.0..0.12);
                let colour = std::array::from_fn(|_| rng.random_range(118.0..123.0));
                prints.push(Fingerprint::new(colour, &shaken(&copy, by, &mut rng)));
            }
        }
        prints.extend_from_within(..20);
        let index = Index::new(prints.iter().copied());
        let mut pairs = 0;
        for one in &prints {
            let found = index.near(one);
            let all: Vec<usize> = (0..prints.len()).filter(|place| one.is_near(&prints[*place])).collect();
            pairs += all.len();
            assert_eq!(found, all);
        }
        assert!(pairs > prints.len() + 200, "{pairs} of {}", prints.len());
    }

    #[test]
    fn hexadecimal_digits_go_there_and_back() {
        let print = Fingerprint::new([1.0, 2.0, 3.0], &std::array::from_fn(|at| at as f32 - 20.0));
        assert_eq!(print.to_string().parse(), Ok(print));
        assert!("00".parse::<Fingerprint>().is_err());
        assert!("zz".repeat(BYTES).parse::<Fingerprint>().is_err());
    }
}
