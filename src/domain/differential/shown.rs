//! Percentages as a page shows them: one decimal, adding up to 100, and no cell rounded away.

/// Tenths of a percent in all.
const WHOLE: u64 = 1000;
/// What stands for cells that are fewer than one decimal can show.
const TRACE: &str = "<0.1";

/// Texts in the order of the counts, and what must be said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub texts: Vec<String>,
    pub note: Option<String>,
}

/// Shares of the counts' sum with one decimal. What rounding down leaves goes to the largest remainders, the first of equals
/// first, so that they add up to 100.0. A class that was met and would read 0.0 reads `<0.1`, and one that would read 100.0
/// beside others reads `>99.9`; then a note says that they do not add up.
#[must_use]
pub fn shown(counts: &[u64]) -> Shown {
    let sum: u64 = counts.iter().sum();
    if sum == 0 {
        return Shown { texts: vec!["n/a".to_owned(); counts.len()], note: None };
    }
    let parts = |count: &u64| (u128::from(*count) * u128::from(WHOLE), u128::from(sum));
    let mut tenths: Vec<u64> = counts.iter().map(parts).map(|(all, of)| (all / of) as u64).collect();
    let mut order: Vec<usize> = (0..counts.len()).collect();
    let rest = |at: &usize| counts.get(*at).map(parts).map_or(0, |(all, of)| all % of);
    order.sort_by_key(|at| std::cmp::Reverse(rest(at)));
    let left = WHOLE - tenths.iter().sum::<u64>();
    for at in order.into_iter().take(left as usize) {
        if let Some(tenth) = tenths.get_mut(at) {
            *tenth += 1;
        }
    }
    let text = |(tenth, count): (&u64, &u64)| match *tenth {
        0 if *count > 0 => TRACE.to_owned(),
        WHOLE if *count < sum => ">99.9".to_owned(),
        tenth => format!("{}.{}", tenth / 10, tenth % 10),
    };
    let texts: Vec<String> = tenths.iter().zip(counts).map(text).collect();
    let traces = texts.iter().any(|text| text == TRACE);
    let why = "The shown percentages do not add up to 100: a class with less than 0.1 % is shown as such";
    Shown { texts, note: traces.then(|| why.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(counts: &[u64]) -> Vec<String> {
        shown(counts).texts
    }

    #[test]
    fn one_cell_in_two_hundred_stands_there_and_all_adds_up() {
        assert_eq!(texts(&[199, 1, 0]), ["99.5", "0.5", "0.0"]);
        assert_eq!(texts(&[1, 1, 1]), ["33.4", "33.3", "33.3"]);
        assert_eq!(texts(&[7]), ["100.0"]);
        assert_eq!((texts(&[0, 0]), shown(&[]).texts.len()), (vec!["n/a".to_owned(); 2], 0));
    }

    #[test]
    fn what_one_decimal_cannot_show_is_named() {
        let few = shown(&[9999, 1]);
        assert_eq!(few.texts, [">99.9", "<0.1"]);
        assert!(few.note.unwrap().contains("do not add up"));
    }

    /// Every count that comes to a tenth at least is within a tenth of its share, and the tenths are a thousand.
    #[test]
    fn any_counts_add_up_to_a_hundred() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % 300
        };
        for _ in 0..500 {
            let counts: Vec<u64> = (0..6).map(|_| next()).collect();
            let sum: u64 = counts.iter().sum();
            let Shown { texts, note } = shown(&counts);
            if note.is_some() || sum == 0 {
                continue;
            }
            let values: Vec<f64> = texts.iter().map(|text| text.parse().unwrap()).collect();
            assert!((values.iter().sum::<f64>() - 100.0).abs() < 1e-6, "{counts:?}: {texts:?}");
            for (value, count) in values.iter().zip(&counts) {
                assert!((value - 100.0 * *count as f64 / sum as f64).abs() < 0.1, "{counts:?}: {texts:?}");
                assert_eq!(*value == 0.0, *count == 0, "{counts:?}: {texts:?}");
            }
        }
    }
}
