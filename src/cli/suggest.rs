//! `leuko suggest MODEL DIR`: which of a lab's cells are worth labelling first.

use std::{collections::HashMap, path::PathBuf};

use serde::Serialize;

use super::{Failed, Session, classify::images};
use crate::{
    device,
    domain::{classes::title, config::DeviceChoice, occurring::Occurring},
    eval::{
        predict::Predictor,
        worth::{self, Unlabelled},
    },
    fault::path_text,
    report::words::percent,
    store::labels,
};

/// Say which cells of a lab are worth labelling first: doubtful ones, and not ten of one kind
#[derive(clap::Args)]
pub(super) struct Suggest {
    /// A bundled model's name or a run folder
    model: String,
    /// The lab's images
    dir: PathBuf,
    /// Cells to suggest
    #[arg(long, default_value_t = 100)]
    count: usize,
    /// A CSV with the columns file and class: cells that are labelled already
    #[arg(long)]
    labels: Option<PathBuf>,
    /// Which classes can occur on these slides: names as in `neutrophil,lymphocyte`, or `five-part`; the others take no part
    #[arg(long, default_value_t = Occurring::All)]
    classes: Occurring,
    /// Decides which of equally good cells come
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// One cell's line.
#[derive(Serialize)]
struct Line<'a> {
    path: String,
    /// What the model takes it for.
    label: Option<&'a str>,
    confidence: Option<f32>,
    doubt: f32,
}

impl Suggest {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let known = self.labels.as_deref().map(labels::read).transpose()?.unwrap_or_default();
        let files = images(&[self.dir], session)?;
        let predictor = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.classes)?;
        let cells = worth::look(&predictor, &files, &session.observer, &session.stop)?;
        session.observer.finish();
        let places: HashMap<&PathBuf, usize> = cells.iter().enumerate().map(|(at, cell)| (&cell.path, at)).collect();
        let known: Vec<usize> = known.iter().filter_map(|(path, _)| places.get(path).copied()).collect();
        for at in worth::order(&cells, &known, self.count, self.seed) {
            let Some(cell) = cells.get(at) else { continue };
            let line = Line::new(cell, &predictor);
            session.output.result(&line, || line.text())?;
        }
        Ok(())
    }
}

impl<'a> Line<'a> {
    fn new(cell: &Unlabelled, predictor: &'a Predictor) -> Self {
        let (label, confidence) = cell.given.map(|(label, p)| (predictor.card().classes.name(label), p)).unzip();
        Self { path: path_text::of(&cell.path), label, confidence, doubt: cell.doubt }
    }

    fn text(&self) -> String {
        let confidence = percent(self.confidence.map(f64::from));
        format!("{}: {} {confidence}", self.path, self.label.map_or("n/a", title))
    }
}
