//! Principal components (Pearson 1901): the directions in which points vary most.

/// Directions that are kept: two to draw, the rest for neighbours to be looked for among few numbers.
const KEPT: usize = 32;
/// Rounds of orthogonal iteration (Golub and Van Loan, 8.2.4).
const ROUNDS: usize = 100;

/// The mean of points, and the directions in which they vary most.
#[derive(Clone, Debug)]
pub struct Axes {
    mean: Vec<f32>,
    /// Unit vectors, the largest variance first.
    directions: Vec<Vec<f32>>,
    /// The share of the whole variance along each.
    shares: Vec<f64>,
}

impl Axes {
    /// Of points as rows of `width` numbers.
    #[must_use]
    pub fn of(points: &[f32], width: usize) -> Self {
        Self::leading(KEPT, points, width)
    }

    /// The same with fewer directions than are kept elsewhere, for those who need the first of them soon.
    #[must_use]
    pub fn leading(count: usize, points: &[f32], width: usize) -> Self {
        let n = points.len() / width.max(1);
        let mut mean = vec![0.0_f64; width];
        for point in points.chunks_exact(width.max(1)) {
            mean.iter_mut().zip(point).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        mean.iter_mut().for_each(|sum| *sum /= n.max(1) as f64);
        let covariance = covariance(points, &mean);
        let total: f64 = covariance.iter().enumerate().filter_map(|(at, row)| row.get(at)).sum();
        let directions = directions(&covariance, count.min(width).min(n));
        let along = |direction: &Vec<f64>| {
            if total > 0.0 { dot(direction, &times(&covariance, direction)) / total } else { 0.0 }
        };
        Self {
            shares: directions.iter().map(along).collect(),
            mean: mean.into_iter().map(|x| x as f32).collect(),
            directions: directions.into_iter().map(|one| one.into_iter().map(|x| x as f32).collect()).collect(),
        }
    }

    /// The share of the whole variance that the first two directions show.
    #[must_use]
    pub fn shares(&self) -> [f64; 2] {
        [0, 1].map(|at| self.shares.get(at).copied().unwrap_or(0.0))
    }

    /// How many directions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.directions.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.directions.is_empty()
    }

    /// Points as rows of numbers along the directions, as many a row as there are.
    #[must_use]
    pub fn project(&self, points: &[f32]) -> Vec<f32> {
        let width = self.mean.len().max(1);
        let row = |point: &[f32]| -> Vec<f32> {
            let centred: Vec<f32> = point.iter().zip(&self.mean).map(|(x, mean)| x - mean).collect();
            let along = |direction: &Vec<f32>| direction.iter().zip(&centred).map(|(a, b)| a * b).sum();
            self.directions.iter().map(along).collect()
        };
        points.chunks_exact(width).flat_map(row).collect()
    }
}

fn covariance(points: &[f32], mean: &[f64]) -> Vec<Vec<f64>> {
    let width = mean.len();
    let mut sums = vec![vec![0.0; width]; width];
    for point in points.chunks_exact(width.max(1)) {
        let centred: Vec<f64> = point.iter().zip(mean).map(|(x, mean)| f64::from(*x) - mean).collect();
        for (row, a) in sums.iter_mut().zip(&centred) {
            row.iter_mut().zip(&centred).for_each(|(sum, b)| *sum += a * b);
        }
    }
    let n = (points.len() / width.max(1)).max(1) as f64;
    sums.iter_mut().flatten().for_each(|sum| *sum /= n);
    sums
}

/// The leading eigenvectors of a symmetric matrix, each with its largest number positive, so that a map does not turn over.
fn directions(matrix: &[Vec<f64>], count: usize) -> Vec<Vec<f64>> {
    // Any start does that has a part along each: the same one every time.
    let start = |one: usize, at: usize| ((one * 7919 + at * 104_729 + 13) % 1009) as f64 / 1009.0 - 0.5;
    let mut found: Vec<Vec<f64>> = (0..count).map(|one| (0..matrix.len()).map(|at| start(one, at)).collect()).collect();
    for _ in 0..ROUNDS {
        let turned: Vec<Vec<f64>> = found.iter().map(|one| times(matrix, one)).collect();
        found.clear();
        for mut one in turned {
            for _ in 0..2 {
                for before in &found {
                    let share = dot(before, &one);
                    one.iter_mut().zip(before).for_each(|(x, y)| *x -= share * y);
                }
            }
            let length = dot(&one, &one).sqrt();
            // Beyond the rank of the points there is no direction, and a row of zeros says so.
            one.iter_mut().for_each(|x| *x = if length > 1e-12 { *x / length } else { 0.0 });
            found.push(one);
        }
    }
    for one in &mut found {
        let largest = one.iter().copied().fold(0.0_f64, |most, x| if x.abs() > most.abs() { x } else { most });
        if largest < 0.0 {
            one.iter_mut().for_each(|x| *x = -*x);
        }
    }
    found
}

fn times(matrix: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points along two known directions of a space of five, with a spread of 3 and of 1.
    fn points() -> Vec<f32> {
        let wave = |at: usize, step: f32| (at as f32 * step).sin();
        (0..400)
            .flat_map(|at| {
                let (a, b) = (3.0 * wave(at, 0.7), wave(at, 1.9));
                [1.0 + 0.6 * a, 2.0 + 0.8 * a, -1.0 + b, 0.5, 7.0]
            })
            .collect()
    }

    #[test]
    fn known_directions_are_found_with_their_share() {
        let axes = Axes::of(&points(), 5);
        let close = |found: &[f32], wanted: [f32; 5]| {
            let far = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(far < 1e-3, "{found:?} in place of {wanted:?}");
        };
        close(&axes.directions[0], [0.6, 0.8, 0.0, 0.0, 0.0]);
        close(&axes.directions[1], [0.0, 0.0, 1.0, 0.0, 0.0]);
        let [first, second] = axes.shares();
        assert!((first - 0.9).abs() < 0.01 && (first + second - 1.0).abs() < 1e-6, "{first} {second}");
        let row = axes.project(&[1.6, 2.8, -1.0, 0.5, 7.0]);
        // The mean of the waves is not quite zero.
        assert!((row[0] - 1.0).abs() < 0.1 && row[1].abs() < 0.1, "{row:?}");
    }

    #[test]
    fn points_that_do_not_vary_and_no_points_have_no_shares() {
        let still = Axes::of(&[1.0; 20], 5);
        assert_eq!(still.shares(), [0.0; 2]);
        assert!(still.project(&[1.0; 5]).iter().all(|x| *x == 0.0));
        assert!(Axes::of(&[], 5).is_empty());
    }
}
