//! The second step: cells that are worth a label, asked for one by one, and labels from elsewhere.

use std::{path::Path, sync::Arc};

use egui::{Align, Button, Key, Label, Layout, ProgressBar, RichText, Sense, Ui, vec2};

use super::{bring, work};
use crate::{
    app::{Actions, AppState, pages::lab::Lab, wish},
    domain::{
        classes::title,
        labelling,
        letters::{Letters, NOT_CLASSED, UNDO},
    },
    job::tasks::lab::Asked,
    language,
    report::words::percent,
    ui::{
        keys,
        widgets::{gallery::Pictures, marker, parts, thumb},
    },
};

/// Side of the cell that is asked about.
const SIDE: f32 = 296.0;

pub(super) fn show(ui: &mut Ui, state: &AppState, pictures: &mut Pictures, actions: &mut Actions) {
    let (lab, Some(of)) = (&state.lab, state.lab.lab()) else { return };
    let words =
        t!("A hundred labelled cells teach a model more than a thousand without a label. A fifth of them are held \
                 back to judge it by.");
    ui.add(Label::new(RichText::new(words).weak()).wrap());
    ui.horizontal_wrapped(|ui| {
        let first = lab.asked.result().is_none() && lab.fit.result().is_none();
        parts::button(ui, state, actions, wish::Lab::Suggest, first && lab.lacking().is_some());
        parts::button(ui, state, actions, wish::Lab::ChooseLabels, false);
        if state.review.open.is_some() {
            parts::button(ui, state, actions, wish::Lab::TakeDecided, false);
        }
        if !lab.labels.is_empty() {
            parts::button(ui, state, actions, wish::Lab::ForgetLabels, false);
        }
    });
    work(ui, state, lab.asked.running(), lab.asked.failure(), actions);
    match lab.next() {
        Some(asked) => ask(ui, state, (of, asked), pictures, actions),
        None if lab.asked.result().is_some() => {
            ui.label(t!("Every cell that was asked for has its label"));
        }
        None => {}
    }
    counts(ui, state, of);
}

/// The cell large, and the classes with their keys.
fn ask(ui: &mut Ui, state: &AppState, (lab, asked): (&Lab, &Asked), pictures: &mut Pictures, actions: &mut Actions) {
    let letters = Letters::kept(lab.classes.iter(), &state.settings.preferences.reviewing.letters);
    listen(ui, state, &letters, &asked.path, actions);
    let (done, all) = state.lab.progress();
    ui.horizontal_top(|ui| {
        let cell = thumb::show(ui, pictures, &asked.path, SIDE, t!("The cell that is asked about"));
        let list = state.lab.asked.result().map_or(0, |list| Arc::as_ptr(list) as usize);
        bring(ui, &cell, "cells that are asked about", list);
        ui.allocate_ui_with_layout(vec2(ui.available_width(), SIDE), Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let share = done as f32 / all.max(1) as f32;
            ui.add(ProgressBar::new(share).desired_width(240.0).text(t!("{done} of {all}", done, all)));
            ui.label(RichText::new(t!("Which class is it? Press its letter")).weak());
            let mask = lab.occurring.among(&lab.classes).unwrap_or_default();
            for name in mask.names(&lab.classes) {
                class(ui, &letters, name, &asked.path, actions);
            }
            ui.horizontal(|ui| {
                parts::button(ui, state, actions, wish::Lab::Skip(asked.path.clone()), false);
                parts::button(ui, state, actions, wish::Lab::Unlabel, false);
                if let Some((given, share)) = &asked.given {
                    let words = format!("{} {}", title(given), percent(Some(f64::from(*share))));
                    ui.label(RichText::new(t!("The model's word")).weak().small()).on_hover_text(words);
                }
            });
        });
    });
}

/// A button with the letter of its class.
fn class(ui: &mut Ui, letters: &Letters, name: &str, path: &Path, actions: &mut Actions) {
    let letter = letters.letter(name).map(String::from).unwrap_or_default();
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(12.0, 20.0), Sense::hover());
        marker::paint(ui.painter(), rect.center(), 5.0, name);
        let button = Button::new(title(name)).right_text(RichText::new(letter).weak()).min_size(vec2(176.0, 22.0));
        if ui.add(button).clicked() {
            actions.push(wish::Lab::Label(path.to_owned(), name.to_owned()));
        }
    });
}

/// The letters of the classes, X to leave the cell out and Z for the last step, unless something is being written.
fn listen(ui: &Ui, state: &AppState, letters: &Letters, path: &Path, actions: &mut Actions) {
    if !keys::untyped(ui.ctx()) {
        return;
    }
    let pressed: Vec<char> = ui.input(|input| {
        let typed = |event: &egui::Event| match event {
            egui::Event::Key { key, pressed: true, repeat: false, modifiers, .. } if modifiers.is_none() => {
                letter(*key)
            }
            _ => None,
        };
        input.events.iter().filter_map(typed).collect()
    });
    // One a frame: the next letter is for the next cell.
    let Some(letter) = pressed.first().copied() else { return };
    if letter == NOT_CLASSED {
        actions.push(wish::Lab::Skip(path.to_owned()));
    } else if letter == UNDO {
        if state.lab.labels.can_undo() {
            actions.push(wish::Lab::Unlabel);
        }
    } else if let Some(class) = letters.class(letter) {
        actions.push(wish::Lab::Label(path.to_owned(), class.to_owned()));
    }
}

/// The letter or digit of a key.
fn letter(key: Key) -> Option<char> {
    let name = key.name();
    let mut letters = name.chars();
    letters.next().filter(|letter| letters.next().is_none() && letter.is_ascii_alphanumeric())
}

/// How many labels there are of each class, and what more would bring.
fn counts(ui: &mut Ui, state: &AppState, lab: &Lab) {
    if state.lab.labels.is_empty() {
        return;
    }
    let counts = state.lab.labels.counts(&lab.classes);
    ui.horizontal_wrapped(|ui| {
        let all = state.lab.labels.len();
        ui.label(RichText::new(n!(all, "1 label", "{count} labels", count = all)).strong());
        for (name, count) in counts.iter().filter(|(_, count)| *count > 0) {
            let (rect, _) = ui.allocate_exact_size(vec2(10.0, 16.0), Sense::hover());
            marker::paint(ui.painter(), rect.center(), 4.5, name);
            ui.label(format!("{} {count}", marker::code(ui.ctx(), name))).on_hover_text(title(name));
        }
    });
    let advice = match labelling::lacking(&counts) {
        Some(lacking) => language::heard(&lacking).into_owned(),
        None => {
            let few = labelling::wanted(&counts);
            if few.is_empty() {
                return;
            }
            t!("More labels would help: {few}", few = language::each(&few).join("; "))
        }
    };
    ui.add(Label::new(RichText::new(advice).weak()).wrap());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_letters_by_their_meaning() {
        assert_eq!([Key::N, Key::Num7, Key::Enter, Key::ArrowUp].map(letter), [Some('N'), Some('7'), None, None]);
    }
}
