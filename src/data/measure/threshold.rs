//! Where to cut values that are of two kinds.

const BINS: usize = 128;

/// The threshold with the largest variance between what lies on its two sides; `None` where all values are one.
#[must_use]
pub fn otsu(values: impl Iterator<Item = f32> + Clone) -> Option<f32> {
    let (low, high) = values.clone().fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let width = (high - low) / BINS as f32;
    if width.is_nan() || width <= 1e-6 {
        return None;
    }
    let mut counts = [0.0_f64; BINS];
    for value in values {
        if let Some(count) = counts.get_mut((((value - low) / width) as usize).min(BINS - 1)) {
            *count += 1.0;
        }
    }
    let (total, sum) = counts.iter().enumerate().fold((0.0, 0.0), |(n, s), (bin, c)| (n + c, s + bin as f64 * c));
    let (mut below, mut below_sum) = (0.0, 0.0);
    let mut best = (0.0, 0);
    for (bin, count) in counts.iter().enumerate().take(BINS - 1) {
        below += count;
        below_sum += bin as f64 * count;
        let (weight, gap) = (below * (total - below), below_sum / below - (sum - below_sum) / (total - below));
        let between = weight * gap * gap;
        if between > best.0 {
            best = (between, bin);
        }
    }
    Some(low + (best.1 + 1) as f32 * width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_heaps_are_cut_between_them_and_one_value_is_not() {
        let values = (0..90).map(|n| n as f32 / 900.0).chain((0..10).map(|n| 0.8 + n as f32 / 90.0));
        let cut = otsu(values).unwrap();
        assert!((0.1..=0.8).contains(&cut), "{cut}");
        assert_eq!(otsu([0.4; 7].into_iter()), None);
    }
}
