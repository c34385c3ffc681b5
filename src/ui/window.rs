//! The program as eframe runs it: drain, draw, act.

use std::time::{Duration, Instant};

use egui::ViewportCommand;

use super::{
    frames::FrameTimes,
    shell, theme,
    views::{classify::Large, compare::CompareView, dataset::DatasetView, evaluate::EvaluateView, train::TrainView},
    widgets::gallery::Pictures,
};
use crate::app::{Action, Actions, App, Setup, shortcuts, state::Closing};

/// What only the eye needs to keep: open popups, hovered classes, decoded pictures.
pub struct UiState {
    pub(super) commands: Option<String>,
    pub(super) activity_open: bool,
    pub dataset: DatasetView,
    pub train: TrainView,
    pub evaluate: EvaluateView,
    pub compare: CompareView,
    pub frames: FrameTimes,
    pub pictures: Pictures,
    /// What the Classify page shows large.
    pub large: Large,
}

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
        let app = App::start(setup, move || for_jobs.request_repaint())?;
        let view = UiState {
            commands: None,
            activity_open: false,
            dataset: DatasetView::default(),
            train: TrainView::default(),
            evaluate: EvaluateView::default(),
            compare: CompareView::default(),
            frames,
            pictures: Pictures::new(move || for_pictures.request_repaint()),
            large: Large::new(move || for_large.request_repaint()),
        };
        Ok(Self { app, view })
    }

    /// For tests: whether no picture is being decoded.
    #[must_use]
    pub fn is_still(&self) -> bool {
        !self.view.pictures.busy() && !self.view.large.busy()
    }

    /// For tests: what the window knows.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }
}

impl Window {
    /// Closes once nothing is lost with it, or a person said that it may be.
    fn close(&mut self, ctx: &egui::Context) {
        let wanted = ctx.input(|input| input.viewport().close_requested());
        if wanted && self.app.state().closing == Closing::Not {
            self.app.act(vec![Action::Close]);
        }
        match (self.app.state().closing, wanted) {
            (Closing::Agreed, false) => ctx.send_viewport_cmd(ViewportCommand::Close),
            (Closing::Asked, true) => ctx.send_viewport_cmd(ViewportCommand::CancelClose),
            _ => {}
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        if let Some(secs) = self.app.drain(ctx.input(|input| input.time)) {
            ctx.request_repaint_after(Duration::from_secs_f64(secs.max(0.0)));
        }
        self.view.pictures.drain(ctx);
        self.view.large.drain(ctx);
        let dropped =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect::<Vec<_>>());
        if !dropped.is_empty() {
            self.app.act(vec![Action::Drop(dropped)]);
        }
        self.close(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.view.frames.begin(self.app.state().page, frame.info().cpu_usage);
        theme::follow(ui.ctx(), &self.app.state().settings.preferences);
        let mut actions = Actions::default();
        if ui.ctx().input_mut(|input| input.consume_shortcut(&shortcuts::COMMANDS)) {
            self.view.commands = if self.view.commands.is_some() { None } else { Some(String::new()) };
        }
        shortcuts::listen(ui.ctx(), self.app.state(), &mut actions);
        shell::show(ui, self.app.state(), &mut self.view, &mut actions);
        self.app.act(actions.take());
    }

    fn on_exit(&mut self) {
        self.app.close(self.view.frames.table().as_ref());
    }
}
