//! The chosen cell: large, with what the model said of it, where it comes from, its note and its history.

use std::path::Path;

use egui::{Align, Key, Label, Layout, Rect, RichText, ScrollArea, TextEdit, Ui, UiBuilder, vec2};

use crate::{
    app::{
        Actions, AppState, Wish as _, notices,
        pages::review::{Message, Open},
        wish,
    },
    domain::{
        field::Place,
        prediction::Prediction,
        review::{cell::CellId, entry::Entry, view::CellView},
    },
    language,
    ui::{
        theme,
        widgets::{
            confidence,
            gallery::{Picture, Pictures, fitted},
            icons, marker, parts,
        },
    },
};

/// Widths of the confidences, from and to, in points.
const BARS: (f32, f32) = (176.0, 248.0);

/// The note that is being written.
#[derive(Default)]
pub(super) struct Note {
    /// The cell, and its note as it stood when the field was filled.
    of: Option<(CellId, String)>,
    text: String,
    /// How often a note was wanted when it was last looked.
    wanted: u64,
}

pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    open: &Open,
    (note, pictures): (&mut Note, &mut Pictures),
    actions: &mut Actions,
) {
    let Some(cell) = open.current() else {
        ui.label(RichText::new(t!("Choose a cell to see it large")).weak());
        return;
    };
    let room = ui.available_rect_before_wrap();
    let gap = theme::GRID * 1.5;
    let side = room.height().min(0.4 * room.width());
    let bars = (0.3 * room.width()).clamp(BARS.0, BARS.1);
    let picture = Rect::from_min_size(room.min, vec2(side, side));
    let middle = Rect::from_min_size(picture.right_top() + vec2(gap, 0.0), vec2(bars, room.height()));
    let rest = Rect::from_min_max(middle.right_top() + vec2(gap, 0.0), room.max);
    if let Some(file) = super::file(open, cell.id()) {
        large(ui, pictures, (&file, cell.suggested.source.place()), picture);
    }
    let part = |rect| UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min));
    ui.scope_builder(part(middle), |ui| said(ui, open, cell));
    ui.scope_builder(part(rest), |ui| {
        ScrollArea::vertical().id_salt("about the cell").auto_shrink(false).show(ui, |ui| {
            standing(ui, cell);
            writing(ui, state, cell, note, actions);
            story(ui, open);
            origin(ui, state, open, cell, actions);
        });
    });
}

fn large(ui: &Ui, pictures: &mut Pictures, piece: (&Path, Option<Place>), rect: Rect) {
    let painter = ui.painter();
    painter.rect_filled(rect, 6.0, theme::ground(ui.visuals()));
    match pictures.piece(piece, rect.width() * ui.ctx().pixels_per_point()) {
        Some(Picture::Ready(texture)) => fitted(painter, texture, rect),
        Some(Picture::Failed(why)) => {
            let weak = ui.visuals().weak_text_color();
            let font = egui::FontId::proportional(12.0);
            let galley = painter.layout(why.clone(), font, weak, rect.width() - 16.0);
            painter.with_clip_rect(rect).galley(rect.min + vec2(8.0, 8.0), galley, weak);
        }
        None => {}
    }
}

/// The model's word: all confidences, or why there are none.
fn said(ui: &mut Ui, open: &Open, cell: &CellView) {
    let of = &cell.suggested;
    ScrollArea::vertical().id_salt("confidences of the cell").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if let Some(why) = &of.refused {
            ui.label(RichText::new(t!("{icon}  No class", icon = icons::BAN)).strong());
            ui.add(Label::new(notices::sentence(why)).wrap());
            return;
        }
        confidence::bars(ui, &open.case.model.classes, &Prediction(of.probabilities.clone()));
    });
}

/// Where the cell lies, and what speaks for looking twice.
fn standing(ui: &mut Ui, cell: &CellView) {
    ui.horizontal_wrapped(|ui| {
        if let Some(class) = cell.bin.class() {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 16.0), egui::Sense::hover());
            marker::paint(ui.painter(), rect.center(), 5.0, class);
        }
        ui.label(RichText::new(t!(cell.bin.title())).font(theme::strong(15.0)));
        let margin =
            cell.suggested.margin().map(|margin| t!(", margin {margin}", margin = confidence::percent(margin)));
        ui.label(RichText::new(format!("{}{}", t!(cell.state.title()), margin.unwrap_or_default())).weak());
    });
    for flag in &cell.suggested.flags {
        let words = format!("{}  {}", icons::ALERT, notices::sentence(flag));
        ui.add(Label::new(RichText::new(words).small().color(ui.visuals().warn_fg_color)).wrap());
    }
}

/// The field for a note: Enter or a press elsewhere keeps it, Escape leaves the old one.
fn writing(ui: &mut Ui, state: &AppState, cell: &CellView, note: &mut Note, actions: &mut Actions) {
    let stands = cell.note.clone().unwrap_or_default();
    let now = Some((cell.id(), stands.clone()));
    if note.of != now {
        (note.of, note.text) = (now, stands.clone());
    }
    let obstacle = Message::WriteNote.obstacle(state);
    let edit = TextEdit::singleline(&mut note.text).hint_text(t!("A note (Enter)")).desired_width(f32::INFINITY);
    let edit = ui.add_enabled(obstacle.is_none(), edit).on_disabled_hover_text(obstacle.unwrap_or_default());
    parts::named(&edit, t!("Note"));
    if note.wanted != state.review.notes_wanted {
        note.wanted = state.review.notes_wanted;
        edit.request_focus();
    }
    if edit.lost_focus() {
        let given_up = ui.input(|input| input.key_pressed(Key::Escape));
        if given_up {
            note.text = stands;
        } else if note.text.trim() != stands {
            actions.push(wish::Review::Note(cell.id(), note.text.trim().to_owned()));
        }
    }
}

/// What was said of the cell, the newest first.
fn story(ui: &mut Ui, open: &Open) {
    ui.spacing_mut().item_spacing.y = 2.0;
    for entry in &open.story {
        let Entry { n, at, who, what, .. } = entry;
        let words = format!("{}  {:02}:{:02}  {who}", language::heard(&what.words()), at.hour(), at.minute());
        let line = Label::new(RichText::new(words).small()).truncate();
        ui.add(line).on_hover_text(t!(
            "Entry {n}, {date} {hour}:{minute} UTC",
            n,
            date = at.date(),
            hour = format!("{:02}", at.hour()),
            minute = format!("{:02}", at.minute())
        ));
    }
}

/// The file, and the place in a field where it was cut from one.
fn origin(ui: &mut Ui, state: &AppState, open: &Open, cell: &CellView, actions: &mut Actions) {
    let words = cell.suggested.source.words();
    ui.add(Label::new(RichText::new(&words).small().weak()).truncate());
    if let Some(file) = super::file(open, cell.id()) {
        parts::button(ui, state, actions, wish::Files::Reveal(file), false);
    }
}
