//! What the next quiz is made of, and the results of this session.

use egui::{DragValue, RichText, ScrollArea, Ui};

use crate::{
    app::{
        Actions, AppState, Wish, notices,
        pages::quiz::{Past, Source},
        wish,
    },
    domain::quiz::{CELLS, Pool},
    report::words::figure,
    ui::{
        theme,
        widgets::{icons, parts},
    },
};

/// Width of the form in points.
const WIDTH: f32 = 560.0;

pub(super) fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ScrollArea::vertical().id_salt("quiz form").auto_shrink(false).show(ui, |ui| {
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(ui.available_width().min(WIDTH));
            ui.label(t!("Cells without a name, one after the other: which class is each of?"));
            ui.label(RichText::new(t!("The same seed asks the same cells, so that a class answers one quiz")).weak());
            ui.add_space(theme::GRID);
            fields(ui, state, actions);
            ui.add_space(theme::GRID);
            ui.horizontal(|ui| {
                parts::button(ui, state, actions, wish::Quiz::Start, true);
                if let Some(job) = state.quiz.drawing() {
                    parts::busy(ui, state);
                    parts::button(ui, state, actions, wish::Window::Stop(job), false);
                }
            });
            if let Some(failure) = &state.quiz.failure {
                let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
                ui.colored_label(ui.visuals().error_fg_color, words).on_hover_text(notices::reasons(failure));
                ui.label(RichText::new(notices::reasons(failure)).small().weak());
            }
        });
        results(ui, &state.quiz.past, actions);
    });
}

fn fields(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    egui::Grid::new("quiz fields").num_columns(2).spacing([16.0, 8.0]).show(ui, |ui| {
        ui.label(t!("Cells of"));
        ui.horizontal(|ui| {
            let name = state.dataset.opened.as_ref().map(|opened| opened.dataset.name());
            for source in [Source::Opened, Source::Synthetic] {
                let wish = wish::Quiz::From(source);
                let words = name.as_ref().filter(|_| source == Source::Opened).cloned();
                choice(ui, state, state.quiz_source() == source, wish, words, actions);
            }
        });
        ui.end_row();
        ui.label(t!("From"));
        ui.horizontal(|ui| {
            for pool in Pool::ALL {
                choice(ui, state, state.quiz.plan.pool == pool, wish::Quiz::Pool(pool), None, actions);
            }
        });
        ui.end_row();
        ui.label(t!("Number of cells"));
        let mut cells = state.quiz.plan.cells;
        let field =
            ui.add(DragValue::new(&mut cells).range(CELLS)).on_hover_text(t!("5 to 200, or as many as there are"));
        parts::named(&field, t!("Number of cells"));
        if field.changed() {
            actions.push(wish::Quiz::Cells(cells));
        }
        ui.end_row();
        ui.label(t!("Seed"));
        let mut seed = state.quiz.plan.seed;
        let field = ui.add(DragValue::new(&mut seed)).on_hover_text(t!("Another seed asks other cells"));
        parts::named(&field, t!("Quiz seed"));
        if field.changed() {
            actions.push(wish::Quiz::Seed(seed));
        }
        ui.end_row();
    });
}

fn choice(ui: &mut Ui, state: &AppState, chosen: bool, wish: wish::Quiz, words: Option<String>, actions: &mut Actions) {
    let obstacle = wish.obstacle(state);
    let radio = egui::RadioButton::new(chosen, words.unwrap_or_else(|| wish.text()));
    let mut response = ui.add_enabled(obstacle.is_none(), radio);
    response = response.on_disabled_hover_text(obstacle.unwrap_or_default());
    if !wish.tooltip().is_empty() {
        response = response.on_hover_text(wish.tooltip());
    }
    if response.clicked() {
        actions.push(wish);
    }
}

/// The results of this session, the latest first.
fn results(ui: &mut Ui, past: &[Past], actions: &mut Actions) {
    if past.is_empty() {
        return;
    }
    ui.add_space(theme::GRID);
    ui.heading(t!("Results of this session"));
    ui.label(RichText::new(t!("They are kept until the window closes: save what should last")).small().weak());
    for (place, one) in past.iter().enumerate().rev() {
        let (quiz, metrics) = (&one.sheet.quiz, &one.sheet.score.metrics);
        let words = t!(
            "{dataset}, {pool}, seed {seed}: {right} of {n} right",
            dataset = quiz.dataset,
            pool = t!(quiz.plan.pool.title()).to_lowercase(),
            seed = quiz.plan.seed,
            right = metrics.confusion.correct(),
            n = metrics.n
        );
        let kappa = RichText::new(t!("kappa {kappa}", kappa = figure(metrics.kappa))).weak();
        let button = egui::Button::new(words).right_text(kappa).min_size(egui::vec2(WIDTH, 0.0));
        if ui.add(button).on_hover_text(t!("Show this result again")).clicked() {
            actions.push(wish::Quiz::Show(place));
        }
    }
}
