//! The widest discs that fit into marked areas: red cells are as wide as theirs, alone or in a heap.

use super::{components::filled, grid::Grid};

/// Side of the parts of a copy in which red cells are measured, in pixels, and how many there are at most each way.
const PART: usize = 640;
const PARTS: usize = 3;
/// A hole of up to this share of a part is a red cell's pale middle.
const HOLE: f64 = 0.006;
/// Smallest radius of a disc in pixels.
const SMALLEST: f32 = 3.0;
/// Fewest discs that are believed, and most that are looked at in one part.
const FEWEST: usize = 3;
const MOST: usize = 2000;

/// Diameter in pixels of the discs that cover half of what all discs cover; `None` where there are too few.
///
/// `stained` marks red cells without nuclei and what lies close to them.
pub(super) fn diameter(stained: &Grid<bool>) -> Option<f64> {
    let mut radii = Vec::new();
    for top in places(stained.height()) {
        for left in places(stained.width) {
            let part = stained.part((left, top), PART);
            let hole = (HOLE * part.values.len() as f64) as usize;
            radii.extend(discs(&filled(&part, hole)));
        }
    }
    if radii.len() < FEWEST {
        return None;
    }
    radii.sort_by(|a: &f32, b| b.total_cmp(a));
    let half = radii.iter().map(|radius| radius * radius).sum::<f32>() / 2.0;
    let mut covered = 0.0;
    let middle = radii.into_iter().find(|radius| {
        covered += radius * radius;
        covered >= half
    });
    middle.map(|radius| f64::from(2.0 * radius))
}

/// Where parts begin, spread over a length.
fn places(length: usize) -> Vec<usize> {
    let parts = (length / PART).clamp(1, PARTS);
    let spare = length.saturating_sub(PART);
    (0..parts).map(|part| if parts == 1 { spare / 2 } else { spare * part / (parts - 1) }).collect()
}

/// Radii of discs none of which has its middle in another.
fn discs(mask: &Grid<bool>) -> Vec<f32> {
    let far = distances(mask);
    let width = mask.width.max(1);
    let around = [1, width - 1, width, width + 1];
    let is_peak = |at: usize, radius: f32| {
        let near = around.iter().flat_map(|d| [at.checked_sub(*d), Some(at + d)]).flatten();
        near.filter_map(|near| far.get(near)).all(|other| *other <= radius)
    };
    let tops = far.iter().copied().enumerate().filter(|(at, radius)| *radius >= SMALLEST && is_peak(*at, *radius));
    let mut tops: Vec<(usize, f32)> = tops.collect();
    tops.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut taken: Vec<(f32, f32, f32)> = Vec::new();
    for (at, radius) in tops.into_iter().take(MOST) {
        let (x, y) = ((at % width) as f32, (at / width) as f32);
        if taken.iter().all(|(u, v, other)| (x - u).hypot(y - v) > *other) {
            taken.push((x, y, radius));
        }
    }
    taken.into_iter().map(|(.., radius)| radius).collect()
}

/// Pixels from each marked one to the nearest that is not, by steps to the side and across a corner (Borgefors 1986): within
/// a few per cent. Beyond the border nothing is known, so a cell there is as wide as it looks.
fn distances(mask: &Grid<bool>) -> Vec<f32> {
    let (width, total) = (mask.width.max(1), mask.values.len());
    let mut far: Vec<f32> = mask.values.iter().map(|on| if *on { f32::MAX / 2.0 } else { 0.0 }).collect();
    let relax = |far: &mut Vec<f32>, at: usize, forwards: bool| {
        let column = at % width;
        let steps = [(-1_isize, 0_usize, 0.955), (0, 1, 0.955), (-1, 1, 1.369), (1, 1, 1.369)];
        let mut best = far.get(at).copied().unwrap_or_default();
        for (dx, rows, cost) in steps {
            let dx = if forwards { dx } else { -dx };
            let inside = column.checked_add_signed(dx).is_some_and(|column| column < width);
            let other = if forwards {
                at.checked_sub(rows * width).and_then(|at| at.checked_add_signed(dx))
            } else {
                (at + rows * width).checked_add_signed(dx)
            };
            if let (true, Some(other)) = (inside, other.and_then(|other| far.get(other))) {
                best = best.min(other + cost);
            }
        }
        if let Some(slot) = far.get_mut(at) {
            *slot = best;
        }
    };
    (0..total).for_each(|at| relax(&mut far, at, true));
    (0..total).rev().for_each(|at| relax(&mut far, at, false));
    // Where nothing is unmarked there is no distance.
    far.iter_mut().filter(|far| **far > 1e9).for_each(|far| *far = 0.0);
    far
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_alone_and_in_a_row_are_as_wide_as_they_were_drawn() {
        for radius in [12.0_f32, 30.0] {
            let spots: Vec<(f32, f32)> =
                (0..5).map(|n| (60.0 + n as f32 * 1.7 * radius, 70.0)).chain([(80.0, 220.0), (300.0, 250.0)]).collect();
            let inside = |x: usize, y: usize| spots.iter().any(|(u, v)| (x as f32 - u).hypot(y as f32 - v) < radius);
            let mask = Grid::new(420, (0..420 * 320).map(|at| inside(at % 420, at / 420)).collect());
            let found = diameter(&mask).unwrap();
            assert!((found / f64::from(2.0 * radius) - 1.0).abs() < 0.08, "{found} for {radius}");
        }
    }

    #[test]
    fn an_empty_and_a_full_picture_have_none() {
        assert_eq!(diameter(&Grid::new(50, vec![false; 2500])), None);
        assert_eq!(diameter(&Grid::new(50, vec![true; 2500])), None);
    }
}
