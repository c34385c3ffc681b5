//! The program as eframe runs it: drain, draw, act.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use egui::ViewportCommand;

use super::{
    UiState, desktop,
    frames::FrameTimes,
    keys, shell, theme,
    views::{
        classify::Large, compare::CompareView, dataset::DatasetView, evaluate::EvaluateView, explain::ExplainView,
        map::MapView, quiz::QuizView, review::ReviewView, train::TrainView,
    },
    widgets::{gallery::Pictures, marker},
};
use crate::{
    app::{Actions, App, AppState, Setup, keymap, window::Closing, wish},
    domain::classes::ClassList,
};

/// The whole program.
pub struct Window {
    app: App,
    view: UiState,
}

impl Window {
    /// # Errors
    /// When the system gives no thread.
    pub fn new(cc: &eframe::CreationContext<'_>, setup: Setup) -> std::io::Result<Self> {
        theme::install(&cc.egui_ctx);
        let (for_jobs, for_pictures, for_large) = (cc.egui_ctx.clone(), cc.egui_ctx.clone(), cc.egui_ctx.clone());
        let frames = FrameTimes::new(setup.started.unwrap_or_else(Instant::now), setup.frame_times.is_some());
        let mut app = App::start(setup, move || for_jobs.request_repaint())?;
        app.show_in(cc);
        let view = UiState {
            commands: None,
            activity_open: false,
            dataset: DatasetView::default(),
            train: TrainView::default(),
            evaluate: EvaluateView::default(),
            compare: CompareView::default(),
            explain: ExplainView::default(),
            map: MapView::default(),
            quiz: QuizView::default(),
            review: ReviewView::default(),
            frames,
            pictures: Pictures::new(move || for_pictures.request_repaint()),
            large: Large::new(move || for_large.request_repaint()),
            takes_drops: desktop::takes_drops(),
            presented: false,
            picture_asked: false,
            taken: std::sync::mpsc::channel(),
            dataset_seen: None,
            held_secs: 0.0,
        };
        Ok(Self { app, view })
    }

    /// For tests: whether no picture is being decoded.
    #[must_use]
    pub fn is_still(&self) -> bool {
        !self.view.pictures.busy() && !self.view.large.busy()
    }

    /// For tests: a window on a desktop that hands no dropped files on.
    #[must_use]
    pub fn without_drops(mut self) -> Self {
        self.view.takes_drops = false;
        self
    }

    /// For tests: what the window knows.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }
}

impl Window {
    /// The keys of the whole window, none of which reaches it through a modal; the command list closes with its own.
    fn keys(&mut self, ctx: &egui::Context, actions: &mut Actions) {
        let free = keys::free(ctx);
        if (free || self.view.commands.is_some()) && ctx.input_mut(|input| input.consume_shortcut(&keymap::COMMANDS)) {
            self.view.commands = self.view.commands.is_none().then(Default::default);
        }
        let leaves = self.app.state().presenting && free && !ctx.text_edit_focused();
        if leaves && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape)) {
            actions.push(wish::Window::Present);
        }
        if free {
            keymap::listen(ctx, self.app.state(), actions);
        }
        keys::listen(ctx, self.app.state(), actions);
    }

    /// Has the next frame taken as a picture where one is wanted, and hands it on once it is there.
    fn picture(&mut self, ctx: &egui::Context) {
        if self.app.state().picturing && !std::mem::replace(&mut self.view.picture_asked, true) {
            let (sender, waker) = (self.view.taken.0.clone(), ctx.clone());
            ctx.request_screenshot(move |image| {
                // Nobody is left to take it once the window has closed.
                let _ = sender.send(image);
                waker.request_repaint();
            });
        }
        if let Ok(image) = self.view.taken.1.try_recv() {
            self.view.picture_asked = false;
            let [width, height] = image.size.map(|side| side as u32);
            let bytes = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
            if let Some(picture) = image::RgbImage::from_raw(width, height, bytes) {
                self.app.act([wish::Window::Pictured(Arc::new(picture))]);
            }
        }
    }

    /// Closes once nothing is lost with it, or a person said that it may be.
    fn close(&mut self, ctx: &egui::Context) {
        let wanted = ctx.input(|input| input.viewport().close_requested());
        if wanted && self.app.state().closing == Closing::Not {
            self.app.act([wish::Window::Close]);
        }
        match (self.app.state().closing, wanted) {
            (Closing::Agreed, false) => ctx.send_viewport_cmd(ViewportCommand::Close),
            (Closing::Asked, true) => ctx.send_viewport_cmd(ViewportCommand::CancelClose),
            _ => {}
        }
    }
}

/// Every list of classes that something is drawn of, the main one first.
fn class_lists(state: &AppState) -> impl Iterator<Item = &ClassList> {
    let dataset = state.dataset.opened.as_ref().map(|opened| &opened.dataset.classes);
    let evaluated = state.evaluate.home.result().map(|result| &result.metrics.confusion.labels);
    let away = state.evaluate.away().map(|away| &away.metrics.confusion.labels);
    let compared = state.compare.pairing.result().into_iter().flat_map(|result| [&result.a, &result.b]);
    let lab = state.lab.lab().map(|lab| &lab.classes);
    let quiz =
        state.quiz.running.iter().chain(state.quiz.result().map(|past| &past.sheet.quiz)).map(|quiz| &quiz.classes);
    let map = state.map.drawn.result().map(|mapped| &mapped.classes);
    let reviewed = state.review.open.as_ref().map(|open| &open.case.model.classes);
    let runs = state.train.runs.iter().map(|run| &run.classes);
    let explained = state.explain.found.answers.iter().flatten().map(|answer| &answer.card.classes);
    let lists = dataset.into_iter().chain(evaluated).chain(away);
    lists
        .chain(compared.map(|of| &of.metrics.confusion.labels))
        .chain([&state.classify.classes])
        .chain(explained)
        .chain(quiz)
        .chain(lab)
        .chain(map)
        .chain(reviewed)
        .chain(runs)
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        if shell::points_at_toast(ctx) {
            self.view.held_secs += f64::from(ctx.input(|input| input.stable_dt));
        }
        let now = ctx.input(|input| input.time) - self.view.held_secs;
        if let Some(secs) = self.app.drain(now) {
            ctx.request_repaint_after(Duration::from_secs_f64(secs.max(0.0)));
        }
        self.view.pictures.drain(ctx);
        self.view.large.drain(ctx);
        let opened = self.app.state().dataset.opened.as_ref().map(|opened| Arc::as_ptr(opened) as usize);
        if self.view.dataset_seen != opened {
            self.view.dataset_seen = opened;
            self.view.pictures.look_again();
        }
        let dropped =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect::<Vec<_>>());
        if !dropped.is_empty() {
            self.app.act([wish::Window::Drop(dropped)]);
        }
        self.close(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.view.frames.begin(self.app.state().page, frame.info().cpu_usage);
        let presenting = self.app.state().presenting;
        theme::follow(ui.ctx(), &self.app.state().settings.preferences, presenting);
        if std::mem::replace(&mut self.view.presented, presenting) != presenting {
            ui.ctx().send_viewport_cmd(ViewportCommand::Fullscreen(presenting));
        }
        marker::know(ui.ctx(), class_lists(self.app.state()));
        let mut actions = Actions::default();
        self.keys(ui.ctx(), &mut actions);
        shell::show(ui, self.app.state(), &mut self.view, &mut actions);
        self.app.act(actions.take());
        self.picture(ui.ctx());
    }

    fn on_exit(&mut self) {
        self.app.close(self.view.frames.table().as_ref());
    }
}
