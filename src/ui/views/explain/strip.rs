//! Every map of both networks, small: a row a network; a click lays one over the cell.

use egui::{
    Align2, Color32, FontId, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::textures::Textures;
use crate::{
    app::{
        Actions, AppState,
        pages::explain::{Answer, SIDES},
        wish,
    },
    explain::{layer::Map, place::Place},
    language,
    ui::{
        theme,
        widgets::{icons, parts},
    },
};

/// Longest and shortest side of a small map in points, and the height of its name.
const SIDE: (f32, f32) = (72.0, 40.0);
const NAME: f32 = 16.0;
const GAP: f32 = 6.0;
/// Size of the letters in points.
const LETTERS: f32 = 11.0;
/// Of the room's height.
const SHARE: f32 = 0.11;
/// Width of a network's name.
const HEAD: f32 = 76.0;

/// Height that the strip takes of so much room, and the longest side of a small map there.
pub(super) fn height(state: &AppState, room: f32) -> (f32, f32) {
    let rows = (0..SIDES).filter(|side| state.explaining(*side).is_some()).count() as f32;
    let side = (room * SHARE).clamp(SIDE.1, SIDE.0);
    (rows * (side + NAME + GAP), side)
}

pub(super) fn show(ui: &mut Ui, state: &AppState, (textures, side): (&mut Textures, f32), actions: &mut Actions) {
    ui.spacing_mut().item_spacing = vec2(GAP, GAP);
    for network in (0..SIDES).filter(|network| state.explaining(*network).is_some()) {
        ui.horizontal(|ui| row(ui, state, (network, side), textures, actions));
    }
}

fn row(ui: &mut Ui, state: &AppState, (side, longest): (usize, f32), textures: &mut Textures, actions: &mut Actions) {
    let explain = &state.explain;
    let answer = explain.found.answers.get(side).and_then(Option::as_ref);
    ui.allocate_ui(vec2(HEAD, longest), |ui| {
        ui.vertical(|ui| {
            ui.set_width(HEAD);
            let title = state.explaining(side).map_or("", |model| short(&model.title));
            ui.add(egui::Label::new(RichText::new(title).strong()).wrap());
            if explain.is_waiting() {
                parts::busy(ui, state);
            }
        });
    });
    let Some(answer) = answer else { return };
    let heads = answer.explained.attention.heads.len();
    let count = heads as f32 + 3.0;
    let room = (ui.available_width() - GAP * (count - 1.0)) / count;
    let width = room.clamp(SIDE.1, longest);
    for map in Map::all(heads) {
        one(ui, state, (side, answer, map), width, textures, actions);
    }
}

/// A title without what all share.
pub(super) fn short(title: &str) -> &str {
    title.split(" + ").next().unwrap_or(title)
}

/// A name that fits below a small map.
fn name(map: Map) -> String {
    match map {
        Map::Head(index) => t!("Head {index}", index = index + 1),
        Map::Mean => t!("Mean").to_owned(),
        map => language::heard(&map.title()).into_owned(),
    }
}

fn one(
    ui: &mut Ui,
    state: &AppState,
    (side, answer, map): (usize, &Answer, Map),
    width: f32,
    textures: &mut Textures,
    actions: &mut Actions,
) {
    let explain = &state.explain;
    let (rect, response) = ui.allocate_exact_size(vec2(width, width + NAME), Sense::click());
    let chosen = (explain.shown.side, explain.shown.map) == (side, map);
    let title = t!("{map} of {name}", map = language::heard(&map.title()), name = short(&answer.name));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &title));
    let frame = Rect::from_min_size(rect.min, vec2(width, width));
    let painter = ui.painter();
    painter.rect_filled(frame, 4.0, theme::ground(ui.visuals()));
    if let Some(picture) = &explain.found.picture {
        let texture = textures.picture(ui.ctx(), false, picture);
        let size = vec2(picture.width() as f32, picture.height() as f32);
        let clip = painter.with_clip_rect(frame.intersect(ui.clip_rect()));
        clip.image(texture, around(&answer.explained.place, size, frame), whole(), Color32::WHITE);
    }
    let drawn = textures.map(ui.ctx(), (false, side, map), (answer, explain.question(answer)), &explain.paint);
    let weak = ui.visuals().weak_text_color();
    let mut hint = t!(map.words()).to_owned();
    match drawn.map(|drawn| (drawn.texture, drawn.most)) {
        Some((Some(texture), most)) => {
            painter.image(texture, frame, whole(), Color32::WHITE);
            hint = t!("{hint}; at most {most:.2} {unit}", hint, most, unit = t!(map.unit()));
        }
        Some((None, _)) => {
            let at = frame.right_top() + vec2(-10.0, 10.0);
            painter.circle_filled(at, 8.0, ui.visuals().panel_fill);
            painter.text(at, Align2::CENTER_CENTER, icons::BAN, FontId::proportional(11.0), weak);
            hint = t!("{hint}; no evidence: no more than noise", hint);
        }
        None => hint = t!("{hint}; being worked out", hint),
    }
    if chosen || response.hovered() || response.has_focus() {
        let stroke = Stroke::new(if chosen { 2.0 } else { 1.0 }, theme::accent(ui.visuals()));
        painter.rect_stroke(frame, 4.0, stroke, StrokeKind::Outside);
    }
    let ink = if chosen { ui.visuals().strong_text_color() } else { weak };
    let below = pos2(frame.center().x, frame.bottom() + NAME / 2.0);
    let painter = painter.with_clip_rect(rect.intersect(ui.clip_rect()));
    let wide = painter.layout_no_wrap(name(map), FontId::proportional(LETTERS), ink).size().x;
    // In large type a name may be wider than its map.
    let letters = FontId::proportional(LETTERS * (rect.width() / wide.max(1.0)).min(1.0));
    painter.text(below, Align2::CENTER_CENTER, name(map), letters, ink);
    if response.on_hover_text(hint).clicked() {
        actions.push(wish::Explain::Show(side, map));
    }
}

/// Where an image of this size lies so that what the network saw of it fills a frame.
fn around(place: &Place, size: Vec2, frame: Rect) -> Rect {
    let scale = frame.width() / place.side as f32;
    Rect::from_min_size(frame.min - vec2(place.left as f32, place.top as f32) * scale, size * scale)
}

/// All of a texture.
pub(super) fn whole() -> Rect {
    Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0))
}
