//! The tabs beside the gallery: the matrix and every further figure, each of which shows its images.

mod calibration;
mod classes;
mod matrix;
mod mistakes;
mod mix;
mod other_lab;
mod ranking;
mod risk;

use std::sync::Arc;

use egui::{ScrollArea, Ui};

pub use self::mix::MixView;
use self::ranking::Track;
use super::EvaluateView;
use crate::{
    app::{Actions, AppState},
    domain::{ranking::Ranking, risk::RiskCoverage},
    eval::evaluate::Evaluation,
    job::aside::Standing,
    report::{
        chart::{Chart, Provenance},
        csv::Table,
        tables,
    },
    ui::widgets::parts,
};

/// What stands beside the gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    #[default]
    Matrix,
    Classes,
    Calibration,
    Ranking,
    Risk,
    Mistakes,
    OtherLab,
}

impl Tab {
    const ALL: [Self; 7] =
        [Self::Matrix, Self::Classes, Self::Calibration, Self::Ranking, Self::Risk, Self::Mistakes, Self::OtherLab];

    const fn title(self) -> &'static str {
        match self {
            Self::Matrix => "Confusion matrix",
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
    /// Where the keyboard stops on each class's curves: ROC, then precision and recall.
    pub tracks: [Vec<Track>; 2],
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
        let rankings: Vec<_> = (0..classes).map(|label| Ranking::of_class(&evaluation.judged, label)).collect();
        Self {
            tracks: ranking::tracks(&rankings),
            rankings,
            roc: Chart::roc(evaluation, origin()),
            precision_recall: Chart::precision_recall(evaluation, origin()),
            risk: RiskCoverage::of(evaluation.verdicts()),
            risk_coverage: Chart::risk_coverage(evaluation, origin()),
            mistakes: tables::mistakes(evaluation),
        }
    }
}

/// The names of the tabs, the open one marked.
pub(super) fn row(ui: &mut Ui, view: &mut EvaluateView) {
    ui.horizontal_wrapped(|ui| {
        for tab in Tab::ALL {
            if ui.selectable_label(view.tab == tab, tab.title()).clicked() {
                view.tab = tab;
            }
        }
    });
}

/// What the open tab shows, scrolled where it does not fit.
pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    evaluation: &Arc<Evaluation>,
    view: &mut EvaluateView,
    actions: &mut Actions,
) {
    let waits = match view.tab {
        Tab::Ranking | Tab::Risk | Tab::Mistakes => {
            matches!(view.curves(evaluation, ui.ctx()), Standing::UnderWay)
        }
        Tab::Matrix | Tab::Classes | Tab::Calibration | Tab::OtherLab => false,
    };
    if waits {
        ui.horizontal(|ui| {
            parts::busy(ui, state);
            ui.label("Working out the curves");
        });
        return;
    }
    let area = ScrollArea::both().id_salt(("tab", view.tab)).auto_shrink(false);
    area.show(ui, |ui| match view.tab {
        Tab::Matrix => matrix::show(ui, evaluation, view, actions),
        Tab::Classes => classes::show(ui, &evaluation.metrics, view),
        Tab::Calibration => calibration::show(ui, evaluation, view, actions),
        Tab::Ranking => ranking::show(ui, evaluation, view, actions),
        Tab::Risk => risk::show(ui, evaluation, view, actions),
        Tab::Mistakes => mistakes::show(ui, evaluation, view),
        Tab::OtherLab => other_lab::show(ui, state, evaluation, view, actions),
    });
}
