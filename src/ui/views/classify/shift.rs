//! What stands over a batch that does not look like what the model learned from: why, how right such models were at other
//! labs, and how to fit the model to this one.

use std::path::Path;

use egui::Ui;

use crate::{
    app::{Actions, AppState, notices::sentence, wish},
    domain::shift::Shift,
    language,
    model::card::ModelCard,
    report::words::thousands,
    ui::widgets::banner::Banner,
};

pub(super) fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let classify = &state.classify;
    let Some((images, shift)) = classify.shifted() else { return };
    let mut parts = Vec::new();
    if images < classify.items.len() {
        let (strange, all) = (thousands(images as u64), thousands(classify.items.len() as u64));
        parts.push(if classify.has_fields() {
            t!("{strange} of {all} cells", strange, all)
        } else {
            t!("{strange} of {all} images", strange, all)
        });
    }
    parts.extend(why(shift));
    parts.extend(
        shift
            .calibrated_elsewhere
            .then(|| t!("confidences are lowered to what they were worth at another lab").to_owned()),
    );
    parts.extend(classify.card.as_deref().and_then(elsewhere));
    let title = sentence(shift.verdict.as_deref().unwrap_or_default());
    let text = parts.iter().map(|part| sentence(part)).collect::<Vec<_>>().join(". ");
    let model = classify.model.as_ref().map(|model| model.id.as_str());
    let command = model.zip(classify.shifted_folder()).map(|(model, folder)| adapt(state, model, folder));
    let command = command.as_deref().map(|command| (t!("Or without labels, in a terminal:"), command));
    let way = Some(wish::Lab::LookAtStrange.into());
    Banner { title: &title, text: &text, way, command }.show(ui, state, actions);
}

/// What the verdict rests on, in words.
pub(super) fn why(shift: &Shift) -> Option<String> {
    if !shift.reasons.is_empty() {
        return Some(language::each(&shift.reasons).join("; "));
    }
    shift.warning().map(|warning| language::heard(&warning.why).into_owned()).filter(|why| !why.is_empty())
}

/// How right models of this recipe were at labs that they never saw.
fn elsewhere(card: &ModelCard) -> Option<String> {
    let plain = || card.other_labs.iter().map(|lab| 100.0 * lab.plain);
    let (low, high) = (plain().reduce(f64::min)?, plain().reduce(f64::max)?);
    let labs = card.other_labs.len();
    Some(n!(
        labs,
        "at 1 lab that models of this recipe never saw, balanced accuracy was {low:.0} % before fitting",
        "at {labs} labs that models of this recipe never saw, balanced accuracy was {low:.0} to {high:.0} % before fitting",
        labs,
        low,
        high
    ))
}

/// The command that fits the model to the images of a folder; what it makes stands in the list of runs.
fn adapt(state: &AppState, model: &str, folder: &Path) -> String {
    let name = folder.file_name().map_or_else(|| "lab".to_owned(), |name| name.to_string_lossy().into_owned());
    let out = state.settings.outputs().join(format!("fitted-to-{name}"));
    let [model, folder, out] = [model.to_owned(), folder.display().to_string(), out.display().to_string()].map(quoted);
    format!("leuko adapt {model} {folder} --unlabelled --out {out}")
}

/// As a shell takes it for one word.
fn quoted(word: String) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:\\".contains(letter);
    if word.chars().all(plain) {
        word
    } else if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stays_one_word_in_a_shell() {
        assert_eq!(quoted("/data/lab-2/ä.b".to_owned()), "/data/lab-2/ä.b");
        #[cfg(unix)]
        assert_eq!(quoted("/data/Bob's lab".to_owned()), r"'/data/Bob'\''s lab'");
    }
}
