//! The classes that can occur on the slides: all of the model's, a preset, or those that a person ticks.

use egui::{RichText, Ui};

use crate::{
    app::{Action, Actions, AppState, wish},
    domain::{classes, occurring::Occurring},
};

pub(super) fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let Some(model) = state.models.current() else { return };
    let chosen = &state.models.occurring;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(t!("Classes that can occur")).weak());
        for occurring in [Occurring::All, Occurring::FivePart] {
            let is_chosen = occurring == *chosen;
            let action = Action::from(wish::Models::Among(occurring));
            let can_be = action.obstacle(state).is_none();
            let button = ui.add_enabled(can_be, egui::Button::selectable(is_chosen, action.text()));
            if button.on_hover_text(action.tooltip()).clicked() {
                actions.push(action);
            }
        }
        let own = Action::from(wish::Models::Among(Occurring::Only(Vec::new())));
        let words = if let Occurring::Only(names) = chosen {
            t!("{own}: {count} of {all}", own = own.text(), count = names.len(), all = model.classes.len())
        } else {
            own.text()
        };
        let menu =
            egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
        let button = egui::containers::menu::MenuButton::new(words).config(menu);
        let (button, _) = button.ui(ui, |ui| ticks(ui, state, actions));
        button.on_hover_text(own.tooltip());
    });
}

/// A tick for each class of the model; two must stay.
fn ticks(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let Some(model) = state.models.current() else { return };
    let Ok(mask) = state.models.occurring.among(&model.classes) else { return };
    let among: Vec<String> = mask.names(&model.classes).map(str::to_owned).collect();
    for name in model.classes.iter() {
        let mut ticked = among.iter().any(|class| class == name);
        let before = ticked;
        let others = among.iter().filter(|class| *class != name).cloned();
        let mut wanted: Vec<String> = others.chain((!before).then(|| name.to_owned())).collect();
        wanted.sort();
        let all = wanted.len() == model.classes.len();
        let action = Action::from(wish::Models::Among(if all { Occurring::All } else { Occurring::Only(wanted) }));
        let can_be = action.obstacle(state).is_none();
        if ui.add_enabled(can_be, egui::Checkbox::new(&mut ticked, classes::title(name))).changed() {
            actions.push(action);
        }
    }
}
