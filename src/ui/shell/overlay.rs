//! What lies above the page for a while.

use egui::{Align2, Area, Context, FontId, Id, Modal, Order, RichText, vec2};

use crate::{
    app::{Action, Actions, AppState, Level},
    job::Found,
    ui::{UiState, theme, views::about::NOTICE, widgets::parts},
};

pub(super) fn toasts(ctx: &Context, state: &AppState, actions: &mut Actions) {
    if state.notices.toasts.is_empty() {
        return;
    }
    Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -40.0)).show(
        ctx,
        |ui| {
            for toast in &state.notices.toasts {
                egui::Frame::popup(ui.style()).inner_margin(12).show(ui, |ui| {
                    ui.set_width(320.0);
                    let mut words = RichText::new(&toast.text);
                    match toast.level {
                        Level::Error => words = words.color(ui.visuals().error_fg_color),
                        Level::Warning => words = words.color(ui.visuals().warn_fg_color),
                        Level::Info | Level::Success => {}
                    }
                    ui.label(words);
                    if let Some(detail) = &toast.detail {
                        ui.label(RichText::new(detail).small().weak());
                    }
                    ui.horizontal(|ui| {
                        if let Some((word, action)) = &toast.offer
                            && ui.button(word).clicked()
                        {
                            actions.push(Action::TakeOffer(Box::new(action.clone())));
                        }
                        if ui.small_button("Dismiss").clicked() {
                            actions.push(Action::Dismiss(toast.id));
                        }
                    });
                });
            }
        },
    );
}

pub(super) fn activity(ctx: &Context, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    if !view.activity_open {
        return;
    }
    Area::new(Id::unique("activity")).order(Order::Foreground).anchor(Align2::RIGHT_TOP, vec2(-16.0, 48.0)).show(
        ctx,
        |ui| {
            egui::Frame::popup(ui.style()).inner_margin(16).show(ui, |ui| {
                ui.set_width(320.0);
                ui.heading("Activity");
                if state.activity.tasks.is_empty() {
                    ui.label(RichText::new("Nothing has been done yet").weak());
                }
                for task in &state.activity.tasks {
                    ui.label(&task.title);
                    let left = task.secs_left(state.notices.now).map(|secs| format!(", {secs:.0} s left"));
                    let standing = match &task.standing {
                        crate::app::state::activity::Standing::Done => "Done".to_owned(),
                        crate::app::state::activity::Standing::Stopped => "Stopped".to_owned(),
                        crate::app::state::activity::Standing::Failed(why) => why.to_string(),
                        _ if task.stopping => "Stopping".to_owned(),
                        _ => format!("{}{}", task.doing, left.unwrap_or_default()),
                    };
                    ui.label(RichText::new(standing).small().weak());
                    if task.alive() && !task.stopping {
                        parts::button(ui, state, actions, Action::Stop(task.job), false);
                    }
                    ui.separator();
                }
            });
        },
    );
}

/// Asks the desk what is held over the window.
pub(super) fn hover(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let held = |file: &egui::HoveredFile| file.path.clone();
    let paths: Vec<_> = ctx.input(|input| input.raw.hovered_files.iter().filter_map(held).collect());
    let known = state.hovered.as_ref().map_or(&[][..], |hovered| hovered.paths.as_slice());
    if paths != known {
        actions.push(Action::Hover(paths));
    }
}

/// Says what letting go will do.
pub(super) fn drop(ctx: &Context, state: &AppState) {
    let Some(hovered) = &state.hovered else { return };
    let model = state.models.current().map_or("a model", |model| model.title.as_str());
    let words = match &hovered.found {
        None => "Looking at these files".to_owned(),
        Some(Found::Dataset(_)) => "Open this folder as a dataset".to_owned(),
        Some(Found::Images(images)) => match images.len() {
            0 => "There is no image among these files".to_owned(),
            1 => format!("Classify 1 image with {model}"),
            many => format!("Classify {many} images with {model}"),
        },
    };
    let screen = ctx.content_rect();
    Area::new(Id::unique("drop")).order(Order::Tooltip).fixed_pos(screen.min).show(ctx, |ui| {
        ui.painter().rect_filled(screen, 0.0, ui.visuals().panel_fill.gamma_multiply(0.92));
        let (accent, ink) = (theme::accent(ui.visuals()), ui.visuals().strong_text_color());
        let stroke = egui::Stroke::new(2.0, accent);
        ui.painter().rect_stroke(screen.shrink(24.0), 12.0, stroke, egui::StrokeKind::Inside);
        ui.painter().text(
            screen.center() + vec2(0.0, 32.0),
            Align2::CENTER_CENTER,
            "Let go to start",
            FontId::proportional(13.0),
            ink,
        );
        let place = egui::Rect::from_center_size(screen.center(), vec2(480.0, 32.0));
        ui.put(place, egui::Label::new(RichText::new(words).font(theme::strong(22.0))));
    });
}

pub(super) fn first_start(ctx: &Context, state: &AppState, actions: &mut Actions) {
    if state.settings.preferences.notice_read {
        return;
    }
    Modal::new(Id::unique("first start")).show(ctx, |ui| {
        ui.set_width(360.0);
        ui.heading("Welcome to Leukoscope");
        ui.label(NOTICE);
        parts::button(ui, state, actions, Action::NoticeRead, true);
    });
}
