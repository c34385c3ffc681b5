//! What each action does: it changes the state at once and leaves all that takes time to a job.

use std::path::PathBuf;

use super::{
    Action, App, Level, Page,
    notices::UNDO,
    state::{Closing, Hovered, Phase},
};
use crate::{
    job::{Job, JobId, Picked},
    progress::StopMode,
    store::preferences::Preferences,
};

impl App {
    /// Does one action that can be done now.
    pub(super) fn perform(&mut self, action: Action) {
        match action {
            Action::Go(page) => self.go(page),
            Action::Choose(purpose) => self.ask(purpose),
            Action::Dismiss(_)
            | Action::Announce(_)
            | Action::TakeOffer(_)
            | Action::Undo
            | Action::ReadActivity
            | Action::Close
            | Action::StayOpen
            | Action::CloseNow => self.perform_window(action),
            Action::Stop(job) => self.stop(job, StopMode::Keep),
            Action::Drop(paths) => {
                self.state.hovered = None;
                self.submit(Job::Sort(paths));
            }
            Action::Hover(paths) => self.hover(paths),
            Action::Reveal(_) | Action::Export(..) | Action::SaveReport(..) | Action::SaveChart(..) => {
                self.perform_file(action);
            }
            Action::OpenDataset(_) | Action::OpenSynthetic | Action::Rescan | Action::CloseDataset => {
                self.perform_dataset(action);
            }
            Action::Classify(_)
            | Action::ClassifyAgain
            | Action::ClearClassified
            | Action::RestoreClassified(_)
            | Action::ShowClassified(_)
            | Action::StopClassifying
            | Action::UseModel(_)
            | Action::OpenModel(_)
            | Action::ShowCard(_)
            | Action::CloseCard
            | Action::Evaluate
            | Action::EvaluateModel(_)
            | Action::EvaluateOn(_)
            | Action::EvaluateOther(_) => self.perform_model(action),
            Action::PickCompared(..) | Action::Compare | Action::CompareOn(_) => self.perform_compare(action),
            Action::EditTraining(_)
            | Action::EditLineUp(_)
            | Action::StartTraining
            | Action::StopTraining(_)
            | Action::ResumeRun(_)
            | Action::TrainAgain(_)
            | Action::Unqueue(_)
            | Action::ClearQueue
            | Action::Requeue(..)
            | Action::LineUpLeftOver
            | Action::ForgetLeftOver => self.perform_training(action),
            Action::ShowRun(_)
            | Action::TickRun(_)
            | Action::TickRuns(_)
            | Action::RenameRun(..)
            | Action::DeleteRun(_)
            | Action::RestoreRun(_) => self.perform_run(action),
            setting => self.perform_setting(setting),
        }
    }

    /// Opens a page; runs that came from a terminal meanwhile are in the list then.
    fn go(&mut self, page: Page) {
        self.state.page = page;
        if page == Page::Train {
            self.list_runs();
        }
    }

    /// Of files that are written or shown.
    fn perform_file(&mut self, action: Action) {
        match action {
            Action::Reveal(path) => {
                self.submit(Job::Reveal(path));
            }
            Action::Export(chart, format) => self.ask_where(chart, format),
            Action::SaveReport(of, below) => {
                self.submit(Job::Report { of, below });
            }
            Action::SaveChart(chart, format, path) => {
                self.submit(Job::Export { chart, format, path });
            }
            _ => {}
        }
    }

    /// Of messages, and of the window's end.
    fn perform_window(&mut self, action: Action) {
        match action {
            Action::Dismiss(id) => self.state.notices.dismiss(id),
            Action::Announce(words) => self.state.notices.say(Level::Success, words),
            Action::TakeOffer(id) => self.take_offer(id),
            Action::Undo => {
                if let Some(id) = self.state.notices.undoable() {
                    self.take_offer(id);
                }
            }
            Action::ReadActivity => {
                self.state.activity.unread = 0;
                self.state.notices.read_all();
            }
            Action::Close => self.ask_to_close(),
            Action::StayOpen => self.state.closing = Closing::Not,
            Action::CloseNow => self.state.closing = Closing::Agreed,
            _ => {}
        }
    }

    /// Does what a message offers; the offer is gone only once it was done.
    fn take_offer(&mut self, id: u64) {
        let Some(action) = self.state.notices.offered(id).cloned() else { return };
        if let Some(why) = action.obstacle(&self.state) {
            self.state.notices.say(Level::Warning, why);
        } else {
            self.state.notices.spend(id);
            self.perform(action);
        }
    }

    /// The window should close: at once where nothing is lost with it.
    fn ask_to_close(&mut self) {
        let asks = self.state.unfinished().is_some();
        self.state.closing = if asks { Closing::Asked } else { Closing::Agreed };
    }

    /// Files are held over the window, or no longer: the desk looks at what they are.
    fn hover(&mut self, paths: Vec<PathBuf>) {
        let job = (!paths.is_empty()).then(|| self.submit(Job::Look(paths.clone())));
        self.state.hovered = job.map(|job| Hovered { job, paths, found: None });
    }

    pub(super) fn stop(&mut self, job: JobId, mode: StopMode) {
        self.engine.stop(job, mode);
        if let Some(task) = self.state.activity.task_mut(job) {
            task.stopping = true;
        }
    }

    fn perform_dataset(&mut self, action: Action) {
        match action {
            Action::OpenDataset(root) => self.open_dataset(root),
            Action::OpenSynthetic => {
                self.submit(Job::FindSynthetic);
            }
            Action::Rescan => {
                if let Some(opened) = &self.state.dataset.opened {
                    self.open_dataset(opened.dataset.root.clone());
                }
            }
            Action::CloseDataset => {
                if let Phase::Loading { job, .. } = self.state.dataset.phase {
                    self.stop(job, StopMode::Discard);
                }
                if let Some(opened) = self.state.dataset.opened.take() {
                    let again = Action::OpenDataset(opened.dataset.root.clone());
                    self.state.notices.offer(Level::Info, format!("Closed {}", opened.dataset.name()), UNDO, again);
                }
                self.state.dataset.phase = Phase::Empty;
            }
            _ => {}
        }
    }

    fn open_dataset(&mut self, root: PathBuf) {
        if let Phase::Loading { job, .. } = self.state.dataset.phase {
            self.engine.stop(job, StopMode::Discard);
        }
        let job = self.submit(Job::OpenDataset { root: root.clone(), seed: self.state.train.form.seed });
        self.state.dataset.phase = Phase::Loading { job, root };
        self.state.page = Page::Dataset;
    }

    fn perform_setting(&mut self, action: Action) {
        match action {
            Action::Theme(theme) => self.prefer(|preferences| preferences.theme = theme),
            Action::Scale(scale) => self.prefer(|preferences| preferences.scale = scale.clamp(0.75, 2.0)),
            Action::ReducedMotion(on) => self.prefer(|preferences| preferences.reduced_motion = on),
            Action::Device(device) => self.prefer(|preferences| preferences.device = device),
            Action::NoticeRead => self.prefer(|preferences| preferences.notice_read = true),
            Action::ToggleInspector => {
                self.prefer(|preferences| preferences.inspector_open = !preferences.inspector_open);
            }
            Action::InspectorWidth(width) => self.prefer(|preferences| preferences.inspector_width = width),
            Action::ThumbSide(side) => self.prefer(|preferences| preferences.thumb_side = side.clamp(48.0, 240.0)),
            Action::Outputs(folder) => {
                self.prefer(|preferences| preferences.outputs = folder);
                self.list_runs();
            }
            _ => {}
        }
    }

    /// Changes a preference; it is written by the desk.
    pub(super) fn prefer(&mut self, change: impl FnOnce(&mut Preferences)) {
        let before = self.state.settings.preferences.clone();
        change(&mut self.state.settings.preferences);
        self.unsaved |= before != self.state.settings.preferences;
    }

    /// A file dialog was closed.
    pub(super) fn picked(&mut self, purpose: Picked, paths: Vec<PathBuf>) {
        let reported = self.reported.take();
        let Some(first) = paths.first().cloned() else { return };
        let action = match purpose {
            Picked::Dataset => Action::OpenDataset(first),
            Picked::Images | Picked::ImageFolder => Action::Classify(paths),
            Picked::ExternalSet => Action::EvaluateOther(first),
            Picked::Model => Action::OpenModel(first),
            Picked::EvaluationReport | Picked::ComparisonReport => {
                let Some(reported) = reported else { return };
                Action::SaveReport(reported, first)
            }
            Picked::Outputs => Action::Outputs(Some(first)),
            Picked::InitialWeights | Picked::OtherLab => {
                let mut form = self.state.train.form.clone();
                if purpose == Picked::OtherLab {
                    form.also.push(first);
                } else {
                    form.init = crate::domain::config::Init::ImageNet(first);
                }
                Action::EditTraining(Box::new(form))
            }
        };
        self.act(vec![action]);
    }
}
