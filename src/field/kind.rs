//! Whether an image shows one cell, a field of view, or neither: told by what is in it.

use super::{
    find::{Survey, cells},
    pieces::Piece,
};
use crate::domain::field::{FieldCell, Kind, Scale, Sorted};

/// A frame this much longer than wide was not cut around one cell, as cameras' frames are not...
const LONG: f64 = 1.15;
/// ... unless its one nucleus fills so much of the shorter side and lies so near the middle, as a share of that side.
const FILLS: f64 = 0.36;
const CENTRED: f64 = 0.12;
/// So many nuclei are a field in any frame.
const MANY: usize = 4;
/// A frame of so many red cells across is wider than any cut around one cell; a nucleus below this share of it is small.
const WIDE: f64 = 14.0;
const SMALL: f64 = 0.1;
/// How far from the middle what a frame was cut around may lie, as a share of its shorter side.
const OFF: f64 = 0.45;

/// Sorts an image by its survey; `scale` is the batch's where it is known.
#[must_use]
pub fn kind(survey: &Survey, scale: &Scale) -> Sorted {
    let sorted = |kind: Kind, why: String| Sorted { kind, why };
    if let Some(why) = survey.refused {
        return sorted(Kind::Neither, why.to_owned());
    }
    let found = cells(survey, scale);
    let short = f64::from(survey.width.min(survey.height));
    let long = f64::from(survey.width.max(survey.height)) / short.max(1.0);
    let Some(central) = nearest(survey, &found) else {
        return if survey.pieces.iter().any(Piece::is_violet) && long < LONG {
            sorted(Kind::Cell, "something small and violet lies in a square frame".to_owned())
        } else {
            sorted(Kind::Neither, "no nucleus can be seen in it".to_owned())
        };
    };
    let share = central.diameter / short;
    let off = off_centre(survey, central);
    if found.len() >= MANY {
        return sorted(Kind::Field, format!("{} nuclei lie in it", found.len()));
    }
    if long >= LONG {
        let is_cut_around = found.len() == 1 && share >= FILLS && off <= CENTRED;
        return if is_cut_around {
            sorted(Kind::Cell, "one nucleus in its middle fills it".to_owned())
        } else if off > CENTRED {
            sorted(Kind::Field, "its frame is long, and its nucleus lies away from the middle".to_owned())
        } else {
            sorted(Kind::Field, format!("its frame is long, and a nucleus takes {:.0} % of it", 100.0 * share))
        };
    }
    let across = survey.red_cell.map_or(0.0, |red_cell| short / red_cell);
    if found.len() > 1 && across > WIDE && share < SMALL {
        return sorted(Kind::Field, format!("{} nuclei lie among red cells {across:.0} abreast", found.len()));
    }
    if off > OFF {
        return sorted(Kind::Field, "its nucleus lies away from the middle".to_owned());
    }
    sorted(Kind::Cell, "a nucleus lies about its middle".to_owned())
}

/// How far a cell lies from the middle, as a share of the shorter side.
fn off_centre(survey: &Survey, cell: &FieldCell) -> f64 {
    let (x, y) = cell.nucleus.middle();
    let short = f64::from(survey.width.min(survey.height)).max(1.0);
    (x - f64::from(survey.width) / 2.0).hypot(y - f64::from(survey.height) / 2.0) / short
}

fn nearest<'a>(survey: &Survey, found: &'a [FieldCell]) -> Option<&'a FieldCell> {
    found.iter().min_by(|a, b| off_centre(survey, a).total_cmp(&off_centre(survey, b)))
}
