//! The line of state from suggested to signed, who reviews, and what a person must know of the session.

use egui::{Frame, Label, Margin, RichText, Role, Stroke, TextEdit, Ui, WidgetInfo};

use crate::{
    app::{Actions, AppState, Wish as _, notices, pages::review::Open, wish},
    domain::review::{obstacle::signed_words, view::State},
    ui::{
        theme,
        widgets::{icons, parts},
    },
};

pub(super) fn show(ui: &mut Ui, state: &AppState, open: &Open, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            parts::button(ui, state, actions, wish::Review::Close, false);
            if open.present().signed().is_some() {
                parts::button(ui, state, actions, wish::Review::Amend, false);
            }
            versions(ui, open, actions);
            who(ui, state, actions);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| stages(ui, open));
        });
    });
    standing(ui, state, open, actions);
}

/// Suggested, in review, signed: the present one stands out.
fn stages(ui: &mut Ui, open: &Open) {
    let title = ui.add(
        Label::new(RichText::new(open.case.title()).font(theme::strong(14.0)))
            .truncate()
            .show_tooltip_when_elided(false),
    );
    title.on_hover_text(open.folder.display().to_string());
    let view = open.view();
    let begun = view.cells().iter().any(|cell| cell.seen || cell.state != State::Suggested);
    let signed = view.signed().map(signed_words);
    let at = match (&signed, begun) {
        (Some(_), _) => 2,
        (None, true) => 1,
        (None, false) => 0,
    };
    let words = ["suggested".to_owned(), "in review".to_owned(), signed.unwrap_or_else(|| "signed".to_owned())];
    let accent = theme::accent(ui.visuals());
    for (place, words) in words.into_iter().enumerate() {
        if place > 0 {
            ui.label(RichText::new("→").weak());
        }
        let text = RichText::new(&words);
        let text = if place == at { text.color(accent).strong() } else { text.weak() };
        let label = ui.add(Label::new(text).truncate());
        label.widget_info(|| WidgetInfo::selected(Role::Label, true, place == at, &words));
    }
}

/// Who reviews; the name stands in every entry from here on.
fn who(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let mut name = state.settings.preferences.reviewing.who.clone();
    let edit = TextEdit::singleline(&mut name).hint_text("Your name").desired_width(120.0);
    let edit = ui.add(edit).on_hover_text("Stands in every entry and under the result");
    parts::named(&edit, "Reviewer");
    if edit.changed() {
        actions.push(wish::Review::Who(name));
    }
    ui.label(RichText::new("Reviewer").weak());
}

/// The versions, where there is more than one.
fn versions(ui: &mut Ui, open: &Open, actions: &mut Actions) {
    let all = open.present().versions();
    if all.len() < 2 && open.past.is_none() {
        return;
    }
    let shown = open.past.as_ref().map_or(all.len() as u32, |past| past.number);
    ui.menu_button(format!("Version {shown} of {}", all.len()), |ui| {
        for version in all {
            let is_last = version.number as usize == all.len();
            let signed = version.signed.as_ref().map_or_else(|| "not signed".to_owned(), signed_words);
            let mut words = format!("Version {}, {signed}", version.number);
            if !version.reason.is_empty() {
                words = format!("{words}: {}", version.reason);
            }
            if ui.selectable_label(version.number == shown, words).clicked() {
                actions.push(wish::Review::Version(Some(version.number).filter(|_| !is_last)));
                ui.close();
            }
        }
    });
}

/// What stands between the result and its signature, or why nothing can be entered.
fn standing(ui: &mut Ui, state: &AppState, open: &Open, actions: &mut Actions) {
    for flaw in &open.flaws {
        let line = flaw.line.map_or_else(String::new, |line| format!("line {line} of "));
        banner(
            ui,
            &format!("{line}{} is not as it was written: {}; nothing is written over", flaw.file, flaw.why),
            |_| {},
        );
    }
    if let Some(why) = &open.reads_only {
        banner(ui, why, |ui| {
            parts::button(ui, state, actions, wish::Review::Reopen, false);
        });
        return;
    }
    if let Some(past) = &open.past {
        banner(ui, &format!("version {} as it was signed is shown", past.number), |ui| {
            let back = wish::Review::Version(None);
            if ui.button(back.text()).clicked() {
                actions.push(back);
            }
        });
        return;
    }
    if open.present().signed().is_some() {
        return;
    }
    if state.settings.preferences.reviewing.who.trim().is_empty() {
        let words = format!("{}  Say who you are before you decide: every entry has a name", icons::ALERT);
        ui.label(RichText::new(words).color(ui.visuals().warn_fg_color));
        return;
    }
    let missing = open.missing().words();
    let words = if missing.is_empty() {
        format!("{}  Nothing is missing: it can be signed", icons::CHECK)
    } else {
        format!("Before it can be signed: {}", missing.join("; "))
    };
    ui.add(Label::new(RichText::new(words).weak()).truncate());
}

fn banner(ui: &mut Ui, words: &str, beside: impl FnOnce(&mut Ui)) {
    let colour = ui.visuals().warn_fg_color;
    let frame = Frame::new().fill(ui.visuals().faint_bg_color).corner_radius(8).stroke(Stroke::new(1.0, colour));
    frame.inner_margin(Margin::symmetric(12, 4)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(icons::ALERT).color(colour));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                beside(ui);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(Label::new(notices::sentence(words)).truncate());
                });
            });
        });
    });
}
