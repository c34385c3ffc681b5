//! The filmstrip: a small picture of each image with its class and confidence.

use egui::{
    Align2, EventFilter, FontId, Id, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::file_name;
use crate::{
    app::{Actions, AppState, pages::classify::ClassifyState, pages::classify::top, wish},
    domain::{
        classes,
        field::Portion,
        prediction::{Classified, Outcome},
    },
    language,
    ui::{
        theme,
        widgets::{
            confidence,
            gallery::{self, Picture, Pictures},
            icons, marker,
        },
    },
};

/// Height of the picture and of the words below it in points.
const PICTURE: f32 = 88.0;
const WORDS: f32 = 20.0;

/// What the strip keeps between frames.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    /// The image that it last scrolled to.
    shown: Option<usize>,
    /// The widget of the strip that has the keyboard.
    focused: Option<Id>,
    /// The focus goes where the arrows went.
    follow: bool,
}

fn memory_id() -> Id {
    Id::unique("filmstrip")
}

/// Whether a widget is one of the strip.
pub(super) fn holds(ui: &Ui, widget: Id) -> bool {
    ui.data(|data| data.get_temp::<Memory>(memory_id())).is_some_and(|memory| memory.focused == Some(widget))
}

/// The arrows went on: a focus that is in the strip goes with them.
pub(super) fn follow(ui: &Ui) {
    ui.data_mut(|data| {
        let memory = data.get_temp_mut_or_default::<Memory>(memory_id());
        memory.follow = memory.focused.is_some();
    });
}

pub(super) fn show(ui: &mut Ui, state: &AppState, pictures: &mut Pictures, actions: &mut Actions) {
    let classify = &state.classify;
    let Some((current, _)) = classify.shown() else { return };
    let mut memory: Memory = ui.data(|data| data.get_temp(memory_id())).unwrap_or_default();
    memory.focused = None;
    let (row, count) = (PICTURE + WORDS, classify.items.len());
    ScrollArea::vertical().id_salt("filmstrip").auto_shrink(false).show_rows(ui, row, count, |ui, range| {
        if memory.shown != Some(current) {
            let pitch = row + ui.spacing().item_spacing.y;
            let top = ui.max_rect().top() + (current as f32 - range.start as f32) * pitch;
            let target = Rect::from_min_size(pos2(ui.max_rect().left(), top), vec2(1.0, row));
            ui.scroll_to_rect_animation(target, None, egui::style::ScrollAnimation::none());
            memory.shown = Some(current);
        }
        for index in range {
            if let Some(item) = classify.items.get(index) {
                let size = vec2(ui.available_width() - 8.0, row);
                let (_, rect) = ui.allocate_space(size);
                let response = ui.interact(rect, memory_id().with(index), Sense::click());
                let selected = index == current;
                if selected && std::mem::take(&mut memory.follow) {
                    response.request_focus();
                }
                if response.has_focus() {
                    memory.focused = Some(response.id);
                    let filter =
                        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
                    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
                }
                let number = classify.together(index).position(|(at, _)| at == index).unwrap_or_default() + 1;
                let name = words(classify, number, item);
                response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
                paint(ui, pictures, classify, item, rect);
                frame(ui, rect, selected, response.hovered() || response.has_focus());
                if response.on_hover_text(name).clicked() {
                    actions.push(wish::Classify::Show(index));
                }
            }
        }
    });
    ui.data_mut(|data| data.insert_temp(memory_id(), memory));
}

/// What a screen reader says of a cell; in a field it has a number.
pub(super) fn words(classify: &ClassifyState, number: usize, item: &Classified) -> String {
    let file = file_name(&item.path);
    let name = match item.portion.spot() {
        Some(spot) => {
            let edge = if spot.cell.edge { t!(" at the border") } else { "" };
            let touching = if spot.cell.touching { t!(", touches another") } else { "" };
            t!("{file}, cell {number}{edge}{touching}", file, number, edge, touching)
        }
        None => file,
    };
    match (&item.outcome, top(item)) {
        (Outcome::Refused(why), _) => t!("{name}: refused, {why}", name, why = language::heard(why)),
        (Outcome::Seen { .. }, Some((label, share))) => {
            format!("{name}: {} {}", classes::title(classify.classes.name(label)), confidence::percent(share))
        }
        (Outcome::Seen { .. }, None) => name,
    }
}

fn picture_of(rect: Rect) -> Rect {
    Rect::from_min_size(rect.min, vec2(rect.width(), PICTURE))
}

fn frame(ui: &Ui, rect: Rect, selected: bool, bright: bool) {
    let accent = theme::accent(ui.visuals());
    let stroke = match (selected, bright) {
        (true, _) => Stroke::new(2.0, accent),
        (false, true) => Stroke::new(1.0, accent),
        (false, false) => return,
    };
    ui.painter().rect_stroke(picture_of(rect), 6.0, stroke, StrokeKind::Inside);
}

fn paint(ui: &Ui, pictures: &mut Pictures, classify: &ClassifyState, item: &Classified, rect: Rect) {
    let (painter, visuals) = (ui.painter(), ui.visuals());
    let small = FontId::proportional(11.0);
    let frame = picture_of(rect);
    painter.rect_filled(frame, 6.0, theme::ground(visuals));
    let piece = item.portion.spot().map(|spot| spot.at);
    match pictures.piece((&item.path, piece), PICTURE * ui.ctx().pixels_per_point()) {
        Some(Picture::Ready(texture)) => gallery::fitted(painter, texture, frame.shrink(2.0)),
        Some(Picture::Failed(_)) => {
            let font = FontId::proportional(20.0);
            painter.text(frame.center(), Align2::CENTER_CENTER, icons::BAN, font, visuals.weak_text_color());
        }
        None => {}
    }
    let line = frame.bottom() + WORDS / 2.0;
    match (&item.outcome, top(item)) {
        (Outcome::Seen { flags, .. }, Some((label, share))) => {
            let name = classify.classes.name(label);
            marker::paint(painter, pos2(rect.left() + 6.0, line), 4.5, name);
            let ink = visuals.text_color();
            let letters = marker::code(ui.ctx(), name);
            painter.text(pos2(rect.left() + 16.0, line), Align2::LEFT_CENTER, letters, small.clone(), ink);
            let text = confidence::percent(share);
            painter.text(pos2(rect.right(), line), Align2::RIGHT_CENTER, text, small, ink);
            if item.portion.is_at_edge() {
                // Dashed as its box on the field is.
                let rect = frame.shrink(3.0);
                let corners =
                    [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
                let stroke = Stroke::new(1.5, marker::line(ui.ctx(), name));
                painter.extend(egui::Shape::dashed_line(&corners, stroke, 6.0, 4.0));
            }
            if !flags.is_empty() {
                let (centre, font) = (frame.right_top() + vec2(-14.0, 14.0), FontId::proportional(14.0));
                painter.circle_filled(centre, 10.0, visuals.panel_fill);
                painter.text(centre, Align2::CENTER_CENTER, icons::ALERT, font, visuals.warn_fg_color);
            }
        }
        _ => {
            let words = if item.portion == Portion::Empty { t!("No cell") } else { t!("Refused") };
            let text = format!("{}  {words}", icons::BAN);
            painter.text(pos2(rect.left(), line), Align2::LEFT_CENTER, text, small, visuals.weak_text_color());
        }
    }
}
