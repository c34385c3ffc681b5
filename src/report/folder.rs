//! Whole folders of results: plots, tables and one page of an evaluation, a run or a comparison.

use std::path::{Path, PathBuf};

use super::{
    ReportError,
    chart::{Chart, ClassCounts, Provenance, Quantity},
    csv::Table,
    document::Document,
    html, pdf, tables, write_charts,
};
use crate::{
    data::preprocess::Preprocess,
    domain::{
        comparison::Comparison,
        evaluation::Evaluation,
        run::{EpochRecord, RunRecord},
    },
    progress::{Halt, Observer, StopToken},
    report::words::thousands,
    store::{atomic, run_dir::PLOTS},
};

/// The page's name in every folder, and that of the same on paper.
pub const PAGE: &str = "report.html";
pub const PAPER: &str = "report.pdf";
const OPTIMISTIC: &str = "A score on the lab that the model learned from is optimistic, since no patient is known to be on \
                          one side only; on another lab's slides expect worse.";

/// Everything that an evaluation can show.
///
/// # Errors
/// [`Halt::Stopped`] between two charts, or a [`ReportError`] of the first file that could not be made.
pub fn write_evaluation(
    dir: &Path,
    evaluation: &Evaluation,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let charts = Chart::of_evaluation(evaluation);
    let mut written = write_charts(&dir.join(PLOTS), &charts, observer, stop)?;
    let provenance = Provenance::of_evaluation(evaluation);
    let mut page = Document::new(format!("{} on {}", evaluation.model, evaluation.dataset), provenance.clone());
    describe(&mut page, evaluation, &charts);
    written.extend(write_tables(dir, evaluation_tables(evaluation), &provenance)?);
    written.extend(write_pages(dir, &page)?);
    Ok(written)
}

/// Everything that a run can show; `counts` are the images of each of its classes.
///
/// # Errors
/// As [`write_evaluation`].
pub fn write_run(
    dir: &Path,
    run: &RunRecord,
    counts: &[usize],
    evaluation: Option<&Evaluation>,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let provenance = Provenance::of_run(run);
    let of_classes = ClassCounts::new(&run.classes, counts);
    let of_run = [
        Chart::class_bars(of_classes.clone(), provenance.clone()),
        Chart::class_pie(of_classes, provenance.clone()),
        Chart::curves(Quantity::Loss, run),
        Chart::curves(Quantity::Accuracy, run),
    ];
    let judged = evaluation.map(Chart::of_evaluation).or_else(|| {
        let test = run.test.as_ref()?;
        Some(Chart::of_metrics(test, &provenance))
    });
    let judged = judged.unwrap_or_default();
    let charts: Vec<Chart> = of_run.iter().chain(&judged).cloned().collect();
    let mut written = write_charts(&dir.join(PLOTS), &charts, observer, stop)?;
    let mut page = Document::new(format!("{} on {}", run.name, run.dataset), provenance.clone());
    match evaluation {
        Some(evaluation) => describe(&mut page, evaluation, &judged),
        None => {
            if let Some(test) = &run.test {
                page.heading("Figures").table("Each class; intervals are 95 % Wilson", &tables::classes(test));
            }
            judged.iter().for_each(|chart| {
                page.chart(chart);
            });
        }
    }
    page.heading("Training").table("Settings", &settings(run));
    of_run.iter().for_each(|chart| {
        page.chart(chart);
    });
    let mut rows = evaluation.map(evaluation_tables).unwrap_or_default();
    rows.push(("history", history(run)));
    rows.push(("settings", settings(run)));
    written.extend(write_tables(dir, rows, &provenance)?);
    written.extend(write_pages(dir, &page)?);
    Ok(written)
}

/// Everything that a comparison can show: its own page and plots, and a folder for each model.
///
/// # Errors
/// As [`write_evaluation`].
pub fn write_comparison(
    dir: &Path,
    comparison: &Comparison,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let provenance = Provenance::of_comparison(comparison);
    let pairs = Chart::f1_pairs(comparison, provenance.clone());
    let mut written = write_charts(&dir.join(PLOTS), std::slice::from_ref(&pairs), observer, stop)?;
    for (name, of) in [("a", &comparison.a), ("b", &comparison.b)] {
        written.extend(write_evaluation(&dir.join(name), of, observer, stop)?);
    }
    let Comparison { a, b, .. } = comparison;
    let mut page = Document::new(format!("{} (A) and {} (B) on {}", a.model, b.model, a.dataset), provenance.clone());
    page.lead(&comparison.verdict());
    page.paragraph(&format!("{} cells: {}.", thousands(comparison.n), comparison.cells));
    let (differences, costs, discordant) =
        (tables::differences(comparison), tables::costs(comparison), tables::discordant(comparison));
    page.table("Figures and differences; intervals are 95 % bootstrap percentiles", &differences);
    page.heading("F1 of each class").chart(&pairs).heading("Cost").table("Size and measured time", &costs);
    for (letter, of) in [("A", a), ("B", b)] {
        page.heading(&format!("Confusion of {letter}: {}", of.model));
        let charts = Chart::of_metrics(&of.metrics, &Provenance::of_evaluation(of));
        charts.iter().filter(|chart| chart.name == "confusion_counts").for_each(|chart| {
            page.chart(chart);
        });
    }
    page.heading("Cells that one model alone got right").table("Discordant cells", &discordant.clone().rounded());
    let rows = vec![
        ("differences", differences),
        ("cost", costs),
        ("discordant", discordant),
        ("predictions", tables::paired_predictions(comparison)),
    ];
    written.extend(write_tables(dir, rows, &provenance)?);
    written.extend(write_pages(dir, &page)?);
    Ok(written)
}

/// Figures, charts and mistakes of an evaluation, in the order in which they are read.
fn describe(page: &mut Document, evaluation: &Evaluation, charts: &[Chart]) {
    page.heading("Figures");
    if evaluation.trained_on > 0 {
        page.lead(&format!(
            "The model learned from {} of these images: the figures flatter it.",
            thousands(evaluation.trained_on as u64)
        ));
    }
    if !evaluation.cells.is_empty() {
        page.paragraph(&format!("{} images: {}.", thousands(evaluation.metrics.n), evaluation.cells));
    }
    page.paragraph(OPTIMISTIC).table("The whole set", &tables::summary(evaluation));
    page.table("Each class; intervals are 95 % Wilson", &tables::classes(&evaluation.metrics));
    for chart in charts {
        page.chart(chart);
    }
    page.table("Areas of each class against all others", &tables::areas(evaluation).rounded());
    if let Some(sub_types) = tables::sub_types(evaluation) {
        // Which classes they were given stands in the matrix above and in the CSV.
        let sums = sub_types.first_columns(4);
        page.heading("Finer types").table("From the file names; never an input to the model", &sums);
    }
    page.heading("Mistakes").table("The most confident first", &tables::mistakes(evaluation));
}

/// The stem of a file and its rows.
type Named = (&'static str, Table);

fn evaluation_tables(evaluation: &Evaluation) -> Vec<Named> {
    let mut rows = vec![
        ("figures", tables::summary(evaluation)),
        ("classes", tables::classes(&evaluation.metrics)),
        ("areas", tables::areas(evaluation)),
        ("predictions", tables::predictions(evaluation)),
        ("mistakes", tables::mistakes(evaluation)),
    ];
    rows.extend(tables::sub_types(evaluation).map(|table| ("sub_types", table)));
    rows
}

fn settings(run: &RunRecord) -> Table {
    let config = &run.config;
    let mut table = Table::new(["setting", "value"]);
    let mut row = |name: &str, value: String| table.push([name.to_owned(), value]);
    row("Network", run.architecture.title().to_owned());
    row("Started (UTC)", run.started.clone());
    row("First weights", config.init.to_string());
    row("Preprocessing", Preprocess::of(config).words());
    row("Epochs trained of planned", format!("{} of {}", run.history.len(), config.epochs));
    row("Batch", config.batch.to_string());
    row("Learning rate", config.learning_rate.to_string());
    row("Noise", config.noise.to_string());
    row("Dropout", config.dropout.to_string());
    row("Patience (epochs)", config.patience.to_string());
    row("Share of the steps that the weights are averaged over", config.average.to_string());
    row("Augmentation", config.augment.to_string());
    row("Share seen as through another microscope", config.microscope.to_string());
    row("Share with the surroundings of another image", config.surroundings.to_string());
    row("Teachers", config.teachers());
    row("Seed", config.seed.to_string());
    table
}

fn history(run: &RunRecord) -> Table {
    let header =
        ["epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "learning_rate", "best"];
    let mut table = Table::new(header);
    let row = |epoch: &EpochRecord| {
        [
            epoch.epoch.to_string(),
            epoch.train_loss.to_string(),
            epoch.train_accuracy.to_string(),
            epoch.validation_loss.to_string(),
            epoch.validation_accuracy.to_string(),
            epoch.learning_rate.to_string(),
            epoch.best.to_string(),
        ]
    };
    run.history.iter().for_each(|epoch| table.push(row(epoch)));
    table
}

fn write_tables(dir: &Path, tables: Vec<Named>, provenance: &Provenance) -> Result<Vec<PathBuf>, ReportError> {
    let mut written = Vec::new();
    for (name, table) in tables {
        let path = dir.join(format!("{name}.csv"));
        save(&path, &table.with_provenance(provenance).to_csv()?)?;
        written.push(path);
    }
    Ok(written)
}

/// The same report as a page and on paper.
fn write_pages(dir: &Path, report: &Document) -> Result<[PathBuf; 2], ReportError> {
    let [page, paper] = [dir.join(PAGE), dir.join(PAPER)];
    save(&page, html::render(report).as_bytes())?;
    save(&paper, &pdf::render(report)?)?;
    Ok([page, paper])
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    atomic::write(path, bytes).map_err(|why| ReportError::Save { path: path.to_owned(), why })
}
