//! The tables of an evaluation, of a comparison and of runs: one row a figure, a class, a finer type, an image or a run.

use super::{
    csv::Table,
    words::{figure, percent},
};
use crate::domain::{
    comparison::{Comparison, Cost},
    evaluation::Evaluation,
    interval::Interval,
    metrics::Metrics,
    prediction::Judged,
    run::RunRecord,
    spread::{SeedGroup, Spread},
};

/// Full precision for machines, `n/a` where undefined.
fn exact(value: Option<f64>) -> String {
    value.map_or_else(|| "n/a".to_owned(), |value| value.to_string())
}

/// `0.91 to 0.95`, `n/a` where undefined.
#[must_use]
pub fn interval(interval: Option<Interval>) -> String {
    interval.map_or_else(|| "n/a".to_owned(), |ci| format!("{:.3} to {:.3}", ci.low, ci.high))
}

/// The figures of the whole set as (name, value) for people.
#[must_use]
pub fn summary(evaluation: &Evaluation) -> Table {
    let (metrics, detail) = (&evaluation.metrics, &evaluation.detail);
    let mut table = Table::new(["figure", "value", "95 % interval"]);
    let mut row = |name: &str, value: String, ci: String| table.push([name.to_owned(), value, ci]);
    row("Images", metrics.n.to_string(), String::new());
    row("Accuracy", percent(metrics.accuracy), interval(metrics.accuracy_ci));
    row("Balanced accuracy", percent(metrics.balanced_accuracy), String::new());
    row("Macro F1", figure(metrics.macro_f1), String::new());
    row("Cohen's kappa", figure(metrics.kappa), String::new());
    row("Mean ROC area", figure(detail.macro_roc_auc), String::new());
    row("Mean average precision", figure(detail.macro_average_precision), String::new());
    row("Expected calibration error", percent(evaluation.ece), String::new());
    row("Brier score", figure(evaluation.brier), String::new());
    row("Area below the risk-coverage curve", figure(detail.aurc), String::new());
    let latency = evaluation.latency_ms;
    row("Latency of one image, median (ms)", figure(latency.p50), String::new());
    row("Latency of one image, 95th percentile (ms)", figure(latency.p95), String::new());
    table
}

/// The figures of every class, each with its interval.
#[must_use]
pub fn classes(metrics: &Metrics) -> Table {
    let mut table = Table::new(["class", "images", "precision", "recall", "F1", "specificity"]);
    let with = |value: Option<f64>, ci: Option<Interval>| match (value, ci) {
        (Some(_), Some(ci)) => format!("{} ({})", figure(value), interval(Some(ci))),
        _ => figure(value),
    };
    for class in &metrics.classes {
        table.push([
            class.name.clone(),
            class.support.to_string(),
            with(class.precision, class.ci.precision),
            with(class.recall, class.ci.recall),
            with(class.f1, class.ci.f1),
            with(class.specificity, class.ci.specificity),
        ]);
    }
    table
}

/// Areas of each class.
#[must_use]
pub fn areas(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(["class", "roc_auc", "average_precision"]);
    for areas in &evaluation.detail.areas {
        table.push([areas.name.clone(), exact(areas.roc_auc), exact(areas.average_precision)]);
    }
    table
}

/// Finer types against the classes that they were given; `None` where file names carry none.
#[must_use]
pub fn sub_types(evaluation: &Evaluation) -> Option<Table> {
    let rows = &evaluation.detail.sub_types;
    if rows.is_empty() {
        return None;
    }
    let labels = evaluation.metrics.confusion.labels.iter().map(|name| format!("given {name}"));
    let first = ["sub-type", "true class", "images", "correct"].into_iter().map(str::to_owned);
    let mut table = Table::new(first.chain(labels));
    for row in rows {
        let mut cells = vec![row.sub_type.clone(), row.class.clone(), row.support.to_string(), row.correct.to_string()];
        cells.extend(row.counts.iter().map(u64::to_string));
        table.push(cells);
    }
    Some(table)
}

/// Every prediction with all confidences.
#[must_use]
pub fn predictions(evaluation: &Evaluation) -> Table {
    let labels = &evaluation.metrics.confusion.labels;
    let first = ["path", "truth", "sub_type", "predicted", "confidence", "correct"].into_iter().map(str::to_owned);
    let mut table = Table::new(first.chain(labels.iter().map(str::to_owned)));
    for one in &evaluation.judged {
        let (given, confidence) = one.prediction.top().unzip();
        let mut row = vec![
            one.path.clone(),
            labels.name(one.truth).to_owned(),
            one.sub_type.clone().unwrap_or_default(),
            given.map_or("", |label| labels.name(label)).to_owned(),
            confidence.map_or_else(String::new, |p| p.to_string()),
            (given == Some(one.truth)).to_string(),
        ];
        row.extend(one.prediction.0.iter().map(f32::to_string));
        table.push(row);
    }
    table
}

/// The mistakes, the most confident first.
#[must_use]
pub fn mistakes(evaluation: &Evaluation) -> Table {
    let labels = &evaluation.metrics.confusion.labels;
    let wrong = |one: &&Judged| one.verdict().is_some_and(|(_, correct)| !correct);
    let mut found: Vec<&Judged> = evaluation.judged.iter().filter(wrong).collect();
    let sure = |one: &Judged| one.prediction.top().map_or(0.0, |(_, p)| p);
    found.sort_by(|a, b| sure(b).total_cmp(&sure(a)).then_with(|| a.path.cmp(&b.path)));
    let mut table = Table::new(["path", "truth", "predicted", "confidence"]);
    for one in found {
        let Some((given, confidence)) = one.prediction.top() else { continue };
        let names = [labels.name(one.truth), labels.name(given)].map(str::to_owned);
        let [truth, given] = names;
        table.push([one.path.clone(), truth, given, format!("{confidence:.4}")]);
    }
    table
}

/// The headline figures of both models and their differences.
#[must_use]
pub fn differences(comparison: &Comparison) -> Table {
    let Comparison { a, b, bootstrap, .. } = comparison;
    let mut table = Table::new(["figure", "A", "B", "A - B", "95 % interval"]);
    let mut row = |name: &str, a: Option<f64>, b: Option<f64>, difference: Option<f64>, ci: Option<Interval>| {
        let difference = difference.or_else(|| a.zip(b).map(|(a, b)| a - b));
        let signed = difference.map_or_else(|| "n/a".to_owned(), |value| format!("{value:+.4}"));
        let ci = ci.map_or_else(String::new, |ci| format!("{:+.4} to {:+.4}", ci.low, ci.high));
        let plain = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.4}"));
        table.push([name.to_owned(), plain(a), plain(b), signed, ci]);
    };
    let (of_a, of_b, boot) = (&a.metrics, &b.metrics, bootstrap);
    row("Macro F1", of_a.macro_f1, of_b.macro_f1, boot.macro_f1_difference, boot.ci);
    row("Accuracy", of_a.accuracy, of_b.accuracy, boot.accuracy_difference, boot.accuracy_ci);
    let balanced = (boot.balanced_accuracy_difference, boot.balanced_accuracy_ci);
    row("Balanced accuracy", of_a.balanced_accuracy, of_b.balanced_accuracy, balanced.0, balanced.1);
    row("Cohen's kappa", of_a.kappa, of_b.kappa, None, None);
    row("Mean ROC area", a.detail.macro_roc_auc, b.detail.macro_roc_auc, None, None);
    row("Calibration error", a.ece, b.ece, None, None);
    row("Brier score", a.brier, b.brier, None, None);
    row("Risk-coverage area", a.detail.aurc, b.detail.aurc, None, None);
    table
}

/// What both models cost.
#[must_use]
pub fn costs(comparison: &Comparison) -> Table {
    let mut table = Table::new(["cost", "A", "B"]);
    let mut row = |name: &str, of: &dyn Fn(&Cost) -> String| {
        table.push([name.to_owned(), of(&comparison.cost.a), of(&comparison.cost.b)]);
    };
    let ms = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |ms| format!("{ms:.1}"));
    row("Parameters", &|cost| cost.parameters.to_string());
    row("File (MB)", &|cost| format!("{:.1}", cost.file_bytes as f64 / 1e6));
    row("Input (px)", &|cost| cost.input_px.to_string());
    row("One image, median (ms)", &|cost| ms(cost.batch_1_ms.p50));
    row("One image, 95th percentile (ms)", &|cost| ms(cost.batch_1_ms.p95));
    row("32 images, median (ms)", &|cost| ms(cost.batch_32_ms.p50));
    row("32 images, 95th percentile (ms)", &|cost| ms(cost.batch_32_ms.p95));
    row("Images per second at batch 32", &|cost| ms(cost.images_per_sec));
    table
}

/// The cells that exactly one model got right.
#[must_use]
pub fn discordant(comparison: &Comparison) -> Table {
    let mut table = Table::new(["path", "truth", "a", "a_confidence", "b", "b_confidence", "right"]);
    for cell in &comparison.discordant {
        let right = if cell.a_is_right() { "A" } else { "B" };
        table.push([
            cell.path.clone(),
            cell.truth.clone(),
            cell.a.clone(),
            cell.a_confidence.to_string(),
            cell.b.clone(),
            cell.b_confidence.to_string(),
            right.to_owned(),
        ]);
    }
    table
}

/// Every cell under both models.
#[must_use]
pub fn paired_predictions(comparison: &Comparison) -> Table {
    let mut table = Table::new(["path", "truth", "a", "a_confidence", "b", "b_confidence"]);
    let given = |of: &Evaluation, one: &Judged| {
        let (label, confidence) = one.prediction.top().unzip();
        let name = label.map_or("", |label| of.metrics.confusion.labels.name(label)).to_owned();
        [name, confidence.map_or_else(String::new, |p| p.to_string())]
    };
    for (one, other) in comparison.a.judged.iter().zip(&comparison.b.judged) {
        let truth = comparison.a.metrics.confusion.labels.name(one.truth).to_owned();
        let ([a, sure_a], [b, sure_b]) = (given(&comparison.a, one), given(&comparison.b, other));
        table.push([one.path.clone(), truth, a, sure_a, b, sure_b]);
    }
    table
}

/// Runs with their settings and test figures.
#[must_use]
pub fn runs<'a>(runs: impl IntoIterator<Item = &'a RunRecord>) -> Table {
    let mut table = Table::new([
        "run",
        "network",
        "dataset",
        "started",
        "seed",
        "size_px",
        "batch",
        "epochs",
        "epochs_planned",
        "test_images",
        "accuracy",
        "balanced_accuracy",
        "macro_f1",
        "device",
    ]);
    for run in runs {
        let (test, config) = (run.test.as_ref(), &run.config);
        table.push([
            run.name.clone(),
            run.architecture.id().to_owned(),
            run.dataset.clone(),
            run.started.clone(),
            config.seed.to_string(),
            config.size.to_string(),
            config.batch.to_string(),
            run.history.len().to_string(),
            config.epochs.to_string(),
            test.map_or_else(|| "n/a".to_owned(), |test| test.n.to_string()),
            exact(test.and_then(|test| test.accuracy)),
            exact(test.and_then(|test| test.balanced_accuracy)),
            exact(test.and_then(|test| test.macro_f1)),
            run.device.clone(),
        ]);
    }
    table
}

/// Runs that differ by seed alone: mean, deviation and range of each figure, one row a group.
#[must_use]
pub fn seeds(groups: &[SeedGroup<'_>]) -> Table {
    let figures = ["accuracy", "balanced_accuracy", "macro_f1"];
    let parts = ["mean", "deviation", "low", "high"];
    let columns = figures.iter().flat_map(|figure| parts.map(|part| format!("{figure}_{part}")));
    let first = ["network", "dataset", "seeds", "runs", "n"].map(str::to_owned);
    let mut table = Table::new(first.into_iter().chain(columns));
    for group in groups {
        let Some(run) = group.runs.first() else { continue };
        let joined = |of: Vec<String>| of.join(" ");
        let mut row = vec![
            run.architecture.id().to_owned(),
            run.dataset.clone(),
            joined(group.seeds().map(|seed| seed.to_string()).collect()),
            joined(group.runs.iter().map(|run| run.name.clone()).collect()),
            group.runs.len().to_string(),
        ];
        for spread in [group.accuracy, group.balanced_accuracy, group.macro_f1] {
            let of = |part: fn(Spread) -> Option<f64>| exact(spread.and_then(part));
            row.extend([of(|s| Some(s.mean)), of(|s| s.deviation), of(|s| Some(s.low)), of(|s| Some(s.high))]);
        }
        table.push(row);
    }
    table
}
