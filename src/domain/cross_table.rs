//! Counts of true rows against given classes, where the rows are the classes themselves or finer types of them.

use super::{classes::ClassList, confusion::Confusion, prediction::Judged, sub_types::SubTypeRow};

/// What stands beside a row of counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowHead {
    /// A class's name, or a finer type such as `MMY`.
    pub name: String,
    /// The label of the true class that its images belong to.
    pub class: usize,
}

/// A confusion matrix whose rows need not be its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossTable {
    pub rows: Vec<RowHead>,
    /// The columns.
    pub labels: ClassList,
    /// One row of counts for each of `rows`, one count for each of `labels`.
    pub counts: Vec<Vec<u64>>,
    /// Whether the rows are finer types than the columns.
    pub finer: bool,
}

impl CrossTable {
    /// Rows are classes.
    #[must_use]
    pub fn of_classes(confusion: &Confusion) -> Self {
        let head = |(class, name): (usize, &str)| RowHead { name: name.to_owned(), class };
        Self {
            rows: confusion.labels.iter().enumerate().map(head).collect(),
            labels: confusion.labels.clone(),
            counts: confusion.counts.clone(),
            finer: false,
        }
    }

    /// Rows are finer types; one whose class is not among the labels is left out.
    #[must_use]
    pub fn of_sub_types(rows: &[SubTypeRow], labels: &ClassList) -> Self {
        let known = rows.iter().filter_map(|row| {
            let head = RowHead { name: row.sub_type.clone(), class: labels.label(&row.class)? };
            Some((head, row.counts.clone()))
        });
        let (heads, counts) = known.unzip();
        Self { rows: heads, labels: labels.clone(), counts, finer: true }
    }

    /// Images of a row that were given a class.
    #[must_use]
    pub fn count(&self, row: usize, given: usize) -> u64 {
        self.counts.get(row).and_then(|row| row.get(given)).copied().unwrap_or(0)
    }

    /// Images of a row.
    #[must_use]
    pub fn support(&self, row: usize) -> u64 {
        self.counts.get(row).map_or(0, |row| row.iter().sum())
    }

    /// Images that were given a class.
    #[must_use]
    pub fn given(&self, given: usize) -> u64 {
        self.counts.iter().filter_map(|row| row.get(given)).sum()
    }

    /// All images.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// Images that were given the class of their row.
    #[must_use]
    pub fn correct(&self) -> u64 {
        self.rows.iter().enumerate().map(|(row, head)| self.count(row, head.class)).sum()
    }

    /// Whether a cell holds images that were given their true class.
    #[must_use]
    pub fn is_hit(&self, row: usize, given: usize) -> bool {
        self.rows.get(row).is_some_and(|head| head.class == given)
    }

    /// Whether an image is counted in a cell.
    #[must_use]
    pub fn holds(&self, row: usize, given: usize, one: &Judged) -> bool {
        let Some(head) = self.rows.get(row) else { return false };
        let finer = !self.finer || one.sub_type.as_deref() == Some(head.name.as_str());
        head.class == one.truth && finer && one.prediction.top().is_some_and(|(top, _)| top == given)
    }

    /// The true row in words, such as `ig`, or `MMY (ig)` for a finer type.
    #[must_use]
    pub fn row_name(&self, row: usize) -> String {
        match self.rows.get(row) {
            None => "n/a".to_owned(),
            Some(head) if self.finer => format!("{} ({})", head.name, self.labels.name(head.class)),
            Some(head) => head.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{prediction::Prediction, sub_types};

    fn judged() -> Vec<Judged> {
        let one = |truth: usize, given: usize, kind: &str| {
            let mut confidences = vec![0.1; 2];
            confidences[given] = 0.9;
            let sub_type = (!kind.is_empty()).then(|| kind.to_owned());
            Judged { path: String::new(), truth, sub_type, group: None, prediction: Prediction(confidences) }
        };
        vec![one(1, 0, "BNE"), one(1, 1, "SNE"), one(0, 0, "MMY"), one(0, 1, "MMY"), one(0, 0, "")]
    }

    #[test]
    fn every_cell_of_finer_types_counts_exactly_the_images_that_it_holds() {
        let (judged, labels) = (judged(), ClassList::new(["ig", "neutrophil"].map(str::to_owned)));
        let table = CrossTable::of_sub_types(&sub_types::rows(&judged, &labels), &labels);
        assert_eq!((table.rows.len(), table.total(), table.correct()), (3, 4, 2));
        assert_eq!((table.row_name(0).as_str(), table.support(0), table.given(0)), ("MMY (ig)", 2, 2));
        for row in 0..table.rows.len() {
            for given in 0..labels.len() {
                let held = judged.iter().filter(|one| table.holds(row, given, one)).count() as u64;
                assert_eq!(held, table.count(row, given), "{row}, {given}");
            }
        }
        assert!(table.is_hit(1, 1) && !table.is_hit(1, 0) && !table.is_hit(9, 0));
    }

    #[test]
    fn a_square_table_agrees_with_its_matrix() {
        let mut confusion = Confusion::new(ClassList::new(["ig", "neutrophil"].map(str::to_owned)));
        judged().iter().for_each(|one| confusion.add(one.truth, one.prediction.top().unwrap().0));
        let table = CrossTable::of_classes(&confusion);
        assert_eq!((table.correct(), table.total()), (confusion.correct(), confusion.total()));
        assert_eq!((table.support(0), table.given(1)), (confusion.support(0), confusion.predicted(1)));
        assert!(judged().iter().filter(|one| table.holds(0, 0, one)).count() == 2, "with and without a finer type");
    }
}
