//! Round axis marks and how they are written.

/// Up to about `wanted` round values that cover `low..=high`, ascending; a single value for an empty or broken range.
pub(super) fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 {
        return vec![if low.is_finite() { low } else { 0.0 }];
    }
    let rough = span / wanted.max(1) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(power * 10.0);
    let first = (low / step).floor() as i64;
    let last = (high / step - 1e-9).ceil() as i64;
    (first..=last).map(|mark| mark as f64 * step).collect()
}

/// A mark with as many decimals as its neighbours need.
pub(super) fn label(value: f64, marks: &[f64]) -> String {
    let step = match marks {
        [first, second, ..] => second - first,
        _ => 1.0,
    };
    let decimals = if step >= 1.0 { 0 } else { (-step.log10()).ceil() as usize };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_cover_the_range() {
        assert_eq!(ticks(0.0, 100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        let marks = ticks(0.13, 0.91, 5);
        assert!(marks.first().unwrap() <= &0.13 && marks.last().unwrap() >= &0.91, "{marks:?}");
        assert_eq!(label(0.2, &marks), "0.2");
        assert_eq!(ticks(f64::NAN, 1.0, 5), [0.0]);
        assert_eq!(ticks(3.0, 3.0, 5), [3.0]);
    }
}
