//! What each action does: it changes the state at once and leaves all that takes time to a job.

use std::path::PathBuf;

use super::{
    Action, App, Level, Page,
    state::{Hovered, Phase, ShownCard, Side},
};
use crate::{
    job::{Job, JobId, Picked, Reported},
    progress::StopMode,
    store::preferences::Preferences,
};

impl App {
    /// Does one action that can be done now.
    pub(super) fn perform(&mut self, action: Action) {
        match action {
            Action::Go(page) => self.state.page = page,
            Action::Choose(purpose) => self.ask(purpose),
            Action::Dismiss(id) => self.state.notices.dismiss(id),
            Action::TakeOffer(action) => {
                self.state.notices.spend_offer();
                self.act(vec![*action]);
            }
            Action::Stop(job) => self.stop(job, StopMode::Keep),
            Action::Announce(words) => self.state.notices.say(Level::Success, words),
            Action::Drop(paths) => {
                self.state.hovered = None;
                self.submit(Job::Sort(paths));
            }
            Action::Hover(paths) => self.hover(paths),
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
            Action::OpenDataset(_) | Action::OpenSynthetic | Action::Rescan | Action::CloseDataset => {
                self.perform_dataset(action);
            }
            Action::Classify(_)
            | Action::ClassifyAgain
            | Action::ClearClassified
            | Action::RestoreClassified
            | Action::ShowClassified(_)
            | Action::StopClassifying
            | Action::UseModel(_)
            | Action::ShowCard(_)
            | Action::CloseCard
            | Action::Evaluate
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
            | Action::Requeue(..) => self.perform_training(action),
            Action::ShowRun(_)
            | Action::TickRun(_)
            | Action::TickRuns(_)
            | Action::RenameRun(..)
            | Action::DeleteRun(_)
            | Action::RestoreRun(_) => self.perform_run(action),
            setting => self.perform_setting(setting),
        }
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
                if let Some(opened) = self.state.dataset.opened.take() {
                    let again = Action::OpenDataset(opened.dataset.root.clone());
                    self.state.notices.offer(Level::Info, format!("Closed {}", opened.dataset.name()), "Undo", again);
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

    fn perform_model(&mut self, action: Action) {
        match action {
            Action::Classify(paths) => self.classify(paths),
            Action::ClassifyAgain => {
                let current = self.state.classify.current;
                let paths = self.state.classify.clear();
                self.classify(paths);
                self.state.classify.current = current;
            }
            Action::ClearClassified => {
                self.drop_classifying();
                self.state.classify.set_aside();
                self.state.notices.offer(Level::Info, "Cleared the images", "Undo", Action::RestoreClassified);
            }
            Action::RestoreClassified => self.state.classify.restore(),
            Action::ShowClassified(index) => {
                self.state.classify.current = index.min(self.state.classify.items.len().saturating_sub(1));
            }
            Action::StopClassifying => {
                for job in self.state.classify.running.clone() {
                    self.stop(job, StopMode::Keep);
                }
            }
            Action::UseModel(id) => {
                self.state.models.current = Some(id.clone());
                self.state.models.displaced = None;
                self.prefer(|preferences| preferences.model = Some(id));
            }
            Action::ShowCard(model) => {
                let job = self.submit(Job::ReadCard { model });
                self.state.models.card = Some(ShownCard { job, card: None });
            }
            Action::CloseCard => self.state.models.card = None,
            Action::Evaluate => self.evaluate(),
            Action::EvaluateOn(scope) => self.state.evaluate.scope = scope,
            Action::EvaluateOther(root) => {
                let Some(model) = self.state.evaluate.answered.as_ref().map(|of| of.model.clone()) else { return };
                let device = self.state.settings.preferences.device.clone();
                let job = self.submit(Job::EvaluateFolder { model, root: root.clone(), device });
                self.state.evaluate.asked_other = Some((job, root));
            }
            _ => {}
        }
    }

    fn evaluate(&mut self) {
        let Some(asked) = self.state.chosen_question() else { return };
        let Some(opened) = self.state.dataset.opened.clone() else { return };
        let device = self.state.settings.preferences.device.clone();
        let job = Job::Evaluate { model: asked.model.clone(), opened, scope: asked.scope, device };
        self.state.evaluate.running = Some(self.submit(job));
        self.state.evaluate.asked = Some(asked);
        self.state.evaluate.failure = None;
        self.state.page = Page::Evaluate;
    }

    fn perform_compare(&mut self, action: Action) {
        match action {
            Action::PickCompared(Side::A, id) => self.state.compare.a = Some(id),
            Action::PickCompared(Side::B, id) => self.state.compare.b = Some(id),
            Action::CompareOn(scope) => self.state.compare.scope = scope,
            Action::Compare => {
                let Some(asked) = self.state.chosen_pairing() else { return };
                let Some(opened) = self.state.dataset.opened.clone() else { return };
                let device = self.state.settings.preferences.device.clone();
                let models = [asked.a.clone(), asked.b.clone()];
                self.state.compare.running =
                    Some(self.submit(Job::Compare { models, opened, scope: asked.scope, device }));
                self.state.compare.asked = Some(asked);
                self.state.compare.failure = None;
                self.state.page = Page::Compare;
            }
            _ => {}
        }
    }

    fn classify(&mut self, paths: Vec<PathBuf>) {
        let Some(model) = self.state.models.current.clone() else { return };
        let device = self.state.settings.preferences.device.clone();
        if self.state.classify.model.as_ref() != Some(&model) {
            // Confidences of two models never stand in one list.
            self.drop_classifying();
            if !self.state.classify.clear().is_empty() {
                self.state.notices.say(Level::Info, "The results of the other model were cleared");
            }
        }
        if self.state.classify.running.is_empty() {
            self.state.classify.current = self.state.classify.items.len();
        }
        self.state.classify.model = Some(model.clone());
        self.state.classify.failure = None;
        let job = self.submit(Job::Classify { model, paths, device });
        self.state.classify.running.push(job);
        self.state.page = Page::Classify;
    }

    /// Stops the jobs of the Classify page and no longer listens to them.
    fn drop_classifying(&mut self) {
        for job in std::mem::take(&mut self.state.classify.running) {
            self.stop(job, StopMode::Discard);
        }
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
        let Some(first) = paths.first().cloned() else { return };
        let action = match purpose {
            Picked::Dataset => Action::OpenDataset(first),
            Picked::Images | Picked::ImageFolder => Action::Classify(paths),
            Picked::ExternalSet => Action::EvaluateOther(first),
            Picked::EvaluationReport => {
                let Some(evaluation) = self.state.evaluate.result.clone() else { return };
                Action::SaveReport(Reported::Evaluation(evaluation), first)
            }
            Picked::ComparisonReport => {
                let Some(comparison) = self.state.compare.result.clone() else { return };
                Action::SaveReport(Reported::Comparison(comparison), first)
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
