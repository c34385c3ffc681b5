//! What both networks answer: a bar a class and network, the class that is asked about, and the one that it was not.

use egui::{
    Align2, ComboBox, FontId, Label, Rect, RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::strip::short;
use crate::{
    app::{
        Actions, AppState, notices,
        pages::explain::{Answer, Findings, SIDES},
        wish,
    },
    domain::classes::title,
    ui::{
        theme,
        widgets::{confidence::percent, icons, marker, parts},
    },
};

/// Height of a class in points, and of one of its bars.
const ROW: f32 = 36.0;
const BAR: f32 = 5.0;

pub(super) fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ScrollArea::vertical().id_salt("answers").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        for side in 0..SIDES {
            network(ui, state, side, actions);
        }
        if let Some(failure) = &state.explain.failure {
            let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
            let line = Label::new(RichText::new(words).color(ui.visuals().error_fg_color)).wrap();
            ui.add(line).on_hover_text(notices::reasons(failure));
        }
        ui.separator();
        question(ui, state, actions);
        ui.separator();
        ui.label(RichText::new(t!("Calibrated confidence, A above B")).small().weak());
        bars(ui, state, actions);
    });
}

/// One network: which it is, and its answer.
fn network(ui: &mut Ui, state: &AppState, side: usize, actions: &mut Actions) {
    let chosen = state.explaining(side);
    let letter = ["A", "B"].get(side).copied().unwrap_or("C");
    let name = chosen.map_or(t!("none yet"), |model| short(&model.title));
    ui.menu_button(format!("{letter}: {name}"), |ui| {
        parts::rows(ui, |ui| {
            for model in &state.models.known {
                let is_chosen = chosen.is_some_and(|chosen| chosen.id == model.id);
                if ui.selectable_label(is_chosen, model.name()).clicked() {
                    actions.push(wish::Explain::Use(side, model.id.clone()));
                    ui.close();
                }
            }
        });
    });
    let Some(answer) = state.explain.found.answers.get(side).and_then(Option::as_ref) else { return };
    if let Some((label, share)) = answer.explained.prediction.top() {
        ui.horizontal(|ui| {
            let name = answer.card.classes.name(label);
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 16.0), Sense::hover());
            marker::paint(ui.painter(), rect.center(), 5.0, name);
            let words = format!("{}  {}", title(name), percent(share));
            ui.add(Label::new(RichText::new(words).font(theme::strong(14.0))).truncate());
        });
    }
    if let Some(why) = answer.explained.refused {
        let words = t!("{icon}  Classify would give it no class: {why}", icon = icons::BAN, why);
        ui.add(Label::new(RichText::new(words).small().color(ui.visuals().warn_fg_color)).wrap());
    }
}

/// Which class the maps are of, and why not another one.
fn question(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let explain = &state.explain;
    let classes = explain.classes();
    let own = wish::Explain::Ask(None);
    let none = wish::Explain::Against(None);
    let rows = [
        (
            t!("Why"),
            t!("Class that is asked about"),
            &explain.class,
            own,
            wish::Explain::Ask as fn(Option<String>) -> _,
        ),
        (t!("not"), t!("Class that it was not"), &explain.against, none, wish::Explain::Against),
    ];
    for (word, name, chosen, nothing, choose) in rows {
        let nothing = crate::app::Action::from(nothing);
        ui.horizontal(|ui| {
            ui.add_sized(vec2(28.0, 20.0), Label::new(RichText::new(word).weak()));
            let words = chosen.as_deref().map_or_else(|| nothing.text(), |class| title(class).to_owned());
            let combo = ComboBox::from_id_salt(name).width(ui.available_width() - 8.0).selected_text(words);
            let combo = combo.truncate().show_ui(ui, |ui| {
                if ui.selectable_label(chosen.is_none(), nothing.text()).on_hover_text(nothing.tooltip()).clicked() {
                    actions.push(nothing.clone());
                }
                for class in classes.iter() {
                    let is_chosen = chosen.as_deref() == Some(class);
                    if ui.selectable_label(is_chosen, title(class)).clicked() {
                        actions.push(choose(Some(class.to_owned())));
                    }
                }
            });
            combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
        });
    }
}

fn bars(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let explain = &state.explain;
    for class in explain.classes().iter() {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        let shares = shares(&explain.found, class);
        let words: Vec<String> = shares.iter().map(|share| share.map_or_else(|| "–".to_owned(), percent)).collect();
        let words = words.join(" | ");
        response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, format!("{class} {words}")));
        let painter = ui.painter();
        if response.hovered() {
            painter.rect_filled(rect, 4.0, ui.visuals().widgets.hovered.weak_bg_fill);
        }
        let asked = explain.class.as_deref() == Some(class);
        let top = |answer: &Answer| {
            answer.explained.prediction.top().is_some_and(|(label, _)| answer.card.classes.name(label) == class)
        };
        let is_top = explain.found.answers.iter().flatten().any(top);
        let ink = if is_top || asked { ui.visuals().strong_text_color() } else { ui.visuals().text_color() };
        let line = rect.top() + 9.0;
        marker::paint(painter, pos2(rect.left() + 6.0, line), 4.5, class);
        let font = if is_top { theme::strong(12.0) } else { FontId::proportional(12.0) };
        painter.text(pos2(rect.left() + 16.0, line), Align2::LEFT_CENTER, marker::code(ui.ctx(), class), font, ink);
        let small = FontId::proportional(11.0);
        painter.text(pos2(rect.right(), line), Align2::RIGHT_CENTER, &words, small, ui.visuals().text_color());
        let pinned = explain.pinned.as_ref().map(|pinned| self::shares(pinned, class));
        for (side, share) in shares.iter().enumerate() {
            let top = rect.top() + 18.0 + side as f32 * (BAR + 2.0);
            let track = Rect::from_min_max(pos2(rect.left() + 16.0, top), pos2(rect.right(), top + BAR));
            painter.rect_filled(track, 2.0, ui.visuals().widgets.noninteractive.bg_stroke.color.gamma_multiply(0.6));
            let wide = track.width() * share.unwrap_or(0.0).clamp(0.0, 1.0);
            let filled = Rect::from_min_size(track.min, vec2(wide, BAR));
            marker::bar(painter, filled, 2.0, class, if side == 0 { 1.0 } else { 0.7 });
            // Where it stood when it was pinned.
            if let Some(share) = pinned.as_ref().and_then(|shares| *shares.get(side)?) {
                let x = track.left() + track.width() * share.clamp(0.0, 1.0);
                let stroke = Stroke::new(2.0, ui.visuals().strong_text_color());
                painter.line_segment([pos2(x, track.top() - 1.0), pos2(x, track.bottom() + 1.0)], stroke);
            }
        }
        let hint = t!("{class}: A | B {words}; a click asks about it, with Ctrl why not", class = title(class), words);
        if response.on_hover_text(hint).clicked() {
            let chosen = |of: &Option<String>| (of.as_deref() != Some(class)).then(|| class.to_owned());
            actions.push(if ui.input(|input| input.modifiers.command) {
                wish::Explain::Against(chosen(&explain.against))
            } else {
                wish::Explain::Ask(chosen(&explain.class))
            });
        }
    }
}

/// The confidence of each network in a class; nothing from one that does not know it.
fn shares(found: &Findings, class: &str) -> [Option<f32>; SIDES] {
    let share = |answer: &Option<Answer>| {
        let answer = answer.as_ref()?;
        let label = answer.card.classes.label(class)?;
        answer.explained.prediction.0.get(label).copied()
    };
    found.answers.each_ref().map(share)
}
