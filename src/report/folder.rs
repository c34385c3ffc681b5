//! Whole folders of results: plots, tables and one page of an evaluation, a run or a comparison.

use std::path::PathBuf;

use super::{
    ReportError,
    chart::{Chart, Provenance},
    csv::origins,
    document::Document,
    html, pdf,
    plots::{ORIGINS, Place, write_charts},
    settings::settings,
    table::{Cell, Table},
    tables,
};
use crate::{
    domain::{
        comparison::Comparison,
        evaluation::Evaluation,
        run::{EpochRecord, RunRecord},
    },
    fault::{Halt, StopToken},
    progress::Observer,
    report::words::{split_by, thousands},
    store::run_dir::PLOTS,
};

/// The page's name in every folder, and that of the same on paper.
pub const PAGE: &str = "report.html";
pub const PAPER: &str = "report.pdf";
const OPTIMISTIC: &str =
    "A score on the lab that the model learned from is optimistic; on another lab's slides expect worse.";

/// Everything that an evaluation can show.
///
/// # Errors
/// [`Halt::Stopped`] between two charts, or a [`ReportError`] of the first file that could not be made.
pub fn write_evaluation<'a>(
    to: impl Into<Place<'a>>,
    evaluation: &Evaluation,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let to = to.into();
    let charts = Chart::of_evaluation(evaluation);
    let mut written = write_charts(to.below(PLOTS), &charts, observer, stop)?;
    let provenance = Provenance::of_evaluation(evaluation);
    let mut page = Document::new(format!("{} on {}", evaluation.model, evaluation.dataset), provenance.clone());
    describe(&mut page, evaluation, &charts);
    written.extend(write_tables(&to, &evaluation_tables(evaluation), &provenance)?);
    written.extend(write_pages(&to, &page)?);
    Ok(written)
}

/// Everything that a run can show; `counts` are the images of each of its classes.
///
/// # Errors
/// As [`write_evaluation`].
pub fn write_run<'a>(
    to: impl Into<Place<'a>>,
    run: &RunRecord,
    counts: &[usize],
    evaluation: Option<&Evaluation>,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let (to, provenance) = (to.into(), Provenance::of_run(run));
    let of_run = Chart::of_run(run, counts);
    let judged = evaluation.map(Chart::of_evaluation).or_else(|| {
        let test = run.test.as_ref()?;
        Some(Chart::of_metrics(test, &provenance))
    });
    let judged = judged.unwrap_or_default();
    let charts: Vec<Chart> = of_run.iter().chain(&judged).cloned().collect();
    let mut written = write_charts(to.below(PLOTS), &charts, observer, stop)?;
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
    written.extend(write_tables(&to, &rows, &provenance)?);
    written.extend(write_pages(&to, &page)?);
    Ok(written)
}

/// Everything that a comparison can show: its own page and plots, and a folder for each model.
///
/// # Errors
/// As [`write_evaluation`].
pub fn write_comparison<'a>(
    to: impl Into<Place<'a>>,
    comparison: &Comparison,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let (to, provenance) = (to.into(), Provenance::of_comparison(comparison));
    let pairs = Chart::f1_pairs(comparison, provenance.clone());
    let mut written = write_charts(to.below(PLOTS), std::slice::from_ref(&pairs), observer, stop)?;
    for (name, of) in [("a", &comparison.a), ("b", &comparison.b)] {
        written.extend(write_evaluation(to.below(name), of, observer, stop)?);
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
    page.heading("Cells that one model alone got right").table("Discordant cells", &discordant);
    let rows = vec![
        ("differences", differences),
        ("cost", costs),
        ("discordant", discordant),
        ("predictions", tables::paired_predictions(comparison)),
    ];
    written.extend(write_tables(&to, &rows, &provenance)?);
    written.extend(write_pages(&to, &page)?);
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
    if let Some(warning) = evaluation.shift.warning() {
        page.lead(&format!("{}: {}.", capitalised(&warning.what), warning.why));
    }
    if !evaluation.cells.is_empty() {
        page.paragraph(&format!("{} images: {}.", thousands(evaluation.metrics.n), evaluation.cells));
    }
    let whole = "The whole set; intervals are 95 %, bootstrap percentiles but for accuracy";
    page.paragraph(&format!("{} {OPTIMISTIC}", split_by(evaluation.groups))).table(whole, &tables::summary(evaluation));
    if let Some(scarce) = evaluation.metrics.scarce() {
        page.paragraph(&format!("{scarce}."));
    }
    page.table("Each class; intervals are 95 % Wilson", &tables::classes(&evaluation.metrics));
    if let Some(at_mix) = &evaluation.detail.at_mix {
        let caption = format!("What an answer is worth at the mix of classes {}", at_mix.mix.name);
        page.table(&caption, &tables::predictive(at_mix));
    }
    for chart in charts {
        page.chart(chart);
    }
    page.table("Areas of each class against all others", &tables::areas(evaluation));
    if let Some(sub_types) = tables::sub_types(evaluation) {
        // Which classes they were given stands in the matrix above and in the CSV.
        let sums = sub_types.first_columns(4);
        page.heading("Finer types").table("From the file names; never an input to the model", &sums);
    }
    page.heading("Mistakes").table("The most confident first", &tables::mistakes(evaluation));
}

/// With a capital at its start.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The stem of a file and its rows.
pub(super) type Named = (&'static str, Table);

fn evaluation_tables(evaluation: &Evaluation) -> Vec<Named> {
    let mut rows = vec![
        ("figures", tables::summary(evaluation)),
        ("classes", tables::classes(&evaluation.metrics)),
        ("areas", tables::areas(evaluation)),
        ("predictions", tables::predictions(evaluation)),
        ("mistakes", tables::mistakes(evaluation)),
    ];
    rows.push(("equal_mass", tables::equal_mass(evaluation)));
    rows.extend(evaluation.detail.at_mix.as_ref().map(|at_mix| ("predictive_values", tables::predictive(at_mix))));
    rows.extend(tables::sub_types(evaluation).map(|table| ("sub_types", table)));
    rows
}

fn history(run: &RunRecord) -> Table {
    let header = [
        "epoch",
        "train_loss",
        "train_accuracy",
        "validation_loss",
        "validation_accuracy",
        "elsewhere_loss",
        "elsewhere_accuracy",
        "learning_rate",
        "best",
    ];
    let mut table = Table::new(header);
    let row = |epoch: &EpochRecord| {
        [
            Cell::from(epoch.epoch),
            epoch.train_loss.into(),
            epoch.train_accuracy.into(),
            epoch.validation_loss.into(),
            epoch.validation_accuracy.into(),
            epoch.elsewhere_loss.into(),
            epoch.elsewhere_accuracy.into(),
            epoch.learning_rate.into(),
            epoch.best.to_string().into(),
        ]
    };
    run.history.iter().for_each(|epoch| table.push(row(epoch)));
    table
}

/// Every table as a file, and where their figures come from in one file beside them.
pub(super) fn write_tables(
    to: &Place<'_>,
    tables: &[Named],
    provenance: &Provenance,
) -> Result<Vec<PathBuf>, ReportError> {
    let names: Vec<String> = tables.iter().map(|(name, _)| format!("{name}.csv")).collect();
    let sources = origins(names.iter().map(|name| (name.as_str(), provenance)));
    let named = names.iter().map(String::as_str).zip(tables.iter().map(|(_, table)| table));
    named.chain([(ORIGINS, &sources)]).map(|(name, table)| to.save(name, &table.to_csv_for(to.dialect)?)).collect()
}

/// The same report as a page and on paper.
pub(super) fn write_pages(to: &Place<'_>, report: &Document) -> Result<[PathBuf; 2], ReportError> {
    Ok([to.save(PAGE, html::render(report).as_bytes())?, to.save(PAPER, &pdf::render(report)?)?])
}
