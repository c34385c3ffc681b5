//! What images are taken for: one of them, and all.

use std::path::Path;

use egui::{RichText, Role, Ui, WidgetInfo};

use crate::{
    app::{Action, Actions, AppState, notices::sentence, wish},
    domain::{
        field::{Kind, ShownAs},
        prediction::Classified,
    },
    language,
};

/// The row for all images.
pub(super) fn all(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.label(RichText::new(t!("The images are")).weak());
    let now = state.classify.taken.all;
    choices(ui, state, actions, (t!("The images are"), now), &wish::Classify::TakeAll);
}

/// The rows for the image that is shown.
pub(super) fn one(ui: &mut Ui, state: &AppState, item: &Classified, actions: &mut Actions) {
    ui.label(RichText::new(t!("This image is")).small().weak());
    ui.horizontal_wrapped(|ui| {
        let now = state.classify.taken.of(&item.path);
        let of = |shown_as| wish::Classify::Take(item.path.clone(), shown_as);
        choices(ui, state, actions, (t!("This image is"), now), &of);
    });
    if let Some(words) = told(state, &item.path) {
        ui.add(egui::Label::new(RichText::new(words).small().weak()).wrap());
    }
}

/// What is in the image, in words.
fn told(state: &AppState, path: &Path) -> Option<String> {
    let sorted = state.classify.sorted(path)?;
    let kind = match sorted.kind {
        Kind::Cell => t!("a single cell"),
        Kind::Field => t!("a field"),
        Kind::Neither => t!("neither a cell nor a field"),
    };
    Some(sentence(&t!("it looks like {kind}: {why}", kind, why = language::heard(&sorted.why))))
}

fn choices(
    ui: &mut Ui,
    state: &AppState,
    actions: &mut Actions,
    (of, now): (&str, ShownAs),
    wish: &dyn Fn(ShownAs) -> wish::Classify,
) {
    for shown_as in ShownAs::ALL {
        let action = Action::from(wish(shown_as));
        let (words, chosen) = (action.text(), now == shown_as);
        let obstacle = action.obstacle(state).filter(|_| !chosen);
        let button = ui.add_enabled(obstacle.is_none(), egui::Button::selectable(chosen, words.as_str()));
        button.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, format!("{of}: {words}")));
        let button = match obstacle {
            Some(why) => button.on_disabled_hover_text(why),
            None => button.on_hover_text(action.tooltip()),
        };
        if button.clicked() && !chosen {
            actions.push(action);
        }
    }
}
