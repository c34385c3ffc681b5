//! Stained pieces to nuclei: what is no nucleus is dropped, lobes of one cell are joined.

use std::f64::consts::PI;

/// One stained piece, or several that were joined; all in pixels of the image.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    /// Left, top, right, bottom.
    pub bounds: [f64; 4],
    pub area: f64,
    /// Mean score, and mean of blue less red over the background.
    pub score: f64,
    pub blue: f64,
    /// Where it has lobes of its own, how many there are.
    pub parts: usize,
}

/// Least mean score and least mean of blue less red of a nucleus: yellow slides have the palest, red cells lie below both.
const SCORE: f64 = 0.17;
const BLUE: f64 = 0.045;
/// Least area against the reference: of a piece that may belong to a nucleus, and of a nucleus.
const PIECE: f64 = 0.12;
const NUCLEUS: f64 = 0.3;
/// A usual nucleus's area, and the least, against a red cell's.
const USUAL: f64 = 2.0;
const LEAST: f64 = 0.25;
/// Pieces that lie so close belong together, as a share of the larger one's diameter...
const GAP: f64 = 0.35;
/// ... unless their middles lie farther apart than this many red cells: then they are two cells that touch.
const APART: f64 = 1.7;

impl Piece {
    /// Diameter of a disc of its area.
    pub(crate) fn diameter(&self) -> f64 {
        2.0 * (self.area / PI).sqrt()
    }

    pub(crate) fn middle(&self) -> (f64, f64) {
        let [left, top, right, bottom] = self.bounds;
        (f64::midpoint(left, right), f64::midpoint(top, bottom))
    }

    /// Pixels between two boxes, negative where they overlap.
    pub(crate) fn gap(&self, other: &Self) -> f64 {
        let [(a, b), (c, d)] = [(0, 2), (1, 3)].map(|(low, high): (usize, usize)| {
            let of = |piece: &Self, at: usize| piece.bounds.get(at).copied().unwrap_or_default();
            (of(self, low).max(of(other, low)), of(self, high).min(of(other, high)))
        });
        (a - b).max(c - d)
    }

    pub(crate) fn distance(&self, other: &Self) -> f64 {
        let ((a, b), (c, d)) = (self.middle(), other.middle());
        (a - c).hypot(b - d)
    }

    /// Whether it is stained as a nucleus or platelet is.
    pub(crate) fn is_violet(&self) -> bool {
        self.score >= SCORE && self.blue >= BLUE
    }

    fn joined(&self, other: &Self) -> Self {
        let area = self.area + other.area;
        let mean = |a: f64, b: f64| (a * self.area + b * other.area) / area;
        let ([a, b, c, d], [e, f, g, h]) = (self.bounds, other.bounds);
        Self {
            bounds: [a.min(e), b.min(f), c.max(g), d.max(h)],
            area,
            score: mean(self.score, other.score),
            blue: mean(self.blue, other.blue),
            parts: self.parts + other.parts,
        }
    }
}

/// Nuclei among pieces, in reading order; `red_cell` is a red cell's diameter, where it is known.
pub(crate) fn nuclei(pieces: &[Piece], red_cell: Option<f64>) -> Vec<Piece> {
    let violet: Vec<Piece> = pieces.iter().filter(|piece| piece.is_violet()).cloned().collect();
    let red_area = red_cell.map(|diameter| PI * (diameter / 2.0).powi(2));
    let reference = |pieces: &[Piece]| {
        let largest = pieces.iter().map(|piece| piece.area).fold(0.0, f64::max);
        // The largest of a field may be dirt or a heap; the red cells know better.
        red_area.map_or(largest, |area| largest.min(USUAL * area))
    };
    let least = PIECE * reference(&violet);
    let mut found = joined(violet.into_iter().filter(|piece| piece.area >= least).collect(), red_cell);
    let least = (NUCLEUS * reference(&found)).max(LEAST * red_area.unwrap_or(0.0));
    found.retain(|piece| piece.area >= least);
    found.sort_by(|a, b| a.middle().1.total_cmp(&b.middle().1).then(a.middle().0.total_cmp(&b.middle().0)));
    found
}

/// Joins the closest pieces first, until those that are left lie apart.
fn joined(mut pieces: Vec<Piece>, red_cell: Option<f64>) -> Vec<Piece> {
    let belong = |a: &Piece, b: &Piece| {
        let size = a.diameter().max(b.diameter());
        let reach = red_cell.map_or(f64::INFINITY, |red_cell| (APART * red_cell).max(size));
        a.gap(b) < GAP * size && a.distance(b) <= reach
    };
    loop {
        let pairs = pieces.iter().enumerate().flat_map(|(i, a)| {
            pieces.iter().enumerate().skip(i + 1).filter(|(_, b)| belong(a, b)).map(move |(j, b)| (i, j, a.gap(b)))
        });
        let Some((i, j, _)) = pairs.min_by(|a, b| a.2.total_cmp(&b.2)) else { return pieces };
        let other = pieces.remove(j);
        if let Some(one) = pieces.get_mut(i) {
            *one = one.joined(&other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(x: f64, y: f64, radius: f64) -> Piece {
        let bounds = [x - radius, y - radius, x + radius, y + radius];
        Piece { bounds, area: PI * radius * radius, score: 0.5, blue: 0.3, parts: 1 }
    }

    #[test]
    fn lobes_are_joined_and_two_cells_that_touch_are_not() {
        let lobes = [piece(100.0, 100.0, 20.0), piece(145.0, 100.0, 20.0), piece(120.0, 140.0, 18.0)];
        let found = nuclei(&lobes, Some(90.0));
        assert_eq!((found.len(), found[0].parts), (1, 3));
        let cells = [piece(100.0, 100.0, 60.0), piece(260.0, 110.0, 60.0)];
        assert_eq!(nuclei(&cells, Some(80.0)).len(), 2);
        assert_eq!(nuclei(&cells, None).len(), 1, "without red cells nobody knows how wide a cell may be");
    }

    #[test]
    fn platelets_and_red_patches_are_no_nuclei() {
        let red = Piece { blue: 0.02, ..piece(400.0, 100.0, 90.0) };
        let field = [piece(100.0, 100.0, 55.0), piece(300.0, 300.0, 14.0), red];
        assert_eq!(nuclei(&field, Some(88.0)).len(), 1);
        assert_eq!(nuclei(&field[1..], Some(88.0)), [], "a platelet alone is no nucleus either");
        assert_eq!(nuclei(&[], None), []);
    }
}
