//! What surrounds every page: rail, top bar, title, inspector, status line, toasts, command list, drop overlay.

mod activity;
mod bars;
mod card;
mod commands;
mod inspector;
mod overlay;
mod path_field;
mod tour;

use egui::{CentralPanel, Frame, Margin, RichText, Ui};

use super::{UiState, pages, theme, views::review::form, widgets::parts};
use crate::app::{Actions, AppState};

/// Whether the pointer is on a toast, which then waits.
#[must_use]
pub fn points_at_toast(ctx: &egui::Context) -> bool {
    let at = ctx.input(|input| input.pointer.hover_pos());
    at.and_then(|at| ctx.layer_id_at(at)).is_some_and(|layer| layer.id == egui::Id::unique("toasts"))
}

/// Draws one frame.
pub fn show(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    // A presentation is one page and nothing around it.
    if !state.presenting {
        bars::rail(ui, state, actions);
        bars::top(ui, state, view, actions);
        bars::status(ui, state, actions);
        inspector::show(ui, state, view, actions);
    }
    let frame = Frame::new().fill(ui.visuals().panel_fill).inner_margin(Margin::same(24));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(state.page.title()).font(theme::strong(22.0)));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                for (index, action) in pages::actions(state.page).into_iter().enumerate() {
                    parts::button(ui, state, actions, action, index == 0);
                }
            });
        });
        ui.add_space(theme::GRID);
        pages::show(ui, state, view, actions);
    });
    activity::show(ui.ctx(), state, view, actions);
    if !state.picturing {
        overlay::toasts(ui.ctx(), state, actions);
    }
    card::show(ui.ctx(), state, actions);
    tour::show(ui.ctx(), state, actions);
    form::show(ui.ctx(), state, actions);
    path_field::show(ui.ctx(), state, actions);
    commands::show(ui.ctx(), state, view, actions);
    overlay::hover(ui.ctx(), state, actions);
    overlay::drop(ui.ctx(), state);
    overlay::closing(ui.ctx(), state, actions);
    overlay::first_start(ui.ctx(), state, actions);
}
