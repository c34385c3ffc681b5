//! F1 of each class under two models, side by side.

use crate::{
    domain::{comparison::Comparison, evaluation::Evaluation, interval::Interval, metrics::ClassMetrics},
    report::{
        table::{Cell, Style, Table},
        words,
    },
};

use super::{Body, Chart, Provenance};

/// One class under both models.
#[derive(Clone, Debug, PartialEq)]
pub struct PairRow {
    /// As in files, such as `ig`.
    pub class: String,
    pub support: u64,
    /// F1 with its interval, A and then B.
    pub f1: [(Option<f64>, Option<Interval>); 2],
}

/// Every class under two models.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    /// What the legend calls them.
    pub names: [String; 2],
    pub rows: Vec<PairRow>,
}

impl Pairs {
    /// Takes F1 out of a comparison; a class that B lacks has none there.
    #[must_use]
    pub fn new(comparison: &Comparison) -> Self {
        let of_b = |name: &str| comparison.b.metrics.classes.iter().find(|class| class.name == name);
        let f1 = |class: Option<&ClassMetrics>| (class.and_then(|class| class.f1), class.and_then(|class| class.ci.f1));
        let row = |class: &ClassMetrics| PairRow {
            class: class.name.clone(),
            support: class.support,
            f1: [f1(Some(class)), f1(of_b(&class.name))],
        };
        let name = |letter: &str, of: &Evaluation| format!("{letter}: {}", of.model);
        Self {
            names: [name("A", &comparison.a), name("B", &comparison.b)],
            rows: comparison.a.metrics.classes.iter().map(row).collect(),
        }
    }

    /// The rows behind the bars.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut table = Table::new(["class", "support", "f1_a", "f1_b", "a_minus_b"]);
        for row in &self.rows {
            let [(a, _), (b, _)] = row.f1;
            let [in_a, in_b] = row.f1.map(|(value, interval)| Cell::figure(value).within(interval));
            let difference = Cell::Figure(a.zip(b).map(|(a, b)| a - b), Style::Signed(3));
            table.push([Cell::from(&row.class), row.support.into(), in_a, in_b, difference]);
        }
        table
    }
}

impl Chart {
    /// F1 of both models in pairs.
    #[must_use]
    pub fn f1_pairs(comparison: &Comparison, provenance: Provenance) -> Self {
        let [a, b] = [&comparison.a.metrics, &comparison.b.metrics];
        Self {
            name: "f1_comparison",
            title: "F1 of each class under both models".to_owned(),
            subtitle: format!(
                "{} cells; macro F1 {} and {}; whiskers are 95 % intervals",
                words::thousands(comparison.n),
                words::figure(a.macro_f1),
                words::figure(b.macro_f1)
            ),
            body: Body::Pairs(Pairs::new(comparison)),
            provenance,
        }
    }
}
