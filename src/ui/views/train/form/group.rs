//! Which images belong to one patient or slide, by a pattern on their file names, with what it finds in the opened dataset.

use egui::{RichText, TextEdit, Ui};

use super::Form;
use crate::app::AppState;

pub(super) fn show(form: &mut Form, ui: &mut Ui, state: &AppState) {
    let help = "Such as P(\\d+)_ : images of one patient stay in one part of the split";
    form.field(ui, "group", ("Patient or slide in the file name", help), |ui, wish| {
        let mut pattern = wish.config.group.clone().unwrap_or_default();
        let edit = TextEdit::singleline(&mut pattern).hint_text("none").desired_width(96.0);
        if ui.add(edit).changed() {
            wish.config.group = Some(pattern).filter(|pattern| !pattern.is_empty());
        }
    });
    let Some(opened) = &state.dataset.opened else { return };
    let groups: std::collections::BTreeSet<&str> =
        opened.dataset.items.iter().filter_map(|item| item.group.as_deref()).collect();
    if let Some(first) = groups.first() {
        let words = format!("{} patients or slides are known, such as {first}", groups.len());
        ui.label(RichText::new(words).small().weak());
    }
}
