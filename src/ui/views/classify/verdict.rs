//! What the model says of the image that is shown: flags, the class, all confidences.

use egui::{Label, RichText, ScrollArea, Ui};

use super::{shift::why, shown_as};
use crate::{
    app::{Actions, AppState, notices, wish},
    domain::{
        attributes::{self, Word},
        classes,
        prediction::{Classified, Outcome, Prediction},
    },
    ui::{
        theme,
        widgets::{confidence, icons, parts},
    },
};

pub(super) fn show(ui: &mut Ui, state: &AppState, (index, item): (usize, &Classified), actions: &mut Actions) {
    ScrollArea::vertical().id_salt("verdict").auto_shrink(false).show(ui, |ui| {
        if let Some(shift) = state.classify.verdict(index) {
            let words = t!("{icon}  Unlike what this model learned from: check it yourself", icon = icons::ALERT);
            let line = Label::new(RichText::new(words).color(ui.visuals().warn_fg_color)).wrap();
            ui.add(line).on_hover_text(why(shift).unwrap_or_default());
        }
        portion(ui, state, item, actions);
        match &item.outcome {
            Outcome::Seen { prediction, flags, said } => {
                for flag in flags {
                    let words = format!("{}  {}", icons::ALERT, notices::sentence(flag));
                    ui.add(Label::new(RichText::new(words).color(ui.visuals().warn_fg_color)).wrap());
                }
                seen(
                    ui,
                    state,
                    prediction,
                    state.classify.verdict(index).is_some_and(|shift| shift.calibrated_elsewhere),
                );
                in_words(ui, said);
                // The file of a cell in a field shows all of the field.
                if item.portion.spot().is_none() {
                    parts::button(ui, state, actions, wish::Explain::Open(item.path.clone()), false);
                }
            }
            Outcome::Refused(why) => {
                ui.label(RichText::new(t!("{icon}  No class", icon = icons::BAN)).font(theme::strong(16.0)));
                ui.add(Label::new(notices::sentence(why)).wrap());
                ui.add(Label::new(RichText::new(t!("It is counted as refused, not as a class")).weak()).wrap());
            }
        }
        ui.add_space(theme::GRID);
        ui.separator();
        shown_as::one(ui, state, item, actions);
        ui.separator();
        let model = state.classify.model.as_ref();
        if let Some(model) = model.and_then(|key| state.models.get(&key.id)) {
            let words = RichText::new(t!("Model: {model}", model = model.name())).small().weak();
            ui.add(Label::new(words).wrap());
        }
        let path = item.path.display().to_string();
        ui.add(Label::new(RichText::new(&path).small().weak()).truncate());
        ui.horizontal_wrapped(|ui| {
            parts::button(ui, state, actions, wish::Files::Reveal(item.path.clone()), false);
        });
    });
}

/// What the cell looks like, with each attribute's confidence on hover.
fn in_words(ui: &mut Ui, said: &[Word]) {
    let words = attributes::sentence(said);
    if words.is_empty() {
        return;
    }
    ui.add_space(theme::GRID);
    ui.label(RichText::new(t!("The cell in words")).small().weak());
    let line = ui.add(Label::new(notices::sentence(&words)).wrap());
    line.on_hover_ui(|ui| {
        egui::Grid::new("attributes").num_columns(3).spacing([12.0, 2.0]).show(ui, |ui| {
            for one in said {
                ui.label(RichText::new(one.name.replace('_', " ")).weak());
                ui.label(&one.value);
                ui.label(confidence::percent(one.confidence));
                ui.end_row();
            }
        });
    });
}

/// What is to be borne in mind of a cell of a field.
fn portion(ui: &mut Ui, state: &AppState, item: &Classified, actions: &mut Actions) {
    let Some(spot) = item.portion.spot() else { return };
    if spot.cell.edge {
        let counts = if state.classify.edges { t!("it counts all the same") } else { t!("it is not counted") };
        let words = t!("The border of the field may cut this cell: {counts}", counts);
        ui.add(Label::new(RichText::new(words).weak()).wrap());
    }
    parts::button(ui, state, actions, wish::Classify::Remove(item.path.clone(), spot.at), false);
}

fn seen(ui: &mut Ui, state: &AppState, prediction: &Prediction, elsewhere: bool) {
    let names = &state.classify.classes;
    if let Some((label, share)) = prediction.top() {
        let title = classes::title(names.name(label));
        ui.label(RichText::new(format!("{title}  {}", confidence::percent(share))).font(theme::strong(16.0)));
    }
    let words = if elsewhere {
        t!("Confidence of every class, as calibrated at another lab")
    } else if state.classify.occurring.is_all() {
        t!("Calibrated confidence of every class")
    } else {
        t!("Calibrated confidence among the classes that can occur")
    };
    ui.label(RichText::new(words).small().weak());
    confidence::bars(ui, names, prediction);
}
