//! All keyboard shortcuts of the window, in one table.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::{
    Action, Actions, AppState, Page,
    pages::{classify, dataset, settings},
    window,
};

/// Opens the command list; the window itself listens for it.
pub const COMMANDS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::K);

/// Where the keys of the window act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    /// Not while a text is written, which has steps of its own.
    OutsideText,
}

/// The keys of an action, if it has any.
#[must_use]
pub fn of(action: &Action) -> Option<KeyboardShortcut> {
    all().find(|(_, _, known)| known == action).map(|(_, keys, _)| keys)
}

/// Every key with what it does.
pub fn all() -> impl Iterator<Item = (Scope, KeyboardShortcut, Action)> {
    let command = |key| KeyboardShortcut::new(Modifiers::COMMAND, key);
    let shifted = |key| KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key);
    let pages = Page::all().map(move |page| (Scope::Everywhere, command(page.key()), window::Message::Go(page).into()));
    // Longer combinations come first: the shorter one of the same key would take theirs.
    pages.chain([
        (Scope::Everywhere, shifted(Key::O), dataset::Message::Choose.into()),
        (Scope::Everywhere, KeyboardShortcut::new(Modifiers::NONE, Key::F11), window::Message::Present.into()),
        (Scope::Everywhere, shifted(Key::P), window::Message::Present.into()),
        (Scope::Everywhere, shifted(Key::S), window::Message::Picture.into()),
        (Scope::Everywhere, command(Key::O), classify::Message::ChooseImages.into()),
        (Scope::Everywhere, command(Key::R), dataset::Message::Rescan.into()),
        (Scope::Everywhere, command(Key::I), settings::Message::ToggleInspector.into()),
        (Scope::OutsideText, shifted(Key::Z), window::Message::Redo.into()),
        (Scope::OutsideText, command(Key::Y), window::Message::Redo.into()),
        (Scope::OutsideText, command(Key::Z), window::Message::Undo.into()),
    ])
}

/// Turns the keys of this frame into actions that can be done.
pub fn listen(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let writing = ctx.text_edit_focused();
    for (_, keys, action) in all().filter(|(scope, ..)| !writing || *scope == Scope::Everywhere) {
        if ctx.input_mut(|input| input.consume_shortcut(&keys)) && action.obstacle(state).is_none() {
            actions.push(action);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let keys: HashSet<_> = all().map(|(_, keys, _)| keys).collect();
        assert_eq!(keys.len(), all().count());
    }
}
