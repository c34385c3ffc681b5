//! The tables of an evaluation, of a comparison and of runs: one row a figure, a class, a finer type, an image or a run.

use super::table::{Cell, Style, Table};
use crate::domain::{
    comparison::{Comparison, Cost},
    evaluation::Evaluation,
    interval::{Interval, wilson},
    metrics::Metrics,
    mix::AtMix,
    prediction::Judged,
    run::RunRecord,
    spread::{SeedGroup, Spread},
};

/// The figures of the whole set, each with its interval where there is one.
#[must_use]
pub fn summary(evaluation: &Evaluation) -> Table {
    let (metrics, detail, ci) = (&evaluation.metrics, &evaluation.detail, &evaluation.detail.intervals);
    let mut table = Table::new(["figure", "value"]);
    let mut row = |name: &str, value: Cell| table.push([Cell::from(name), value]);
    row("Images", metrics.n.into());
    row("Accuracy", Cell::percent(metrics.accuracy).within(metrics.accuracy_ci));
    row("Balanced accuracy", Cell::percent(metrics.balanced_accuracy).within(ci.balanced_accuracy));
    row("Macro F1", Cell::figure(metrics.macro_f1).within(ci.macro_f1));
    row("Cohen's kappa", Cell::figure(metrics.kappa).within(ci.kappa));
    row("Mean ROC area", Cell::figure(detail.macro_roc_auc).within(ci.macro_roc_auc));
    let precision = Cell::figure(detail.macro_average_precision).within(ci.macro_average_precision);
    row("Mean average precision", precision);
    row("Expected calibration error", Cell::percent(evaluation.ece).within(ci.ece));
    row("Calibration error over bins of equal mass", Cell::percent(detail.adaptive_ece).within(ci.adaptive_ece));
    row("Of a model whose confidences are right, at most in 19 of 20 cases", Cell::percent(ci.ece_of_honest));
    row("The same over bins of equal mass", Cell::percent(ci.adaptive_ece_of_honest));
    row("Brier score", Cell::figure(evaluation.brier).within(ci.brier));
    row("Log loss (nats)", Cell::figure(detail.log_loss).within(ci.log_loss));
    row("Area below the risk-coverage curve", Cell::figure(detail.aurc).within(ci.aurc));
    if let Some((point, kept)) = evaluation.kept() {
        row("Confidence of the operating point", Cell::percent(Some(f64::from(point.threshold))));
        row("Kept at it", Cell::percent((metrics.n > 0).then(|| kept.kept as f64 / metrics.n as f64)));
        let wrong = Cell::percent((kept.kept > 0).then(|| kept.risk()));
        row("Wrong among those", wrong.within(wilson(kept.errors, kept.kept)));
    }
    let latency = evaluation.latency_ms;
    row("Latency of one image, median (ms)", Cell::figure(latency.p50));
    row("Latency of one image, 95th percentile (ms)", Cell::figure(latency.p95));
    table
}

/// The figures of every class, each with its interval: first those that hold at any mix of classes.
#[must_use]
pub fn classes(metrics: &Metrics) -> Table {
    let mut table = Table::new(["class", "images", "sensitivity", "specificity", "precision", "F1"]);
    for class in &metrics.classes {
        table.push([
            Cell::from(&class.name),
            class.support.into(),
            Cell::figure(class.recall).within(class.ci.recall),
            Cell::figure(class.specificity).within(class.ci.specificity),
            Cell::figure(class.precision).within(class.ci.precision),
            Cell::figure(class.f1).within(class.ci.f1),
        ]);
    }
    table
}

/// What the answers are worth at a mix of classes.
#[must_use]
pub fn predictive(at_mix: &AtMix) -> Table {
    let mut table = Table::new(["class", "share", "ppv", "npv"]);
    for class in &at_mix.classes {
        table.push([
            Cell::from(&class.name),
            Cell::percent(Some(class.share)),
            Cell::figure(class.ppv),
            Cell::figure(class.npv),
        ]);
    }
    table
}

/// Bins that hold about as many images each.
#[must_use]
pub fn equal_mass(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(["from", "to", "images", "mean confidence", "correct"]);
    for bin in &evaluation.detail.equal_mass {
        let share = |value| Cell::Figure(value, Style::Decimals(4));
        table.push([
            share(Some(bin.low)),
            share(Some(bin.high)),
            bin.count.into(),
            share(bin.confidence),
            share(bin.accuracy),
        ]);
    }
    table
}

/// Areas of each class.
#[must_use]
pub fn areas(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(["class", "roc_auc", "average_precision"]);
    for areas in &evaluation.detail.areas {
        table.push([Cell::from(&areas.name), areas.roc_auc.into(), areas.average_precision.into()]);
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
        let mut cells = vec![Cell::from(&row.sub_type), Cell::from(&row.class), row.support.into(), row.correct.into()];
        cells.extend(row.counts.iter().map(|count| Cell::from(*count)));
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
            Cell::from(&one.path),
            labels.name(one.truth).into(),
            one.sub_type.as_deref().unwrap_or_default().into(),
            given.map_or("", |label| labels.name(label)).into(),
            confidence.map_or_else(|| Cell::from(""), Cell::from),
            (given == Some(one.truth)).to_string().into(),
        ];
        row.extend(one.prediction.0.iter().map(|share| Cell::from(*share)));
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
        let confidence = Cell::Figure(Some(f64::from(confidence)), Style::Decimals(4));
        table.push([Cell::from(&one.path), labels.name(one.truth).into(), labels.name(given).into(), confidence]);
    }
    table
}

/// The headline figures of both models and their differences.
#[must_use]
pub fn differences(comparison: &Comparison) -> Table {
    let Comparison { a, b, bootstrap, .. } = comparison;
    let mut table = Table::new(["figure", "A", "B", "A - B"]);
    let mut row = |name: &str, a: Option<f64>, b: Option<f64>, difference: Option<f64>, ci: Option<Interval>| {
        let difference = difference.or_else(|| a.zip(b).map(|(a, b)| a - b));
        let plain = |value: Option<f64>| Cell::Figure(value, Style::Decimals(4));
        let difference = Cell::Figure(difference, Style::Signed(4)).within(ci);
        table.push([Cell::from(name), plain(a), plain(b), difference]);
    };
    let (of_a, of_b, boot) = (&a.metrics, &b.metrics, bootstrap);
    row("Macro F1", of_a.macro_f1, of_b.macro_f1, boot.macro_f1_difference, boot.ci);
    row("Accuracy", of_a.accuracy, of_b.accuracy, boot.accuracy_difference, boot.accuracy_ci);
    let balanced = (boot.balanced_accuracy_difference, boot.balanced_accuracy_ci);
    row("Balanced accuracy", of_a.balanced_accuracy, of_b.balanced_accuracy, balanced.0, balanced.1);
    row("Cohen's kappa", of_a.kappa, of_b.kappa, None, None);
    row("Mean ROC area", a.detail.macro_roc_auc, b.detail.macro_roc_auc, None, None);
    row("Calibration error", a.ece, b.ece, None, None);
    row("Calibration error, equal mass", a.detail.adaptive_ece, b.detail.adaptive_ece, None, None);
    row("Brier score", a.brier, b.brier, None, None);
    row("Risk-coverage area", a.detail.aurc, b.detail.aurc, None, None);
    table
}

/// What both models cost.
#[must_use]
pub fn costs(comparison: &Comparison) -> Table {
    let mut table = Table::new(["cost", "A", "B"]);
    let mut row = |name: &str, of: &dyn Fn(&Cost) -> Cell| {
        table.push([Cell::from(name), of(&comparison.cost.a), of(&comparison.cost.b)]);
    };
    let tenths = |value: Option<f64>| Cell::Figure(value, Style::Decimals(1));
    row("Parameters", &|cost| cost.parameters.into());
    row("File (MB)", &|cost| tenths(Some(cost.file_bytes as f64 / 1e6)));
    row("Input (px)", &|cost| cost.input_px.into());
    row("One image, median (ms)", &|cost| tenths(cost.batch_1_ms.p50));
    row("One image, 95th percentile (ms)", &|cost| tenths(cost.batch_1_ms.p95));
    row("32 images, median (ms)", &|cost| tenths(cost.batch_32_ms.p50));
    row("32 images, 95th percentile (ms)", &|cost| tenths(cost.batch_32_ms.p95));
    row("Images per second at batch 32", &|cost| tenths(cost.images_per_sec));
    table
}

/// The cells that exactly one model got right.
#[must_use]
pub fn discordant(comparison: &Comparison) -> Table {
    let mut table = Table::new(["path", "truth", "a", "a_confidence", "b", "b_confidence", "right"]);
    for cell in &comparison.discordant {
        let right = if cell.a_is_right() { "A" } else { "B" };
        table.push([
            Cell::from(&cell.path),
            Cell::from(&cell.truth),
            Cell::from(&cell.a),
            cell.a_confidence.into(),
            Cell::from(&cell.b),
            cell.b_confidence.into(),
            right.into(),
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
        let name = label.map_or("", |label| of.metrics.confusion.labels.name(label));
        [Cell::from(name), confidence.map_or_else(|| Cell::from(""), Cell::from)]
    };
    for (one, other) in comparison.a.judged.iter().zip(&comparison.b.judged) {
        let truth = Cell::from(comparison.a.metrics.confusion.labels.name(one.truth));
        let ([a, sure_a], [b, sure_b]) = (given(&comparison.a, one), given(&comparison.b, other));
        table.push([Cell::from(&one.path), truth, a, sure_a, b, sure_b]);
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
            Cell::from(&run.name),
            run.architecture.id().into(),
            Cell::from(&run.dataset),
            Cell::from(&run.started),
            config.seed.into(),
            config.size.into(),
            config.batch.into(),
            run.history.len().into(),
            config.epochs.into(),
            test.map_or_else(|| Cell::from(None), |test| test.n.into()),
            test.and_then(|test| test.accuracy).into(),
            test.and_then(|test| test.balanced_accuracy).into(),
            test.and_then(|test| test.macro_f1).into(),
            Cell::from(&run.device),
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
        let joined = |of: Vec<String>| Cell::from(of.join(" "));
        let mut row = vec![
            Cell::from(run.architecture.id()),
            Cell::from(&run.dataset),
            joined(group.seeds().map(|seed| seed.to_string()).collect()),
            joined(group.runs.iter().map(|run| run.name.clone()).collect()),
            group.runs.len().into(),
        ];
        for spread in [group.accuracy, group.balanced_accuracy, group.macro_f1] {
            let of = |part: fn(Spread) -> Option<f64>| Cell::from(spread.and_then(part));
            row.extend([of(|s| Some(s.mean)), of(|s| s.deviation), of(|s| Some(s.low)), of(|s| Some(s.high))]);
        }
        table.push(row);
    }
    table
}
