//! The Compare page: two models on the same cells, whether they differ, and the cells that it is about.

mod bars;
mod cells;
mod figures;

use std::sync::Arc;

use egui::{RichText, ScrollArea, Ui};

pub use self::cells::CompareView;
use crate::ui::widgets::gallery::Pictures;
use crate::{
    app::{Actions, AppState, pages::compare::Side, wish},
    domain::comparison::Comparison,
    language,
    report::words::thousands,
    ui::{
        theme,
        widgets::{answer::Wanted, icons, parts},
    },
};

pub fn show(ui: &mut Ui, state: &AppState, view: &mut CompareView, pictures: &mut Pictures, actions: &mut Actions) {
    subject(ui, state, actions);
    match state.compare.pairing.result() {
        Some(result) => full(ui, state, result, (view, pictures), actions),
        None => wanted(state).in_place(ui, state, actions),
    }
}

/// Both models, the dataset and the choice of cells that the next comparison is made of.
fn subject(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        for side in Side::BOTH {
            picker(ui, state, side, actions);
        }
        ui.separator();
        super::which_cells(ui, state, state.compare.scope, wish::Compare::On, actions);
    });
}

fn picker(ui: &mut Ui, state: &AppState, side: Side, actions: &mut Actions) {
    let chosen = state.compared(side);
    let name =
        chosen.map_or_else(|| t!("none yet").to_owned(), |model| format!("{} · {}", model.title, t!(&model.origin)));
    ui.menu_button(format!("{}: {name}", side.letter()), |ui| {
        if state.models.known.is_empty() {
            ui.label(RichText::new(t!("Train a model first")).weak());
        }
        parts::rows(ui, |ui| {
            for model in &state.models.known {
                let score = model.accuracy.map(|share| format!("  {:.1} %", 100.0 * share)).unwrap_or_default();
                let words = format!("{} · {}{score}", model.title, t!(&model.origin));
                if ui.selectable_label(chosen.is_some_and(|chosen| chosen.id == model.id), words).clicked() {
                    actions.push(wish::Compare::Pick(side, model.id.clone()));
                    ui.close();
                }
            }
        });
    });
}

fn wanted(state: &AppState) -> Wanted<'_> {
    Wanted {
        icon: icons::SCALE,
        doing: t!("Comparing"),
        nothing: t!("Nothing was compared yet"),
        promise: t!("Both models see the same cells: figures, differences, cost, and where they disagree"),
        action: wish::Compare::Compare.into(),
        running: state.compare.pairing.running(),
        failure: state.compare.pairing.failure(),
    }
}

fn full(
    ui: &mut Ui,
    state: &AppState,
    result: &Arc<Comparison>,
    (view, pictures): (&mut CompareView, &mut Pictures),
    actions: &mut Actions,
) {
    view.refresh(result);
    wanted(state).above(ui, state, actions);
    let height = (ui.available_height() - 96.0).clamp(360.0, 560.0);
    ScrollArea::vertical().id_salt("comparison").auto_shrink(false).show(ui, |ui| {
        let count = thousands(result.n);
        ui.label(
            RichText::new(t!(
                "{count} cells of {dataset}: {cells}",
                count,
                dataset = result.a.dataset,
                cells = language::heard(&result.cells)
            ))
            .weak(),
        );
        figures::notes(ui, state, result);
        figures::verdict(ui, result);
        let width = ui.available_width();
        ui.horizontal_top(|ui| {
            theme::card(ui.style()).show(ui, |ui| {
                ui.set_width(width * 0.48 - 40.0);
                ui.set_height(height);
                ui.vertical(|ui| bars::show(ui, result, view, actions));
            });
            view.refresh(result);
            theme::card(ui.style()).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.set_height(height);
                ui.vertical(|ui| cells::show(ui, state, result, (view, pictures), actions));
            });
        });
        figures::show(ui, result);
        ui.add_space(theme::GRID);
    });
}
