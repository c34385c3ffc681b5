//! The fixed edges of the window.

use egui::{
    Align2, Button, FontId, Frame, Label, Margin, Panel, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::{
    app::{Action, Actions, AppState, Page, Task, keymap, wish},
    language,
    ui::{
        UiState, pages, theme,
        widgets::{icons, parts},
    },
};

/// Height of a page's row in the rail in points.
const ROW: f32 = 48.0;

pub(super) fn rail(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let frame = Frame::new().fill(ui.visuals().faint_bg_color).inner_margin(Margin::symmetric(4, 8));
    Panel::left("rail").exact_size(80.0).resizable(false).frame(frame).show(ui, |ui| {
        ScrollArea::vertical().show(ui, |ui| rows(ui, state, actions));
    });
}

/// One row a page; they scroll where the window is too low for all.
fn rows(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    // Nothing between the rows: all of them fit into the lowest window.
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut group = None;
    for page in Page::all() {
        // What belongs together stands together.
        if group.replace(page.group()).is_some_and(|before| before != page.group()) {
            ui.add_space(theme::GRID);
        }
        let current = state.page == page;
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, current, page.title()));
        let visuals = ui.visuals();
        let painter = ui.painter();
        if current || response.hovered() || response.has_focus() {
            painter.rect_filled(rect, 6.0, visuals.widgets.hovered.weak_bg_fill);
        }
        let ink = if current { visuals.strong_text_color() } else { visuals.weak_text_color() };
        if current {
            let bar = Rect::from_center_size(pos2(rect.left() - 2.5, rect.center().y), vec2(3.0, 0.6 * ROW));
            painter.rect_filled(bar, 2.0, theme::accent(visuals));
        }
        let centre = rect.center();
        painter.text(
            centre - vec2(0.0, 8.0),
            Align2::CENTER_CENTER,
            pages::icon(page),
            FontId::proportional(20.0),
            ink,
        );
        painter.text(centre + vec2(0.0, 16.0), Align2::CENTER_CENTER, page.title(), FontId::proportional(11.0), ink);
        let keys =
            keymap::of(&wish::Window::Go(page).into()).map(|keys| ui.ctx().format_shortcut(&keys)).unwrap_or_default();
        if response.on_hover_text(format!("{} {keys}", page.title())).clicked() {
            actions.push(wish::Window::Go(page));
        }
    }
}

pub(super) fn top(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    let frame = Frame::new().fill(ui.visuals().faint_bg_color).inner_margin(Margin::symmetric(16, 6));
    Panel::top("top").exact_size(44.0).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            model(ui, state, actions);
            ui.separator();
            device(ui, state);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let running = state.activity.foremost();
                activity(ui, state, running, view);
                if let Some(share) = running.and_then(Task::share) {
                    ring(ui, share);
                }
                let open = state.settings.preferences.inspector_open;
                let keys =
                    keymap::of(&wish::Settings::ToggleInspector.into()).map(|keys| ui.ctx().format_shortcut(&keys));
                let hint = t!("What is known of the selection {keys}", keys = keys.unwrap_or_default());
                let here = super::inspector::offered(state);
                let button = ui.add_enabled(here, Button::selectable(open && here, t!("Inspector")));
                let button = button.on_disabled_hover_text(t!("There is nothing to select on this page yet"));
                if button.on_hover_text(hint).clicked() {
                    actions.push(wish::Settings::ToggleInspector);
                }
            });
        });
    });
}

/// The button of the activity list: how far the foremost job is, and how many messages nobody has read.
fn activity(ui: &mut Ui, state: &AppState, running: Option<&Task>, view: &mut UiState) {
    let mut words = running.map_or_else(
        || t!("Activity").to_owned(),
        |task| task.share().map_or_else(|| t!(task.doing).to_owned(), |share| format!("{:.0} %", 100.0 * share)),
    );
    let mut name = t!("Activity").to_owned();
    let unread = state.unread();
    if unread > 0 {
        words = format!("{}  {unread}   {words}", icons::ALERT);
        name = t!("Activity, {unread} unread", unread);
    }
    let button = ui.selectable_label(view.activity_open, words);
    button.widget_info(|| WidgetInfo::selected(Role::Button, true, view.activity_open, &name));
    if button.on_hover_text(t!("What runs, what has ended, and what was said")).clicked() {
        view.activity_open = !view.activity_open;
    }
}

/// The device that jobs run on, by its name where it is known, and why it is that one.
fn device(ui: &mut Ui, state: &AppState) {
    let found = state.settings.device();
    let name = found.map_or_else(
        || state.settings.preferences.device.to_string(),
        |device| language::heard(&device.name).into_owned(),
    );
    let why = language::heard(found.map_or("", |device| device.why.as_str()));
    let hint = if why.is_empty() { t!("Chosen in Settings").to_owned() } else { t!("Chosen in Settings: {why}", why) };
    ui.add(Label::new(RichText::new(t!("Device: {name}", name)).weak()).truncate().show_tooltip_when_elided(false))
        .on_hover_text(hint);
}

fn ring(ui: &mut Ui, share: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
    let at = |turn: f32| rect.center() + vec2(turn.sin(), -turn.cos()) * 7.0;
    let line = ui.visuals().widgets.noninteractive.bg_stroke.color;
    ui.painter().circle_stroke(rect.center(), 7.0, egui::Stroke::new(2.5, line));
    let points = (0..=32).map(|step| at(share * std::f32::consts::TAU * step as f32 / 32.0)).collect();
    let stroke = egui::Stroke::new(2.5, theme::accent(ui.visuals()));
    ui.painter().add(egui::Shape::line(points, stroke));
}

fn model(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    // What it scored at home says nothing of the cells on the page; what it learned from does.
    let words = state.models.current().map_or_else(
        || t!("No model yet").to_owned(),
        |model| t!("{title}, learned from {dataset}", title = model.title, dataset = model.dataset),
    );
    ui.menu_button(t!("Model: {words}", words), |ui| {
        if state.models.known.is_empty() {
            ui.label(RichText::new(t!("Train a model first")).weak());
        }
        parts::rows(ui, |ui| models(ui, state, actions));
        parts::button(ui, state, actions, wish::Models::Choose, false);
    });
    if let Some(id) = &state.models.current {
        let action = Action::from(wish::Models::ShowCard(id.clone()));
        let button = ui.add(Button::new(icons::INFO).frame_when_inactive(false)).on_hover_text(action.tooltip());
        parts::named(&button, &action.text());
        if button.clicked() {
            actions.push(action);
        }
    }
}

/// Every model that can be used, with what it scored and on what.
fn models(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    for model in &state.models.known {
        let chosen = state.models.current.as_ref() == Some(&model.id);
        let score = model
            .accuracy
            .map(|share| t!("{share:.1} % of {dataset}'s test split", share = 100.0 * share, dataset = model.dataset));
        let score = RichText::new(score.unwrap_or_default()).weak();
        if ui.add(Button::selectable(chosen, model.name()).right_text(score)).clicked() {
            actions.push(wish::Models::Use(model.id.clone()));
            ui.close();
        }
    }
}

pub(super) fn status(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let frame = Frame::new().fill(ui.visuals().faint_bg_color).inner_margin(Margin::symmetric(16, 4));
    Panel::bottom("status").exact_size(28.0).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            if let Some(last) = state.notices.last() {
                ui.label(RichText::new(&last.text).small());
                if let Some((word, _)) = &last.offer
                    && ui.link(RichText::new(word).small()).clicked()
                {
                    actions.push(wish::Window::TakeOffer(last.id));
                }
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(RichText::new(t!("Research and education only")).small().weak());
            });
        });
    });
}
