//! All keyboard shortcuts of the window, in one table, by where they act.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use super::{
    Action, Actions, AppState, Page,
    pages::{classify, dataset, review, settings},
    window,
};

/// Opens the command list; the window itself listens for it.
pub const COMMANDS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::K);

/// Where the keys of the window act; the innermost that claims a key has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    Everywhere,
    /// Not while a text is written, which has steps of its own.
    OutsideText,
    /// On the cells of an open review, and not while a text is written.
    Review,
}

impl Scope {
    fn acts(self, state: &AppState, writing: bool) -> bool {
        match self {
            Self::Everywhere => true,
            Self::OutsideText => !writing,
            Self::Review => !writing && state.page == Page::Review && state.review.open.is_some(),
        }
    }
}

/// The keys of an action, if it has any.
#[must_use]
pub fn of(action: &Action) -> Option<KeyboardShortcut> {
    all().find(|(_, _, known)| known == action).map(|(_, keys, _)| keys)
}

/// The same as words, with the letters that a person gave classes.
#[must_use]
pub fn words(ctx: &Context, state: &AppState, action: &Action) -> Option<String> {
    if let Action::Review(review::Message::Reclassify(class)) = action {
        return state.review.open.as_ref()?.letters.letter(class).map(String::from);
    }
    of(action).map(|keys| ctx.format_shortcut(&keys))
}

/// Every key with what it does.
pub fn all() -> impl Iterator<Item = (Scope, KeyboardShortcut, Action)> {
    let command = |key| KeyboardShortcut::new(Modifiers::COMMAND, key);
    let shifted = |key| KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key);
    let pages = Page::all().map(move |page| (Scope::Everywhere, command(page.key()), window::Message::Go(page).into()));
    // Longer combinations come first: the shorter one of the same key would take theirs.
    reviewing().chain(pages).chain([
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

/// The keys of a review but for the letters of its classes.
fn reviewing() -> impl Iterator<Item = (Scope, KeyboardShortcut, Action)> {
    use review::Message;
    let plain = |key| KeyboardShortcut::new(Modifiers::NONE, key);
    let command = |key| KeyboardShortcut::new(Modifiers::COMMAND, key);
    let shifted = |key| KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key);
    [
        (plain(Key::Space), Message::Confirm),
        (plain(Key::X), Message::NotClassed),
        (plain(Key::U), Message::Unidentified),
        (plain(Key::Enter), Message::WriteNote),
        (plain(Key::Z), Message::Undo),
        (shifted(Key::Z), Message::Redo),
        (command(Key::Z), Message::Undo),
        (command(Key::Y), Message::Redo),
        (command(Key::A), Message::ChooseGallery),
    ]
    .into_iter()
    .map(|(keys, message)| (Scope::Review, keys, message.into()))
}

/// Turns the keys of this frame into actions that can be done: those with a modifier, and those of the whole window. Other
/// keys without one are left to [`plain`].
pub fn listen(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let writing = ctx.text_edit_focused();
    let ours = |scope: Scope, keys: &KeyboardShortcut| keys.modifiers.command || scope == Scope::Everywhere;
    for (_, keys, action) in all().filter(|(scope, keys, _)| scope.acts(state, writing) && ours(*scope, keys)) {
        if ctx.input_mut(|input| input.consume_shortcut(&keys)) && action.obstacle(state).is_none() {
            actions.push(action);
        }
    }
}

/// Turns keys without a modifier into what they mean on the page that has the keyboard: letters by what is written on them,
/// so that each layout finds its own. A key that is held down decides once. What cannot be done says why.
pub fn plain(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let writing = ctx.text_edit_focused();
    let mut heard = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { return true };
            if modifiers.command || modifiers.ctrl || modifiers.alt {
                return true;
            }
            let Some(action) = meaning(state, writing, *key) else { return true };
            if !repeat {
                heard.push(action);
            }
            false
        });
    });
    heard.into_iter().for_each(|action| actions.push(action));
}

/// What a key alone means.
fn meaning(state: &AppState, writing: bool, key: Key) -> Option<Action> {
    let plain = |(scope, keys, _): &(Scope, KeyboardShortcut, Action)| {
        scope.acts(state, writing) && keys.modifiers.is_none() && keys.logical_key == key
    };
    if let Some((_, _, action)) = all().find(plain) {
        return Some(action);
    }
    let open = state.review.open.as_ref().filter(|_| Scope::Review.acts(state, writing))?;
    let mut letters = key.name().chars();
    let letter = letters.next().filter(|_| letters.next().is_none())?;
    open.class_of(letter).map(|class| review::Message::Reclassify(class.to_owned()).into())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        let keys: HashSet<_> = all().map(|(scope, keys, _)| (scope, keys)).collect();
        assert_eq!(keys.len(), all().count());
    }
}
