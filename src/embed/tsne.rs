//! t-SNE (van der Maaten and Hinton 2008) by Barnes-Hut (van der Maaten 2014): neighbours stay neighbours.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use bhtsne::tSNE;

use crate::{
    domain::pca::Axes,
    fault::{Failure, Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// How far the neighbours reach that each point is drawn towards.
const PERPLEXITY: f32 = 30.0;
/// Fewer points than this are no map.
const FEWEST: usize = 16;
const EPOCHS: usize = 750;
/// Accuracy of the tree: what van der Maaten 2014 recommends.
const THETA: f32 = 0.5;
/// Standard deviation of the first places, as is usual for a start from principal components (Kobak and Berens 2019).
const START: f32 = 1e-4;
/// Epochs from one sight of the moving points to the next.
const SIGHT: usize = 25;

/// Where the points are after so many epochs.
pub struct Unfolding<'a> {
    pub places: &'a [[f32; 2]],
}

/// Unwinds from the callback of a fit, which has no other end before its last epoch.
struct Stopped;

/// Points as rows of `width` numbers onto a plane. The start follows from the points, so that maps of the same points are
/// alike. `each` sees the points on their way.
///
/// # Errors
/// [`Halt`] when it was stopped, or there are too few points.
pub fn unfold(
    points: &[f32],
    width: usize,
    each: &mut dyn FnMut(Unfolding<'_>),
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<[f32; 2]>, Halt> {
    let total = EPOCHS as u64;
    observer.tell(Event::Progress { task: Task::Unfolding, done: 0, total });
    let axes = Axes::of(points, width);
    let (rows, wide) = (axes.project(points), axes.len().max(1));
    let rows: Vec<&[f32]> = rows.chunks_exact(wide).collect();
    if rows.len() < FEWEST {
        let (why, hint) = (format!("there are {} cells", rows.len()), "draw the map of more cells");
        return Err(Failure::new("neighbours cannot be unfolded", why, hint).into());
    }
    stop.check()?;
    let perplexity = PERPLEXITY.min((rows.len() - 1) as f32 / 3.0 - 1.0);
    let mut fit = tSNE::<f32, &[f32], 2>::new(&rows);
    fit.perplexity(perplexity).epochs(EPOCHS).initial_embedding(start(&rows)).epoch_callback(|epoch, places| {
        if stop.requested().is_some() {
            resume_unwind(Box::new(Stopped));
        }
        observer.tell(Event::Progress { task: Task::Unfolding, done: epoch as u64 + 1, total });
        if (epoch + 1).is_multiple_of(SIGHT) {
            each(Unfolding { places: places.as_chunks().0 });
        }
    });
    let run = || {
        fit.barnes_hut(THETA, |a, b| distance(a, b));
        fit.embedding()
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(places) => Ok(places.as_chunks().0.to_vec()),
        Err(why) if why.is::<Stopped>() => Err(Halt::Stopped),
        Err(why) => resume_unwind(why),
    }
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// The first two numbers of each row, drawn together.
fn start(rows: &[&[f32]]) -> Vec<f32> {
    let first = |row: &&[f32]| [0, 1].map(|at| row.get(at).copied().unwrap_or(0.0));
    let spread = rows.iter().map(|row| first(row)[0].powi(2)).sum::<f32>() / rows.len() as f32;
    let scale = START / spread.sqrt().max(f32::MIN_POSITIVE);
    rows.iter().flat_map(|row| first(row).map(|x| x * scale)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fault::StopMode, progress::Silent};

    /// Three heaps far from each other in a space of eight.
    fn heaps() -> Vec<f32> {
        let wave = |at: usize, n: usize| ((at * 37 + n * 101) % 97) as f32 / 97.0;
        (0..90).flat_map(|at| (0..8).map(move |n| wave(at, n) + if n == at % 3 { 20.0 } else { 0.0 })).collect()
    }

    #[test]
    fn heaps_stay_heaps() {
        let mut sights = 0;
        let places =
            unfold(&heaps(), 8, &mut |seen| sights += seen.places.len(), &Silent, &StopToken::default()).unwrap();
        assert_eq!((places.len(), sights), (90, 90 * EPOCHS / SIGHT));
        let far = |a: usize, b: usize| (places[a][0] - places[b][0]).hypot(places[a][1] - places[b][1]);
        for (at, _) in places.iter().enumerate() {
            let nearest = (0..90).filter(|other| *other != at).min_by(|a, b| far(at, *a).total_cmp(&far(at, *b)));
            assert_eq!(nearest.unwrap() % 3, at % 3, "{at} lies beside a cell of its own heap");
        }
    }

    #[test]
    fn a_stop_ends_it_and_few_points_are_refused() {
        let stop = StopToken::default();
        let mut seen = 0;
        let mut then = |_: Unfolding<'_>| {
            seen += 1;
            stop.stop(StopMode::Discard);
        };
        let ended = unfold(&heaps(), 8, &mut then, &Silent, &stop);
        assert!(matches!(ended, Err(Halt::Stopped)) && seen == 1, "{ended:?} after {seen}");
        let few = unfold(&heaps()[..80], 8, &mut |_| {}, &Silent, &StopToken::default());
        assert!(matches!(few, Err(Halt::Failed(_))), "{few:?}");
    }
}
