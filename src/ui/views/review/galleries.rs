//! The galleries side by side, each with its class, its key letter and its count.

use egui::{Align2, ComboBox, FontId, Id, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::{
    app::{
        Actions, AppState,
        pages::review::{Gallery, Open, Order, Pick},
        wish,
    },
    domain::review::{
        cell::CellId,
        entry::Bin,
        view::{CellView, State},
    },
    language,
    report::words::thousands,
    ui::{
        keys, theme,
        widgets::{
            cells::{Columns, ColumnsView, Face, How, Spot},
            confidence,
            gallery::Pictures,
            marker, parts,
        },
    },
};

/// Height of a heading in points.
const HEADING: f32 = 44.0;

pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    open: &Open,
    (view, pictures): (&mut ColumnsView, &mut Pictures),
    actions: &mut Actions,
) {
    bar(ui, state, open, actions);
    let galleries = &open.galleries;
    let counts: Vec<usize> = galleries.iter().map(|gallery| gallery.cells.len()).collect();
    // Of before anybody decided, so that the columns keep their width while cells move.
    let weights: Vec<usize> = galleries.iter().map(|gallery| gallery.suggested).collect();
    let at = |spot: Spot| galleries.get(spot.column)?.cells.get(spot.index).copied();
    let columns = Columns {
        id: Id::unique("galleries of the review"),
        counts: &counts,
        weights: &weights,
        current: open.cursor.and_then(|cell| spot(galleries, cell)),
        current_id: open.cursor.map(key),
        heading: HEADING,
        listens: keys::untyped(ui.ctx()),
    };
    let face = |spot: Spot| face(open, at(spot)?);
    let mut letters = Vec::new();
    let mut head = |ui: &mut Ui, column: usize| {
        if let Some(gallery) = galleries.get(column) {
            letters.extend(heading(ui, open, (column, gallery)));
        }
    };
    let answer = columns.show(ui, view, pictures, &mut head, &face);
    letters.into_iter().for_each(|letter| actions.push(letter));
    if let Some((cell, how)) = answer.and_then(|(spot, how)| Some((at(spot)?, how))) {
        let pick = match how {
            How::Only => Pick::Only,
            How::Toggle => Pick::Toggle,
            How::Range => Pick::Range,
        };
        actions.push(wish::Review::Choose(cell, pick));
    }
}

/// How the cells stand, how many are chosen, and what can be done with them.
fn bar(ui: &mut Ui, state: &AppState, open: &Open, actions: &mut Actions) {
    ui.horizontal(|ui| {
        let combo = ComboBox::from_id_salt("order of the cells").width(160.0);
        let combo = combo.selected_text(state.review.order.title()).show_ui(ui, |ui| {
            for order in Order::ALL {
                if ui.selectable_label(order == state.review.order, order.title()).clicked() {
                    actions.push(wish::Review::Sort(order));
                }
            }
        });
        combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, t!("Sort the cells")));
        for action in [wish::Review::Confirm, wish::Review::Undo] {
            parts::button(ui, state, actions, action, false);
        }
        let cells = super::cells(open.view().cells().len());
        let words = match open.chosen() {
            0 | 1 => cells,
            many => t!("{chosen} of {cells} chosen", chosen = thousands(many as u64), cells),
        };
        ui.add(egui::Label::new(RichText::new(words).weak()).truncate());
    });
}

fn spot(galleries: &[Gallery], cell: CellId) -> Option<Spot> {
    galleries.iter().enumerate().find_map(|(column, gallery)| {
        let index = gallery.cells.iter().position(|other| *other == cell)?;
        Some(Spot { column, index })
    })
}

/// What a cell goes by in the window, wherever it lies.
fn key(cell: CellId) -> Id {
    Id::unique(("cell of the review", cell))
}

fn face(open: &Open, id: CellId) -> Option<Face> {
    let cell = open.view().cell(id)?;
    Some(Face {
        id: key(id),
        path: super::file(open, id)?,
        at: cell.suggested.source.place(),
        name: words(cell),
        is_chosen: open.is_chosen(id),
        is_decided: cell.state != State::Suggested,
        has_note: cell.note.is_some(),
    })
}

/// What a screen reader says of a cell.
fn words(cell: &CellView) -> String {
    let of = &cell.suggested;
    let path = of.source.words();
    let name = path.rsplit(['/', '\\']).next().unwrap_or(&path).to_owned();
    let said = match (&of.refused, &of.class, of.confidence) {
        (Some(why), ..) => t!("refused, {why}", why = language::heard(why)),
        (None, Some(class), Some(p)) => {
            t!(
                "suggested {class} {share}",
                class = crate::domain::classes::title(class),
                share = confidence::percent(p)
            )
        }
        _ => t!("nothing suggested").to_owned(),
    };
    let seen = if cell.seen { "" } else { t!(", not looked at") };
    match cell.state {
        State::Suggested => format!("{name}: {said}{seen}"),
        state => format!("{name}: {said}, {} {}", state.title(), cell.bin.title()),
    }
}

/// Marker, letters and count of a class, with the key that gives it; a press asks for another key.
fn heading(ui: &mut Ui, open: &Open, (column, gallery): (usize, &Gallery)) -> Option<wish::Review> {
    let rect = ui.max_rect();
    let (bin, count) = (&gallery.bin, gallery.cells.len());
    let letter = open.letter(bin);
    let response = ui.interact(rect, Id::unique(("heading of", bin.title())), Sense::click());
    let key = letter.map_or_else(|| t!("no key").to_owned(), |letter| t!("key {letter}", letter));
    let name = format!("{}: {}, {key}", t!(bin.title()), super::cells(count));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let (painter, visuals) = (ui.painter().with_clip_rect(rect), ui.visuals());
    let here = open.current().is_some_and(|cell| cell.bin == *bin);
    let line = if here { theme::accent(visuals) } else { visuals.widgets.noninteractive.bg_stroke.color };
    painter.hline(rect.x_range(), rect.bottom() - 1.0, Stroke::new(if here { 2.0 } else { 1.0 }, line));
    let (first, second) = (rect.top() + 9.0, rect.top() + 29.0);
    let ink = if here || response.hovered() { visuals.strong_text_color() } else { visuals.text_color() };
    let mut left = rect.left() + 1.0;
    if let Some(class) = bin.class() {
        marker::paint(&painter, pos2(rect.left() + 6.0, first), 4.5, class);
        left += 14.0;
    }
    let whole = painter.layout_no_wrap(t!(bin.title()).to_owned(), FontId::proportional(12.0), ink);
    let short = match bin {
        Bin::Class(class) => marker::code(ui.ctx(), class),
        Bin::Unidentified => t!("UNID").to_owned(),
        Bin::NotClassed => t!("NONE").to_owned(),
    };
    let galley = if left + whole.size().x <= rect.right() {
        whole
    } else {
        painter.layout_no_wrap(short, FontId::proportional(12.0), ink)
    };
    painter.galley(pos2(left, first - galley.size().y / 2.0), galley, ink);
    if let Some(letter) = letter {
        let cap = egui::Rect::from_min_size(pos2(rect.left() + 1.0, second - 9.0), vec2(18.0, 18.0));
        painter.rect_stroke(cap, 4.0, Stroke::new(1.0, visuals.widgets.inactive.bg_stroke.color), StrokeKind::Inside);
        painter.text(cap.center(), Align2::CENTER_CENTER, letter, theme::strong(12.0), ink);
    }
    painter.text(
        pos2(rect.right() - 6.0, second),
        Align2::RIGHT_CENTER,
        thousands(count as u64),
        theme::strong(13.0),
        ink,
    );
    let Some(class) = bin.class().map(str::to_owned) else {
        response.on_hover_text(name);
        return None;
    };
    // Unidentified stands before the first class.
    let digit = char::from_digit(column as u32, 10).filter(|digit| open.class_of(*digit) == Some(class.as_str()));
    let or = digit.filter(|digit| letter != Some(*digit)).map_or_else(String::new, |digit| t!(" or {digit}", digit));
    change(response, &format!("{name}{or}"), &class)
}

/// A popup that takes the next letter for a class.
fn change(response: egui::Response, name: &str, class: &str) -> Option<wish::Review> {
    let response = response.on_hover_text(t!("{name}. Press to choose another key", name));
    let popup = egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let shown = popup.show(|ui| {
        ui.label(t!("Key of {class}", class = crate::domain::classes::title(class)));
        let mut text = String::new();
        let edit =
            ui.add(egui::TextEdit::singleline(&mut text).hint_text(t!("Type a letter or digit")).desired_width(140.0));
        parts::named(&edit, t!("New key"));
        edit.request_focus();
        let letter = text.trim().chars().next_back()?;
        egui::Popup::close_id(ui.ctx(), egui::Popup::default_response_id(&response));
        Some(wish::Review::Letter(class.to_owned(), letter))
    });
    shown.and_then(|shown| shown.inner)
}
