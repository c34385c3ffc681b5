//! The Classify page: filmstrip, the image large, and what the model says of it.

mod head;
mod large;
mod shift;
mod shown_as;
mod strip;
mod verdict;

use std::path::Path;

use egui::{Align, Key, Layout, Rect, Ui, UiBuilder, vec2};

pub use self::large::Large;
use crate::ui::widgets::gallery::Pictures;
use crate::{
    app::{Actions, AppState, Page, notices, wish},
    domain::prediction::{Classified, Outcome},
    ui::{
        keys, theme,
        views::welcome::NO_DROPS,
        widgets::{icons, parts},
    },
};

/// Widths of the strip and of the confidences in points.
const STRIP: f32 = 136.0;
const VERDICT: f32 = 272.0;
/// The image keeps at least this much.
const IMAGE: f32 = 200.0;

pub fn show(
    ui: &mut Ui,
    state: &AppState,
    takes_drops: bool,
    (pictures, shown): (&mut Pictures, &mut Large),
    actions: &mut Actions,
) {
    super::among::show(ui, state, actions);
    ui.horizontal_wrapped(|ui| shown_as::all(ui, state, actions));
    if state.classify.items.is_empty() {
        without_images(ui, state, takes_drops, actions);
        return;
    }
    shift::show(ui, state, actions);
    head::show(ui, state, actions);
    walk(ui, state, actions);
    let Some((index, item)) = state.classify.shown() else { return };
    let room = ui.available_rect_before_wrap();
    let gap = theme::GRID * 2.0;
    let verdict = VERDICT.min((room.width() - STRIP - IMAGE - 2.0 * gap).max(160.0));
    let left = Rect::from_min_size(room.min, vec2(STRIP, room.height()));
    let right = Rect::from_min_max(room.right_top() - vec2(verdict, 0.0), room.max);
    let middle = Rect::from_min_max(left.right_top() + vec2(gap, 0.0), right.left_bottom() - vec2(gap, 0.0));
    let part = |rect| UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min));
    ui.scope_builder(part(left), |ui| strip::show(ui, state, pictures, actions));
    ui.scope_builder(part(middle), |ui| large::show(ui, state, (index, item), shown, actions));
    ui.scope_builder(part(right), |ui| verdict::show(ui, state, (index, item), actions));
    // The neighbours are what the next arrow shows.
    for near in [index.checked_sub(1), index.checked_add(1)] {
        if let Some(near) = near.and_then(|near| state.classify.items.get(near))
            && near.path != item.path
        {
            shown.foresee(&near.path);
        }
    }
}

/// Waiting, failed or empty: three pages without an image.
fn without_images(ui: &mut Ui, state: &AppState, takes_drops: bool, actions: &mut Actions) {
    let classify = &state.classify;
    let way =
        if takes_drops { t!("Drop images or folders anywhere in the window, or paste them") } else { t!(NO_DROPS) };
    if classify.watching.is_some() {
        let text = t!("Images that are written into the folder are classified as they come, each once");
        parts::empty(ui, icons::MICROSCOPE, t!("Waiting for images"), text, |ui| head::watched(ui, state, actions));
    } else if let Some(task) = classify.running.first().and_then(|job| state.activity.task(*job)) {
        let doing = if task.stopping { t!("Stopping") } else { t!(task.doing) };
        parts::empty(ui, icons::MICROSCOPE, &task.title, doing, |ui| {
            parts::busy(ui, state);
            parts::button(ui, state, actions, wish::Classify::Stop, false);
        });
    } else if let Some(failure) = &classify.failure {
        let title = notices::sentence(&failure.what);
        parts::empty(ui, icons::ALERT, &title, &notices::reasons(failure), |ui| doors(ui, state, actions));
    } else if let Some(model) = state.models.current() {
        let text = t!("{title} ({origin}) is ready. {way}", title = model.title, origin = t!(&model.origin), way);
        let title = if takes_drops { t!("Drop cells here") } else { t!("Open cells to classify") };
        if takes_drops {
            parts::empty(ui, icons::MICROSCOPE, title, &text, |ui| doors(ui, state, actions));
        } else {
            parts::empty_from(ui, icons::MICROSCOPE, title, &text, |ui| doors(ui, state, actions));
        }
    } else {
        let text = t!("Train a model or choose the folder of trained ones first. {way}", way);
        parts::empty(ui, icons::MICROSCOPE, t!("No model yet"), &text, |ui| {
            parts::button(ui, state, actions, wish::Window::Go(Page::Train), true);
            parts::button(ui, state, actions, wish::Models::Choose, false);
        });
    }
}

fn doors(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    parts::button(ui, state, actions, wish::Classify::ChooseImages, true);
    parts::button(ui, state, actions, wish::Classify::ChooseFolder, false);
    parts::button(ui, state, actions, wish::Classify::TrySynthetic, false);
}

/// Arrows walk through the images, Home and End go to the ends, N to the next flagged one and Shift+N to the one before,
/// unless another widget has the keys.
fn walk(ui: &Ui, state: &AppState, actions: &mut Actions) {
    let Some((index, _)) = state.classify.shown() else { return };
    let focused = ui.memory(egui::Memory::focused);
    if !keys::untyped(ui.ctx()) || focused.is_some_and(|id| !strip::holds(ui, id)) {
        return;
    }
    let last = state.classify.items.len().saturating_sub(1);
    let pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    if (pressed(Key::Delete) || pressed(Key::Backspace))
        && let Some(deletes) = delete(state)
    {
        actions.push(deletes);
        return;
    }
    let next = if pressed(Key::ArrowRight) || pressed(Key::ArrowDown) {
        (index + 1).min(last)
    } else if pressed(Key::ArrowLeft) || pressed(Key::ArrowUp) {
        index.saturating_sub(1)
    } else if pressed(Key::Home) {
        0
    } else if pressed(Key::End) {
        last
    } else if pressed(Key::N) {
        flagged(&state.classify.items, index, true).unwrap_or(index)
    } else if ui.input(|input| input.modifiers.shift_only() && input.key_pressed(Key::N)) {
        flagged(&state.classify.items, index, false).unwrap_or(index)
    } else {
        return;
    };
    if next != index {
        actions.push(wish::Classify::Show(next));
        strip::follow(ui);
    }
}

/// What takes the box of the shown cell away, where it has one.
fn delete(state: &AppState) -> Option<wish::Classify> {
    let (_, item) = state.classify.shown()?;
    Some(wish::Classify::Remove(item.path.clone(), item.portion.spot()?.at))
}

/// The next image with a flag after this one, or the last one before it; round the end where there is none.
fn flagged(items: &[Classified], from: usize, forward: bool) -> Option<usize> {
    let is = |index: &usize| matches!(items.get(*index).map(|item| &item.outcome), Some(Outcome::Seen { flags, .. }) if !flags.is_empty());
    if forward {
        (from + 1..items.len()).chain(0..from).find(is)
    } else {
        (0..from).rev().chain((from + 1..items.len()).rev()).find(is)
    }
}

/// The last part of a path.
fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prediction::Prediction;

    #[test]
    fn flagged_images_are_walked_round_the_end() {
        let item = |flags: &[&str]| {
            let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
            Classified::whole("a.png", Outcome::Seen { prediction: Prediction(vec![1.0]), flags, said: Vec::new() })
        };
        let items = [item(&["unsure"]), item(&[]), item(&["unsure"]), item(&[])];
        assert_eq!((flagged(&items, 0, true), flagged(&items, 2, true)), (Some(2), Some(0)));
        assert_eq!((flagged(&items, 3, false), flagged(&items, 0, false)), (Some(2), Some(2)));
        assert_eq!(flagged(&items[1..2], 0, true), None);
    }
}
