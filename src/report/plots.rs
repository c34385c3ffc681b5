//! All plots of a dataset, a run or an evaluation into one folder: SVG, PNG and CSV of each chart.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{
    ReportError,
    chart::{Chart, Provenance},
    csv::{Dialect, origins},
    fonts::Library,
    png, svg,
};
use crate::{
    data::atomic,
    domain::{dataset::Dataset, run::RunRecord},
    fault::{Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// Pixels of a PNG for each unit of its SVG: sharp in print at the width of a text column.
const PNG_SCALE: f32 = 2.0;

/// The file beside tables that says where their figures come from, so that each row need not.
pub const ORIGINS: &str = "provenance.csv";

/// What a chart is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Svg,
    Png,
    Csv,
    /// CSV as [`Dialect::Excel`] has it.
    Excel,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Svg, Self::Png, Self::Csv, Self::Excel];

    /// The ending of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv | Self::Excel => "csv",
        }
    }

    /// What a menu calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Png => "PNG",
            Self::Csv => "CSV",
            Self::Excel => "CSV for Excel",
        }
    }
}

/// A folder that results are written into, and whom its tables are for.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    dir: Cow<'a, Path>,
    pub dialect: Dialect,
}

impl<'a> Place<'a> {
    /// `excel` asks for tables that Excel opens where the decimal sign is a comma.
    #[must_use]
    pub const fn new(dir: &'a Path, excel: bool) -> Self {
        Self { dir: Cow::Borrowed(dir), dialect: if excel { Dialect::Excel } else { Dialect::Plain } }
    }

    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A folder in it.
    pub(super) fn below(&self, name: &str) -> Self {
        Self { dir: Cow::Owned(self.dir.join(name)), dialect: self.dialect }
    }

    /// Saves a file in it, whole or not at all.
    pub(super) fn save(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, ReportError> {
        let path = self.dir.join(name);
        save(&path, bytes)?;
        Ok(path)
    }
}

impl<'a> From<&'a Path> for Place<'a> {
    fn from(dir: &'a Path) -> Self {
        Self::new(dir, false)
    }
}

impl<'a> From<&'a PathBuf> for Place<'a> {
    fn from(dir: &'a PathBuf) -> Self {
        Self::new(dir, false)
    }
}

/// Class counts and shares of a dataset.
///
/// # Errors
/// As [`write_charts`].
pub fn write_dataset_plots<'a>(
    to: impl Into<Place<'a>>,
    dataset: &Dataset,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    write_charts(to, &Chart::of_dataset(dataset), observer, stop)
}

/// Everything a run can show: class counts (images of each of the run's classes in the dataset), curves, and the test
/// split's figures where it has them.
///
/// # Errors
/// As [`write_charts`].
pub fn write_run_plots<'a>(
    to: impl Into<Place<'a>>,
    counts: &[usize],
    run: &RunRecord,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let mut charts = Chart::of_run(run, counts).to_vec();
    if let Some(metrics) = &run.test {
        charts.extend(Chart::of_metrics(metrics, &Provenance::of_run(run)));
    }
    write_charts(to, &charts, observer, stop)
}

/// Writes `NAME.svg`, `NAME.png` and `NAME.csv` of each chart, and where their figures come from; tells the paths in that
/// order.
///
/// # Errors
/// [`Halt::Stopped`] between two charts, or a [`ReportError`] of the first file that could not be made.
pub fn write_charts<'a>(
    to: impl Into<Place<'a>>,
    charts: &[Chart],
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<PathBuf>, Halt> {
    let to = to.into();
    let mut written = Vec::with_capacity(charts.len() * 3 + 1);
    let tell = |done: usize| {
        observer.tell(Event::Progress { task: Task::Drawing, done: done as u64, total: charts.len() as u64 });
    };
    let table = if to.dialect == Dialect::Excel { Format::Excel } else { Format::Csv };
    for (done, chart) in charts.iter().enumerate() {
        stop.check()?;
        tell(done);
        for format in [Format::Svg, Format::Png, table] {
            let name = format!("{}.{}", chart.name, format.extension());
            written.push(to.save(&name, &bytes(chart, format)?)?);
        }
    }
    let names: Vec<String> = charts.iter().map(|chart| format!("{}.csv", chart.name)).collect();
    let sources = names.iter().map(String::as_str).zip(charts.iter().map(|chart| &chart.provenance));
    written.push(to.save(ORIGINS, &origins(sources).to_csv_for(to.dialect)?)?);
    tell(charts.len());
    Ok(written)
}

/// Writes one chart in one format, whole or not at all; beside a table, `NAME.provenance.csv` says where it comes from.
///
/// # Errors
/// [`ReportError`] where it cannot be drawn or saved.
pub fn write_chart(path: &Path, chart: &Chart, format: Format) -> Result<(), ReportError> {
    save(path, &bytes(chart, format)?)?;
    let Some(dialect) = dialect(format) else { return Ok(()) };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let sources = origins([(&*name, &chart.provenance)]).to_csv_for(dialect)?;
    save(&path.with_extension(ORIGINS), &sources)
}

/// Whom a table is for; `None` for a picture.
const fn dialect(format: Format) -> Option<Dialect> {
    match format {
        Format::Svg | Format::Png => None,
        Format::Csv => Some(Dialect::Plain),
        Format::Excel => Some(Dialect::Excel),
    }
}

fn bytes(chart: &Chart, format: Format) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Svg => Ok(svg::draw(chart).into_bytes()),
        Format::Png => {
            let library = Library::system();
            png::render(&svg::painted(chart, library), PNG_SCALE, library)
        }
        Format::Csv => chart.table().to_csv_for(Dialect::Plain),
        Format::Excel => chart.table().to_csv_for(Dialect::Excel),
    }
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    atomic::write(path, bytes).map_err(|why| ReportError::Save { path: path.to_owned(), why })
}
