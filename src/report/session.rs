//! A reviewed session for files: its differential and its cells as tables, a page, a sheet of paper and FHIR.

use std::path::PathBuf;

use time::OffsetDateTime;

use super::{
    chart::{Chart, ClassCounts, Provenance},
    document::Document,
    fhir, folder,
    plots::{Place, write_charts},
    reviewed::{cells, counts, differential, log, provenance, status_words},
    table::{Cell, Table},
    words::thousands,
};
use crate::{
    domain::{
        classes::{ClassList, title},
        differential::{CONSECUTIVE, Differential, Share},
        hash::ContentHash,
        review::{case::Case, entry::Entry, tally::Tally, view::View},
    },
    fault::Halt,
    progress::Watch,
    report::ReportError,
    store::run_dir::PLOTS,
};

/// The FHIR report's file.
pub const FHIR: &str = "fhir.json";

/// Everything that a session can show: `differential.csv`, `cells.csv`, `log.csv`, a page, a PDF, a chart, and FHIR.
/// `entries` are all of its log, `head` the hash of the last one.
///
/// # Errors
/// [`Halt::Stopped`] between two charts, or a [`ReportError`] of the first file that could not be made.
pub fn write_session<'a>(
    to: impl Into<Place<'a>>,
    case: &Case,
    entries: &[Entry],
    head: &ContentHash,
    watch: Watch<'_>,
) -> Result<Vec<PathBuf>, Halt> {
    let (to, view) = (to.into(), View::of(entries));
    let (tally, provenance) = (Tally::of(case, &view), provenance(case, &view, head));
    let chart = chart(&tally.reviewed, &provenance);
    let mut written = write_charts(to.below(PLOTS), std::slice::from_ref(&chart), watch.observer, watch.stop)?;
    let tables = vec![
        ("differential", differential(&tally)),
        ("counts", counts(&tally)),
        ("cells", cells(case, &view)),
        ("log", log(entries)),
    ];
    written.extend(folder::write_tables(&to, &tables, &provenance)?);
    written.extend(folder::write_pages(&to, &document(case, &view, &tally, provenance.clone(), &chart))?);
    let report = fhir::report(case, &view, &provenance, OffsetDateTime::now_utc());
    let text = serde_json::to_vec_pretty(&report).map_err(|why| ReportError::Picture(why.to_string()))?;
    written.push(to.save(FHIR, &text)?);
    Ok(written)
}

/// The leukocytes as bars.
fn chart(reviewed: &Differential, provenance: &Provenance) -> Chart {
    let classes = ClassList::new(reviewed.classes.iter().map(|share| share.name.clone()));
    let count = |name: &str| reviewed.share(name).map_or(0, |share| share.count as usize);
    let counts: Vec<usize> = classes.iter().map(count).collect();
    let mut chart = Chart::class_bars(ClassCounts::new(&classes, &counts), provenance.clone());
    (chart.name, chart.title) = ("differential", "Leukocytes".to_owned());
    chart.subtitle = format!("{} leukocytes counted", thousands(reviewed.leukocytes));
    chart
}

/// The page of a differential.
fn document(case: &Case, view: &View, tally: &Tally, provenance: Provenance, chart: &Chart) -> Document {
    let reviewed = &tally.reviewed;
    let mut page = Document::new(format!("Differential of {}", case.title()), provenance);
    page.lead(&format!("State: {}.", status_words(view)));
    for version in view.versions().iter().filter(|version| !version.reason.is_empty()) {
        page.paragraph(&format!("Version {} was begun because: {}", version.number, version.reason));
    }
    if view.signed().is_none() {
        let missing = view.what_is_missing().words();
        if !missing.is_empty() {
            page.paragraph(&format!("Before it can be signed: {}.", missing.join("; ")));
        }
    }
    page.heading("Differential");
    if let Some(warning) = reviewed.warning() {
        page.lead(&format!("{warning}."));
    }
    let caption = format!(
        "Of {} leukocytes as reviewed and {} as suggested; intervals are exact (Clopper-Pearson) 95 %",
        thousands(reviewed.leukocytes),
        thousands(tally.suggested.leukocytes)
    );
    let shown = without_repeats(&differential(tally));
    page.table(&caption, &shown);
    for note in &reviewed.notes {
        page.paragraph(&format!("{note}."));
    }
    if let Some(widest) = widest(reviewed) {
        page.paragraph(&widest);
    }
    page.table(&format!("What else was counted; {} cells in all", thousands(tally.cells)), &counts(tally));
    if let (Some(wbc), true) = (view.wbc(case), reviewed.wants_correction)
        && let Some(corrected) = reviewed.corrected_wbc(wbc)
    {
        let [wbc, corrected] = [wbc, corrected].map(|value| thousands(value.round() as u64));
        page.paragraph(&format!("A white cell count of {wbc} per µL is {corrected} without the nucleated red cells."));
    }
    page.paragraph(&format!("{CONSECUTIVE}.")).chart(chart);
    page.heading("Review").table("What people did; the CSV has every cell", &changes(view));
    page
}

/// The table for people: shares with their intervals already read well there.
fn without_repeats(table: &Table) -> Table {
    let keep = [0, 1, 3, 5, 6, 7];
    let pick = |row: &Vec<Cell>| keep.iter().filter_map(|at| row.get(*at).cloned()).collect();
    let header = keep.iter().filter_map(|at| table.header.get(*at).cloned()).collect();
    Table { header, rows: table.rows.iter().map(pick).collect() }
}

/// How many more cells would tell more.
fn widest(reviewed: &Differential) -> Option<String> {
    let width = |share: &&Share| share.ci.map_or(0.0, |ci| ci.high - ci.low);
    let widest = reviewed.classes.iter().max_by(|a, b| width(a).total_cmp(&width(b)))?;
    let more = widest.more_to_halve(reviewed.leukocytes)?;
    let name = widest.title();
    Some(format!("{name} has the widest interval: about {} more leukocytes would halve it.", thousands(more)))
}

/// Cells whose class people changed.
fn changes(view: &View) -> Table {
    let mut table = Table::new(["cell", "suggested", "confidence", "reviewed", "who", "why"]);
    let changed = view
        .cells()
        .iter()
        .filter(|cell| cell.decided.is_some() && cell.suggested.class.as_deref() != cell.bin.class());
    for cell in changed {
        let decided = cell.decided.as_ref();
        table.push([
            Cell::from(cell.suggested.source.words()),
            cell.suggested.class.as_deref().map_or("refused", title).into(),
            cell.suggested.confidence.map_or_else(|| Cell::from(""), |p| Cell::percent(Some(f64::from(p)))),
            cell.bin.title().into(),
            decided.map_or("", |of| of.who.as_str()).into(),
            decided.map_or("", |of| of.why.as_str()).into(),
        ]);
    }
    table
}
