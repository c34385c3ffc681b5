//! The line of state from suggested to signed, who reviews, and what a person must know of the session.

use egui::{Frame, Label, Margin, RichText, Role, Stroke, TextEdit, Ui, WidgetInfo};

use crate::{
    app::{Actions, AppState, Wish as _, notices, pages::review::Open, wish},
    domain::review::{obstacle::signed_words, view::State},
    language,
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
    let signed = view.signed().map(|signed| language::heard(&signed_words(signed)).into_owned());
    let at = match (&signed, begun) {
        (Some(_), _) => 2,
        (None, true) => 1,
        (None, false) => 0,
    };
    let words =
        [t!("suggested").to_owned(), t!("in review").to_owned(), signed.unwrap_or_else(|| t!("signed").to_owned())];
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
    let edit = TextEdit::singleline(&mut name).hint_text(t!("Your name")).desired_width(120.0);
    let edit = ui.add(edit).on_hover_text(t!("Stands in every entry and under the result"));
    parts::named(&edit, t!("Reviewer"));
    if edit.changed() {
        actions.push(wish::Review::Who(name));
    }
    ui.label(RichText::new(t!("Reviewer")).weak());
}

/// The versions, where there is more than one.
fn versions(ui: &mut Ui, open: &Open, actions: &mut Actions) {
    let all = open.present().versions();
    if all.len() < 2 && open.past.is_none() {
        return;
    }
    let shown = open.past.as_ref().map_or(all.len() as u32, |past| past.number);
    ui.menu_button(t!("Version {shown} of {all}", shown, all = all.len()), |ui| {
        for version in all {
            let is_last = version.number as usize == all.len();
            let signed = version.signed.as_ref();
            let signed = signed
                .map_or_else(|| t!("not signed").into(), |signed| language::heard(&signed_words(signed)).into_owned());
            let mut words = t!("Version {number}, {signed}", number = version.number, signed);
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
        let line = flaw.line.map_or_else(String::new, |line| t!("line {line} of ", line));
        banner(
            ui,
            &t!(
                "{line}{file} is not as it was written: {why}; nothing is written over",
                line,
                file = flaw.file,
                why = language::heard(&flaw.why)
            ),
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
        banner(ui, &t!("version {number} as it was signed is shown", number = past.number), |ui| {
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
        let words = t!("{icon}  Say who you are before you decide: every entry has a name", icon = icons::ALERT);
        ui.label(RichText::new(words).color(ui.visuals().warn_fg_color));
        return;
    }
    let missing = open.missing().words();
    let missing = language::each(&missing);
    let words = if missing.is_empty() {
        t!("{icon}  Nothing is missing: it can be signed", icon = icons::CHECK)
    } else {
        t!("Before it can be signed: {missing}", missing = missing.join("; "))
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
