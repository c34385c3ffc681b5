//! A lab that a model is to be fitted to: its images looked at, the cells worth a label found, labels read, the fit.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use super::data;
use crate::{
    data::{atomic, read::survey},
    domain::{
        config::DeviceChoice,
        look::Look,
        occurring::Occurring,
        part::Part,
        review::{
            cell::Source,
            entry::Bin,
            view::{CellView, State, View},
        },
        run::RunRecord,
        scope::{self, Subject},
        shift::Shift,
    },
    eval::worth::{self, Unlabelled},
    fault::{Failure, Halt, path_text},
    fit::adapt::{AdaptRequest, TuneConfig, adapt},
    job::{Opened, desk::Desk},
    model::bundled,
    progress::{Event, Task},
    store::{
        case_dir::{self, Session},
        labels, paths,
    },
};

/// Images that a lab is judged by.
const SAMPLE: usize = 256;
/// Pictures that are shown of each lab.
const SHOWN: usize = 8;

/// A lab as a model sees it.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Every image of the lab.
    pub files: Vec<PathBuf>,
    pub shift: Shift,
    /// Of the lab, and of the images that the model learned from.
    pub ours: Option<Look>,
    pub theirs: Look,
    /// Some images of each.
    pub shown: Vec<PathBuf>,
    pub shown_theirs: Vec<PathBuf>,
    /// The labels that were kept of the lab.
    pub labels: Vec<(PathBuf, String)>,
}

/// A cell that is worth a label, and what the model takes it for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub path: PathBuf,
    pub given: Option<(String, f32)>,
}

/// Which model looks, and among which classes.
#[derive(Clone, Copy)]
pub struct Eyes<'a> {
    pub model: &'a str,
    pub occurring: &'a Occurring,
    pub device: &'a DeviceChoice,
}

/// Looks at a lab's images beside those that the model learned from; `opened` may be the dataset that it learned from.
///
/// # Errors
/// [`Halt`] when it was stopped, there is no such model, or no image among the paths.
pub fn look(
    Eyes { model, occurring, device }: Eyes<'_>,
    (lab, paths): (&Path, &[PathBuf]),
    opened: Option<&Opened>,
    desk: &Desk<'_>,
) -> Result<Looked, Halt> {
    let files = data::images_of(paths, desk)?;
    if files.is_empty() {
        let why = "there is no image among the files";
        return Err(Failure::new("the lab could not be looked at", why, "choose a folder of single cells").into());
    }
    let predictor = desk.model_among(model, device, occurring)?;
    let sample = survey::spread(&files, SAMPLE);
    // That the images look strange is what the page shows; it need not be warned of.
    let quiet = |event: Event| {
        if !matches!(event, Event::Warning { .. }) {
            desk.observer.tell(event);
        }
    };
    let shift = predictor.classify(&sample, &mut drop, &quiet, desk.stop)?;
    let looks = survey::looks(&survey::spread(&sample, SAMPLE / 4), desk.stop)?;
    let classes = &predictor.card().classes;
    let own = opened.filter(|opened| scope::is_own(Subject { learned: predictor.learned(), classes }, &opened.dataset));
    let of_each = |opened: &Opened| -> Vec<PathBuf> {
        let classes = opened.dataset.files_by_class(opened.split.indices(Part::Train));
        survey::spread(&classes.iter().filter_map(|class| class.first().cloned()).collect::<Vec<_>>(), SHOWN)
    };
    Ok(Looked {
        shown: survey::spread(&files, SHOWN),
        files,
        shift,
        ours: Look::of(&looks),
        theirs: predictor.card().home().look,
        shown_theirs: match own {
            Some(opened) => of_each(opened),
            None if bundled::find(model).is_some() => home_cells()?,
            None => Vec::new(),
        },
        labels: labels::kept(lab)?,
    })
}

/// Cells of the lab that the bundled models come from, written once to where pictures are read.
fn home_cells() -> Result<Vec<PathBuf>, Failure> {
    let folder = paths::data_dir().join("home-cells");
    let written = |(name, bytes): &(&str, &[u8])| {
        let file = folder.join(name);
        if !file.exists() {
            let hint = "check that there is room on the disk";
            let failed = |why| Failure::new("cells of the model's own lab could not be written", why, hint).at(&file);
            atomic::write(&file, bytes).map_err(failed)?;
        }
        Ok(file)
    };
    bundled::HOME_CELLS.iter().map(written).collect()
}

/// The cells of a lab that are worth labelling, the first ones most; those with a label are left out.
///
/// # Errors
/// [`Halt`] when it was stopped or there is no such model.
pub fn suggest(
    Eyes { model, occurring, device }: Eyes<'_>,
    files: &[PathBuf],
    known: &[PathBuf],
    count: usize,
    desk: &Desk<'_>,
) -> Result<Vec<Asked>, Halt> {
    let predictor = desk.model_among(model, device, occurring)?;
    let cells = worth::look(&predictor, files, desk.observer, desk.stop)?;
    let places: HashMap<&PathBuf, usize> = cells.iter().enumerate().map(|(at, cell)| (&cell.path, at)).collect();
    let known: Vec<usize> = known.iter().filter_map(|path| places.get(path).copied()).collect();
    let classes = &predictor.card().classes;
    let asked = |cell: &Unlabelled| Asked {
        path: cell.path.clone(),
        given: cell.given.map(|(label, p)| (classes.name(label).to_owned(), p)),
    };
    Ok(worth::order(&cells, &known, count, 1).iter().filter_map(|at| cells.get(*at)).map(asked).collect())
}

/// Labels that lie on disk: of a folder with a sub-folder a class, or the cells of a review session that a person decided.
///
/// # Errors
/// [`Halt`] when it was stopped, or the folder is neither.
pub fn labels_of(dir: &Path, desk: &Desk<'_>) -> Result<Vec<(PathBuf, String)>, Halt> {
    if case_dir::is_session(dir) {
        let session = Session::open_to_read(dir)?;
        return Ok(reviewed(&View::of(session.entries())));
    }
    let dataset = data::scan(dir, desk)?;
    let class = |label| dataset.classes.name(label).to_owned();
    Ok(dataset.items.iter().map(|item| (dataset.file(item), class(item.label))).collect())
}

/// The images of a session whose cells are files of their own.
#[must_use]
pub fn files_of(view: &View) -> Vec<PathBuf> {
    let file = |cell: &CellView| match &cell.suggested.source {
        Source::File(path) => Some(path_text::path(path)),
        Source::Crop { .. } => None,
    };
    view.cells().iter().filter_map(file).collect()
}

/// The cells that a person confirmed or reclassified and that are files of their own.
#[must_use]
pub fn reviewed(view: &View) -> Vec<(PathBuf, String)> {
    let decided = view.cells().iter().filter(|cell| matches!(cell.state, State::Confirmed | State::Reclassified));
    let label = |cell: &CellView| match (&cell.suggested.source, &cell.bin) {
        (Source::File(path), Bin::Class(class)) => Some((path_text::path(path), class.clone())),
        _ => None,
    };
    decided.filter_map(label).collect()
}

/// Fits a model, and tells how far that is in steps of the whole.
///
/// # Errors
/// [`Halt`] when it was stopped, or the fit fails; nothing is left behind then.
pub fn fit(request: &AdaptRequest, desk: &Desk<'_>) -> Result<RunRecord, Halt> {
    let rounds = match (&request.tuning, &request.self_training) {
        (Some(tuning), _) => tuning.rounds,
        (None, Some(own)) if request.unlabelled => own.rounds * own.tuning.rounds,
        _ => TuneConfig::with_memory().rounds,
    };
    let told = |event: Event| match event {
        Event::Step(step) => {
            let steps = step.steps as u64;
            let done = (step.epoch as u64).saturating_sub(1) * steps + step.step as u64;
            let total = (rounds as u64 * steps).max(done);
            desk.observer.tell(Event::Progress { task: Task::Fitting, done, total });
        }
        other => desk.observer.tell(other),
    };
    adapt(request, &told, desk.stop)
}
