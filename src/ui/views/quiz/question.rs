//! One cell without a name, and a key for each class.

use egui::{
    Align2, Event, FontId, Key, Label, ProgressBar, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::{
    app::{Actions, AppState, notices, wish},
    domain::{
        classes,
        letters::{Letters, UNDO},
        quiz::Quiz,
    },
    ui::{
        keys, theme,
        widgets::{
            gallery::{Picture, Pictures, fitted},
            marker, parts,
        },
    },
};

/// Width of the keys in points.
const KEYS: f32 = 264.0;
/// Least and most height of one of them.
const HEIGHTS: (f32, f32) = (32.0, 56.0);

pub(super) fn show(ui: &mut Ui, state: &AppState, quiz: &Quiz, pictures: &mut Pictures, actions: &mut Actions) {
    let letters = Letters::of(quiz.classes.iter());
    typed(ui, quiz, &letters, actions);
    head(ui, state, quiz, actions);
    let room = ui.available_rect_before_wrap();
    let (left, right) = room.split_left_right_at_x(room.right() - KEYS);
    cell(ui, quiz, Rect::from_min_max(left.min, left.max - vec2(16.0, 0.0)), pictures);
    let mut beside = ui.new_child(egui::UiBuilder::new().max_rect(right));
    let rows = quiz.classes.len() as f32;
    let height = ((right.height() - 48.0) / rows - 8.0).clamp(HEIGHTS.0, HEIGHTS.1);
    egui::ScrollArea::vertical().id_salt("quiz keys").show(&mut beside, |ui| {
        for (label, class) in quiz.classes.iter().enumerate() {
            if key(ui, class, letters.letter(class), height) {
                actions.push(wish::Quiz::Answer(label));
            }
        }
        parts::button(ui, state, actions, wish::Quiz::Back, false).on_hover_text(t!("Key {letter}", letter = UNDO));
    });
}

fn head(ui: &mut Ui, state: &AppState, quiz: &Quiz, actions: &mut Actions) {
    let (at, all) = (quiz.answers().len(), quiz.cells.len());
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("Cell {at} of {all}", at = at + 1, all)).font(theme::strong(16.0)));
        let bar = ProgressBar::new(at as f32 / all.max(1) as f32).desired_width(200.0).desired_height(8.0);
        ui.add(bar);
        ui.label(RichText::new(t!("seed {seed}", seed = quiz.plan.seed)).weak());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            parts::button(ui, state, actions, wish::Quiz::Leave, false);
        });
    });
}

/// The letters of classes, and the one that takes an answer back: one press, one answer.
fn typed(ui: &Ui, quiz: &Quiz, letters: &Letters, actions: &mut Actions) {
    if !keys::untyped(ui.ctx()) {
        return;
    }
    let pressed = |event: &Event| match event {
        Event::Key { key, pressed: true, repeat: false, modifiers, .. } if !modifiers.any() => Some(*key),
        _ => None,
    };
    let Some(pressed) = ui.input(|input| input.events.iter().find_map(pressed)) else { return };
    let is = |letter: char| Key::from_name(&letter.to_string()) == Some(pressed);
    if is(UNDO) {
        actions.push(wish::Quiz::Back);
    }
    let class = letters.iter().find(|(_, letter)| is(*letter)).map(|(class, _)| class);
    if let Some(label) = class.and_then(|class| quiz.classes.label(class)) {
        actions.push(wish::Quiz::Answer(label));
    }
}

/// The cell as large as it fits; its name would tell the class, so nothing says it.
fn cell(ui: &mut Ui, quiz: &Quiz, rect: Rect, pictures: &mut Pictures) {
    let response = ui.allocate_rect(rect, Sense::hover());
    let name = t!("Cell {at} of {all}", at = quiz.answers().len() + 1, all = quiz.cells.len());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    ui.painter().rect_filled(rect, 6.0, theme::ground(ui.visuals()));
    let px = rect.size().min_elem() * ui.ctx().pixels_per_point();
    if let Some(next) = quiz.next() {
        // It is there when it is asked.
        let _ = pictures.get(&quiz.file(next), px);
    }
    let Some(asked) = quiz.current() else { return };
    match pictures.get(&quiz.file(asked), px) {
        Some(Picture::Ready(texture)) => fitted(ui.painter(), texture, rect.shrink(8.0)),
        Some(Picture::Failed(why)) => {
            let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(24.0)));
            inner.add(Label::new(RichText::new(t!("This cell cannot be shown")).font(theme::strong(16.0))));
            inner.add(Label::new(notices::sentence(why)).wrap());
        }
        None => {}
    }
}

/// One class with its letter; whether it was pressed.
fn key(ui: &mut Ui, class: &str, letter: Option<char>, height: f32) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let title = classes::title(class);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, t!("Answer {title}", title)));
    let widgets = ui.visuals().widgets.style(&response);
    let painter = ui.painter();
    painter.rect(rect, 6.0, widgets.weak_bg_fill, widgets.bg_stroke, egui::StrokeKind::Inside);
    let (middle, ink) = (rect.center().y, widgets.fg_stroke.color);
    let cap = Rect::from_center_size(pos2(rect.left() + 24.0, middle), Vec2::splat(24.0));
    if let Some(letter) = letter {
        painter.rect(cap, 4.0, ui.visuals().extreme_bg_color, widgets.bg_stroke, egui::StrokeKind::Inside);
        painter.text(cap.center(), Align2::CENTER_CENTER, letter, theme::strong(14.0), ink);
    }
    marker::paint(painter, pos2(rect.left() + 54.0, middle), 5.5, class);
    painter.text(pos2(rect.left() + 68.0, middle), Align2::LEFT_CENTER, title, FontId::proportional(14.0), ink);
    let clicked = response.clicked();
    response.on_hover_text(letter.map_or_else(String::new, |letter| t!("Key {letter}", letter)));
    clicked
}
