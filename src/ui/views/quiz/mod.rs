//! The Quiz page: what the next quiz is made of, the cell that is asked, and what the answers are worth.

mod form;
mod question;
mod result;

use egui::Ui;

pub use self::result::QuizView;
use crate::{
    app::{Actions, AppState},
    ui::widgets::gallery::Pictures,
};

pub fn show(ui: &mut Ui, state: &AppState, (view, pictures): (&mut QuizView, &mut Pictures), actions: &mut Actions) {
    if let Some(running) = &state.quiz.running {
        question::show(ui, state, running, pictures, actions);
    } else if let Some(past) = state.quiz.result() {
        result::show(ui, state, past, (view, pictures), actions);
    } else {
        form::show(ui, state, actions);
    }
}
