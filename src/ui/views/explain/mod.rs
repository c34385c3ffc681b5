//! The Explain page: the laboratory, the cell with a map over it and all maps below, and both networks' answers.

mod answers;
mod inside;
mod lab;
mod stage;
mod strip;
mod textures;

use egui::{Align, Key, Layout, Rect, RichText, Ui, UiBuilder, vec2};

use self::{lab::Tool, textures::Textures};
use crate::{
    app::{
        Actions, AppState, notices,
        pages::explain::{self, Answer},
        wish,
    },
    ui::{
        keys, theme,
        widgets::{icons, parts},
    },
};

/// Widths of the laboratory and of the answers in points.
const LAB: f32 = 184.0;
const ANSWERS: f32 = 232.0;

/// What only the eye needs to keep of the Explain page.
#[derive(Default)]
pub struct ExplainView {
    tool: Option<Tool>,
    /// Radius of the brush as a share of the image's shorter side.
    radius: Option<f32>,
    textures: Textures,
    inside: inside::InsideView,
}

pub fn show(ui: &mut Ui, state: &AppState, view: &mut ExplainView, actions: &mut Actions) {
    if state.explain.path.is_none() || (state.explain.image.is_none() && state.explain.failure.is_some()) {
        without_cell(ui, state, actions);
        return;
    }
    keys(ui, state, actions);
    let room = ui.available_rect_before_wrap();
    let gap = theme::GRID * 2.0;
    let left = Rect::from_min_size(room.min, vec2(LAB, room.height()));
    let right = Rect::from_min_max(room.right_top() - vec2(ANSWERS, 0.0), room.max);
    let middle = Rect::from_min_max(left.right_top() + vec2(gap, 0.0), right.left_bottom() - vec2(gap, 0.0));
    let part = |rect| UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min));
    ui.scope_builder(part(left), |ui| lab::show(ui, state, view, actions));
    ui.scope_builder(part(middle), |ui| {
        tabs(ui, state, actions);
        if let Some(side) = state.explain.looking {
            inside::show(ui, state, side, &mut view.inside);
            return;
        }
        let room = ui.available_rect_before_wrap();
        let (strip, side) = strip::height(state, room.height());
        let top = Rect::from_min_max(room.min, room.max - vec2(0.0, strip + theme::GRID));
        ui.scope_builder(part(top), |ui| stage::show(ui, state, view, actions));
        let below = Rect::from_min_max(room.left_bottom() - vec2(0.0, strip), room.max);
        ui.scope_builder(part(below), |ui| strip::show(ui, state, (&mut view.textures, side), actions));
    });
    ui.scope_builder(part(right), |ui| answers::show(ui, state, actions));
}

/// The maps, or what is inside of either network.
fn tabs(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.horizontal(|ui| {
        let sides = (0..explain::SIDES).filter(|side| state.explaining(*side).is_some());
        for looking in std::iter::once(None).chain(sides.map(Some)) {
            let action = crate::app::Action::from(wish::Explain::LookInside(looking));
            let words = match looking.and_then(|side| state.explaining(side)) {
                Some(model) => t!("Inside {title}", title = strip::short(&model.title)),
                None => action.text(),
            };
            let tab = ui.selectable_label(state.explain.looking == looking, words);
            if tab.on_hover_text(action.tooltip()).clicked() {
                actions.push(action);
            }
        }
        let Some(path) = &state.explain.path else { return };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let label = ui.add(egui::Label::new(RichText::new(name).weak()).truncate().show_tooltip_when_elided(false));
        label.on_hover_text(path.display().to_string());
    });
}

/// Nothing to explain yet, or a file that cannot be.
fn without_cell(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let (icon, title, text) = match &state.explain.failure {
        Some(failure) => (icons::ALERT, notices::sentence(&failure.what), notices::reasons(failure)),
        None => {
            let text =
                t!("Choose Explain this cell on any image, or open one here: both networks' attention, Grad-CAM and \
                        occlusion, and what becomes of them when you change the cell by hand");
            (icons::EYE, t!("See where an answer comes from").to_owned(), text.to_owned())
        }
    };
    parts::empty(ui, icon, &title, &text, |ui| {
        let selected = state.selection.current().is_some();
        if selected {
            parts::button(ui, state, actions, wish::Explain::OpenSelected, true);
        }
        parts::button(ui, state, actions, wish::Explain::OpenSynthetic, !selected);
        parts::button(ui, state, actions, wish::Explain::Choose, false);
    });
}

/// Left and right go from map to map, up and down from network to network, unless a widget has the keys.
fn keys(ui: &Ui, state: &AppState, actions: &mut Actions) {
    if !keys::untyped(ui.ctx()) || ui.memory(egui::Memory::focused).is_some() {
        return;
    }
    let shown = state.explain.shown;
    let pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    let heads = |answer: &Answer| answer.explained.attention.heads.len();
    let heads = state.explain.found.answers.get(shown.side).and_then(Option::as_ref).map_or(0, heads);
    let next = if pressed(Key::ArrowRight) {
        shown.next(heads, true)
    } else if pressed(Key::ArrowLeft) {
        shown.next(heads, false)
    } else if pressed(Key::ArrowUp) || pressed(Key::ArrowDown) {
        explain::Shown { side: 1 - shown.side.min(1), ..shown }
    } else {
        return;
    };
    actions.push(wish::Explain::Show(next.side, next.map));
}
