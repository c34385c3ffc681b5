//! The differential as it stands: suggested beside reviewed, with exact intervals and what else is counted.

use egui::{Align, Grid, Label, Layout, ProgressBar, RichText, Role, ScrollArea, Ui, WidgetInfo};

use super::ranges::{self, Ranges};
use crate::{
    app::{Actions, AppState, pages::review::Open, wish},
    domain::differential::{Differential, Flag, Share},
    language,
    report::words::thousands,
    ui::{
        theme,
        widgets::{icons, marker},
    },
};

/// How many leukocytes a person may set out to count.
const GOALS: [u64; 2] = [100, 200];

pub(super) fn show(ui: &mut Ui, state: &AppState, open: &Open, ranges: &mut Ranges, actions: &mut Actions) {
    let frame = theme::card(ui.style()).inner_margin(egui::Margin::same(12));
    frame.show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        ScrollArea::vertical().id_salt("differential").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.spacing_mut().interact_size.y = 18.0;
            progress(ui, state, open, actions);
            let reviewed = &open.tally.reviewed;
            table(ui, open);
            for note in &reviewed.notes {
                ui.add(Label::new(RichText::new(language::heard(note)).small().weak()).wrap());
            }
            more(ui, reviewed);
            ui.separator();
            beside(ui, open);
            ui.separator();
            ranges::show(ui, state, open, ranges, actions);
        });
    });
}

/// How many leukocytes there are of those that are to be counted, and what speaks against so few.
fn progress(ui: &mut Ui, state: &AppState, open: &Open, actions: &mut Actions) {
    let (n, goal) = (open.tally.reviewed.leukocytes, state.settings.preferences.reviewing.goal);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("Differential")).font(theme::strong(14.0)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            for other in GOALS.into_iter().rev() {
                let word = t!("of {other}", other);
                let label = ui.selectable_label(goal == other, word);
                if label.on_hover_text(t!("Count {other} leukocytes", other)).clicked() {
                    actions.push(wish::Review::Goal(other));
                }
            }
        });
    });
    let words = t!("{n} of {goal} leukocytes", n = thousands(n), goal);
    let share = (n as f32 / goal.max(1) as f32).min(1.0);
    let bar = ui.add(ProgressBar::new(share).desired_height(8.0));
    bar.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &words));
    ui.label(RichText::new(words).small());
    if let Some(warning) = open.tally.reviewed.warning() {
        let words = format!("{}  {}", icons::ALERT, language::heard(&warning));
        ui.add(Label::new(RichText::new(words).small().color(ui.visuals().warn_fg_color)).wrap());
    }
}

/// One row a class: as suggested, as reviewed, the interval and the count.
fn table(ui: &mut Ui, open: &Open) {
    let (reviewed, suggested) = (&open.tally.reviewed, &open.tally.suggested);
    Grid::new("differential of the review").num_columns(5).spacing([8.0, 4.0]).striped(true).show(ui, |ui| {
        let small = |text: &str| RichText::new(text).small().weak();
        ui.label(small(t!("Class")));
        for (title, hint) in [
            (t!("Model"), t!("What the model suggested, in %")),
            (t!("Now"), t!("As reviewed, in %")),
            ("95 %", t!("Exact interval (Clopper-Pearson), in %")),
            ("n", t!("Cells counted")),
        ] {
            right(ui, small(title)).on_hover_text(hint);
        }
        ui.end_row();
        for share in &reviewed.classes {
            row(ui, share, suggested.share(&share.name));
        }
        ui.label(RichText::new(t!("All")).small());
        let whole = |of: &Differential| if of.leukocytes > 0 { "100.0" } else { "n/a" };
        let hint = t!("n = {n} as suggested", n = thousands(suggested.leukocytes));
        right(ui, RichText::new(whole(suggested)).small().weak()).on_hover_text(hint);
        right(ui, RichText::new(whole(reviewed)).small());
        ui.label("");
        right(ui, RichText::new(thousands(reviewed.leukocytes)).small()).on_hover_text(t!("Leukocytes as reviewed"));
        ui.end_row();
    });
}

fn row(ui: &mut Ui, share: &Share, suggested: Option<&Share>) {
    let name = share.title().to_owned();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let (rect, _) = ui.allocate_exact_size(egui::vec2(10.0, 16.0), egui::Sense::hover());
        marker::paint(ui.painter(), rect.center(), 4.0, &share.name);
        ui.label(RichText::new(marker::code(ui.ctx(), &share.name)).size(12.0)).on_hover_text(&name);
    });
    let before = suggested.map_or("n/a", |share| share.shown.as_str());
    let hint = suggested
        .map(|of| t!("Suggested: {shown} %, 95 % {ci}, n = {n}", shown = of.shown, ci = interval(of), n = of.count));
    right(ui, RichText::new(before).size(12.0).weak()).on_hover_text(hint.unwrap_or_default());
    let now = match share.flag {
        Some(flag) => format!("{} {}", flag.letter(), share.shown),
        None => share.shown.clone(),
    };
    let text = RichText::new(now).size(12.0).strong();
    let text = if share.flag.is_some() { text.color(ui.visuals().warn_fg_color) } else { text };
    let label = right(ui, text);
    if let Some(flag) = share.flag {
        label.on_hover_text(flagged(flag, share.is_sure));
    }
    right(ui, RichText::new(share.shown_ci().replace(" to ", "–")).small());
    right(ui, RichText::new(thousands(share.count)).size(12.0)).widget_info(|| {
        let words = format!("{name} {} %, 95 % {}, n = {}", share.shown, interval(share), share.count);
        WidgetInfo::labeled(Role::Label, true, words)
    });
    ui.end_row();
}

/// The exact interval in words.
fn interval(share: &Share) -> String {
    share.shown_ci().replace(" to ", t!(" to "))
}

fn flagged(flag: Flag, is_sure: bool) -> String {
    let side = if flag == Flag::Low { t!("Under") } else { t!("Over") };
    let sure = if is_sure { t!(", and so is its whole interval") } else { t!("; its interval reaches into the range") };
    t!("{side} the lab's own range{sure}", side, sure)
}

fn right(ui: &mut Ui, text: RichText) -> egui::Response {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text)).inner
}

/// How many more cells would tell more.
fn more(ui: &mut Ui, reviewed: &Differential) {
    let width = |share: &&Share| share.ci.map_or(0.0, |ci| ci.high - ci.low);
    let Some(widest) = reviewed.classes.iter().max_by(|a, b| width(a).total_cmp(&width(b))) else { return };
    if let Some(more) = widest.more_to_halve(reviewed.leukocytes) {
        let words = t!(
            "{name} has the widest interval: count {more} more to halve it",
            name = widest.title(),
            more = thousands(more)
        );
        ui.add(Label::new(RichText::new(words).small()).wrap());
    }
}

/// What is counted beside the leukocytes, and what is in no count.
fn beside(ui: &mut Ui, open: &Open) {
    let (tally, reviewed) = (&open.tally, &open.tally.reviewed);
    let count = |count: Option<u64>| count.map_or_else(|| "n/a".to_owned(), thousands);
    let rate = match (reviewed.nrbc_per_100_wbc, reviewed.nrbc_ci) {
        (Some(rate), Some(ci)) => format!("{rate:.1} ({:.1}–{:.1})", ci.low, ci.high),
        _ => "n/a".to_owned(),
    };
    let rows = [
        (t!("NRBC per 100 WBC"), rate),
        (t!("NRBC"), count(reviewed.nrbc)),
        (t!("Platelets"), count(reviewed.platelets)),
        (t!("Unidentified"), thousands(tally.unidentified)),
        (t!("Not classed"), thousands(tally.not_classed)),
        (t!("Confirmed"), thousands(tally.confirmed)),
        (t!("Changed"), thousands(tally.reclassified)),
    ];
    Grid::new("what else is counted").num_columns(2).spacing([12.0, 4.0]).show(ui, |ui| {
        for (name, value) in rows {
            ui.label(RichText::new(name).small().weak());
            ui.label(RichText::new(value).size(12.0));
            ui.end_row();
        }
    });
    corrected(ui, open);
}

/// The white cell count without nucleated red cells, where there are enough of them.
fn corrected(ui: &mut Ui, open: &Open) {
    let reviewed = &open.tally.reviewed;
    if !reviewed.wants_correction {
        return;
    }
    let words = match open.view().wbc(&open.case).and_then(|wbc| Some((wbc, reviewed.corrected_wbc(wbc)?))) {
        Some((wbc, corrected)) => {
            let [wbc, corrected] = [wbc, corrected].map(|value| thousands(value.round() as u64));
            t!("Corrected WBC {corrected} per µL (of {wbc})", corrected, wbc)
        }
        None => t!("So many nucleated red cells: enter the counter's WBC to correct it").to_owned(),
    };
    ui.add(Label::new(RichText::new(words).strong()).wrap());
}
