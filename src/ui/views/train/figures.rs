//! A run in pictures: its curves, and beside them the validation matrix or the map, which share the room.

use egui::{Align, Id, Layout, RichText, Role, Ui, WidgetInfo, vec2};

use super::moving::{Map, MapOfRun};
use crate::{
    app::{Actions, AppState},
    domain::{confusion::Confusion, cross_table::CrossTable, run::RunRecord},
    report::{
        self,
        chart::{Provenance, Quantity},
    },
    ui::widgets::{
        chart::{Ask, Chart},
        curves::Curves,
        gallery::Pictures,
        matrix::{Matrix, Mode},
    },
};

/// Width from which on two pictures stand beside each other, in points.
const ROOM_FOR_TWO: f32 = 560.0;
/// The share of the width that the curves take then.
const CURVES: f32 = 0.52;

/// What stands beside the curves, or in their place where there is room for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    Curves,
    #[default]
    Matrix,
    Map,
}

/// What only the eye keeps, and the pictures of cells.
pub(super) type Seen<'a> = (&'a mut Beside, &'a mut MapOfRun, &'a mut Pictures);

/// What there is to see of a run.
pub(super) struct Figures<'a> {
    /// Tells the pictures of one run from those of another.
    pub id: &'a str,
    pub curves: Curves<'a>,
    /// With its title; `None` before the first epoch ends.
    pub matrix: Option<(&'a str, &'a Confusion)>,
    /// Or why there is none.
    pub map: Result<Map<'a>, String>,
    /// A run that has ended, whose charts can be saved.
    pub run: Option<&'a RunRecord>,
}

/// One row: `left`, and at the right the choice of the picture beside the curves.
pub(super) fn choose(ui: &mut Ui, beside: &mut Beside, left: impl FnOnce(&mut Ui)) {
    let both = ui.available_width() > ROOM_FOR_TWO;
    if both && *beside == Beside::Curves {
        *beside = Beside::Matrix;
    }
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // From the right.
            let choices = [
                (Beside::Map, t!("Map"), t!("How the network tells validation cells apart, epoch by epoch")),
                (Beside::Matrix, t!("Matrix"), t!("How the network sorts the validation split, epoch by epoch")),
                (Beside::Curves, t!("Curves"), t!("Loss and accuracy")),
            ];
            for (choice, words, hint) in choices {
                if choice != Beside::Curves || !both {
                    let row = ui.selectable_value(beside, choice, words).on_hover_text(hint);
                    let (chosen, name) = (*beside == choice, t!("Show the {words}", words = words.to_lowercase()));
                    row.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), left);
        });
    });
}

impl Figures<'_> {
    /// Fills the room that is left.
    pub(super) fn show(&self, ui: &mut Ui, state: &AppState, seen: Seen<'_>, actions: &mut Actions) {
        let room = ui.available_size();
        let both = room.x > ROOM_FOR_TWO;
        let beside = *seen.0;
        // Before anything can stand beside them the curves have all the room.
        let alone = if both { self.matrix.is_none() && self.map.is_err() } else { beside == Beside::Curves };
        if alone {
            return self.draw_curves(ui, actions);
        }
        if !both {
            return self.draw_beside(ui, state, seen, actions);
        }
        ui.horizontal_top(|ui| {
            ui.allocate_ui_with_layout(vec2(room.x * CURVES, room.y), Layout::top_down(Align::Min), |ui| {
                self.draw_curves(ui, actions);
            });
            ui.vertical(|ui| self.draw_beside(ui, state, seen, actions));
        });
    }

    fn draw_curves(&self, ui: &mut Ui, actions: &mut Actions) {
        let (curves, id) = (&self.curves, Id::unique(("curves", self.id)));
        let mut chart = Chart::new(("curves", self.id), t!("Curves"), curves.summary(), || curves.table()).zooms();
        if let Some(run) = self.run {
            let drawn =
                || [Quantity::Loss, Quantity::Accuracy].map(|of| report::chart::Chart::curves(of, run)).to_vec();
            chart = chart.exports(drawn);
        }
        let ask = chart.show(ui, |ui, view| curves.show(ui, id, ui.available_height() - 24.0, view));
        ask.into_iter().for_each(|ask| ask.act(actions));
    }

    fn draw_beside(&self, ui: &mut Ui, state: &AppState, (beside, view, pictures): Seen<'_>, actions: &mut Actions) {
        match (*beside, &self.map, self.matrix) {
            (Beside::Map, Ok(map), _) => map.show(ui, state, (view, pictures), actions),
            (Beside::Map, Err(why), _) => {
                ui.add_space(32.0);
                ui.vertical_centered(|ui| ui.label(RichText::new(why).weak()));
            }
            (_, _, Some((title, confusion))) => {
                let ask = self.draw_matrix(ui, title, confusion);
                ask.into_iter().for_each(|ask| ask.act(actions));
            }
            (_, _, None) => {}
        }
    }

    fn draw_matrix(&self, ui: &mut Ui, title: &str, confusion: &Confusion) -> Option<Ask> {
        let counts = CrossTable::of_classes(confusion);
        let matrix = Matrix { counts: &counts, mode: Mode::Counts, selected: None, opens: false };
        let mut chart = Chart::new(("matrix", self.id), title, matrix.summary(), || matrix.table());
        if let Some((run, test)) = self.run.and_then(|run| Some((run, run.test.as_ref()?)))
            && test.confusion == *confusion
        {
            chart = chart.exports(|| report::chart::Chart::of_metrics(test, &Provenance::of_run(run)));
        }
        chart.show(ui, |ui, _| {
            let room = ui.available_size();
            matrix.show(ui, Id::unique(("cells", self.id)), room);
        })
    }
}
