//! The words between the window and its threads: jobs in, updates out.

use std::{path::PathBuf, sync::Arc};

use crate::{
    device::DeviceInfo,
    domain::{
        comparison::Comparison,
        config::{DeviceChoice, TrainConfig},
        dataset::{Dataset, Finding},
        prediction::Classified,
        run::RunRecord,
        shift::Shift,
        split::Split,
    },
    eval::{evaluate::Evaluation, learned::Scope},
    model::card::ModelCard,
    progress::{Event, Failure},
    report::{Format, chart::Chart},
    store::{preferences::Preferences, trash::Trashed, waiting::Waiting},
    train::pace::Pace,
};

/// Names one job for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// The thread that a job runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Hours: training.
    Trainer,
    /// Everything else, so that a cell can be classified while a model trains.
    Desk,
}

/// Work for a thread.
#[derive(Clone, Debug)]
pub enum Job {
    /// Scan a folder, list its findings and split it.
    OpenDataset { root: PathBuf, seed: u64 },
    /// Split an opened dataset by another seed.
    Split { opened: Arc<Opened>, seed: u64 },
    /// Train a network and commit its run folder.
    Train { dataset: PathBuf, config: Box<TrainConfig>, outputs: PathBuf, resume: Option<PathBuf> },
    /// Find out how fast a network trains here.
    MeasurePace { config: Box<TrainConfig>, classes: usize },
    /// Judge a model on a dataset.
    Evaluate { model: String, opened: Arc<Opened>, scope: Option<Scope>, device: DeviceChoice },
    /// Judge a model on every image of a folder that is not the opened dataset.
    EvaluateFolder { model: String, root: PathBuf, device: DeviceChoice },
    /// Put two models to the same cells of a dataset.
    Compare { models: [String; 2], opened: Arc<Opened>, scope: Option<Scope>, device: DeviceChoice },
    /// Put images, or the images of folders, to a model.
    Classify { model: String, paths: Vec<PathBuf>, device: DeviceChoice },
    /// Read the run folders, what lies in their trash, and models that lie elsewhere.
    ListRuns { outputs: PathBuf, elsewhere: Vec<PathBuf> },
    /// Read what a folder elsewhere says of its model.
    ReadModel { folder: PathBuf },
    /// Read a model's card.
    ReadCard { model: String },
    /// Give a run another name.
    RenameRun { folder: PathBuf, name: String },
    /// Move a run into the trash.
    TrashRun { folder: PathBuf },
    /// Bring a run back from the trash.
    RestoreRun { trashed: PathBuf },
    /// Delete for good what was moved into the trash long ago.
    EmptyTrash { outputs: PathBuf },
    /// Ask the machine for its devices.
    ListDevices,
    /// Find out whether paths from the command line or a drop are a dataset or images.
    Sort(Vec<PathBuf>),
    /// The same for what is held over the window and not let go yet.
    Look(Vec<PathBuf>),
    /// Find the synthetic slides that come with the program, drawing them where they are missing.
    FindSynthetic,
    /// Keep the preferences.
    Save { folder: PathBuf, preferences: Box<Preferences> },
    /// Keep the runs that wait, for the next start.
    SaveWaiting { folder: PathBuf, waiting: Vec<Waiting> },
    /// Write plots, tables, page and PDF into a new folder below this one.
    Report { of: Reported, below: PathBuf },
    /// Draw a chart into a file.
    Export { chart: Box<Chart>, format: Format, path: PathBuf },
    /// Show a file or folder in the system's file manager.
    Reveal(PathBuf),
}

impl Job {
    #[must_use]
    pub const fn lane(&self) -> Lane {
        match self {
            Self::Train { .. } | Self::MeasurePace { .. } => Lane::Trainer,
            _ => Lane::Desk,
        }
    }

    /// What the activity list calls it; `None` for housekeeping that nobody waits for.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        let name = |path: &PathBuf| {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        };
        match self {
            Self::OpenDataset { root, .. } => Some(format!("Open {}", name(root))),
            Self::Train { config, dataset, resume: None, .. } => {
                Some(format!("Train {}, seed {}, on {}", config.architecture.title(), config.seed, name(dataset)))
            }
            Self::Train { dataset, resume: Some(run), .. } => {
                Some(format!("Resume {} on {}", name(run), name(dataset)))
            }
            Self::Evaluate { opened, .. } => Some(format!("Evaluate on {}", opened.dataset.name())),
            Self::EvaluateFolder { root, .. } => Some(format!("Judge on {}", name(root))),
            Self::Compare { opened, .. } => Some(format!("Compare on {}", opened.dataset.name())),
            Self::Report { .. } => Some("Write the report".to_owned()),
            Self::Classify { paths, .. } => Some(match paths.as_slice() {
                [path] => format!("Classify {}", name(path)),
                paths => format!("Classify {} files and folders", paths.len()),
            }),
            Self::Split { .. }
            | Self::MeasurePace { .. }
            | Self::ListRuns { .. }
            | Self::ReadModel { .. }
            | Self::ReadCard { .. }
            | Self::RenameRun { .. }
            | Self::TrashRun { .. }
            | Self::RestoreRun { .. }
            | Self::EmptyTrash { .. }
            | Self::ListDevices
            | Self::Sort(_)
            | Self::Look(_)
            | Self::FindSynthetic
            | Self::Save { .. }
            | Self::SaveWaiting { .. }
            | Self::Export { .. }
            | Self::Reveal(_) => None,
        }
    }
}

/// A dataset with everything the window shows of it, worked out away from the window.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub dataset: Dataset,
    pub findings: Vec<Finding>,
    pub split: Split,
    /// Images of each class, in the order of the class list.
    pub counts: Vec<usize>,
    /// Indices of each class's items, in their order.
    pub by_class: Vec<Vec<usize>>,
}

/// What a report is of.
#[derive(Clone, Debug, PartialEq)]
pub enum Reported {
    Evaluation(Arc<Evaluation>),
    Comparison(Arc<Comparison>),
}

/// What paths from outside are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One folder with sub-folders of images.
    Dataset(PathBuf),
    Images(Vec<PathBuf>),
}

/// What a job made.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    Opened(Arc<Opened>),
    /// A dataset under another split, beside what it was made from.
    Split {
        of: Arc<Opened>,
        opened: Arc<Opened>,
    },
    Run(Box<RunRecord>),
    Pace(Pace),
    Runs {
        runs: Vec<RunRecord>,
        trashed: Vec<Trashed>,
        /// Models that lie elsewhere.
        elsewhere: Vec<RunRecord>,
    },
    /// A model that lies elsewhere.
    Model(Box<RunRecord>),
    /// A run has another name, and so another folder than before.
    Renamed {
        from: PathBuf,
        run: Box<RunRecord>,
    },
    /// A run was moved from its folder into the trash.
    Trashed {
        from: PathBuf,
        trashed: Trashed,
    },
    /// A run was brought back from where it lay in the trash.
    Restored {
        from: PathBuf,
        run: Box<RunRecord>,
    },
    Card(Box<ModelCard>),
    Devices(Vec<DeviceInfo>),
    Evaluated(Arc<Evaluation>),
    /// On another lab's folder.
    EvaluatedFolder(Arc<Evaluation>),
    Compared(Arc<Comparison>),
    /// How many images were put to the model, and how far they are from what it learned from.
    Classified {
        images: usize,
        shift: Box<Shift>,
    },
    Found(Found),
    /// What is held over the window.
    Looked(Found),
    Saved(PathBuf),
    Nothing,
}

/// How a job ended; each ends exactly once.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    Done(Output),
    Stopped,
    Failed(Failure),
}

/// What a running job says.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    Event(Event),
    /// The folder that a training run writes to.
    Folder(PathBuf),
    /// What was chosen, and the device that the job works on; why it is that one stands in it.
    Device(DeviceChoice, DeviceInfo),
    /// The card of the model that the images to come are put to, and those images.
    Classifying(Arc<ModelCard>, Vec<PathBuf>),
    /// Images with their outcome, as they come.
    Classified(Vec<Classified>),
}

/// What a file dialog was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    Dataset,
    Images,
    ImageFolder,
    Outputs,
    InitialWeights,
    OtherLab,
    /// The folder of a model.
    Model,
    /// Another lab to judge a model on.
    ExternalSet,
    /// Where the report of the last evaluation goes.
    EvaluationReport,
    /// Where the report of the last comparison goes.
    ComparisonReport,
}

/// The one stream from all threads to the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    Started(JobId),
    Told(JobId, Told),
    Finished(JobId, Ended),
    /// A file dialog was closed; no path means that it was cancelled.
    Picked(Picked, Vec<PathBuf>),
    /// A person chose where a chart is saved, or nowhere.
    SaveChart(Box<Chart>, Format, Option<PathBuf>),
}
