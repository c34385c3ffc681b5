//! Cells on a plane as a table: a row a cell, with its place, its label and what the model says.

use super::table::{Cell, Table};
use crate::domain::{
    moving_map::{MapEpoch, MovingMap},
    plane::{Plane, Spots},
};

/// Rows in the order of the folders; `folders` are the cells of a plane, home first.
#[must_use]
pub fn table(folders: &[&Spots], plane: &Plane) -> Table {
    let mut table = Table::new(["cell", "folder", "truth", "given", "confidence", "x", "y"]);
    let spots = folders.iter().flat_map(|of| of.spots.iter().map(|spot| (&of.dataset, spot)));
    for ((dataset, spot), [x, y]) in spots.zip(&plane.places) {
        table.push([
            Cell::from(&spot.path),
            dataset.into(),
            Cell::from(&spot.truth),
            Cell::from(&spot.given),
            spot.confidence.into(),
            (*x).into(),
            (*y).into(),
        ]);
    }
    table
}

/// Where the followed cells of a run lie after an epoch.
#[must_use]
pub fn moving(map: &MovingMap, of: &MapEpoch) -> Table {
    let mut table = Table::new(["cell", "truth", "given", "x", "y"]);
    for ((cell, given), [x, y]) in map.cells.iter().zip(&of.given).zip(of.places()) {
        table.push([
            Cell::from(&cell.path),
            map.classes.name(cell.truth).into(),
            map.classes.name(*given).into(),
            x.into(),
            y.into(),
        ]);
    }
    table
}
