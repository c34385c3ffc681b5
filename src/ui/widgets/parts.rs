//! Buttons of actions and small designed texts.

use egui::{Button, Label, Response, RichText, Ui, vec2};

use crate::{
    app::{Action, Actions, AppState, shortcuts},
    ui::theme,
};

/// A button that does an action; `main` fills it with the accent. What stands in the way is its tooltip.
pub fn button(ui: &mut Ui, state: &AppState, actions: &mut Actions, action: Action, main: bool) -> Response {
    let obstacle = action.obstacle(state);
    let mut words = RichText::new(action.text());
    if main {
        words = words.color(theme::on_accent(ui.visuals()));
    }
    let mut button = Button::new(words);
    if main {
        button = button.fill(theme::accent(ui.visuals()));
    }
    let mut response = ui.add_enabled(obstacle.is_none(), button);
    let keys = shortcuts::of(&action).map(|keys| ui.ctx().format_shortcut(&keys)).unwrap_or_default();
    let hint = format!("{} {keys}", action.tooltip());
    if let Some(why) = obstacle {
        response = response.on_disabled_hover_text(why);
    } else if !hint.trim().is_empty() {
        response = response.on_hover_text(hint.trim());
    }
    if response.clicked() {
        actions.push(action);
    }
    response
}

/// Gives a widget without words of its own the name that a screen reader says.
pub fn named(response: &Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// A page without content: what it is for, and the button that gets it.
pub fn empty(ui: &mut Ui, icon: &str, title: &str, text: &str, below: impl FnOnce(&mut Ui)) {
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.28).max(theme::GRID));
        ui.label(RichText::new(icon).size(32.0).weak());
        ui.label(RichText::new(title).font(theme::strong(16.0)));
        ui.add(Label::new(RichText::new(text).weak()).wrap());
        ui.allocate_ui(vec2(220.0, 32.0), |ui| ui.vertical_centered(below));
    });
}
