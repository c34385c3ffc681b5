//! The card of the guided tour, over whichever page the stop is on.

use egui::{Align2, Area, Context, Id, Label, Order, RichText, vec2};

use crate::{
    app::{Actions, AppState, tour::STOPS, wish},
    ui::{
        theme,
        widgets::{icons, parts},
    },
};

/// Width in points.
const WIDTH: f32 = 400.0;

/// Draws the stop that a person is at.
pub(super) fn show(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let Some((at, stop)) = state.tour.at.zip(state.tour.stop()) else { return };
    let area = Area::new(Id::unique("tour")).order(Order::Foreground).anchor(Align2::CENTER_BOTTOM, vec2(0.0, -44.0));
    area.show(ctx, |ui| {
        egui::Frame::popup(ui.style()).inner_margin(16).show(ui, |ui| {
            ui.set_width(WIDTH);
            let count = t!("{icon}  Tour, {at} of {all}", icon = icons::QUIZ, at = at + 1, all = STOPS.len());
            ui.label(RichText::new(count).small().weak());
            ui.label(RichText::new(t!(stop.title)).font(theme::strong(16.0)));
            ui.add(Label::new(t!(stop.text)).wrap());
            ui.horizontal(|ui| {
                let last = at + 1 == STOPS.len();
                parts::button(ui, state, actions, wish::Tour::Back, false);
                parts::button(ui, state, actions, wish::Tour::Next, !last);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    parts::button(ui, state, actions, wish::Tour::Leave, last);
                });
            });
        });
    });
}
