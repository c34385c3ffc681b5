//! `leuko find FIELD...`: leukocytes in fields of view, one line a field, with their classes where a model is named.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{
    Failed, Session,
    classify::{self, Marked},
    output::Unwritten,
};
use crate::{
    data::read::{decode::DecodeError, folder},
    device,
    domain::{
        config::DeviceChoice,
        field::{Kind, Portion, ShownAs, Taken},
        prediction::{Classified, Outcome},
    },
    eval::{
        predict::Predictor,
        stream::{NO_CELL, Opened, Said, Stream},
    },
    fault::{Failure, Halt, path_text},
    field::{
        batch::{Fields, Found},
        scale::Scales,
    },
    progress::{Event, Observer as _, Task},
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

/// One cell, with the model's answer where one was asked.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    place: Marked,
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
    #[serde(skip)]
    text: String,
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
        match &self.model {
            Some(model) => {
                let model = Predictor::load(model, &device::choose(&self.device)?)?;
                classified(&model, &listed.images, session)
            }
            None => found(&listed.images, session),
        }
    }
}

/// Writes a line a field, without a model.
fn found(files: &[PathBuf], session: &Session) -> Result<(), Failed> {
    let total = files.len() as u64;
    let tell = |done: u64| session.observer.tell(Event::Progress { task: Task::Finding, done, total });
    tell(0);
    let fields = Fields::open(files, Scales::default(), &session.stop)?;
    let (mut done, mut unwritten) = (0, None);
    let write = |file: &Path, found: Result<Found, DecodeError>| {
        done += 1;
        tell(done);
        written(&Line::found(file, found), session, &mut unwritten)
    };
    let ended = fields.each(rayon::current_num_threads(), |file| fields.find(file), write, &session.stop);
    unwritten.map_or_else(|| Ok(ended?), |why: Unwritten| Err(why.into()))
}

/// Writes a line a field, each cell put to a model.
fn classified(model: &Predictor, files: &[PathBuf], session: &Session) -> Result<(), Failed> {
    let (mut line, mut unwritten): (Option<Line>, _) = (None, None);
    let mut hear = |said| {
        let mut ended = None;
        match said {
            Said::Image(opened) => ended = line.replace(Line::opened(opened)),
            Said::Cell(cell) => {
                // A file that could not be read has no line yet.
                if line.as_ref().is_none_or(|line| line.path != path_text::of(&cell.path)) {
                    ended = line.replace(Line::of(&cell.path));
                }
                line.iter_mut().for_each(|line| line.add(&cell, model));
            }
        }
        ended.map_or(Ok(()), |ended| written(&ended, session, &mut unwritten))
    };
    let mut stream = Stream::new(model, Taken::all(ShownAs::Field));
    let mut ended = stream.feed(files, &mut hear, &session.observer, &session.stop);
    if let (Ok(()), Some(line)) = (&ended, &line) {
        ended = written(line, session, &mut unwritten);
    }
    unwritten.map_or_else(|| Ok(ended?), |why: Unwritten| Err(why.into()))
}

/// Writes a line; where nobody reads any more, the rest need not be looked at.
fn written(line: &Line, session: &Session, unwritten: &mut Option<Unwritten>) -> Result<(), Halt> {
    session.output.result(line, || line.text()).map_err(|why| {
        *unwritten = Some(why);
        Halt::Stopped
    })
}

impl Line {
    fn of(file: &Path) -> Self {
        Self { path: path_text::of(file), cells: Vec::new(), kind: None, why: None, refused: None }
    }

    fn opened(opened: Opened) -> Self {
        Self { kind: Some(opened.sorted.kind), why: Some(opened.sorted.why), ..Self::of(&opened.path) }
    }

    /// A field with its cells.
    fn found(file: &Path, found: Result<Found, DecodeError>) -> Self {
        match found {
            Ok(found) => Self {
                cells: found.cells.iter().map(|cell| Row { place: Marked::new(cell), answer: None }).collect(),
                kind: Some(found.sorted.kind),
                why: Some(found.sorted.why),
                refused: found.survey.refused.map(str::to_owned),
                ..Self::of(file)
            },
            Err(why) => Self { refused: Some(why.to_string()), ..Self::of(file) },
        }
    }

    /// Takes a cell in, or why there is none.
    fn add(&mut self, cell: &Classified, model: &Predictor) {
        match (&cell.portion, &cell.outcome) {
            (Portion::Spot(spot), _) => {
                let answer = Some(Answer::new(cell, model));
                self.cells.push(Row { place: Marked::new(&spot.cell), answer });
            }
            (Portion::Empty, Outcome::Refused(why)) if why == NO_CELL => {}
            (_, Outcome::Refused(why)) => self.refused = Some(why.clone()),
            (_, Outcome::Seen { .. }) => {}
        }
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
    fn text(&self) -> String {
        let answer = self.answer.as_ref().map_or_else(String::new, |answer| format!("  {}", answer.text));
        format!("{}{answer}{}", self.place.text(), self.place.marks())
    }
}

impl Answer {
    fn new(cell: &Classified, model: &Predictor) -> Self {
        let text = classify::Line::new(cell, &model.card().classes, model.mask()).answer();
        match &cell.outcome {
            Outcome::Seen { prediction, flags } => {
                let (label, confidence) = prediction.top().unzip();
                let label = label.map(|label| model.card().classes.name(label).to_owned());
                Self { label, confidence, flags: flags.clone(), refused: None, text }
            }
            Outcome::Refused(why) => {
                Self { label: None, confidence: None, flags: Vec::new(), refused: Some(why.clone()), text }
            }
        }
    }
}
