//! `leuko compare MODEL_A MODEL_B DIR`: both models on the same cells, and whether they differ.

use std::path::PathBuf;

use super::{Failed, Session, evaluate::Which};
use crate::{
    data::read::scan::scan,
    device,
    domain::{comparison::Comparison, config::DeviceChoice},
    eval::{compare::compare, learned::Scope, predict::Predictor},
    fault::Failure,
    progress::{Event, Observer as _},
    report::{self, Place, csv::Table, tables, words::thousands},
    store::{paths, run_dir},
};

/// Put two models to the same cells and tell whether they differ
#[derive(clap::Args)]
pub(super) struct Compare {
    /// A bundled model's name or a run folder
    model_a: String,
    /// Another one
    model_b: String,
    /// A folder with one sub-folder a class
    dir: PathBuf,
    /// Which cells [default: the test split that both share, else what neither learned from]
    #[arg(long)]
    split: Option<Which>,
    /// Write comparison.json, plots, tables, report.html and report.pdf there
    #[arg(long)]
    out: Option<PathBuf>,
    /// CSV for Excel where the decimal sign is a comma: semicolons, decimal commas, UTF-8 with its mark
    #[arg(long, requires = "out")]
    excel: bool,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

impl Compare {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let Session { observer, stop, output } = session;
        let compute = device::choose(&self.device)?;
        let [a, b] = [Predictor::load(&self.model_a, &compute)?, Predictor::load(&self.model_b, &compute)?];
        let dataset = scan(&self.dir, Some(&paths::scan_cache(&self.dir)), observer, stop)?;
        let mut comparison = compare(&a, &b, &dataset, self.split.map(Scope::from), observer, stop)?;
        for (letter, of) in [("A", &comparison.a), ("B", &comparison.b)] {
            if of.trained_on > 0 {
                let what = format!("the figures flatter model {letter}");
                let why = format!("it learned from {} of these images", of.trained_on);
                observer.tell(Event::Warning {
                    warning: Failure::new(what, why, "compare on what neither learned from: --split unseen"),
                });
            }
        }
        if let Some(out) = &self.out {
            run_dir::write_json(&out.join(run_dir::COMPARISON), &comparison)?;
            report::write_comparison(Place::new(out, self.excel), &comparison, observer, stop)?;
        }
        observer.finish();
        // Thousands of single predictions belong into the file that --out writes.
        comparison.a.judged.clear();
        comparison.b.judged.clear();
        Ok(output.result(&comparison, || summary(&comparison))?)
    }
}

/// Which models, which cells, and what can be said of the difference on them.
pub(super) fn verdict(comparison: &Comparison) -> [String; 3] {
    let Comparison { a, b, .. } = comparison;
    [
        format!("A: {} and B: {} on {}", a.model, b.model, a.dataset),
        format!("{} cells: {}", thousands(comparison.n), comparison.cells),
        comparison.verdict(),
    ]
}

/// What a person reads.
fn summary(comparison: &Comparison) -> String {
    let mut lines = verdict(comparison).to_vec();
    for table in [tables::differences(comparison), tables::costs(comparison)] {
        lines.extend(columns(&table));
    }
    lines.join("\n")
}

/// A table as lines with aligned columns.
fn columns(table: &Table) -> Vec<String> {
    let rows: Vec<Vec<String>> = std::iter::once(table.header.clone()).chain(table.words()).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.header.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("  {}", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
