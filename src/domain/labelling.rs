//! Whether a lab has labels enough to learn from, and what more of them would bring.

use super::{classes::title, metrics::Metrics};

/// Fewer cells teach nothing that could be judged.
pub const FEWEST: usize = 16;
/// Cells of a class from which its figures begin to mean something.
const STEADY: usize = 10;
/// An interval wider than this leaves the accuracy open.
const WIDE: f64 = 0.1;
/// Recall under which more cells of a class are asked for.
const WEAK: f64 = 0.9;

/// What stands in the way of learning from so many labels by class; `None` where nothing does.
#[must_use]
pub fn lacking(counts: &[(String, usize)]) -> Option<String> {
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    if all < FEWEST {
        let noun = if FEWEST - all == 1 { "label" } else { "labels" };
        return Some(format!("{} more {noun} are needed to learn from: at least {FEWEST}", FEWEST - all));
    }
    let classes = counts.iter().filter(|(_, count)| *count > 0).count();
    (classes < 2).then(|| "Labels of a second class are needed to learn from".to_owned())
}

/// What more labels would bring before a fit; empty where each class that has labels has enough.
#[must_use]
pub fn wanted(counts: &[(String, usize)]) -> Vec<String> {
    let few = counts.iter().filter(|(_, count)| (1..STEADY).contains(count));
    few.map(|(name, count)| format!("{}: {count} of the {STEADY} that make it steady", title(name))).collect()
}

/// What more labels would bring after a fit, from the figures on the cells that were held back.
#[must_use]
pub fn would_help(after: &Metrics) -> Option<String> {
    let ci = after.accuracy_ci?;
    let weak = after.classes.iter().filter(|class| class.support > 0 && class.recall.is_some_and(|r| r < WEAK));
    let weak: Vec<String> = weak.map(|class| title(&class.name).to_lowercase()).collect();
    if !weak.is_empty() {
        return Some(format!("More labels would help, first of all of {}", weak.join(", ")));
    }
    (ci.high - ci.low > WIDE).then(|| {
        format!(
            "More labels would tell more: {} held-back cells leave the accuracy open between {:.0} and {:.0} %",
            after.n,
            100.0 * ci.low,
            100.0 * ci.high
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{classes::ClassList, confusion::Confusion};

    fn counts(of: &[(&str, usize)]) -> Vec<(String, usize)> {
        of.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn few_labels_or_a_single_class_are_named() {
        assert!(lacking(&counts(&[("ig", 3), ("monocyte", 12)])).unwrap().starts_with("1 more label "));
        assert!(lacking(&counts(&[("ig", 30), ("monocyte", 0)])).unwrap().contains("second class"));
        let enough = counts(&[("ig", 30), ("monocyte", 3), ("platelet", 0)]);
        assert_eq!(lacking(&enough), None);
        assert_eq!(wanted(&enough), ["Monocyte: 3 of the 10 that make it steady"]);
    }

    #[test]
    fn after_a_fit_weak_classes_come_before_wide_intervals() {
        let metrics = |counts: [[u64; 2]; 2]| {
            let mut confusion = Confusion::new(ClassList::new(["ig", "monocyte"].map(str::to_owned)));
            for (truth, row) in counts.iter().enumerate() {
                for (given, count) in row.iter().enumerate() {
                    (0..*count).for_each(|_| confusion.add(truth, given));
                }
            }
            Metrics::of(confusion)
        };
        assert_eq!(
            would_help(&metrics([[10, 0], [3, 7]])).unwrap(),
            "More labels would help, first of all of monocyte"
        );
        assert!(would_help(&metrics([[10, 0], [0, 10]])).unwrap().contains("20 held-back cells leave"));
        assert_eq!(would_help(&metrics([[400, 0], [0, 400]])), None);
    }
}
