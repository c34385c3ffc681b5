//! One run of the list: its words, its tick and its buttons.

use egui::{Align, Button, Checkbox, Label, Layout, RichText, Role, Ui, WidgetInfo, containers::menu::MenuButton};
use egui_extras::TableRow;

use super::{TrainView, order::Column, rename};
use crate::{
    app::{Action, Actions, AppState, Page, wish},
    domain::{
        metrics::Metrics,
        run::{RunEnd, RunRecord},
    },
    report::words::percent,
    ui::{views::train::ending, widgets::parts},
};

/// Draws the cells, from the tick to the buttons.
pub(super) fn show(
    row: &mut TableRow<'_, '_>,
    columns: &[Column],
    state: &AppState,
    run: &RunRecord,
    view: &mut TrainView,
    actions: &mut Actions,
) {
    row.col(|ui| tick(ui, state, run, actions));
    for column in columns {
        row.col(|ui| {
            if *column == Column::Name {
                name(ui, state, run, view, actions);
            } else {
                ui.add(Label::new(cell(*column, state, run)).truncate());
            }
        });
    }
    row.col(|ui| {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| buttons(ui, state, run, view, actions));
    });
}

fn name(ui: &mut Ui, state: &AppState, run: &RunRecord, view: &mut TrainView, actions: &mut Actions) {
    if view.renaming.as_ref().is_some_and(|renaming| renaming.folder == run.path) {
        rename::field(ui, state, run, &mut view.renaming, actions);
        return;
    }
    let shown = state.train.shown.as_ref() == Some(&run.path);
    let hint = t!("Show curves and settings of {name}", name = run.name);
    if ui.selectable_label(shown, &run.name).on_hover_text(hint).clicked() {
        actions.push(wish::Runs::Show(run.path.clone()));
    }
}

fn tick(ui: &mut Ui, state: &AppState, run: &RunRecord, actions: &mut Actions) {
    let mut ticked = state.train.ticked.contains(&run.path);
    let name = t!("Draw the curves of {name} over those of others", name = run.name);
    let response = ui.add(Checkbox::without_text(&mut ticked)).on_hover_text(&name);
    parts::named(&response, &name);
    if response.clicked() {
        actions.push(wish::Runs::Tick(run.path.clone()));
    }
}

/// The words of a column.
fn cell(column: Column, state: &AppState, run: &RunRecord) -> String {
    let test = |of: fn(&Metrics) -> Option<f64>| percent(run.test.as_ref().and_then(of));
    match column {
        Column::Name => run.name.clone(),
        Column::Network => run.architecture.title().to_owned(),
        Column::Dataset => run.dataset.clone(),
        Column::Started => run.started.chars().take(16).collect::<String>().replace('T', " "),
        Column::Epochs => {
            let live = state.train.training(&run.path);
            let epochs = live.map_or(run.history.len(), |live| live.history.len());
            t!("{epochs} of {planned}", epochs, planned = run.config.epochs)
        }
        Column::Accuracy => test(|metrics| metrics.accuracy),
        Column::Balanced => test(|metrics| metrics.balanced_accuracy),
        Column::Device => run.device.clone(),
        Column::State => standing(state, run).to_owned(),
    }
}

fn standing(state: &AppState, run: &RunRecord) -> &'static str {
    let train = &state.train;
    if train.training(&run.path).is_some() {
        t!("in training")
    } else if train.changing.iter().any(|(_, folder)| *folder == run.path) {
        t!("changing")
    } else if train.queue.iter().any(|queued| queued.resume.as_ref() == Some(&run.path)) {
        t!("waits")
    } else {
        ending(run.end)
    }
}

fn buttons(ui: &mut Ui, state: &AppState, run: &RunRecord, view: &mut TrainView, actions: &mut Actions) {
    let id = run.path.display().to_string();
    let mut button = |ui: &mut Ui, (word, says): (&str, &str), wishes: Vec<Action>| {
        let name = format!("{says} {}", run.name);
        let response = ui.small_button(word).on_hover_text(&name);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.clicked() {
            wishes.into_iter().for_each(|wish| actions.push(wish));
        }
    };
    if run.end == RunEnd::Unfinished {
        if state.train.held(&run.path).is_none() {
            button(ui, (t!("Resume"), t!("Resume")), vec![wish::Train::Resume(run.path.clone()).into()]);
        }
    } else if run.weights_hash.is_some() {
        button(
            ui,
            (t!("Use"), t!("Use")),
            vec![wish::Models::Use(id.clone()).into(), wish::Window::Go(Page::Classify).into()],
        );
        button(ui, (t!("Evaluate"), t!("Evaluate")), vec![wish::Evaluate::Model(id).into()]);
    }
    button(
        ui,
        (t!("Again"), t!("Train again with the settings of")),
        vec![wish::Train::Again(run.path.clone()).into()],
    );
    more(ui, state, run, view, actions);
}

/// What is done more rarely; what stands in the way is said on hover.
fn more(ui: &mut Ui, state: &AppState, run: &RunRecord, view: &mut TrainView, actions: &mut Actions) {
    let name = t!("More for {name}", name = run.name);
    let (response, _) = MenuButton::from_button(Button::new(t!("More")).small()).ui(ui, |ui| {
        let item = |ui: &mut Ui, word: &str, says: &str, obstacle: Option<&str>| {
            let mut response = ui.add_enabled(obstacle.is_none(), Button::new(word));
            if let Some(why) = obstacle {
                response = response.on_disabled_hover_text(why);
            }
            let said = format!("{says} {}", run.name);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, obstacle.is_none(), &said));
            response.clicked()
        };
        if item(ui, t!("Show in folder"), t!("Show the folder of"), None) {
            actions.push(wish::Files::Reveal(run.path.clone()));
            ui.close();
        }
        let held = state.train.held(&run.path);
        if item(ui, t!("Rename"), t!("Rename"), held) {
            view.rename(run);
            ui.close();
        }
        if item(ui, t!("Delete"), t!("Delete"), held) {
            actions.push(wish::Runs::Delete(run.path.clone()));
            ui.close();
        }
        if let Some(why) = held {
            ui.label(RichText::new(why).small().weak());
        }
    });
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
}
