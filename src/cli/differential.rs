//! `leuko differential MODEL PATH...`: counts and percentages of the white cells among images.

use std::{collections::HashSet, fmt::Write as _, path::PathBuf};

use serde::Serialize;

use super::{
    Failed, Session,
    classify::{Shown, images},
};
use crate::{
    device,
    domain::{
        classes::title,
        config::DeviceChoice,
        differential::{CORRECTED_FROM, Differential, Rules, Share},
        interval::Interval,
        occurring::Occurring,
        review::{
            entry::Suggested,
            tally::{Asked, is_held, suggested},
        },
        shift::Shift,
    },
    eval::{
        predict::Predictor,
        suggest::{Beside, Wanted, suggest},
    },
    fault::Failure,
    progress::{Event, Observer as _},
    report::words::thousands,
};

/// Count the white cells in images of single cells and in fields of view: percentages with exact 95 % intervals, NRBC per 100 WBC, platelets
#[derive(clap::Args)]
pub(super) struct CountCells {
    /// A bundled model's name or a run folder
    model: String,
    /// Images of single cells or fields of view, or folders of them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    lab: Lab,
    #[command(flatten)]
    counting: Counting,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// What a lab says of its slides and its counts.
#[derive(clap::Args)]
pub(super) struct Lab {
    /// Which classes can occur on these slides: names as in `neutrophil,lymphocyte`, or `five-part`; the others take no part
    #[arg(long, default_value_t = Occurring::All)]
    pub(super) classes: Occurring,
    #[command(flatten)]
    pub(super) figures: Figures,
}

/// How a lab reads its counts.
#[derive(clap::Args)]
pub(super) struct Figures {
    /// The white cell count of a counter, per microlitre: corrected for nucleated red cells where there are enough of them
    #[arg(long)]
    pub(super) wbc: Option<f64>,
    /// NRBC per 100 WBC from which the white cell count is corrected
    #[arg(long, default_value_t = CORRECTED_FROM)]
    corrected_from: f64,
    /// The lab's own reference range of a class in percent, such as `neutrophil=45-70`; may be given again
    #[arg(long = "range", value_parser = range)]
    ranges: Vec<crate::domain::differential::Range>,
    /// A class of the model that is a leukocyte, beside the known ones; may be given again
    #[arg(long)]
    also_leukocyte: Vec<String>,
}

/// What of the images counts.
#[derive(clap::Args)]
pub(super) struct Counting {
    #[command(flatten)]
    shown: Shown,
    /// Count cells at the border of a field too
    #[arg(long)]
    count_edges: bool,
}

impl Counting {
    pub(super) fn of(&self, files: Vec<PathBuf>) -> Wanted {
        Wanted { files, taken: self.shown.taken(), edges: self.count_edges }
    }
}

impl Figures {
    pub(super) fn rules(&self) -> Rules {
        let (ranges, also_leukocytes) = (self.ranges.clone(), self.also_leukocyte.clone());
        Rules { corrected_from: self.corrected_from, ranges, also_leukocytes }
    }
}

fn range(text: &str) -> Result<crate::domain::differential::Range, String> {
    crate::domain::differential::Range::parse(text)
}

/// What stands in the JSON document.
#[derive(Serialize)]
struct Counted<'a> {
    images: usize,
    cells: usize,
    leukocytes: u64,
    classes: Vec<Class<'a>>,
    nrbc: Option<u64>,
    nrbc_per_100_wbc: Option<f64>,
    nrbc_ci: Option<Interval>,
    platelets: Option<u64>,
    /// Cells of classes that are in no percentage.
    beside: &'a [crate::domain::differential::Beside],
    corrected_wbc: Option<f64>,
    held: Vec<String>,
    refused: Vec<Refused<'a>>,
    /// Cells at the border of a field that are in no count.
    edges: usize,
    /// Classes that can occur.
    occurring: Vec<&'a str>,
    #[serde(skip)]
    is_restricted: bool,
    notes: Vec<String>,
    model: &'a str,
    model_hash: String,
    shift: &'a Shift,
}

#[derive(Serialize)]
struct Class<'a> {
    #[serde(flatten)]
    share: &'a Share,
    /// About so many more leukocytes make the interval half as wide.
    more_to_halve: Option<u64>,
}

#[derive(Serialize)]
struct Refused<'a> {
    path: &'a str,
    why: &'a str,
}

impl CountCells {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let wanted = self.counting.of(images(&self.paths, session)?);
        let model = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.lab.classes)?;
        let mut cells = Vec::new();
        let beside = suggest(&model, &wanted, &mut |cell| cells.push(cell), &session.observer, &session.stop)?;
        let (rules, classes) = (self.lab.figures.rules(), &model.card().classes);
        let differential = suggested(cells.iter(), &Asked { classes, occurring: model.occurring(), rules: &rules });
        if let Some(why) = differential.warning() {
            let warning = Failure::new("there are few cells", why, "count more before you lean on it");
            session.observer.tell(Event::Warning { warning });
        }
        session.observer.finish();
        let counted = counted(&model, &cells, &differential, &beside, self.lab.figures.wbc);
        Ok(session.output.result(&counted, || text(&counted, &differential))?)
    }
}

fn counted<'a>(
    model: &'a Predictor,
    cells: &'a [Suggested],
    differential: &'a Differential,
    beside: &'a Beside,
    wbc: Option<f64>,
) -> Counted<'a> {
    let more = |share: &Share| share.more_to_halve(differential.leukocytes);
    let refused = |of: &'a Suggested| Some(Refused { path: of.source.path(), why: of.refused.as_deref()? });
    Counted {
        images: cells.iter().map(|of| of.source.path()).collect::<HashSet<_>>().len(),
        cells: cells.len(),
        leukocytes: differential.leukocytes,
        classes: differential.classes.iter().map(|share| Class { share, more_to_halve: more(share) }).collect(),
        nrbc: differential.nrbc,
        nrbc_per_100_wbc: differential.nrbc_per_100_wbc,
        nrbc_ci: differential.nrbc_ci,
        platelets: differential.platelets,
        beside: &differential.beside,
        corrected_wbc: wbc.filter(|_| differential.wants_correction).and_then(|wbc| differential.corrected_wbc(wbc)),
        held: cells.iter().filter(|of| is_held(of)).map(|of| of.source.words()).collect(),
        refused: cells.iter().filter_map(refused).collect(),
        occurring: model.mask().names(&model.card().classes).collect(),
        is_restricted: !model.mask().is_all(),
        edges: beside.edges,
        notes: differential.warning().into_iter().chain(differential.notes.iter().cloned()).collect(),
        model: &model.card().name,
        model_hash: model.card().weights_hash.to_string(),
        shift: &beside.shift,
    }
}

/// What a person reads.
fn text(counted: &Counted<'_>, differential: &Differential) -> String {
    let mut lines = vec![format!(
        "{} cells: {} leukocytes, {} held back for a person, {} refused",
        thousands(counted.cells as u64),
        thousands(counted.leukocytes),
        counted.held.len(),
        counted.refused.len()
    )];
    lines.push(rows(differential));
    let beside = |count: Option<u64>| count.map_or_else(|| "n/a".to_owned(), thousands);
    let rate = counted.nrbc_per_100_wbc.map_or_else(|| "n/a".to_owned(), |rate| format!("{rate:.1}"));
    lines.push(format!("NRBC {} ({rate} per 100 WBC), platelets {}", beside(counted.nrbc), beside(counted.platelets)));
    if let Some(corrected) = counted.corrected_wbc {
        lines.push(format!("corrected WBC {} per µL", thousands(corrected.round() as u64)));
    }
    if counted.is_restricted {
        lines.push(format!("classes that can occur: {}", counted.occurring.join(", ")));
    }
    lines.extend(counted.refused.iter().map(|of| format!("refused: {}: {}", of.path, of.why)));
    lines.extend(counted.notes.iter().cloned());
    lines.join("\n")
}

/// The leukocytes, a line each.
pub(super) fn rows(differential: &Differential) -> String {
    let n = thousands(differential.leukocytes);
    let mut text = format!("  {:<22} {:>7} {:>7}  95 % of n = {n}", "class", "count", "%");
    for share in &differential.classes {
        let flag = share.flag.map_or("", crate::domain::differential::Flag::letter);
        let (name, ci) = (title(&share.name), share.shown_ci());
        let _ = write!(text, "\n  {name:<22} {:>7} {:>7}  {ci} {flag}", share.count, share.shown);
    }
    text
}
