//! `leuko find FIELD...`: leukocytes in fields of view, one line a field, with their classes where a model is named.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Failed, Session, output::Unwritten};
use crate::{
    data::read::folder,
    device,
    domain::{
        classes::title,
        config::DeviceChoice,
        field::{FieldCell, Kind},
        prediction::Outcome,
    },
    eval::predict::Predictor,
    fault::{Failure, Halt, path_text},
    field::{
        batch::{Fields, Read},
        cut::crops,
    },
    progress::{Event, Observer as _, Task},
    report::words::percent,
};

/// Find leukocytes in fields of view
#[derive(clap::Args)]
pub(super) struct Find {
    /// Images, or folders of images
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// A bundled model's name or a run folder: each cell is cut out and classified
    #[arg(long)]
    model: Option<String>,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto, requires = "model")]
    device: DeviceChoice,
}

/// One field's line.
#[derive(Serialize)]
struct Line {
    path: String,
    cells: Vec<Row>,
    /// What the image shows, by what is in it, and why.
    kind: Option<Kind>,
    why: Option<String>,
    /// Why it could not be read or is no smear.
    refused: Option<String>,
}

/// One cell in pixels of the upright image.
#[derive(Serialize)]
struct Row {
    xmin: u32,
    ymin: u32,
    xmax: u32,
    ymax: u32,
    edge: bool,
    touching: bool,
    #[serde(flatten)]
    answer: Option<Answer>,
}

/// What the model says of a cell.
#[derive(Serialize)]
struct Answer {
    label: Option<String>,
    confidence: Option<f32>,
    flags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

impl Find {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let failed = |why: &str, hint: &str| Failure::new("no cells were looked for", why, hint);
        if let Some(absent) = self.paths.iter().find(|path| !path.exists()) {
            return Err(failed("there is no such file or folder", "check the path").at(absent).into());
        }
        let listed = folder::list(&self.paths, &session.stop)?;
        if let Some(warning) = listed.warning() {
            session.observer.tell(Event::Warning { warning });
        }
        if listed.images.is_empty() {
            return Err(failed("there is no image in these folders", "name a folder with images").into());
        }
        let model = match &self.model {
            Some(model) => Some(Predictor::load(model, &device::choose(&self.device)?)?),
            None => None,
        };
        let total = listed.images.len() as u64;
        let tell = |done: u64| session.observer.tell(Event::Progress { task: Task::Finding, done, total });
        tell(0);
        let fields = Fields::open(&listed.images, &session.stop)?;
        let (mut done, mut unwritten) = (0, None);
        let mut each = |file: &Path, found: Read| {
            let line = Line::new(file, found, model.as_ref(), session)?;
            done += 1;
            tell(done);
            session.output.result(&line, || line.text()).map_err(|why| {
                unwritten = Some(why);
                Halt::Stopped
            })
        };
        let ended = fields.each(model.is_some(), &session.stop, &mut each);
        unwritten.map_or_else(|| Ok(ended?), |why: Unwritten| Err(why.into()))
    }
}

impl Line {
    /// A field with its cells, classified where there is a model.
    fn new(file: &Path, found: Read, model: Option<&Predictor>, session: &Session) -> Result<Self, Halt> {
        let path = path_text::of(file);
        let (found, image) = match found {
            Ok(found) => found,
            Err(why) => {
                return Ok(Self { path, cells: Vec::new(), kind: None, why: None, refused: Some(why.to_string()) });
            }
        };
        let mut rows: Vec<Row> = found.cells.iter().map(Row::new).collect();
        if let (Some(model), Some(image)) = (model, image) {
            let crops = crops(&image, &found.survey, &found.cells, &found.scale, &model.card().home().look);
            let outcomes = model.classify_crops(crops, &session.stop)?;
            for (row, outcome) in rows.iter_mut().zip(outcomes) {
                row.answer = Some(Answer::new(outcome, model));
            }
        }
        let refused = found.survey.refused.map(str::to_owned);
        Ok(Self { path, cells: rows, kind: Some(found.sorted.kind), why: Some(found.sorted.why), refused })
    }

    /// What a person reads: a line for the field, and one for each cell.
    fn text(&self) -> String {
        if let Some(why) = &self.refused {
            return format!("{}: refused, {why}", self.path);
        }
        let cells = match self.cells.len() {
            0 => "no leukocyte".to_owned(),
            1 => "1 leukocyte".to_owned(),
            count => format!("{count} leukocytes"),
        };
        let doubt = match self.kind {
            Some(Kind::Cell) => "; it looks like a single cell",
            Some(Kind::Neither) => "; it looks like no field",
            _ => "",
        };
        let rows: String = self.cells.iter().map(|row| format!("\n  {}", row.text())).collect();
        format!("{}: {cells}{doubt}{rows}", self.path)
    }
}

impl Row {
    const fn new(cell: &FieldCell) -> Self {
        let FieldCell { bounds, edge, touching, .. } = *cell;
        Self {
            xmin: bounds.xmin,
            ymin: bounds.ymin,
            xmax: bounds.xmax,
            ymax: bounds.ymax,
            edge,
            touching,
            answer: None,
        }
    }

    fn text(&self) -> String {
        let (width, height) = (self.xmax - self.xmin, self.ymax - self.ymin);
        let place = format!("at {:>5}, {:>5}  {width:>4} x {height:<4}", self.xmin, self.ymin);
        let edge = if self.edge { "  at the border" } else { "" };
        let touching = if self.touching { "  touches another" } else { "" };
        let answer = self.answer.as_ref().map_or_else(String::new, |answer| format!("  {}", answer.text()));
        format!("{place}{answer}{edge}{touching}")
    }
}

impl Answer {
    fn new(outcome: Outcome, model: &Predictor) -> Self {
        match outcome {
            Outcome::Seen { prediction, flags, .. } => {
                let top = prediction.top();
                let label = top.map(|(label, _)| model.card().classes.name(label).to_owned());
                Self { label, confidence: top.map(|(_, p)| p), flags, refused: None }
            }
            Outcome::Refused(why) => Self { label: None, confidence: None, flags: Vec::new(), refused: Some(why) },
        }
    }

    fn text(&self) -> String {
        if let Some(why) = &self.refused {
            return format!("refused, {why}");
        }
        let flags: String = self.flags.iter().map(|flag| format!("; {flag}")).collect();
        format!("{} {}{flags}", self.label.as_deref().map_or("n/a", title), percent(self.confidence.map(f64::from)))
    }
}
