//! Buttons of actions and small designed texts.

use std::{f32::consts::TAU, time::Duration};

use egui::{Button, Label, Response, RichText, Role, ScrollArea, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2};

use crate::{
    app::{Action, Actions, AppState, keymap},
    ui::theme,
};

/// A button that does an action; `main` fills it with the accent. What stands in the way is its tooltip.
pub fn button(ui: &mut Ui, state: &AppState, actions: &mut Actions, action: impl Into<Action>, main: bool) -> Response {
    let action = action.into();
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
    let keys = keymap::words(ui.ctx(), state, &action).unwrap_or_default();
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

/// A sign of work, which turns ten times a second, or stands still where a person wants no motion.
pub fn busy(ui: &mut Ui, state: &AppState) {
    let side = ui.spacing().interact_size.y - 8.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, t!("At work")));
    let mut turn = 0.0;
    if !state.settings.preferences.reduced_motion {
        turn = (ui.input(|input| input.time) * 10.0).floor() as f32 / 12.0;
        ui.ctx().request_repaint_after(Duration::from_millis(100));
    }
    let (radius, quiet) = (side / 2.0 - 2.0, ui.visuals().widgets.noninteractive.bg_stroke.color);
    ui.painter().circle_stroke(rect.center(), radius, Stroke::new(2.5, quiet));
    let at = |part: u8| rect.center() + radius * Vec2::angled(TAU * (turn + f32::from(part) / 48.0));
    let arc = (0..=16).map(at).collect();
    ui.painter().add(Shape::line(arc, Stroke::new(2.5, theme::accent(ui.visuals()))));
}

/// The rows of a menu, scrolled where there are more than the window has room for.
pub fn rows(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let most = (ui.ctx().content_rect().height() * 0.6).max(160.0);
    ScrollArea::vertical().max_height(most).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        add(ui);
    });
}

/// A page without content: what it is for, and the button that gets it.
pub fn empty(ui: &mut Ui, icon: &str, title: &str, text: &str, below: impl FnOnce(&mut Ui)) {
    ui.vertical_centered(|ui| {
        head(ui, icon, title);
        ui.add(Label::new(RichText::new(text).weak()).wrap());
        ui.allocate_ui(vec2(220.0, 32.0), |ui| ui.vertical_centered(below));
    });
}

/// The same with the buttons before the text, where they are the only way.
pub fn empty_from(ui: &mut Ui, icon: &str, title: &str, text: &str, buttons: impl FnOnce(&mut Ui)) {
    ui.vertical_centered(|ui| {
        head(ui, icon, title);
        ui.allocate_ui(vec2(220.0, 32.0), |ui| ui.vertical_centered(buttons));
        ui.add(Label::new(RichText::new(text).weak()).wrap());
    });
}

fn head(ui: &mut Ui, icon: &str, title: &str) {
    ui.add_space((ui.available_height() * 0.28).max(theme::GRID));
    ui.label(RichText::new(icon).size(32.0).weak());
    ui.label(RichText::new(title).font(theme::strong(16.0)));
}
