//! The tabs below matrix and gallery: every further figure, each of which shows its images.

mod calibration;
mod mistakes;
mod other_lab;
mod ranking;
mod risk;

use std::sync::Arc;

use egui::Ui;

use super::classes;
use crate::{
    app::{Actions, AppState},
    domain::{ranking::Ranking, risk::RiskCoverage},
    eval::evaluate::Evaluation,
    report::{
        chart::{Chart, Provenance},
        csv::Table,
        tables,
    },
    ui::{UiState, theme},
};

/// What stands below matrix and gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    #[default]
    Classes,
    Calibration,
    Ranking,
    Risk,
    Mistakes,
    OtherLab,
}

impl Tab {
    const ALL: [Self; 6] =
        [Self::Classes, Self::Calibration, Self::Ranking, Self::Risk, Self::Mistakes, Self::OtherLab];

    const fn title(self) -> &'static str {
        match self {
            Self::Classes => "Per class",
            Self::Calibration => "Calibration",
            Self::Ranking => "ROC and PR",
            Self::Risk => "Risk and coverage",
            Self::Mistakes => "Worst mistakes",
            Self::OtherLab => "Another lab",
        }
    }
}

/// What the curves of an evaluation take too long to work out in every frame.
pub struct Drawn {
    pub rankings: Vec<Ranking>,
    pub roc: Chart,
    pub precision_recall: Chart,
    pub risk: RiskCoverage,
    pub risk_coverage: Chart,
    pub mistakes: Table,
}

impl Drawn {
    pub(super) fn new(evaluation: &Evaluation) -> Self {
        let classes = evaluation.metrics.confusion.labels.len();
        let origin = || Provenance::of_evaluation(evaluation);
        Self {
            rankings: (0..classes).map(|label| Ranking::of_class(&evaluation.judged, label)).collect(),
            roc: Chart::roc(evaluation, origin()),
            precision_recall: Chart::precision_recall(evaluation, origin()),
            risk: RiskCoverage::of(evaluation.verdicts()),
            risk_coverage: Chart::risk_coverage(evaluation, origin()),
            mistakes: tables::mistakes(evaluation),
        }
    }
}

pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    evaluation: &Arc<Evaluation>,
    view: &mut UiState,
    actions: &mut Actions,
) {
    ui.horizontal_wrapped(|ui| {
        for tab in Tab::ALL {
            if ui.selectable_label(view.evaluate.tab == tab, tab.title()).clicked() {
                view.evaluate.tab = tab;
            }
        }
    });
    let view = &mut view.evaluate;
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width());
        match view.tab {
            Tab::Classes => classes::show(ui, &evaluation.metrics, view),
            Tab::Calibration => calibration::show(ui, evaluation, view, actions),
            Tab::Ranking => ranking::show(ui, evaluation, view, actions),
            Tab::Risk => risk::show(ui, evaluation, view, actions),
            Tab::Mistakes => mistakes::show(ui, evaluation, view),
            Tab::OtherLab => other_lab::show(ui, state, evaluation, view, actions),
        }
    });
}
