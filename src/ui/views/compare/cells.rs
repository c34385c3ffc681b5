//! The cells that exactly one of the models got right, as a gallery.

use std::{path::Path, sync::Arc};

use egui::{Id, RichText, Ui};

use crate::{
    app::{Actions, AppState, pages::compare::Side},
    domain::{
        classes,
        comparison::{Comparison, Discordant},
    },
    report::words::thousands,
    ui::{
        views::{gallery_looks, gallery_wishes},
        widgets::{
            confidence::percent,
            gallery::{Cell, Gallery, GalleryView, Pictures},
        },
    },
};

/// What only the eye needs to keep of the Compare page.
#[derive(Default)]
pub struct CompareView {
    /// Whose hits the gallery shows; `None` shows those of both.
    pub right: Option<Side>,
    /// The true class that the gallery shows.
    pub class: Option<usize>,
    pub gallery: GalleryView,
    /// Counts how often `picked` was worked out.
    version: u64,
    picked: Vec<usize>,
    /// What `picked` was worked out for.
    worked_out: Option<(Arc<Comparison>, Option<Side>, Option<usize>)>,
}

impl CompareView {
    /// Indices of the discordant cells that the gallery shows.
    #[must_use]
    pub fn picked(&self) -> &[usize] {
        &self.picked
    }

    /// Works the cells out anew where the comparison or the choice is another one; a new comparison starts with all.
    pub(super) fn refresh(&mut self, comparison: &Arc<Comparison>) {
        let same = self.worked_out.as_ref().filter(|(of, ..)| Arc::ptr_eq(of, comparison));
        if same.is_some_and(|(_, right, class)| *right == self.right && *class == self.class) {
            return;
        }
        if same.is_none() {
            (self.right, self.class) = (None, None);
        }
        self.version += 1;
        let name = self.class.map(|label| comparison.a.metrics.confusion.labels.name(label));
        self.picked = pick(&comparison.discordant, self.right, name);
        self.worked_out = Some((Arc::clone(comparison), self.right, self.class));
    }
}

fn pick(cells: &[Discordant], right: Option<Side>, class: Option<&str>) -> Vec<usize> {
    let wanted = |cell: &Discordant| {
        let winner = if cell.a_is_right() { Side::A } else { Side::B };
        right.is_none_or(|right| right == winner) && class.is_none_or(|class| cell.truth == class)
    };
    cells.iter().enumerate().filter(|(_, cell)| wanted(cell)).map(|(index, _)| index).collect()
}

pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    comparison: &Comparison,
    (view, pictures): (&mut CompareView, &mut Pictures),
    actions: &mut Actions,
) {
    head(ui, comparison, view);
    let Some(root) = state.compare.pairing.answered().map(|answered| answered.data.root.as_path()) else { return };
    if view.picked.is_empty() {
        ui.label(RichText::new(t!("No such cell: the models are right and wrong on the same ones")).weak());
        return;
    }
    let (version, picked) = (view.version, view.picked.as_slice());
    let cell = |place: usize| {
        let one = picked.get(place).and_then(|index| comparison.discordant.get(*index))?;
        Some(describe(root, one))
    };
    let (id, (side, against_opening)) = (Id::unique("discordant cells"), gallery_looks(state));
    let count = picked.len();
    let gallery = Gallery { id, version, count, cell: &cell, confidences: true, side, against_opening };
    gallery_wishes(gallery.show(ui, (&mut view.gallery, &state.selection), pictures), actions);
}

fn head(ui: &mut Ui, comparison: &Comparison, view: &mut CompareView) {
    let title = match view.class {
        Some(label) => {
            let name = comparison.a.metrics.confusion.labels.name(label);
            t!("Cells that one model alone got right: {name}", name = classes::title(name))
        }
        None => t!("Cells that one model alone got right").to_owned(),
    };
    ui.add(egui::Label::new(RichText::new(&title).heading()).truncate());
    ui.horizontal_wrapped(|ui| {
        let test = comparison.mcnemar;
        let choices = [
            (None, t!("All {count}", count = thousands(test.discordant()))),
            (Some(Side::A), t!("A right {count}", count = thousands(test.only_a_correct))),
            (Some(Side::B), t!("B right {count}", count = thousands(test.only_b_correct))),
        ];
        for (right, words) in choices {
            if ui.selectable_label(view.right == right, words).clicked() {
                view.right = right;
                ui.ctx().request_repaint();
            }
        }
        if view.class.is_some() && ui.link(t!("Show every class")).clicked() {
            view.class = None;
            ui.ctx().request_repaint();
        }
        ui.label(RichText::new(t!("{count} shown", count = thousands(view.picked.len() as u64))).weak());
    });
}

/// What a screen reader says of a picture; under it stands the mistake with its confidence.
fn describe(root: &Path, one: &Discordant) -> Cell {
    let name = t!(
        "{path}: true {truth}, A says {a} {a_confidence}, B says {b} {b_confidence}",
        path = one.path,
        truth = one.truth,
        a = one.a,
        a_confidence = percent(one.a_confidence),
        b = one.b,
        b_confidence = percent(one.b_confidence)
    );
    let mistake = if one.a_is_right() { (&one.b, one.b_confidence) } else { (&one.a, one.a_confidence) };
    let (truth, given) = (Some(one.truth.clone()), Some((mistake.0.clone(), mistake.1)));
    Cell { path: root.join(&one.path), name, truth, given }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gallery_holds_exactly_the_cells_of_the_choice() {
        let cell = |truth: &str, a: &str, b: &str| Discordant {
            path: String::new(),
            truth: truth.to_owned(),
            a: a.to_owned(),
            b: b.to_owned(),
            a_confidence: 0.9,
            b_confidence: 0.8,
        };
        let cells =
            [cell("ig", "ig", "neutrophil"), cell("ig", "neutrophil", "ig"), cell("platelet", "platelet", "ig")];
        assert_eq!(pick(&cells, None, None), [0, 1, 2]);
        assert_eq!(pick(&cells, Some(Side::A), None), [0, 2]);
        assert_eq!(pick(&cells, Some(Side::B), Some("ig")), [1]);
    }
}
