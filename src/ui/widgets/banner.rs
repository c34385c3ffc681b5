//! A warning that stands over results for as long as they do: what is wrong, why, and the way out.

use egui::{Button, Frame, Label, Margin, RichText, Stroke, Ui};

use super::{icons, parts};
use crate::{
    app::{Action, Actions, AppState, wish},
    ui::theme,
};

/// What is said.
pub struct Banner<'a> {
    pub title: &'a str,
    /// Why, and what it means here; one paragraph.
    pub text: &'a str,
    /// What mends it here.
    pub way: Option<Action>,
    /// A command for a terminal that mends it, with what it does.
    pub command: Option<(&'a str, &'a str)>,
}

impl Banner<'_> {
    /// Draws it over the whole width.
    pub fn show(&self, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
        let colour = ui.visuals().warn_fg_color;
        let frame = Frame::new().fill(ui.visuals().faint_bg_color).corner_radius(8).stroke(Stroke::new(2.0, colour));
        frame.inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(icons::ALERT).size(16.0).color(colour));
                ui.label(RichText::new(self.title).font(theme::strong(14.0)).color(colour));
            });
            if !self.text.is_empty() {
                ui.add(Label::new(self.text).wrap());
            }
            if let Some(way) = &self.way {
                parts::button(ui, state, actions, way.clone(), true);
            }
            if let Some((does, command)) = self.command {
                ui.horizontal(|ui| {
                    ui.label(RichText::new(does).weak());
                    if ui.add(Button::new(t!("Copy the command"))).on_hover_text(command).clicked() {
                        ui.ctx().copy_text(command.to_owned());
                        actions.push(wish::Window::Announce(
                            t!("Copied the command: paste it into a terminal").to_owned(),
                        ));
                    }
                    ui.add(Label::new(RichText::new(command).monospace()).truncate());
                });
            }
        });
    }
}
