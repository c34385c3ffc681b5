//! All plots of a dataset, a run or an evaluation into one folder: SVG, PNG and CSV of each chart.

use std::path::{Path, PathBuf};

use super::{
    ReportError,
    chart::{Chart, ClassCounts, Provenance, Quantity},
    png, svg,
};
use crate::{
    domain::{dataset::Dataset, run::RunRecord},
    progress::{Event, Halt, Observer, StopToken, Task},
    store::atomic,
};

/// Pixels of a PNG for each unit of its SVG: sharp in print at the width of a text column.
const PNG_SCALE: f32 = 2.0;

/// What a chart is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Svg,
    Png,
    Csv,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Svg, Self::Png, Self::Csv];

    /// The ending of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
        }
    }
}

/// Class counts and shares of a dataset.
///
/// # Errors
/// As [`write_charts`].
pub fn write_dataset_plots(
    dir: &Path,
    dataset: &Dataset,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    write_charts(dir, &Chart::of_dataset(dataset), observer, stop)
}

/// Everything a run can show: class counts (images of each of the run's classes in the dataset), curves, and the test
/// split's figures where it has them.
///
/// # Errors
/// As [`write_charts`].
pub fn write_run_plots(
    dir: &Path,
    counts: &[usize],
    run: &RunRecord,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let provenance = Provenance::of_run(run);
    let counts = ClassCounts::new(&run.classes, counts);
    let mut charts = vec![
        Chart::class_bars(counts.clone(), provenance.clone()),
        Chart::class_pie(counts, provenance.clone()),
        Chart::curves(Quantity::Loss, run),
        Chart::curves(Quantity::Accuracy, run),
    ];
    if let Some(metrics) = &run.test {
        charts.extend(Chart::of_metrics(metrics, &provenance));
    }
    write_charts(dir, &charts, observer, stop)
}

/// Writes `NAME.svg`, `NAME.png` and `NAME.csv` of each chart and tells the paths in that order.
///
/// # Errors
/// [`Halt::Stopped`] between two charts, or a [`ReportError`] of the first file that could not be made.
pub fn write_charts(
    dir: &Path,
    charts: &[Chart],
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let mut written = Vec::with_capacity(charts.len() * 3);
    let tell = |done: usize| {
        observer.tell(Event::Progress { task: Task::Drawing, done: done as u64, total: charts.len() as u64 });
    };
    for (done, chart) in charts.iter().enumerate() {
        stop.check()?;
        tell(done);
        for format in Format::ALL {
            let path = dir.join(format!("{}.{}", chart.name, format.extension()));
            write_chart(&path, chart, format)?;
            written.push(path);
        }
    }
    tell(charts.len());
    Ok(written)
}

/// Writes one chart in one format, whole or not at all.
///
/// # Errors
/// [`ReportError`] where it cannot be drawn or saved.
pub fn write_chart(path: &Path, chart: &Chart, format: Format) -> Result<(), ReportError> {
    let bytes = match format {
        Format::Svg => svg::draw(chart).into_bytes(),
        Format::Png => png::render(&svg::draw(chart), PNG_SCALE)?,
        Format::Csv => chart.table().with_provenance(&chart.provenance).to_csv()?,
    };
    atomic::write(path, &bytes).map_err(|why| ReportError::Save { path: path.to_owned(), why })
}
