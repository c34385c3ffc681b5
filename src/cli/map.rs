//! `leuko map MODEL DIR --out FILE.csv`: cells as a model sees them, on a plane, as a table.

use std::{path::PathBuf, time::Instant};

use serde::Serialize;

use super::{Failed, Session, evaluate::Which};
use crate::{
    data::{atomic, read::scan::scan},
    device,
    domain::{config::DeviceChoice, hash::ContentHash},
    embed::embed,
    eval::{
        learned::{self, Scope},
        predict::Predictor,
    },
    fault::Failure,
    report::{self, ReportError, csv::Dialect, words::thousands},
    store::paths,
};

/// Lay cells out on a plane as a model sees them
#[derive(clap::Args)]
pub(super) struct Map {
    /// A bundled model's name or a run folder
    model: String,
    /// A folder with one sub-folder a class
    dir: PathBuf,
    /// The table of places: a row a cell with its label, the model's answer, x and y
    #[arg(long)]
    out: PathBuf,
    /// Which cells [default: the test split of the model's own dataset, else what it did not learn from]
    #[arg(long)]
    split: Option<Which>,
    /// How many numbers become two
    #[arg(long, value_enum, default_value_t = By::Tsne)]
    method: By,
    /// Another lab's folder that is laid over the cells
    #[arg(long)]
    other: Option<PathBuf>,
    /// CSV for Excel where the decimal sign is a comma: semicolons, decimal commas, UTF-8 with its mark
    #[arg(long)]
    excel: bool,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// The methods by their names in a call.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum By {
    /// Principal components
    Pca,
    /// Neighbours unfolded by t-SNE
    Tsne,
}

/// What the call prints.
#[derive(Serialize)]
struct Drawn {
    model: String,
    model_hash: ContentHash,
    dataset: String,
    dataset_hash: ContentHash,
    cells: String,
    n: usize,
    other: Option<String>,
    other_n: usize,
    refused: usize,
    method: &'static str,
    /// Of the whole variance, along each axis of principal components.
    shares: Option<[f64; 2]>,
    /// Reading how the model sees the cells, or finding it in the cache; finding places for them.
    embed_secs: f64,
    project_secs: f64,
    file: PathBuf,
}

impl Map {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let Session { observer, stop, output } = session;
        let compute = device::choose(&self.device)?;
        let predictor = Predictor::load(&self.model, &compute)?;
        let cache = paths::maps_cache();
        let began = Instant::now();
        let put = |dir: &PathBuf, scope| {
            let dataset = scan(dir, Some(&paths::scan_cache(dir)), observer, stop)?;
            let cells = learned::cells(&[&predictor], &dataset, scope)?;
            embed(&predictor, &dataset, &cells, Some(&cache), observer, stop)
        };
        let home = put(&self.dir, self.split.map(Scope::from))?;
        let other = self.other.as_ref().map(|dir| put(dir, Some(Scope::All))).transpose()?;
        let (embed_secs, began) = (began.elapsed().as_secs_f64(), Instant::now());
        let plane = match self.method {
            By::Pca => home.pca(other.as_ref()),
            By::Tsne => home.tsne(other.as_ref(), Some(&cache), &mut |_| {}, (observer, stop))?,
        };
        let project_secs = began.elapsed().as_secs_f64();
        let folders: Vec<_> = std::iter::once(&home).chain(&other).map(|of| &of.cells).collect();
        let dialect = if self.excel { Dialect::Excel } else { Dialect::Plain };
        let bytes = report::plane::table(&folders, &plane).to_csv_for(dialect)?;
        let failed = |why| ReportError::Save { path: self.out.clone(), why };
        atomic::write(&self.out, &bytes).map_err(|why| Failure::from(failed(why)))?;
        observer.finish();
        let refused = folders.iter().map(|of| of.refused.len()).sum();
        let drawn = Drawn {
            model: home.model.clone(),
            model_hash: home.model_hash,
            dataset: home.cells.dataset.clone(),
            dataset_hash: home.cells.dataset_hash,
            cells: home.cells.cells.clone(),
            n: home.cells.spots.len(),
            other: other.as_ref().map(|of| of.cells.dataset.clone()),
            other_n: other.as_ref().map_or(0, |of| of.cells.spots.len()),
            refused,
            method: plane.method.id(),
            shares: plane.shares,
            embed_secs,
            project_secs,
            file: self.out.clone(),
        };
        Ok(output.result(&drawn, || summary(&drawn))?)
    }
}

/// What a person reads.
fn summary(drawn: &Drawn) -> String {
    let mut lines = vec![format!(
        "{} cells of {} as {} sees them: {}",
        thousands(drawn.n as u64),
        drawn.dataset,
        drawn.model,
        drawn.cells
    )];
    if let Some(other) = &drawn.other {
        lines.push(format!("{} cells of {other} over them", thousands(drawn.other_n as u64)));
    }
    if let Some([first, second]) = drawn.shares {
        lines.push(format!("The axes show {:.1} % and {:.1} % of the variance", 100.0 * first, 100.0 * second));
    }
    if drawn.refused > 0 {
        lines.push(format!("{} images could not be read; they are left out", drawn.refused));
    }
    lines.push(format!("Read in {:.1} s, laid out in {:.1} s", drawn.embed_secs, drawn.project_secs));
    lines.push(format!("Written to {}", drawn.file.display()));
    lines.join("\n")
}
