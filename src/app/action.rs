//! Everything a person can ask for: its words, its shortcut, and whether it can be done now.

use std::path::PathBuf;

use super::state::{LineUp, Queued, Side};
use crate::{
    domain::config::{DeviceChoice, TrainConfig},
    eval::learned::Scope,
    job::{JobId, Picked, Reported},
    progress::StopMode,
    report::{Format, chart::Chart},
    store::preferences::ThemeChoice,
};

/// The pages of the rail, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    #[default]
    Welcome,
    Dataset,
    Train,
    Evaluate,
    Compare,
    Classify,
    Settings,
    About,
}

impl Page {
    pub const ALL: [Self; 8] = [
        Self::Welcome,
        Self::Dataset,
        Self::Train,
        Self::Evaluate,
        Self::Compare,
        Self::Classify,
        Self::Settings,
        Self::About,
    ];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Welcome => "Welcome",
            Self::Dataset => "Dataset",
            Self::Train => "Train",
            Self::Evaluate => "Evaluate",
            Self::Compare => "Compare",
            Self::Classify => "Classify",
            Self::Settings => "Settings",
            Self::About => "About",
        }
    }
}

/// One wish of a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Go(Page),
    /// Opens a file dialog.
    Choose(Picked),
    OpenDataset(PathBuf),
    OpenSynthetic,
    /// Reads the opened folder again.
    Rescan,
    CloseDataset,
    Classify(Vec<PathBuf>),
    /// Files or folders dropped on the window.
    Drop(Vec<PathBuf>),
    /// Files held over the window; none once they are gone.
    Hover(Vec<PathBuf>),
    /// Puts the images that are there to the model in use once more.
    ClassifyAgain,
    ClearClassified,
    /// Brings back results of this number that were cleared or made way for another model's.
    RestoreClassified(u64),
    ShowClassified(usize),
    /// Ends all jobs of the Classify page; what is classified stays.
    StopClassifying,
    /// Says that the window did something by itself, such as filling the clipboard.
    Announce(String),
    UseModel(String),
    /// Puts the model in a folder that lies anywhere into use.
    OpenModel(PathBuf),
    /// Shows the card of a model.
    ShowCard(String),
    CloseCard,
    EditTraining(Box<TrainConfig>),
    /// Changes which and how many runs the form stands for.
    EditLineUp(LineUp),
    /// Lines up the runs that the form stands for.
    StartTraining,
    /// Ends the run that trains; the next one in the queue starts.
    StopTraining(StopMode),
    /// Removes the waiting run of this number.
    Unqueue(u64),
    ClearQueue,
    /// Puts runs back into the queue at this place.
    Requeue(usize, Vec<Queued>),
    /// Lines up what still waited when the program ended last.
    LineUpLeftOver,
    /// Forgets it.
    ForgetLeftOver,
    ResumeRun(PathBuf),
    /// Puts the settings of a run into the form.
    TrainAgain(PathBuf),
    /// Shows a run in the inspector, or no longer.
    ShowRun(PathBuf),
    /// Draws a run's curves over those of other runs, or no longer.
    TickRun(PathBuf),
    /// Draws the curves of these runs, and of no other, over each other.
    TickRuns(Vec<PathBuf>),
    /// Gives the run in a folder another name.
    RenameRun(PathBuf, String),
    /// Moves a run into the trash.
    DeleteRun(PathBuf),
    /// Brings a run back from where it lies in the trash.
    RestoreRun(PathBuf),
    Evaluate,
    /// Puts the model of this id into use and evaluates it; neither where one cannot be done.
    EvaluateModel(String),
    /// Chooses the images that the next evaluation is made on.
    EvaluateOn(Option<Scope>),
    /// Judges the model of the last evaluation on another lab's folder too.
    EvaluateOther(PathBuf),
    /// Chooses the model on one side of the next comparison.
    PickCompared(Side, String),
    Compare,
    /// Chooses the cells of the next comparison.
    CompareOn(Option<Scope>),
    Stop(JobId),
    Theme(ThemeChoice),
    Scale(f32),
    ReducedMotion(bool),
    Device(DeviceChoice),
    Outputs(Option<PathBuf>),
    NoticeRead,
    ToggleInspector,
    InspectorWidth(f32),
    ThumbSide(f32),
    Dismiss(u64),
    /// Does what the message of this number offers.
    TakeOffer(u64),
    /// Takes the newest step back that can be.
    Undo,
    /// The activity list was looked at.
    ReadActivity,
    /// The window should close: asks first where something runs or waits.
    Close,
    /// The window stays open.
    StayOpen,
    /// The window closes, whatever runs or waits.
    CloseNow,
    Reveal(PathBuf),
    /// Writes a report into a new folder there.
    SaveReport(Reported, PathBuf),
    /// Asks where to, then saves a chart.
    Export(Box<Chart>, Format),
    /// Saves a chart there.
    SaveChart(Box<Chart>, Format, PathBuf),
}

/// What the views of one frame asked for, in order.
#[derive(Debug, Default)]
pub struct Actions(Vec<Action>);

impl Actions {
    pub fn push(&mut self, action: Action) {
        self.0.push(action);
    }

    pub fn take(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.0)
    }
}

impl Action {
    /// The words on its button and in the command list.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Go(page) => format!("Go to {}", page.title()),
            Self::Choose(Picked::Dataset) => "Open a dataset…".to_owned(),
            Self::Choose(Picked::Images) => "Open images…".to_owned(),
            Self::Choose(Picked::ImageFolder) => "Open a folder of images…".to_owned(),
            Self::Choose(Picked::Outputs) => "Choose the outputs folder…".to_owned(),
            Self::Choose(Picked::InitialWeights) => "Choose weights…".to_owned(),
            Self::Choose(Picked::Model) => "Open a model…".to_owned(),
            Self::Choose(Picked::OtherLab) => "Add another lab…".to_owned(),
            Self::Choose(Picked::ExternalSet) => "Judge on another lab…".to_owned(),
            Self::Choose(Picked::EvaluationReport) => "Save evaluation report…".to_owned(),
            Self::Choose(Picked::ComparisonReport) => "Save comparison report…".to_owned(),
            Self::OpenDataset(root) => format!("Open {}", root.display()),
            Self::Classify(_) => "Classify".to_owned(),
            Self::UseModel(_) => "Use this model".to_owned(),
            Self::ShowCard(_) => "Model card".to_owned(),
            Self::StopTraining(StopMode::Keep) => "Stop and keep the best".to_owned(),
            Self::StopTraining(StopMode::Discard) => "Stop and discard".to_owned(),
            Self::EvaluateOn(None) => "Fair cells".to_owned(),
            Self::CompareOn(None) => "Fair to both".to_owned(),
            Self::EvaluateOn(Some(scope)) | Self::CompareOn(Some(scope)) => scope.title().to_owned(),
            Self::Theme(theme) => format!("Theme: {}", theme.title()),
            other => other.fixed_text().to_owned(),
        }
    }

    const fn fixed_text(&self) -> &'static str {
        match self {
            Self::OpenSynthetic => "Try the synthetic slides",
            Self::Rescan => "Check again",
            Self::CloseDataset => "Close the dataset",
            Self::ClassifyAgain => "Classify again",
            Self::ClearClassified => "Clear",
            Self::RestoreClassified(_) => "Bring the last results back",
            Self::StopClassifying => "Stop",
            Self::StartTraining => "Start training",
            Self::ResumeRun(_) => "Resume",
            Self::TrainAgain(_) => "Train again with these settings",
            Self::ClearQueue => "Clear the queue",
            Self::LineUpLeftOver => "Line them up again",
            Self::ForgetLeftOver => "Forget them",
            Self::DeleteRun(_) => "Delete",
            Self::RestoreRun(_) => "Restore",
            Self::Evaluate | Self::EvaluateModel(_) => "Evaluate",
            Self::Compare => "Compare",
            Self::Stop(_) => "Stop",
            Self::ReducedMotion(_) => "Reduced motion",
            Self::NoticeRead => "I understand",
            Self::ToggleInspector => "Show or hide the inspector",
            Self::CloseCard => "Close",
            Self::Dismiss(_) => "Dismiss",
            Self::Undo => "Undo",
            Self::Close => "Quit",
            Self::StayOpen => "Go on",
            Self::CloseNow => "Stop and close",
            Self::Reveal(_) => "Show in folder",
            _ => "",
        }
    }

    /// One sentence more than the words.
    #[must_use]
    pub const fn tooltip(&self) -> &'static str {
        match self {
            Self::Choose(Picked::Dataset) => "A folder with one sub-folder for each class",
            Self::Choose(Picked::EvaluationReport | Picked::ComparisonReport) => {
                "Plots, tables, predictions, a page and a PDF in a new folder"
            }
            Self::Choose(Picked::Model) => "The folder of a run, such as one that leuko adapt wrote",
            Self::OpenSynthetic => "Drawn by Leukoscope: all eight classes, no download",
            Self::Rescan => "Reads the folder again; unchanged files are not decoded twice",
            Self::StartTraining => {
                "Trains in the background, behind the run that trains already; everything else stays usable"
            }
            Self::StopTraining(StopMode::Keep) => {
                "Ends this run alone, with its best weights; what waits is trained next"
            }
            Self::StopTraining(StopMode::Discard) => {
                "Ends this run alone and leaves nothing of it; what waits is trained next"
            }
            Self::ClearQueue => "Removes every run that waits; the one that trains goes on",
            Self::DeleteRun(_) => "Moves the run into the trash, where it can be brought back for 30 days",
            Self::ShowCard(_) => "What it learned from, how it did, and what it must not be trusted with",
            Self::Evaluate => "Judges the model in use on the opened dataset",
            Self::Compare => "Puts both models to the same cells",
            Self::CompareOn(None) => "The test split that both share, else what neither learned from",
            Self::EvaluateOn(None) => {
                "The test split of the model's own dataset; on any other, what it did not learn from"
            }
            Self::EvaluateOn(Some(Scope::Test)) | Self::CompareOn(Some(Scope::Test)) => {
                "The test split, on the dataset that was learned from alone"
            }
            Self::EvaluateOn(Some(Scope::Unseen)) | Self::CompareOn(Some(Scope::Unseen)) => {
                "Everything that was not learned from, copies of it left out too"
            }
            Self::EvaluateOn(Some(Scope::All)) | Self::CompareOn(Some(Scope::All)) => {
                "Every image without contradicting labels; the figures flatter a model that learned from some of them"
            }
            _ => "",
        }
    }
}
