//! Two models on the same cells: what differs, whether chance could do it, and which cells it is about.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    bootstrap::{Differences, Paired, RESAMPLES, SEED},
    classes::ClassList,
    evaluation::{Evaluation, Latency},
    mcnemar::McNemar,
    prediction::{self, Judged},
};
use crate::fault::Failure;

/// Two models on the same cells; `leuko compare --json` is its serialised form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which cells, in words.
    pub cells: String,
    pub n: u64,
    pub a: Evaluation,
    pub b: Evaluation,
    pub mcnemar: McNemar,
    pub bootstrap: Differences,
    /// Cells that exactly one of them got right, the most confident mistakes first.
    pub discordant: Vec<Discordant>,
    pub cost: Costs,
}

/// A cell that exactly one model got right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Discordant {
    /// Relative to the dataset's root.
    pub path: String,
    pub truth: String,
    /// The class that A gave.
    pub a: String,
    pub b: String,
    pub a_confidence: f32,
    pub b_confidence: f32,
}

/// What each model costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    pub a: Cost,
    pub b: Cost,
}

/// The size of a model and the measured time of its answers on the device of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    pub parameters: usize,
    /// Of the weights as they are stored.
    pub file_bytes: u64,
    /// Side of the square input.
    pub input_px: usize,
    pub batch_1_ms: Latency,
    pub batch_32_ms: Latency,
    /// At batch 32.
    pub images_per_sec: Option<f64>,
}

impl Comparison {
    /// Puts two evaluations beside each other. Cells that one of them could not read are left out of both.
    ///
    /// # Errors
    /// [`Failure`] where they are of different cells, or of class lists that cannot be matched.
    pub fn of(cells: String, mut a: Evaluation, mut b: Evaluation, cost: Costs) -> Result<Self, Failure> {
        match_classes(&a.metrics.confusion.labels, &b.metrics.confusion.labels)?;
        match_cells(&mut a, &mut b)?;
        let labels = &a.metrics.confusion.labels;
        let (mut paired, mut units, mut discordant) = (Vec::new(), Vec::new(), Vec::new());
        for ((one, other), unit) in a.judged.iter().zip(&b.judged).zip(prediction::units(&a.judged)) {
            let Some((cell, [a_confidence, b_confidence])) = pair(labels, &b.metrics.confusion.labels, one, other)
            else {
                continue;
            };
            if (cell.a == cell.truth) != (cell.b == cell.truth) {
                let name = |label| labels.name(label).to_owned();
                discordant.push(Discordant {
                    path: one.path.clone(),
                    truth: name(cell.truth),
                    a: name(cell.a),
                    b: name(cell.b),
                    a_confidence,
                    b_confidence,
                });
            }
            paired.push(cell);
            units.push(unit);
        }
        discordant.sort_by(|x, y| y.of_mistake().total_cmp(&x.of_mistake()).then_with(|| x.path.cmp(&y.path)));
        Ok(Self {
            cells,
            n: paired.len() as u64,
            mcnemar: McNemar::of(paired.iter().map(|cell| (cell.a == cell.truth, cell.b == cell.truth))),
            bootstrap: Differences::of(&paired, &units, labels.len(), RESAMPLES, SEED),
            discordant,
            cost,
            a,
            b,
        })
    }

    /// What can be said of the difference on these cells, in words: accuracy by McNemar's test, macro F1 by its interval.
    #[must_use]
    pub fn verdict(&self) -> String {
        let McNemar { only_a_correct, only_b_correct, p, .. } = self.mcnemar;
        if self.mcnemar.discordant() == 0 {
            return format!("Both models are right and wrong on the same of these {} cells", self.n);
        }
        let p = if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") };
        let counts =
            format!("A alone is right on {only_a_correct} cells and B alone on {only_b_correct} (exact McNemar, {p})");
        let accuracy = if self.mcnemar.is_beyond_chance() {
            let better = if only_a_correct > only_b_correct { "A" } else { "B" };
            format!("{better} is right more often on these cells: {counts}")
        } else {
            format!("Which is right more often on these cells may be chance: {counts}")
        };
        self.macro_f1().map_or_else(|| accuracy.clone(), |macro_f1| format!("{accuracy}. {macro_f1}"))
    }

    /// What the interval of the macro F1 says.
    fn macro_f1(&self) -> Option<String> {
        let (difference, ci) = self.bootstrap.macro_f1_difference.zip(self.bootstrap.ci)?;
        let says = match (ci.low > 0.0, ci.high < 0.0) {
            (true, _) => "A's is higher on these cells",
            (_, true) => "B's is higher on these cells",
            _ => "which is higher may be chance",
        };
        let (low, high) = (ci.low, ci.high);
        Some(format!("Macro F1: {says}, A - B is {difference:+.3} (95 % interval {low:+.3} to {high:+.3})"))
    }
}

impl Discordant {
    /// Whether A is the one that is right.
    #[must_use]
    pub fn a_is_right(&self) -> bool {
        self.a == self.truth
    }

    /// The confidence of the one that is wrong.
    fn of_mistake(&self) -> f32 {
        if self.a_is_right() { self.b_confidence } else { self.a_confidence }
    }
}

/// # Errors
/// [`Failure`] unless both lists hold the same names, in whatever order.
pub fn match_classes(a: &ClassList, b: &ClassList) -> Result<(), Failure> {
    let [of_a, of_b] = [a, b].map(|list| list.iter().collect::<BTreeSet<_>>());
    if of_a == of_b {
        return Ok(());
    }
    let names = |of: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        let only: Vec<&str> = of.difference(other).copied().collect();
        if only.is_empty() { "none".to_owned() } else { only.join(", ") }
    };
    let why =
        format!("they tell different classes apart (only A: {}; only B: {})", names(&of_a, &of_b), names(&of_b, &of_a));
    Err(Failure::new("the models cannot be compared", why, "choose two models with the same classes"))
}

/// Leaves only the cells that both judged.
fn match_cells(a: &mut Evaluation, b: &mut Evaluation) -> Result<(), Failure> {
    let different = |why: String| {
        Failure::new("the models cannot be compared", why, "evaluate both on the same images of the same folder")
    };
    if a.dataset_hash != b.dataset_hash {
        return Err(different(format!("they were judged on different datasets ({} and {})", a.dataset, b.dataset)));
    }
    let refused: BTreeSet<String> = a.refused.iter().chain(&b.refused).map(|(path, _)| path.clone()).collect();
    for one in [&mut *a, &mut *b] {
        let before = one.judged.len();
        one.judged.retain(|judged| !refused.contains(&judged.path));
        one.judged.sort_by(|x, y| x.path.cmp(&y.path));
        if one.judged.len() != before {
            one.score();
        }
    }
    let truths = |of: &Evaluation| -> BTreeMap<String, String> {
        let name = |judged: &Judged| of.metrics.confusion.labels.name(judged.truth).to_owned();
        of.judged.iter().map(|judged| (judged.path.clone(), name(judged))).collect()
    };
    let (of_a, of_b) = (truths(a), truths(b));
    if of_a != of_b {
        let apart = of_a.iter().filter(|(path, truth)| of_b.get(*path) != Some(truth)).count()
            + of_b.keys().filter(|path| !of_a.contains_key(*path)).count();
        return Err(different(format!("they were judged on different cells: {apart} are not the same")));
    }
    if of_a.is_empty() {
        return Err(different("no cell could be put to both".to_owned()));
    }
    Ok(())
}

/// One cell in the labels of A, with both confidences.
fn pair(a: &ClassList, b: &ClassList, one: &Judged, other: &Judged) -> Option<(Paired, [f32; 2])> {
    let ((given, sure), (other_given, other_sure)) = (one.prediction.top()?, other.prediction.top()?);
    let cell = Paired { truth: one.truth, a: given, b: a.label(b.name(other_given))? };
    Some((cell, [sure, other_sure]))
}

#[cfg(test)]
mod tests;
