//! What the answers of a quiz are worth, and the cells that were missed.

use std::sync::Arc;

use egui::{Grid, Id, Label, Margin, RichText, ScrollArea, Ui};

use crate::{
    app::{Actions, AppState, notices, pages::quiz::Past, wish},
    domain::{
        classes,
        quiz::{ByModel, Sheet},
    },
    report::{
        quiz::{self, Kind},
        words::{figure, percent},
    },
    ui::{
        theme,
        views::{gallery_looks, gallery_wishes},
        widgets::{
            confidence,
            gallery::{Cell, Gallery, GalleryView, Pictures},
            icons, parts,
        },
    },
};

/// What only the eye needs to keep of the Quiz page.
#[derive(Default)]
pub struct QuizView {
    gallery: GalleryView,
    /// Counts how often another result was shown.
    version: u64,
    shown: Option<Arc<Sheet>>,
}

pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    past: &Past,
    (view, pictures): (&mut QuizView, &mut Pictures),
    actions: &mut Actions,
) {
    if !view.shown.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, &past.sheet)) {
        (view.version, view.shown) = (view.version + 1, Some(Arc::clone(&past.sheet)));
    }
    let quiz = &past.sheet.quiz;
    ui.horizontal_wrapped(|ui| {
        let words = t!(
            "{dataset}, {pool}, seed {seed}",
            dataset = quiz.dataset,
            pool = t!(quiz.plan.pool.title()).to_lowercase(),
            seed = quiz.plan.seed
        );
        ui.label(RichText::new(words).weak());
        parts::button(ui, state, actions, wish::Quiz::Close, true);
        for kind in [Kind::Csv, Kind::Json] {
            parts::button(ui, state, actions, wish::Quiz::ChooseFile(kind), false);
        }
    });
    tiles(ui, &past.sheet);
    models(ui, state, past, actions);
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        let height = (ui.available_height() - 34.0).max(240.0);
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(width * 0.42 - 34.0);
            ui.set_height(height);
            ui.vertical(|ui| by_class(ui, &past.sheet));
        });
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_height(height);
            ui.vertical(|ui| missed(ui, state, &past.sheet, (view, pictures), actions));
        });
    });
}

/// The figures of the whole quiz: against the labels first, then beside each model.
fn tiles(ui: &mut Ui, sheet: &Sheet) {
    let metrics = &sheet.score.metrics;
    let interval =
        metrics.accuracy_ci.map(|ci| t!("95 %: {low:.0} to {high:.0} %", low = 100.0 * ci.low, high = 100.0 * ci.high));
    let kappa = sheet.score.kappa_ci.map(|ci| t!("95 %: {low:.2} to {high:.2}", low = ci.low, high = ci.high));
    let right = t!("{right} of {n} right", right = metrics.confusion.correct(), n = metrics.n);
    let mut tiles = vec![
        (
            t!("Right").to_owned(),
            percent(metrics.accuracy),
            format!("{right}; {}", interval.unwrap_or_default()),
            t!("Cells that you gave the class of their label; 95 % Wilson interval"),
        ),
        (
            t!("Kappa against the labels").to_owned(),
            figure(metrics.kappa),
            kappa.unwrap_or_else(|| t!("too few cells for an interval").to_owned()),
            t!("Agreement beyond chance (Cohen); 1 is best; 95 % bootstrap interval"),
        ),
    ];
    for of in &sheet.models {
        let own = t!(
            "it has {right} of {n} right{flattered}",
            right = of.right(&sheet.quiz),
            n = metrics.n,
            flattered = flattered(of)
        );
        let help = t!("Agreement of your answers with the model's beyond chance, whoever of the two is right");
        tiles.push((t!("Kappa with {model}", model = of.model), figure(of.kappa(&sheet.quiz)), own, help));
    }
    theme::card(ui.style()).inner_margin(Margin::symmetric(16, 8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.columns(tiles.len(), |columns| {
            for (ui, (name, value, below, help)) in columns.iter_mut().zip(tiles) {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.add(Label::new(RichText::new(name).small().weak()).truncate());
                ui.add(Label::new(RichText::new(value).font(theme::strong(22.0))).truncate()).on_hover_text(help);
                ui.add(Label::new(RichText::new(below).small().weak()).truncate());
            }
        });
    });
}

fn flattered(of: &ByModel) -> String {
    if of.learned_from == 0 { String::new() } else { t!("; it learned from {count}", count = of.learned_from) }
}

/// How far the models are, while they are asked.
fn models(ui: &mut Ui, state: &AppState, past: &Past, actions: &mut Actions) {
    if let Some(job) = past.models.running() {
        ui.horizontal(|ui| {
            parts::busy(ui, state);
            ui.label(RichText::new(t!("The bundled models answer the same cells")).weak());
            parts::button(ui, state, actions, wish::Window::Stop(job), false);
        });
    } else if let Some(failure) = past.models.failure() {
        let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
        ui.colored_label(ui.visuals().error_fg_color, words).on_hover_text(notices::reasons(failure));
    }
}

/// One row a class: how often it was asked, named, and the interval of that.
fn by_class(ui: &mut Ui, sheet: &Sheet) {
    ui.heading(t!("By class"));
    let table = quiz::classes(sheet);
    ScrollArea::both().id_salt("quiz by class").show(ui, |ui| {
        Grid::new("quiz classes").striped(true).spacing([16.0, 4.0]).show(ui, |ui| {
            for head in [t!("Class"), t!("Cells"), t!("Named"), t!("Sensitivity (95 %)")] {
                ui.label(RichText::new(head).small().weak());
            }
            ui.end_row();
            for (row, class) in table.words().zip(&sheet.score.metrics.classes) {
                ui.label(classes::title(&class.name));
                for word in row.iter().skip(1) {
                    ui.label(word);
                }
                ui.end_row();
            }
        });
    });
}

fn missed(
    ui: &mut Ui,
    state: &AppState,
    sheet: &Sheet,
    (view, pictures): (&mut QuizView, &mut Pictures),
    actions: &mut Actions,
) {
    let places = &sheet.score.missed;
    ui.heading(t!("Missed cells ({count})", count = places.len()));
    if places.is_empty() {
        ui.label(RichText::new(t!("Every cell was given the class of its label")).weak());
        return;
    }
    ui.label(
        RichText::new(t!("Your answer under each, and its true class below; the models' in the hint")).small().weak(),
    );
    let cell = |place: usize| describe(sheet, *places.get(place)?);
    let (id, (side, against_opening)) = (Id::unique("missed cells"), gallery_looks(state));
    let (version, count) = (view.version, places.len());
    let gallery = Gallery { id, version, count, cell: &cell, confidences: true, side, against_opening };
    gallery_wishes(gallery.show(ui, (&mut view.gallery, &state.selection), pictures), actions);
}

/// What stands under a missed cell, and what a screen reader says of it.
fn describe(sheet: &Sheet, place: usize) -> Option<Cell> {
    let quiz = &sheet.quiz;
    let (cell, answer) = (quiz.cells.get(place)?, *quiz.answers().get(place)?);
    let [truth, answer] = [cell.label, answer].map(|label| quiz.classes.name(label));
    let mut name = t!("{path}: true {truth}, you said {answer}", path = cell.path, truth, answer);
    for of in &sheet.models {
        let said = of.given.get(place).and_then(Option::as_ref).map_or_else(
            || t!("nothing").to_owned(),
            |(class, share)| format!("{class} {}", confidence::percent(*share)),
        );
        name = t!("{name}, {model} says {said}", name, model = of.model, said);
    }
    Some(Cell {
        path: quiz.file(cell),
        name,
        truth: Some(truth.to_owned()),
        given: Some((answer.to_owned(), f32::NAN)),
    })
}
