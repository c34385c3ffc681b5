//! Images of each class, for bars and pie.

use crate::{
    domain::classes::{ClassList, title},
    report::table::{Cell, Table},
};

use super::{Body, Chart, Provenance};

/// One class's share of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassCount {
    /// As in files, such as `ig`.
    pub name: String,
    /// As people read it, such as `Immature granulocyte`.
    pub title: String,
    pub count: u64,
    /// Of all images, 0 to 1; `None` for an empty set.
    pub share: Option<f64>,
}

/// Images of each class, in the order of the class list.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassCounts {
    pub rows: Vec<ClassCount>,
}

impl ClassCounts {
    /// Pairs class names with counts; a class without a count has none.
    #[must_use]
    pub fn new(classes: &ClassList, counts: &[usize]) -> Self {
        let total: usize = counts.iter().sum();
        let rows = classes.iter().enumerate().map(|(label, name)| {
            let count = counts.get(label).copied().unwrap_or(0);
            ClassCount {
                name: name.to_owned(),
                title: title(name).to_owned(),
                count: count as u64,
                share: (total > 0).then(|| count as f64 / total as f64),
            }
        });
        Self { rows: rows.collect() }
    }

    /// All images.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.rows.iter().map(|row| row.count).sum()
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::new(["class", "images", "share"]);
        for row in &self.rows {
            table.push([Cell::from(&row.name), row.count.into(), Cell::percent(row.share)]);
        }
        table
    }

    fn subtitle(&self) -> String {
        format!("{} images in {} classes", super::super::words::thousands(self.total()), self.rows.len())
    }
}

impl Chart {
    /// Horizontal bars of images a class.
    #[must_use]
    pub fn class_bars(counts: ClassCounts, provenance: Provenance) -> Self {
        Self {
            name: "class_counts",
            title: "Images per class".to_owned(),
            subtitle: counts.subtitle(),
            body: Body::Bars(counts),
            provenance,
        }
    }

    /// Shares of the classes as a pie with a legend.
    #[must_use]
    pub fn class_pie(counts: ClassCounts, provenance: Provenance) -> Self {
        Self {
            name: "class_shares",
            title: "Share of each class".to_owned(),
            subtitle: counts.subtitle(),
            body: Body::Pie(counts),
            provenance,
        }
    }
}
