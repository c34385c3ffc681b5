//! The field in a run's row that takes its new name.

use std::path::PathBuf;

use egui::{Key, RichText, TextEdit, Ui, text::CCursorRange};

use crate::{
    app::{Actions, AppState, wish},
    domain::run::RunRecord,
    ui::widgets::parts,
};

/// A name that is being typed.
#[derive(Debug)]
pub(super) struct Renaming {
    /// The run's folder.
    pub folder: PathBuf,
    text: String,
    /// Not drawn yet: it still has to come into sight and take the keyboard.
    pub fresh: bool,
}

impl Renaming {
    pub(super) fn of(run: &RunRecord) -> Self {
        Self { folder: run.path.clone(), text: run.name.clone(), fresh: true }
    }
}

/// Draws the field: Enter takes a usable name, Escape or a press elsewhere leaves the old one.
pub(super) fn field(
    ui: &mut Ui,
    state: &AppState,
    run: &RunRecord,
    slot: &mut Option<Renaming>,
    actions: &mut Actions,
) {
    let Some(renaming) = slot else { return };
    let mut output = TextEdit::singleline(&mut renaming.text).desired_width(f32::INFINITY).show(ui);
    let edit = output.response.response.clone();
    parts::named(&edit, &t!("New name of {name}", name = run.name));
    if renaming.fresh {
        renaming.fresh = false;
        edit.request_focus();
        output.state.cursor.set_char_range(Some(CCursorRange::select_all_str(&renaming.text)));
        output.state.store(ui.ctx(), edit.id);
        return;
    }
    if !edit.lost_focus() {
        return;
    }
    let taken = ui.input(|input| input.key_pressed(Key::Enter));
    if taken && renaming.text != run.name {
        if problem(state, renaming).is_some() {
            // The line above the list says why; the name can be mended.
            edit.request_focus();
            return;
        }
        actions.push(wish::Runs::Rename(run.path.clone(), renaming.text.clone()));
    }
    *slot = None;
}

/// Why the name as it stands cannot be taken.
fn problem(state: &AppState, renaming: &Renaming) -> Option<&'static str> {
    state.train.name_problem(&renaming.folder, &renaming.text)
}

/// Says it above the list, where there is room for a sentence.
pub(super) fn hint(ui: &mut Ui, state: &AppState, renaming: &Renaming) {
    match problem(state, renaming) {
        Some(why) => ui.label(RichText::new(why).small().color(ui.visuals().error_fg_color)),
        None => ui.label(RichText::new(t!("Enter takes the name, Escape leaves the old one")).small().weak()),
    };
}
