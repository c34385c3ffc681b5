//! The cell, large, with the chosen map over the square that the network saw; beside it the pinned state, where there is one.

use egui::{
    Align2, Color32, ComboBox, FontId, Pos2, Rect, RichText, Role, Sense, Slider, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::{
    ExplainView,
    lab::{RADIUS, Tool},
    strip::{short, whole},
};
use crate::{
    app::{
        Actions, AppState,
        pages::explain::{Answer, Findings},
        wish,
    },
    domain::classes::title,
    explain::{alter::Dab, colours::Scale, layer::Map, place::Place},
    language,
    ui::{
        theme,
        widgets::{icons, parts},
    },
};

/// Height of the line of words in points.
const WORDS: f32 = 20.0;

pub(super) fn show(ui: &mut Ui, state: &AppState, view: &mut ExplainView, actions: &mut Actions) {
    bar(ui, state, actions);
    let room = ui.available_rect_before_wrap();
    let explain = &state.explain;
    match &explain.pinned {
        Some(pinned) => {
            let half = vec2((room.width() - theme::GRID) / 2.0, room.height());
            let left = Rect::from_min_size(room.min, half);
            let right = Rect::from_min_size(pos2(room.right() - half.x, room.top()), half);
            one(ui, state, (pinned, true), left, view, actions);
            one(ui, state, (&explain.found, false), right, view, actions);
        }
        None => one(ui, state, (&explain.found, false), room, view, actions),
    }
}

/// How maps are drawn, and what is kept beside the cell.
fn bar(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let explain = &state.explain;
    let mut paint = explain.paint;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().slider_width = 72.0;
        let slider = ui.add(Slider::new(&mut paint.opacity, 0.0..=1.0).show_value(false));
        parts::named(&slider, t!("Opacity of the map"));
        slider.on_hover_text(t!("Opacity of the map"));
        let combo = ComboBox::from_id_salt("colours of the map").width(76.0).selected_text(t!(paint.scale.title()));
        let combo = combo.show_ui(ui, |ui| {
            for scale in Scale::ALL {
                ui.selectable_value(&mut paint.scale, scale, t!(scale.title()));
            }
        });
        combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, t!("Colours of the map")));
        let tick = ui.checkbox(&mut paint.only_most, t!("Only what matters"));
        tick.on_hover_text(t!("Leaves out whatever is under half of the largest figure"));
        ui.separator();
        if explain.pinned.is_some() {
            parts::button(ui, state, actions, wish::Explain::Unpin, false);
        }
        parts::button(ui, state, actions, wish::Explain::Pin, false);
    });
    if paint != explain.paint {
        actions.push(wish::Explain::Paint(paint));
    }
}

/// One state of the cell.
fn one(
    ui: &mut Ui,
    state: &AppState,
    (found, pinned): (&Findings, bool),
    room: Rect,
    view: &mut ExplainView,
    actions: &mut Actions,
) {
    let frame = Rect::from_min_max(room.min, room.max - vec2(0.0, WORDS));
    let response = ui.interact(frame, ui.scope_id().with(("stage", pinned)), Sense::click_and_drag());
    ui.painter().rect_filled(frame, 6.0, theme::ground(ui.visuals()));
    let Some(picture) = &found.picture else {
        ui.scope_builder(egui::UiBuilder::new().max_rect(frame.shrink(theme::GRID)), |ui| parts::busy(ui, state));
        return;
    };
    let size = vec2(picture.width() as f32, picture.height() as f32);
    let scale = (frame.width() / size.x).min(frame.height() / size.y);
    let rect = Rect::from_center_size(frame.center(), size * scale);
    let texture = view.textures.picture(ui.ctx(), pinned, picture);
    ui.painter().image(texture, rect, whole(), Color32::WHITE);
    let shown = state.explain.shown;
    let answer = found.answers.get(shown.side).and_then(Option::as_ref);
    let words = match answer {
        Some(answer) => over(ui, state, (answer, pinned), rect, scale, view),
        None => t!("The networks look at the cell").to_owned(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
    let words = if pinned { t!("Pinned: {words}", words) } else { words };
    let line = pos2(room.left(), room.bottom() - WORDS / 2.0 + 2.0);
    let (font, weak) = (FontId::proportional(11.0), ui.visuals().weak_text_color());
    let galley = egui::WidgetText::from(RichText::new(&words)).into_galley(
        ui,
        Some(egui::TextWrapMode::Truncate),
        room.width(),
        font,
    );
    ui.painter().galley(pos2(line.x, line.y - galley.size().y / 2.0), galley, weak);
    if !pinned {
        let image = Image { rect, scale, size };
        dab(ui, state, &response, &image, view, actions);
    }
}

/// Lays the chosen map of an answer over the picture; says what it shows.
fn over(
    ui: &Ui,
    state: &AppState,
    (answer, pinned): (&Answer, bool),
    rect: Rect,
    scale: f32,
    view: &mut ExplainView,
) -> String {
    let explain = &state.explain;
    let (shown, question) = (explain.shown, explain.question(answer));
    let square = on_screen(&answer.explained.place, rect, scale);
    let clip = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let drawn = view.textures.map(ui.ctx(), (pinned, shown.side, shown.map), (answer, question), &explain.paint);
    let name = |label: usize| title(answer.card.classes.name(label)).to_owned();
    let mut of = t!("{map} of {name}", map = language::heard(&shown.map.title()), name = short(&answer.name));
    if !matches!(shown.map, Map::Head(_) | Map::Mean) {
        of = t!("{of} for {class}", of, class = name(question.class));
        if let Some(against) = question.against {
            of = t!("{of}, not {against}", of, against = name(against));
        }
    }
    let words = match drawn.map(|drawn| (drawn.texture, drawn.most)) {
        Some((Some(texture), most)) => {
            clip.image(texture, square, whole(), Color32::WHITE);
            t!("{of}; at most {most:.2} {unit}", of, most, unit = t!(shown.map.unit()))
        }
        Some((None, most)) => {
            note(ui, rect, t!("No evidence"));
            t!("{of}: no evidence, {most:.2} {unit} is no more than noise", of, most, unit = t!(shown.map.unit()))
        }
        None => t!("{of}: being worked out", of),
    };
    // What lies outside was not seen.
    let stroke = Stroke::new(1.0, ui.visuals().strong_text_color().gamma_multiply(0.7));
    clip.rect_stroke(square, 0.0, stroke, StrokeKind::Inside);
    words
}

/// Words in a corner of the picture.
fn note(ui: &Ui, rect: Rect, words: &str) {
    let font = theme::strong(13.0);
    let text = format!("{}  {words}", icons::BAN);
    let galley = ui.painter().layout_no_wrap(text, font, ui.visuals().text_color());
    let back = Rect::from_min_size(rect.left_top() + vec2(8.0, 8.0), galley.size() + vec2(16.0, 8.0));
    ui.painter().rect_filled(back, 4.0, ui.visuals().panel_fill);
    ui.painter().galley(back.min + vec2(8.0, 4.0), galley, ui.visuals().text_color());
}

fn on_screen(place: &Place, rect: Rect, scale: f32) -> Rect {
    let min = rect.min + vec2(place.left as f32, place.top as f32) * scale;
    Rect::from_min_size(min, Vec2::splat(place.side as f32 * scale))
}

/// The picture as it lies on the screen.
struct Image {
    rect: Rect,
    /// Points a pixel.
    scale: f32,
    size: Vec2,
}

/// The brush and the eraser: where the pointer is dragged, spots are hidden or brought back.
fn dab(ui: &Ui, state: &AppState, response: &egui::Response, image: &Image, view: &ExplainView, actions: &mut Actions) {
    let Some(tool) = view.tool else { return };
    let Some(at) = response.hover_pos().or_else(|| response.interact_pointer_pos()) else { return };
    let radius = view.radius.unwrap_or(RADIUS) * image.size.min_elem();
    let ring = Stroke::new(1.5, theme::accent(ui.visuals()));
    ui.painter().with_clip_rect(image.rect).circle_stroke(at, radius * image.scale, ring);
    if tool == Tool::Eraser {
        ui.painter().text(at, Align2::CENTER_CENTER, "−", FontId::proportional(13.0), ring.color);
    }
    if !(response.dragged() || response.clicked()) || !image.rect.contains(at) {
        return;
    }
    let alteration = &state.explain.alteration;
    let on_image: Pos2 = ((at - image.rect.min) / image.scale).to_pos2();
    let size = (image.size.x as u32, image.size.y as u32);
    let (x, y) = alteration.source(size, (on_image.x, on_image.y));
    let dab = Dab { x, y, radius: radius * alteration.crop, erases: tool == Tool::Eraser };
    let near = |last: &Dab| last.erases == dab.erases && (last.x - x).hypot(last.y - y) < dab.radius / 3.0;
    if alteration.dabs.last().is_some_and(near) {
        return;
    }
    let mut changed = alteration.clone();
    changed.dabs.push(dab);
    actions.push(wish::Explain::Alter(changed));
}
