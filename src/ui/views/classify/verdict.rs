//! What the model says of the image that is shown: flags, the class, all confidences.

use egui::{Label, RichText, ScrollArea, Ui};

use crate::{
    app::{Action, Actions, AppState, notices},
    domain::{
        classes,
        prediction::{Classified, Outcome, Prediction},
    },
    ui::{
        theme,
        widgets::{confidence, icons, parts},
    },
};

pub(super) fn show(ui: &mut Ui, state: &AppState, item: &Classified, actions: &mut Actions) {
    ScrollArea::vertical().id_salt("verdict").auto_shrink(false).show(ui, |ui| {
        match &item.outcome {
            Outcome::Seen { prediction, flags } => {
                for flag in flags {
                    let words = format!("{}  {}", icons::ALERT, notices::sentence(flag));
                    ui.add(Label::new(RichText::new(words).color(ui.visuals().warn_fg_color)).wrap());
                }
                seen(ui, state, prediction);
            }
            Outcome::Refused(why) => {
                ui.label(RichText::new(format!("{}  No class", icons::BAN)).font(theme::strong(16.0)));
                ui.add(Label::new(notices::sentence(why)).wrap());
                ui.add(Label::new(RichText::new("It is counted as refused, not as a class").weak()).wrap());
            }
        }
        ui.add_space(theme::GRID);
        ui.separator();
        let model = state.classify.model.as_ref();
        if let Some(model) = state.models.known.iter().find(|known| Some(&known.id) == model) {
            let words = RichText::new(format!("Model: {} · {}", model.title, model.origin)).small().weak();
            ui.add(Label::new(words).wrap());
        }
        let path = item.path.display().to_string();
        ui.add(Label::new(RichText::new(&path).small().weak()).truncate()).on_hover_text(path);
        parts::button(ui, state, actions, Action::Reveal(item.path.clone()), false);
    });
}

fn seen(ui: &mut Ui, state: &AppState, prediction: &Prediction) {
    let names = &state.classify.classes;
    if let Some((label, share)) = prediction.top() {
        let title = classes::title(names.name(label));
        ui.label(RichText::new(format!("{title}  {}", confidence::percent(share))).font(theme::strong(16.0)));
    }
    ui.label(RichText::new("Calibrated confidence of every class").small().weak());
    confidence::bars(ui, names, prediction);
}
