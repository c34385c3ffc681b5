//! What lies above the page for a while.

use egui::{Align2, Area, Context, FontId, Id, Modal, Order, RichText, vec2};

use super::activity;
use crate::{
    app::{Actions, AppState, window::Closing, wish},
    job::Found,
    ui::{theme, views::about::NOTICE, widgets::parts},
};

/// Toasts that are drawn at once; the others stand in the activity list.
const TOASTS: usize = 4;

pub(super) fn toasts(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let up: Vec<_> = state.notices.toasts().collect();
    if up.is_empty() {
        return;
    }
    let hidden = up.len().saturating_sub(TOASTS);
    Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -40.0)).show(
        ctx,
        |ui| {
            if hidden > 0 {
                ui.label(RichText::new(t!("{hidden} more in Activity", hidden)).small());
            }
            for toast in up.into_iter().skip(hidden) {
                egui::Frame::popup(ui.style()).inner_margin(12).show(ui, |ui| {
                    ui.set_width(320.0);
                    activity::words(ui, toast);
                    ui.horizontal(|ui| {
                        if let Some((word, _)) = &toast.offer
                            && ui.button(word).clicked()
                        {
                            actions.push(wish::Window::TakeOffer(toast.id));
                        }
                        if ui.small_button(t!("Dismiss")).clicked() {
                            actions.push(wish::Window::Dismiss(toast.id));
                        }
                    });
                });
            }
        },
    );
}

/// Asks before what runs and waits ends with the window.
pub(super) fn closing(ctx: &Context, state: &AppState, actions: &mut Actions) {
    if state.closing != Closing::Asked {
        return;
    }
    let Some(unfinished) = state.unfinished() else {
        actions.push(wish::Window::CloseNow);
        return;
    };
    let modal = Modal::new(Id::unique("closing")).show(ctx, |ui| {
        ui.set_width(380.0);
        ui.heading(t!("Close Leukoscope?"));
        ui.label(t!("Still at work: {unfinished}", unfinished));
        let kept =
            t!("A run in training keeps its best epoch so far, and runs that wait are offered again at the next start");
        ui.label(RichText::new(kept).weak());
        ui.horizontal(|ui| {
            parts::button(ui, state, actions, wish::Window::StayOpen, true);
            parts::button(ui, state, actions, wish::Window::CloseNow, false);
        });
    });
    if modal.should_close() {
        actions.push(wish::Window::StayOpen);
    }
}

/// Asks what is held over the window, once for each thing that is.
pub(super) fn hover(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let held = |file: &egui::HoveredFile| file.path.clone();
    let paths: Vec<_> = ctx.input(|input| input.raw.hovered_files.iter().filter_map(held).collect());
    let known = state.hovered.last().map_or(&[][..], Vec::as_slice);
    if paths != known {
        actions.push(wish::Window::Hover(paths));
    }
}

/// Says what letting go will do.
pub(super) fn drop(ctx: &Context, state: &AppState) {
    let found = state.hovered.result();
    if found.is_none() && state.hovered.running().is_none() {
        return;
    }
    let model = state.models.current().map_or(t!("a model"), |model| model.title.as_str());
    let words = match found.map(AsRef::as_ref) {
        None => t!("Looking at these files").to_owned(),
        Some(Found::Dataset(_)) => t!("Open this folder as a dataset").to_owned(),
        Some(Found::Session(_)) => t!("Open this review session").to_owned(),
        Some(Found::Images(images)) => match images.len() {
            0 => t!("There is no image among these files").to_owned(),
            1 => t!("Classify 1 image with {model}", model),
            many => t!("Classify {many} images with {model}", many, model),
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
            t!("Let go to start"),
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
        ui.heading(t!("Welcome to Leukoscope"));
        ui.label(t!(NOTICE));
        parts::button(ui, state, actions, wish::Settings::NoticeRead, true);
    });
}
