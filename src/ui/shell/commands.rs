//! The command list: type a few letters of anything that can be done, walk with the arrows, Enter does it.

use egui::{Button, Context, Id, Key, Modal, Modifiers, RichText, ScrollArea, TextEdit, Ui};

use crate::{
    app::{Action, Actions, AppState, catalogue, keymap, wish},
    domain::scope::Scope,
    ui::{UiState, widgets::parts},
};

/// One row.
struct Row {
    words: String,
    action: Action,
    obstacle: Option<&'static str>,
}

pub(super) fn show(ctx: &Context, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    let Some(palette) = &mut view.commands else { return };
    let mut chosen = None;
    let modal = Modal::new(Id::unique("commands")).show(ctx, |ui| {
        ui.set_width(480.0);
        let step = step(ui);
        let edit =
            TextEdit::singleline(&mut palette.query).hint_text(t!("Type a command")).desired_width(f32::INFINITY);
        let edit = ui.add(edit);
        parts::named(&edit, t!("Type a command"));
        edit.request_focus();
        if edit.changed() {
            palette.at = 0;
        }
        let found = found(state, &palette.query);
        palette.at = palette.at.saturating_add_signed(step).min(found.len().saturating_sub(1));
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            chosen = found.get(palette.at).filter(|row| row.obstacle.is_none()).map(|row| row.action.clone());
        }
        if found.is_empty() {
            ui.label(RichText::new(t!("No command of that name")).weak());
        }
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for (place, row) in found.into_iter().enumerate() {
                let current = place == palette.at;
                if draw(ui, state, &row, current, step != 0 || edit.changed()) {
                    chosen = Some(row.action);
                }
            }
        });
    });
    if chosen.is_some() || modal.should_close() {
        view.commands = None;
    }
    if let Some(action) = chosen {
        actions.push(action);
    }
}

/// How far the arrows of this frame go; the text field does not get them.
fn step(ui: &Ui) -> isize {
    let presses = |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key)) as isize;
    presses(Key::ArrowDown) - presses(Key::ArrowUp)
}

/// Draws a row; whether it was pressed.
fn draw(ui: &mut Ui, state: &AppState, row: &Row, current: bool, moved: bool) -> bool {
    let keys = keymap::words(ui.ctx(), state, &row.action).unwrap_or_default();
    let beside = row.obstacle.map_or(keys, str::to_owned);
    let button = Button::selectable(current, &row.words).right_text(RichText::new(beside).small().weak());
    let button = button.min_size(egui::vec2(ui.available_width(), 0.0)).truncate();
    let response = ui.add_enabled(row.obstacle.is_none(), button);
    if current && moved {
        response.scroll_to_me(None);
    }
    response.clicked()
}

/// Every row that the query means, the nearest first; what cannot be done now comes last.
fn found(state: &AppState, query: &str) -> Vec<Row> {
    let named = catalogue(state).into_iter().map(|action| (action.text(), action));
    let models = state.models.known.iter().map(|model| {
        (
            t!("Use {title} · {origin}", title = model.title, origin = t!(&model.origin)),
            wish::Models::Use(model.id.clone()).into(),
        )
    });
    let recents =
        state.settings.preferences.recents.iter().cloned().map(|root| Action::from(wish::Dataset::Open(root)));
    let scopes = Scope::ALL.map(|scope| {
        let words = t!("Evaluate on: {scope}", scope = t!(scope.title()).to_lowercase());
        (words, wish::Evaluate::On(Some(scope)).into())
    });
    let all = named.chain(models).chain(scopes).chain(recents.map(|action| (action.text(), action)));
    let ranked = all.filter_map(|(words, action)| {
        let obstacle = action.obstacle(state);
        Some(((obstacle.is_some(), rank(query, &words)?), Row { words, action, obstacle }))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, row)| row).collect()
}

/// How far words are from a query, 0 the nearest: letters that lie apart count more than a later start; `None` where a
/// letter is missing.
fn rank(query: &str, words: &str) -> Option<usize> {
    let (query, words) = (query.trim().to_lowercase(), words.to_lowercase());
    if let Some(start) = words.find(&query) {
        return Some(start);
    }
    let mut letters = words.chars().enumerate();
    let (mut last, mut gaps) = (None, 0);
    for wanted in query.chars().filter(|letter| !letter.is_whitespace()) {
        let (at, _) = letters.find(|(_, letter)| *letter == wanted)?;
        gaps += last.map_or(0, |last| at - last - 1);
        last = Some(at);
    }
    Some(1000 + gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_words_come_first_and_missing_letters_exclude() {
        assert_eq!(rank("go to", "Go to Settings"), Some(0));
        assert_eq!(rank("set", "Go to Settings"), Some(6));
        assert!(rank("gsett", "Go to Settings") < rank("gtts", "Go to Settings"));
        assert_eq!(rank("gox", "Go to Settings"), None);
        let state = AppState::default();
        let found: Vec<_> = found(&state, "clse dat").into_iter().map(|row| row.words).collect();
        assert_eq!(found.first().map(String::as_str), Some("Close the dataset"));
    }
}
