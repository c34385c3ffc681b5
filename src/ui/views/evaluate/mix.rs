//! The mix of classes that predictive values are of: the folder's own, that of adult blood, or one that a person names.

use egui::Ui;

use crate::domain::{metrics::Metrics, mix::ClassMix};

/// Which mix is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    #[default]
    Folder,
    AdultBlood,
    Own,
}

impl Choice {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Folder, key!("As in this folder"), key!("Predictive values as the images here are mixed: precision")),
        (
            Self::AdultBlood,
            key!("Adult blood"),
            key!(
                "White cells of a healthy adult: the middles of the normal ranges of MedlinePlus, \"Blood differential test\""
            ),
        ),
        (Self::Own, key!("Own numbers"), key!("Shares that you name yourself; only their proportions count")),
    ];
}

/// The choice and a person's own numbers, in per cent.
#[derive(Clone, Debug, Default)]
pub struct MixView {
    choice: Choice,
    own: Vec<(String, f64)>,
}

impl MixView {
    /// The mix that is chosen.
    #[must_use]
    pub fn chosen(&self, metrics: &Metrics) -> ClassMix {
        match self.choice {
            Choice::Folder => ClassMix::of_folder(metrics),
            Choice::AdultBlood => ClassMix::adult_blood(),
            Choice::Own => ClassMix { name: t!("own numbers").to_owned(), shares: self.own.clone() },
        }
    }

    /// A class's share, to be changed, where own numbers are chosen.
    pub fn own_share(&mut self, class: &str) -> Option<&mut f64> {
        if self.choice != Choice::Own {
            return None;
        }
        let at = self.own.iter().position(|(name, _)| name == class).unwrap_or_else(|| {
            self.own.push((class.to_owned(), 0.0));
            self.own.len() - 1
        });
        self.own.get_mut(at).map(|(_, share)| share)
    }

    /// Own numbers begin with those that stood there before.
    fn choose(&mut self, choice: Choice, metrics: &Metrics) {
        if choice == Choice::Own && self.choice != Choice::Own {
            let before = self.chosen(metrics);
            let percent = |name: &str| (before.share(name) * 10_000.0).round() / 100.0;
            self.own = metrics.classes.iter().map(|class| (class.name.clone(), percent(&class.name))).collect();
        }
        self.choice = choice;
    }
}

/// The choices in one row.
pub(super) fn choose(ui: &mut Ui, metrics: &Metrics, view: &mut MixView) {
    ui.horizontal_wrapped(|ui| {
        ui.label(t!("Mix of classes"));
        for (choice, name, help) in Choice::ALL {
            if ui.selectable_label(view.choice == choice, t!(name)).on_hover_text(t!(help)).clicked() {
                view.choose(choice, metrics);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{classes::ClassList, confusion::Confusion};

    #[test]
    fn own_numbers_begin_with_what_stood_there() {
        let labels = ClassList::new(["basophil", "neutrophil"].map(str::to_owned));
        let metrics = Metrics::of(Confusion { labels, counts: vec![vec![10, 0], vec![0, 30]] });
        let mut view = MixView::default();
        assert_eq!(view.own_share("basophil"), None);
        view.choose(Choice::Own, &metrics);
        assert_eq!(view.own_share("basophil").copied(), Some(25.0));
        *view.own_share("basophil").unwrap() = 5.0;
        view.choose(Choice::Own, &metrics);
        assert_eq!(view.chosen(&metrics).share("basophil"), 5.0);
        view.choose(Choice::AdultBlood, &metrics);
        assert_eq!(view.chosen(&metrics), ClassMix::adult_blood());
    }
}
