//! Which finer types a model mistakes for which class: rows such as BNE, SNE, MMY, MY and PMY from the file names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{classes::ClassList, prediction::Judged};

/// One finer type against the classes that its images were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubTypeRow {
    /// Such as `MMY`.
    pub sub_type: String,
    /// The true class.
    pub class: String,
    /// Images given each class, in the order of the class list.
    pub counts: Vec<u64>,
    pub correct: u64,
    pub support: u64,
}

/// A row for each finer type, by class and then by name; empty where file names carry none.
#[must_use]
pub fn rows(judged: &[Judged], labels: &ClassList) -> Vec<SubTypeRow> {
    let mut found: BTreeMap<(usize, &str), Vec<u64>> = BTreeMap::new();
    for one in judged {
        let (Some(sub_type), Some((given, _))) = (&one.sub_type, one.prediction.top()) else { continue };
        let counts = found.entry((one.truth, sub_type)).or_insert_with(|| vec![0; labels.len()]);
        if let Some(count) = counts.get_mut(given) {
            *count += 1;
        }
    }
    let row = |((truth, sub_type), counts): ((usize, &str), Vec<u64>)| SubTypeRow {
        sub_type: sub_type.to_owned(),
        class: labels.name(truth).to_owned(),
        correct: counts.get(truth).copied().unwrap_or(0),
        support: counts.iter().sum(),
        counts,
    };
    found.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prediction::Prediction;

    #[test]
    fn images_without_a_finer_type_are_not_counted() {
        let labels = ClassList::new(["ig", "neutrophil"].map(str::to_owned));
        let one = |truth: usize, given: usize, sub_type: Option<&str>| {
            let mut confidences = vec![0.1; 2];
            confidences[given] = 0.9;
            Judged {
                path: String::new(),
                truth,
                sub_type: sub_type.map(str::to_owned),
                group: None,
                prediction: Prediction(confidences),
            }
        };
        let judged = [
            one(1, 1, Some("SNE")),
            one(1, 0, Some("BNE")),
            one(0, 0, Some("MMY")),
            one(0, 1, Some("MMY")),
            one(0, 0, None),
        ];
        let rows = rows(&judged, &labels);
        let read: Vec<_> = rows.iter().map(|row| (row.sub_type.as_str(), row.counts.as_slice(), row.correct)).collect();
        assert_eq!(read, [("MMY", &[1, 1][..], 1), ("BNE", &[1, 0], 0), ("SNE", &[0, 1], 1)]);
    }
}
