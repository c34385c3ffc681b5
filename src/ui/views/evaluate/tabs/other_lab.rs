//! Another lab as a second test: figures at home and there side by side, and what the gap means.

use egui::{Align2, FontId, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::{
    app::{Actions, AppState, notices::sentence, wish},
    domain::{
        classes::title,
        lab_shift::{LabShift, Pair},
    },
    eval::evaluate::Evaluation,
    language,
    report::{
        csv::Table,
        words::{percent, thousands},
    },
    ui::{
        theme,
        widgets::{chart::Chart, parts},
    },
};

use super::super::{EvaluateView, picks::Shown};

const ROW: f32 = 34.0;
const LEFT: f32 = 160.0;
const RIGHT: f32 = 60.0;

pub(super) fn show(ui: &mut Ui, state: &AppState, home: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.heading(t!("Another lab"));
        parts::button(ui, state, actions, wish::Evaluate::ChooseOther, state.evaluate.other().is_none());
        if let (Some(job), Some(asked)) = (state.evaluate.elsewhere.running(), state.evaluate.elsewhere.asked()) {
            parts::busy(ui, state);
            let share = state.activity.task(job).map_or(t!("Waiting"), |task| t!(task.doing));
            ui.label(RichText::new(format!("{share}: {}", asked.root.display())).weak());
            parts::button(ui, state, actions, wish::Window::Stop(job), false);
        }
    });
    let Some(away) = state.evaluate.away() else {
        let words =
            t!("A score on the home lab is optimistic: choose a labelled folder of another lab, and the model is \
                     judged there too");
        ui.label(RichText::new(words).weak());
        return;
    };
    let shift = LabShift::of(home, away);
    ui.label(RichText::new(language::heard(&shift.sentence())).font(theme::strong(14.0)));
    if let Some((other, _)) = state.evaluate.other() {
        parts::button(ui, state, actions, wish::Lab::Look(vec![other.root.clone()]), away.shift.verdict.is_some());
    }
    cells(ui, home, away);
    let summary = t!(
        "Figures at home and at {away}: {sentence}",
        away = away.dataset,
        sentence = language::heard(&shift.sentence())
    );
    let frame = Chart::new("another lab", t!("Home and there"), summary, || table(&shift));
    frame.show(ui, |ui, _| {
        ui.columns(2, |columns| {
            let [left, right] = columns else { return };
            for pair in &shift.whole {
                bars(left, pair, None, false);
            }
            for pair in &shift.recall {
                let label = away.metrics.confusion.labels.label(&pair.name);
                let shown = label.map(Shown::Missed);
                let on = view.away && shown == Some(view.shown);
                if bars(right, pair, shown, on)
                    && let Some(shown) = shown
                {
                    view.toggle(shown, true);
                }
            }
        });
        let words = t!(
            "Upper bars: home; lower bars: there. Right: recall of each class; a click shows its images there that \
                     were given another class"
        );
        ui.label(RichText::new(words).small().weak());
    });
}

/// Which cells the figures are of, and what speaks against them.
fn cells(ui: &mut Ui, home: &Evaluation, away: &Evaluation) {
    let counts = t!(
        "At home: {n} images of {home}. There: {m} images of {away}",
        n = thousands(home.metrics.n),
        home = home.dataset,
        m = thousands(away.metrics.n),
        away = away.dataset
    );
    ui.label(RichText::new(counts).small().weak());
    if away.trained_on > 0 {
        let words = t!("The model learned from {count} of the images there", count = away.trained_on);
        ui.colored_label(ui.visuals().warn_fg_color, words);
    }
    if let Some(verdict) = &away.shift.verdict {
        ui.colored_label(ui.visuals().warn_fg_color, sentence(verdict));
    }
}

fn table(shift: &LabShift) -> Table {
    let mut table = Table::new([key!("figure"), key!("home"), key!("there")]);
    for pair in &shift.whole {
        table.push([pair.name.clone(), percent(pair.home), percent(pair.away)]);
    }
    for pair in &shift.recall {
        table.push([t!("recall of {name}", name = pair.name), percent(pair.home), percent(pair.away)]);
    }
    table
}

/// Home above, there below; whether the pair was clicked.
fn bars(ui: &mut Ui, pair: &Pair, opens: Option<Shown>, selected: bool) -> bool {
    let sense = if opens.is_some() { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), sense);
    let said = t!(
        "{name}: home {home}, there {there}",
        name = t!(&pair.name),
        home = percent(pair.home),
        there = percent(pair.away)
    );
    let role = if opens.is_some() { Role::Button } else { Role::Meter };
    response.widget_info(|| WidgetInfo::selected(role, true, selected, &said));
    let (painter, ink) = (ui.painter(), ui.visuals().text_color());
    if opens.is_some() && (selected || response.hovered() || response.has_focus()) {
        painter.rect_filled(rect, 4.0, ui.visuals().widgets.hovered.weak_bg_fill);
    }
    let at = pos2(rect.left() + 4.0, rect.center().y);
    painter.text(at, Align2::LEFT_CENTER, t!(title(&pair.name)), FontId::proportional(13.0), ink);
    let colours = [ui.visuals().weak_text_color(), theme::accent(ui.visuals())];
    for (place, (value, colour)) in [pair.home, pair.away].into_iter().zip(colours).enumerate() {
        let width = (rect.width() - LEFT - RIGHT).max(10.0) * value.unwrap_or(0.0) as f32;
        let corner = pos2(rect.left() + LEFT, rect.top() + 4.0 + 13.0 * place as f32);
        let bar = Rect::from_min_size(corner, vec2(width, 11.0));
        painter.rect_filled(bar, 2.0, colour);
        let at = pos2(bar.right() + 5.0, bar.center().y);
        painter.text(at, Align2::LEFT_CENTER, percent(value), FontId::proportional(11.0), ink);
    }
    response.clicked()
}
