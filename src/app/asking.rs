//! What models are asked: to classify, to be evaluated, to be compared, and to show their cards.

use std::path::PathBuf;

use super::{
    Action, App, Level, Page,
    notices::UNDO,
    state::{AskedOther, ShownCard, Side},
};
use crate::{domain::key::ModelKey, job::Job, progress::StopMode};

impl App {
    pub(super) fn perform_model(&mut self, action: Action) {
        match action {
            Action::Classify(paths) => self.classify(paths),
            Action::ClassifyAgain => {
                let current = self.state.classify.current;
                let paths = self.state.classify.items.iter().map(|item| item.path.clone()).collect();
                self.set_aside("The results before were set aside");
                self.classify(paths);
                self.state.classify.current = current;
            }
            Action::ClearClassified => self.set_aside("Cleared the images"),
            Action::RestoreClassified(id) => self.restore(id),
            Action::ShowClassified(index) => {
                self.state.classify.current = index.min(self.state.classify.items.len().saturating_sub(1));
            }
            Action::StopClassifying => {
                for job in self.state.classify.running.clone() {
                    self.stop(job, StopMode::Keep);
                }
            }
            Action::UseModel(id) => self.use_model(id),
            Action::OpenModel(folder) => {
                self.submit(Job::ReadModel { folder });
            }
            Action::ShowCard(model) => {
                let job = self.submit(Job::ReadCard { model });
                self.state.models.card = Some(ShownCard { job, card: None });
            }
            Action::CloseCard => self.state.models.card = None,
            Action::Evaluate => self.evaluate(),
            Action::EvaluateModel(id) => {
                self.use_model(id);
                self.evaluate();
            }
            Action::EvaluateOn(scope) => self.state.evaluate.scope = scope,
            Action::EvaluateOther(root) => self.evaluate_other(root),
            _ => {}
        }
    }

    fn use_model(&mut self, id: String) {
        let models = &mut self.state.models;
        (models.displaced, models.missing) = (None, None);
        models.current = Some(id.clone());
        self.prefer(|preferences| preferences.model = Some(id));
    }

    fn evaluate(&mut self) {
        let Some(asked) = self.state.chosen_question() else { return };
        let Some(opened) = self.state.dataset.opened.clone() else { return };
        let device = self.state.settings.preferences.device.clone();
        let job = Job::Evaluate { model: asked.model.id.clone(), opened, scope: asked.scope, device };
        self.state.evaluate.running = Some(self.submit(job));
        self.state.evaluate.asked = Some(asked);
        self.state.evaluate.failure = None;
        self.state.page = Page::Evaluate;
    }

    fn evaluate_other(&mut self, root: PathBuf) {
        let Some(model) = self.state.evaluate.answered.as_ref().map(|of| of.model.clone()) else { return };
        let device = self.state.settings.preferences.device.clone();
        let job = self.submit(Job::EvaluateFolder { model: model.id.clone(), root: root.clone(), device });
        self.state.evaluate.asked_other = Some(AskedOther { job, model, root });
    }

    pub(super) fn perform_compare(&mut self, action: Action) {
        match action {
            Action::PickCompared(Side::A, id) => self.state.compare.a = Some(id),
            Action::PickCompared(Side::B, id) => self.state.compare.b = Some(id),
            Action::CompareOn(scope) => self.state.compare.scope = scope,
            Action::Compare => {
                let Some(asked) = self.state.chosen_pairing() else { return };
                let Some(opened) = self.state.dataset.opened.clone() else { return };
                let device = self.state.settings.preferences.device.clone();
                let models = [asked.a.id.clone(), asked.b.id.clone()];
                self.state.compare.running =
                    Some(self.submit(Job::Compare { models, opened, scope: asked.scope, device }));
                self.state.compare.asked = Some(asked);
                self.state.compare.failure = None;
                self.state.page = Page::Compare;
            }
            _ => {}
        }
    }

    /// Puts images to the model in use; results of another one make way and can be brought back.
    fn classify(&mut self, paths: Vec<PathBuf>) {
        let Some(model) = self.state.models.current().map(super::state::Model::key) else { return };
        if self.state.classify.model.as_ref() != Some(&model) {
            self.set_aside("The results of the other model were set aside");
        }
        self.classify_with(model, paths);
    }

    fn classify_with(&mut self, model: ModelKey, paths: Vec<PathBuf>) {
        let device = self.state.settings.preferences.device.clone();
        let job = self.submit(Job::Classify { model: model.id.clone(), paths: paths.clone(), device });
        let classify = &mut self.state.classify;
        classify.begin(job, paths);
        (classify.model, classify.failure) = (Some(model), None);
        self.state.page = Page::Classify;
    }

    /// Takes the results away, with what is still to be classified, and offers to bring both back.
    fn set_aside(&mut self, words: &str) {
        let running = self.state.classify.running.clone();
        if let Some(id) = self.state.classify.set_aside() {
            self.state.notices.offer(Level::Info, words, UNDO, Action::RestoreClassified(id));
        }
        for job in running {
            if let Some(task) = self.state.activity.task_mut(job) {
                task.superseded = true;
            }
            self.stop(job, StopMode::Discard);
        }
    }

    /// Brings results back and goes on with what they waited for; those of another model make way in turn.
    fn restore(&mut self, id: u64) {
        if !self.state.classify.fits(id) {
            self.set_aside("The results of the other model were set aside");
        }
        let pending = self.state.classify.restore(id);
        self.state.page = Page::Classify;
        let Some(model) = self.state.classify.model.clone().filter(|_| !pending.is_empty()) else { return };
        if self.state.models.has(&model) {
            let current = self.state.classify.current;
            self.classify_with(model, pending);
            self.state.classify.current = current;
        } else {
            let words = format!("{} more were waiting; their model is gone", pending.len());
            self.state.notices.say(Level::Warning, words);
        }
    }
}
