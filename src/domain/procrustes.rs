//! Orthogonal Procrustes in the plane (Schönemann 1966): points turned, and mirrored where that fits better, onto others.

/// Points turned about the origin so that the sum of squares of their distances to `onto`, point by point, is least.
/// Distances among them stay as they are.
#[must_use]
pub fn turned(points: &[[f32; 2]], onto: &[[f32; 2]]) -> Vec<[f32; 2]> {
    // Row by row, the sum over points of each number here times each number there.
    let mut sums = [[0.0_f64; 2]; 2];
    for (point, other) in points.iter().zip(onto) {
        for (row, here) in sums.iter_mut().zip(point) {
            row.iter_mut().zip(other).for_each(|(sum, there)| *sum += f64::from(*here) * f64::from(*there));
        }
    }
    let [[xx, xy], [yx, yy]] = sums;
    let (turn, mirror) = ((xy - yx).hypot(xx + yy), (xy + yx).hypot(xx - yy));
    let (angle, side) = if mirror > turn { ((xy + yx).atan2(xx - yy), -1.0) } else { ((xy - yx).atan2(xx + yy), 1.0) };
    let (sin, cos) = angle.sin_cos();
    let place = |[x, y]: &[f32; 2]| {
        let (x, y) = (f64::from(*x), f64::from(*y) * side);
        [(cos * x - sin * y) as f32, (sin * x + cos * y) as f32]
    };
    points.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scalene heap around the origin, so that one turn alone fits.
    fn heap() -> Vec<[f32; 2]> {
        let wave = |at: usize, step: f32| (at as f32 * step).sin();
        (0..40).map(|at| [3.0 * wave(at, 0.7) + wave(at, 1.1), wave(at, 1.9) + 0.4 * wave(at, 0.7).abs()]).collect()
    }

    fn furthest(a: &[[f32; 2]], b: &[[f32; 2]]) -> f32 {
        a.iter().zip(b).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).fold(0.0, f32::max)
    }

    #[test]
    fn a_turned_copy_and_a_mirrored_one_come_back_onto_themselves() {
        let heap = heap();
        for angle in [0.3_f32, 1.7, 3.1, -2.0] {
            let (sin, cos) = angle.sin_cos();
            for side in [1.0, -1.0] {
                let copy: Vec<[f32; 2]> =
                    heap.iter().map(|[x, y]| [cos * x - sin * side * y, sin * x + cos * side * y]).collect();
                assert!(furthest(&copy, &heap) > 0.5, "the copy lies elsewhere");
                let far = furthest(&turned(&copy, &heap), &heap);
                assert!(far < 1e-5, "{angle} {side}: {far}");
            }
        }
    }

    #[test]
    fn distances_stay_and_nothing_to_lie_on_leaves_points_where_they_are() {
        let (heap, other) = (heap(), vec![[1.0, -2.0]; 40]);
        let length = |points: &[[f32; 2]]| (points[3][0] - points[7][0]).hypot(points[3][1] - points[7][1]);
        assert!((length(&turned(&heap, &other)) - length(&heap)).abs() < 1e-5);
        assert_eq!(turned(&heap, &[]), heap);
        assert!(turned(&[], &heap).is_empty());
    }
}
