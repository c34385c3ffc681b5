//! Which cells of the map are shown and which are picked: what only the eye needs to keep.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    app::pages::map::Mapped,
    domain::{
        classes::ClassList,
        plane::{Plane, Spot},
    },
    ui::widgets::{
        gallery::GalleryView,
        scatter::{Mark, ScatterView},
    },
};

/// What only the eye needs to keep of the Map page.
#[derive(Default)]
pub struct MapView {
    pub(super) scatter: ScatterView,
    pub(super) gallery: GalleryView,
    /// Classes that are hidden, by name.
    hidden: BTreeSet<String>,
    pub(super) mistakes_only: bool,
    pub(super) without_home: bool,
    picked: Vec<usize>,
    /// Counts how often the picks were changed.
    picks: u64,
    /// Counts how often the marks were worked out.
    version: u64,
    faces: ClassList,
    marks: Arc<Vec<Option<Mark>>>,
    worked_out: Option<WorkedOut>,
}

/// What the marks were worked out for.
#[derive(PartialEq)]
struct WorkedOut {
    /// The cells and the places, by where they lie in memory.
    mapped: usize,
    plane: usize,
    hidden: BTreeSet<String>,
    mistakes_only: bool,
    without_home: bool,
    picks: u64,
}

impl MapView {
    /// Cells that were picked, as indices of the map.
    #[must_use]
    pub fn picked(&self) -> &[usize] {
        &self.picked
    }

    pub(super) fn picks(&self) -> u64 {
        self.picks
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn faces(&self) -> &ClassList {
        &self.faces
    }

    pub(super) fn marks(&self) -> Arc<Vec<Option<Mark>>> {
        Arc::clone(&self.marks)
    }

    /// How many cells are shown.
    pub(super) fn visible(&self) -> usize {
        self.marks.iter().flatten().count()
    }

    pub(super) fn pick(&mut self, cells: Vec<usize>) {
        (self.picked, self.picks) = (cells, self.picks + 1);
    }

    pub(super) fn is_hidden(&self, class: &str) -> bool {
        self.hidden.contains(class)
    }

    pub(super) fn toggle(&mut self, class: &str) {
        if !self.hidden.remove(class) {
            self.hidden.insert(class.to_owned());
        }
    }

    /// Shows this class alone, or every class where it is alone already.
    pub(super) fn only(&mut self, class: &str) {
        let others: BTreeSet<String> = self.faces.iter().filter(|name| *name != class).map(str::to_owned).collect();
        self.hidden = if self.hidden == others { BTreeSet::new() } else { others };
    }

    /// Picks every cell that is shown.
    pub(super) fn pick_all(&mut self) {
        let shown = self.marks.iter().enumerate().filter(|(_, mark)| mark.is_some()).map(|(index, _)| index).collect();
        self.pick(shown);
    }

    /// Works the marks out anew where the map or the choice is another one; another map starts with nothing picked.
    pub(super) fn refresh(&mut self, mapped: &Arc<Mapped>, plane: &Plane) {
        let place = Arc::as_ptr(mapped) as usize;
        if self.worked_out.as_ref().is_some_and(|known| known.mapped != place) {
            self.pick(Vec::new());
            self.scatter.reset();
        }
        let now = WorkedOut {
            mapped: place,
            plane: std::ptr::from_ref(plane) as usize,
            hidden: self.hidden.clone(),
            mistakes_only: self.mistakes_only,
            without_home: self.without_home,
            picks: self.picks,
        };
        if self.worked_out.as_ref() == Some(&now) {
            return;
        }
        self.faces.clone_from(&mapped.classes);
        let chosen: BTreeSet<usize> = self.picked.iter().copied().collect();
        let mark = |index: usize| {
            let (_, spot, other) = mapped.spot(index)?;
            let face = self.faces.label(&spot.truth).filter(|_| self.shows(spot, other))?;
            Some(Mark { face, hollow: other, chosen: chosen.contains(&index) })
        };
        self.marks = Arc::new((0..mapped.len()).map(mark).collect());
        (self.version, self.worked_out) = (self.version + 1, Some(now));
    }

    fn shows(&self, spot: &Spot, other: bool) -> bool {
        let wrong = spot.is_mistake() || !self.mistakes_only;
        wrong && (other || !self.without_home) && !self.is_hidden(&spot.truth)
    }
}
