//! `leuko scan DIR`: opens a dataset folder, checks it, and tells what a run will leave out.

use std::path::PathBuf;

use serde::Serialize;

use super::{Failed, Session};
use crate::{
    data::read::scan::scan_by,
    domain::{
        classes::title,
        dataset::{Dataset, DuplicateGroup, LeftOut},
        findings::findings,
    },
    report::{self, Place, words::thousands},
    store::paths,
};

/// Open a dataset folder and check it
#[derive(clap::Args)]
pub(super) struct Scan {
    /// A folder with one sub-folder a class, or train, val and test folders of those
    dir: PathBuf,
    /// Read every file again, whatever an earlier scan found
    #[arg(long)]
    no_cache: bool,
    /// Regular expression that finds the patient or slide in file names by its first bracket, such as P(\d+)_
    #[arg(long, value_name = "PATTERN")]
    group: Option<String>,
    /// Write class counts and shares there as SVG, PNG and CSV
    #[arg(long)]
    out: Option<PathBuf>,
    /// CSV for Excel where the decimal sign is a comma: semicolons, decimal commas, UTF-8 with its mark
    #[arg(long, requires = "out")]
    excel: bool,
}

#[derive(Serialize)]
struct ScanDocument<'a> {
    classes: Vec<ClassCount<'a>>,
    total: usize,
    unreadable: &'a [LeftOut],
    duplicates: Vec<Vec<&'a str>>,
    conflicts: Vec<Vec<&'a str>>,
    /// Groups of images that are one picture mirrored, turned, resized or encoded again.
    near_copies: Vec<Vec<&'a str>>,
    near_conflicts: Vec<Vec<&'a str>>,
    /// How many patients or slides are known.
    groups: Option<usize>,
    skipped: &'a [LeftOut],
    imbalance: Option<f64>,
    odd_sizes: Vec<&'a str>,
    hash: String,
}

#[derive(Serialize)]
struct ClassCount<'a> {
    name: &'a str,
    count: usize,
}

impl Scan {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let cache = (!self.no_cache).then(|| paths::scan_cache(&self.dir));
        let group = self.group.as_deref();
        let dataset = scan_by(group, &self.dir, cache.as_deref(), &session.observer, &session.stop)?;
        if let Some(out) = &self.out {
            report::write_dataset_plots(Place::new(out, self.excel), &dataset, &session.observer, &session.stop)?;
        }
        session.observer.finish();
        Ok(session.output.result(&document(&dataset), || summary(&dataset))?)
    }
}

fn document(dataset: &Dataset) -> ScanDocument<'_> {
    let path = |index: &usize| dataset.items.get(*index).map(|item| item.path.as_str());
    let group = |group: &DuplicateGroup| -> Vec<&str> { group.items.iter().filter_map(path).collect() };
    let counts = dataset.counts();
    ScanDocument {
        classes: dataset.classes.iter().zip(counts).map(|(name, count)| ClassCount { name, count }).collect(),
        total: dataset.items.len(),
        unreadable: &dataset.unreadable,
        duplicates: dataset.duplicates.iter().map(group).collect(),
        conflicts: dataset.duplicates.iter().filter(|group| group.conflict).map(group).collect(),
        near_copies: dataset.near_copies.iter().map(group).collect(),
        near_conflicts: dataset.near_copies.iter().filter(|group| group.conflict).map(group).collect(),
        groups: dataset.groups(),
        skipped: &dataset.skipped,
        imbalance: dataset.imbalance(),
        odd_sizes: dataset.odd_sizes.iter().filter_map(path).collect(),
        hash: dataset.hash.to_string(),
    }
}

/// What a person reads.
pub(super) fn summary(dataset: &Dataset) -> String {
    let total = dataset.items.len() as u64;
    let mut lines =
        vec![format!("{}: {} images in {} classes", dataset.name(), thousands(total), dataset.classes.len())];
    for (name, count) in dataset.classes.iter().zip(dataset.counts()) {
        lines.push(format!("  {:<22} {:>8}", title(name), thousands(count as u64)));
    }
    for finding in findings(dataset) {
        lines.push(format!("{} ({}): {}", finding.title, finding.paths.len(), finding.meaning));
        lines.extend(finding.paths.iter().take(3).map(|path| format!("  {path}")));
        if finding.paths.len() > 3 {
            lines.push(format!("  and {} more", finding.paths.len() - 3));
        }
    }
    lines.join("\n")
}
