//! A decoded field to its stained pieces, and those to cells.

use image::RgbImage;

use super::{
    background,
    components::{self, Component},
    copy, discs,
    grid::Grid,
    pieces::{self, Piece},
    score::{self, Stain},
};
use crate::{
    data::{
        measure::{smear, threshold::otsu},
        read::{decode::DecodeError, sheet::Sheet},
        view::raster::ResizeError,
    },
    domain::{
        field::{Bounds, CYTOPLASM, FieldCell, Scale},
        look::median,
    },
};

/// Least diameter in pixels of a copy's red cells, or of its pieces where no red cell is seen: below, a finer copy is taken.
const FINE: f64 = 24.0;
/// From this diameter on, pixels are smoothed and thin pieces taken away with the first of these pairs, below with the second.
const LARGE: f64 = 44.0;
const SMOOTHING: [(f32, usize); 2] = [(1.5, 2), (0.8, 1)];
/// Otsu always finds something; a score below this is no nucleus in any stain.
const FLOOR: f32 = 0.12;
/// Least difference of mean score on the two sides of a cut: below, it went through the red cells, and is sought above.
const CONTRAST: f32 = 0.15;
/// How far from a nucleus red cells begin, in pixels of the copy.
const CLEAR: usize = 4;
/// Fewest red cells across the shorter side, and most diameters of one in that of the largest violet piece: beyond, what was
/// measured is a shadow or the grain of the picture.
const ACROSS: f64 = 2.5;
const LARGEST: f64 = 2.6;
/// A nucleus of this many times the usual area is two.
const DOUBLE: f64 = 2.2;
/// A usual nucleus's diameter against a red cell's.
pub(super) const NUCLEUS_TO_RED: f64 = 1.45;

/// What was measured of one field; small, whatever the field's size.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// Pixels of the image.
    pub width: u32,
    pub height: u32,
    pub(crate) pieces: Vec<Piece>,
    /// Diameter of the red cells in pixels, where some are seen.
    pub red_cell: Option<f64>,
    /// The slide's colour where nothing lies on it.
    pub background: [u8; 3],
    /// Why its colours are not those of a smear; `None` where they may be.
    pub refused: Option<&'static str>,
}

impl Survey {
    /// Nuclei in reading order, with the red cells' size from the batch where it is known.
    pub(crate) fn nuclei(&self, scale: &Scale) -> Vec<Piece> {
        pieces::nuclei(&self.pieces, scale.red_cell.or(self.red_cell))
    }
}

/// Measures a field, or any image.
///
/// # Errors
/// [`ResizeError`] for an image without pixels.
pub fn survey(image: &RgbImage) -> Result<Survey, ResizeError> {
    surveyed(image.dimensions(), copy::SIDES.map(|side| move || copy::reduced(image, side)))
}

/// The same of a picture that may be larger than memory.
///
/// # Errors
/// [`DecodeError`] where it is damaged.
pub fn survey_of(sheet: &Sheet) -> Result<Survey, DecodeError> {
    if let Some(image) = sheet.whole() {
        return Ok(survey(image)?);
    }
    Ok(surveyed(sheet.size(), copy::all(sheet)?.map(|copy| move || Ok(copy)))?)
}

/// Looks at copies from the coarsest on, until what is seen in one is large enough.
fn surveyed(
    size: (u32, u32),
    copies: [impl FnOnce() -> Result<RgbImage, ResizeError>; 3],
) -> Result<Survey, ResizeError> {
    let [coarse, finer @ ..] = copy::SIDES;
    let [first, others @ ..] = copies;
    let (.., mut factor) = copy::measure(size, coarse);
    let mut found = look(&first()?, factor);
    for (side, copy) in finer.into_iter().zip(others) {
        if factor <= 1.0 || grain(&found).is_some_and(|grain| grain / factor >= FINE) {
            break;
        }
        (.., factor) = copy::measure(size, side);
        found = look(&copy()?, factor);
    }
    let (width, height) = size;
    Ok(Survey { width, height, ..found })
}

/// The size of what is seen in a field, in pixels of the image.
fn grain(survey: &Survey) -> Option<f64> {
    survey.red_cell.or_else(|| median(survey.pieces.iter().filter(|piece| piece.is_violet()).map(Piece::diameter)))
}

/// Measures one copy that has one pixel for `factor` of the image.
fn look(copy: &RgbImage, factor: f64) -> Survey {
    let white = background::levels(copy);
    let first = Looked::at(copy, white, SMOOTHING[0]);
    let red_cell = first.red_cell();
    let looked = match red_cell {
        Some(diameter) if diameter < LARGE => {
            // Each takes a multiple of the copy's memory.
            drop(first);
            Looked::at(copy, white, SMOOTHING[1])
        }
        _ => first,
    };
    let pieces = looked.pieces(factor);
    let red_cell = red_cell.map(|diameter| diameter * factor);
    let short = f64::from(copy.width().min(copy.height())) * factor;
    Survey {
        width: copy.width(),
        height: copy.height(),
        red_cell: red_cell.filter(|diameter| short >= ACROSS * diameter && !is_grain(*diameter, &pieces)),
        // In a large field cells are too small for that gate to see them.
        refused: smear::refusal(copy).filter(|why| *why == smear::COLOURS || !pieces.iter().any(Piece::is_violet)),
        pieces,
        background: white.map(|level| level as u8),
    }
}

/// Whether what was taken for red cells is far too small for the nuclei beside it.
fn is_grain(red_cell: f64, pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| piece.is_violet() && piece.diameter() > LARGEST * red_cell)
}

/// A copy's stain and what of it is nuclear.
struct Looked<'a> {
    copy: &'a RgbImage,
    white: [f32; 3],
    stain: Stain,
    mask: Grid<bool>,
}

impl<'a> Looked<'a> {
    fn at(copy: &'a RgbImage, white: [f32; 3], (blur, steps): (f32, usize)) -> Self {
        let stain = score::stain(copy, white, blur);
        let cut = cut(&stain.score.values);
        let mask = Grid::new(stain.score.width, stain.score.values.iter().map(|score| *score > cut).collect());
        Self { copy, white, mask: mask.opened(steps), stain }
    }

    /// Diameter of the red cells in pixels of the copy.
    fn red_cell(&self) -> Option<f64> {
        let nuclear = self.mask.clone().grown(CLEAR);
        let green = &self.stain.green;
        let free = green.values.iter().zip(&nuclear.values).filter(|(_, nuclear)| !**nuclear);
        let cut = otsu(free.map(|(green, _)| *green))?;
        let stained = green.values.iter().zip(&nuclear.values).map(|(green, nuclear)| *green > cut && !nuclear);
        discs::diameter(&Grid::new(green.width, stained.collect()))
    }

    fn pieces(&self, factor: f64) -> Vec<Piece> {
        let mut found = Vec::new();
        components::each(self.mask.clone(), |component| found.push(self.piece(&component, factor)));
        found
    }

    fn piece(&self, of: &Component, factor: f64) -> Piece {
        let mean = |of_pixel: &dyn Fn(usize) -> f32| {
            let sum: f64 = of.pixels.iter().map(|at| f64::from(of_pixel(*at))).sum();
            sum / of.pixels.len().max(1) as f64
        };
        let [red, _, blue] = self.white;
        let bluer = |at: usize| match self.copy.as_raw().get(3 * at..3 * at + 3) {
            Some([r, _, b]) => f32::from(*b) / blue - f32::from(*r) / red,
            _ => 0.0,
        };
        Piece {
            bounds: [of.left, of.top, of.right, of.bottom].map(|at| at as f64 * factor),
            area: of.pixels.len() as f64 * factor * factor,
            score: mean(&|at| self.stain.score.values.get(at).copied().unwrap_or_default()),
            blue: mean(&bluer),
            parts: 1,
        }
    }
}

/// The score from which on a pixel is nuclear.
fn cut(scores: &[f32]) -> f32 {
    let Some(first) = otsu(scores.iter().copied()) else { return f32::INFINITY };
    let mean = |above: bool| {
        let of = scores.iter().filter(|score| (**score > first) == above);
        let (n, sum) = of.fold((0.0, 0.0), |(n, sum), score| (n + 1.0, sum + f64::from(*score)));
        (sum / f64::max(n, 1.0)) as f32
    };
    let cut = if mean(true) - mean(false) < CONTRAST {
        otsu(scores.iter().copied().filter(|score| *score > first)).unwrap_or(first)
    } else {
        first
    };
    cut.max(FLOOR)
}

/// The cells of a field in reading order; `scale` is the batch's where it is known, and says how wide one cell may be.
#[must_use]
pub fn cells(survey: &Survey, scale: &Scale) -> Vec<FieldCell> {
    let size = [f64::from(survey.width), f64::from(survey.height)];
    let red_cell = scale.red_cell.or(survey.red_cell);
    let usual = red_cell.map(|diameter| diameter * NUCLEUS_TO_RED);
    let mut found: Vec<FieldCell> = survey.nuclei(scale).iter().map(|nucleus| cell(nucleus, size, usual)).collect();
    let boxes: Vec<Bounds> = found.iter().map(|cell| cell.bounds).collect();
    for (at, cell) in found.iter_mut().enumerate() {
        let others = boxes.iter().enumerate().filter(|(other, _)| *other != at);
        cell.touching |= others.map(|(_, other)| other).any(|other| other.overlaps(&cell.bounds));
    }
    found
}

fn cell(nucleus: &Piece, [width, height]: [f64; 2], usual: Option<f64>) -> FieldCell {
    let diameter = nucleus.diameter();
    let [left, top, right, bottom] = nucleus.bounds;
    let room = CYTOPLASM * diameter;
    let grown = |by: f64| Bounds {
        xmin: (left - by).clamp(0.0, width) as u32,
        ymin: (top - by).clamp(0.0, height) as u32,
        xmax: (right + by).clamp(0.0, width).ceil() as u32,
        ymax: (bottom + by).clamp(0.0, height).ceil() as u32,
    };
    FieldCell {
        bounds: grown(CYTOPLASM * diameter),
        nucleus: grown(0.0),
        diameter,
        edge: left < room || top < room || right > width - room || bottom > height - room,
        touching: usual.is_some_and(|usual| diameter > DOUBLE.sqrt() * usual),
    }
}
