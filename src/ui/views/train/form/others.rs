//! What a run learns from beside its dataset: other labs' folders, and models whose answers it learns.

use std::path::Path;

use egui::{Button, ComboBox, RichText, Role, Ui, WidgetInfo};

use super::{Form, real};
use crate::{
    app::{Actions, AppState, wish},
    domain::config::TrainConfig,
    ui::widgets::parts,
};

/// One line of what is set further down, where a person may not look, with the way out of it.
pub(super) fn also_set(ui: &mut Ui, config: &mut TrainConfig) {
    let (labs, teachers) = (config.also.len(), config.teacher.len());
    let set = [
        (labs > 0).then(|| n!(labs, "1 other lab", "{count} other labs", count = labs)),
        (teachers > 0).then(|| n!(teachers, "1 teacher", "{count} teachers", count = teachers)),
        config.group.as_ref().map(|pattern| t!("groups by {pattern}", pattern)),
    ];
    let set: Vec<String> = set.into_iter().flatten().collect();
    if set.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(t!("Also set: {set}", set = set.join(", "))).color(ui.visuals().warn_fg_color));
        if ui.link(t!("Clear")).on_hover_text(t!("Train on the dataset alone")).clicked() {
            (config.also, config.teacher, config.group) = (Vec::new(), Vec::new(), None);
        }
    });
    ui.add_space(6.0);
}

pub(super) fn show(form: &mut Form, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let help = t!("Folders of other labs, mixed into the training batches");
    form.field(ui, "also", (t!("Other labs"), help), |ui, _| {
        parts::button(ui, state, actions, wish::Train::ChooseOtherLab, false);
    });
    let mut also: Vec<String> = form.wish.config.also.iter().map(|lab| lab.display().to_string()).collect();
    if let Some(gone) = removed(ui, &also) {
        form.wish.config.also.remove(gone);
        also.remove(gone);
    }
    form.field(ui, "also-share", (t!("Share of other labs"), t!("Of each batch, where there are any")), |ui, wish| {
        real(ui, &mut wish.config.also_share);
    });
    let help = t!("Models whose answers to the training images are learned beside the labels");
    form.field(ui, "teacher", (t!("Teachers"), help), |ui, wish| add_teacher(ui, &mut wish.config, state));
    if let Some(gone) = removed(ui, &form.wish.config.teacher) {
        form.wish.config.teacher.remove(gone);
    }
    let help = t!("Share of each target that is the teachers' answer, where there are any");
    form.field(ui, "teaching", (t!("Teaching"), help), |ui, wish| real(ui, &mut wish.config.teaching));
}

fn add_teacher(ui: &mut Ui, config: &mut TrainConfig, state: &AppState) {
    ComboBox::from_id_salt("teacher").width(140.0).selected_text(t!("Add a model")).show_ui(ui, |ui| {
        let free = state.models.known.iter().filter(|model| !config.teacher.contains(&model.id));
        let mut added = None;
        for model in free {
            if ui.selectable_label(false, format!("{} · {}", model.title, t!(&model.origin))).clicked() {
                added = Some(model.id.clone());
            }
        }
        config.teacher.extend(added);
    });
}

/// One line for each entry, by the last part of its path; the place of one that is to go.
fn removed(ui: &mut Ui, entries: &[String]) -> Option<usize> {
    let mut gone = None;
    for (place, entry) in entries.iter().enumerate() {
        let short = Path::new(entry).file_name().map_or_else(|| entry.clone(), |name| name.to_string_lossy().into());
        let name = t!("Remove {entry}", entry);
        let chip = ui.add(Button::new(RichText::new(format!("{short}  ×")).small()).small()).on_hover_text(&name);
        chip.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if chip.clicked() {
            gone = Some(place);
        }
    }
    gone
}
