//! A field for a path, where the desktop has no file dialog; it says what would bring one.

use egui::{Context, Id, Key, Modal, RichText, TextEdit};

use crate::{
    app::{Actions, AppState, wish},
    ui::{theme, widgets::parts},
};

pub(super) fn show(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let Some(typing) = &state.typing else { return };
    let modal = Modal::new(Id::unique("path")).show(ctx, |ui| {
        ui.set_width(480.0);
        ui.label(RichText::new(typing.dialog.title).font(theme::strong(16.0)));
        let why =
            t!("This desktop has no file dialog: install xdg-desktop-portal and xdg-desktop-portal-gtk, or zenity");
        ui.label(why);
        ui.label(RichText::new(t!("Until then type the path here, or {hint}", hint = t!(typing.dialog.hint))).weak());
        ui.add_space(theme::GRID);
        let mut text = typing.text.clone();
        let edit = ui.add(TextEdit::singleline(&mut text).hint_text(t!("Path")).desired_width(f32::INFINITY));
        parts::named(&edit, t!("Path"));
        if edit.changed() {
            actions.push(wish::Files::Type(text));
        }
        if edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            actions.push(wish::Files::TakeTyped);
        } else if ui.memory(|memory| memory.focused().is_none()) {
            edit.request_focus();
        }
        ui.add_space(theme::GRID);
        ui.horizontal(|ui| {
            parts::button(ui, state, actions, wish::Files::TakeTyped, true);
            parts::button(ui, state, actions, wish::Files::LeaveTyped, false);
        });
    });
    if modal.should_close() {
        actions.push(wish::Files::LeaveTyped);
    }
}
