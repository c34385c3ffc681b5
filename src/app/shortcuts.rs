//! All keyboard shortcuts, in one place.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::{Action, Actions, AppState, Page};
use crate::job::Picked;

/// Opens the command list; the window itself listens for it.
pub const COMMANDS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::K);

const DIGITS: [Key; 8] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];

/// The keys of an action, if it has any.
#[must_use]
pub fn of(action: &Action) -> Option<KeyboardShortcut> {
    all().find(|(_, known)| known == action).map(|(keys, _)| keys)
}

fn all() -> impl Iterator<Item = (KeyboardShortcut, Action)> {
    let command = |key, action| (KeyboardShortcut::new(Modifiers::COMMAND, key), action);
    let shifted = |key, action| (KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key), action);
    let pages = DIGITS.into_iter().zip(Page::ALL).map(move |(key, page)| command(key, Action::Go(page)));
    pages.chain([
        shifted(Key::O, Action::Choose(Picked::Dataset)),
        command(Key::O, Action::Choose(Picked::Images)),
        command(Key::R, Action::Rescan),
        command(Key::I, Action::ToggleInspector),
        command(Key::Z, Action::Undo),
    ])
}

/// Turns the keys of this frame into actions that can be done.
pub fn listen(ctx: &Context, state: &AppState, actions: &mut Actions) {
    // A text field takes its own steps back.
    let writing = ctx.text_edit_focused();
    for (keys, action) in all().filter(|(_, action)| !writing || *action != Action::Undo) {
        if ctx.input_mut(|input| input.consume_shortcut(&keys)) && action.obstacle(state).is_none() {
            actions.push(action);
        }
    }
}
