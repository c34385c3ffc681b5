//! Which images stand where, and which of them are chosen.

use std::{cmp::Ordering, collections::BTreeSet};

use super::Cell;

/// In which order the images stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// As the page gives them.
    #[default]
    Given,
    Name,
    Class,
    LeastConfident,
    MostConfident,
}

impl Sort {
    const ALL: [Self; 5] = [Self::Given, Self::Name, Self::Class, Self::LeastConfident, Self::MostConfident];

    /// The orders that make sense for images with or without a confidence.
    pub(super) fn offered(confidences: bool) -> &'static [Self] {
        Self::ALL.get(..if confidences { 5 } else { 3 }).unwrap_or(&Self::ALL)
    }

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Given => "As listed",
            Self::Name => "By name",
            Self::Class => "By class",
            Self::LeastConfident => "Least confident first",
            Self::MostConfident => "Most confident first",
        }
    }

    fn compare(self, a: &Cell, b: &Cell) -> Ordering {
        let share = |cell: &Cell| cell.given.as_ref().map_or(0.0, |(_, share)| *share);
        match self {
            Self::Given => Ordering::Equal,
            Self::Name => a.name.cmp(&b.name),
            Self::Class => a.class().cmp(b.class()),
            Self::LeastConfident => share(a).total_cmp(&share(b)),
            Self::MostConfident => share(b).total_cmp(&share(a)),
        }
    }
}

/// What a gallery keeps between frames: filter, order, choice and place.
#[derive(Default)]
pub struct GalleryView {
    pub(super) filter: String,
    pub(super) sort: Sort,
    /// Indices into the page's images, in the order of the grid.
    pub(super) order: Vec<usize>,
    worked_out: Option<(u64, usize, String, Sort)>,
    chosen: BTreeSet<usize>,
    /// The index of the image that was chosen last.
    cursor: Option<usize>,
    /// Where a range starts, as a place in the order.
    anchor: usize,
    pub(super) offset: f32,
    pub(super) height: f32,
    /// The widget of the grid that has the keyboard.
    pub(super) focused: Option<egui::Id>,
    /// Scroll to the cursor and give it the keyboard.
    pub(super) bring: bool,
}

/// How a click goes on from what is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    Only,
    Toggle,
    Range,
}

impl GalleryView {
    /// The image that was chosen last, as an index into the page's images.
    #[must_use]
    pub fn current(&self) -> Option<usize> {
        self.cursor.filter(|cursor| self.chosen.contains(cursor))
    }

    /// How many images are chosen.
    #[must_use]
    pub fn chosen(&self) -> usize {
        self.chosen.len()
    }

    pub(super) fn is_chosen(&self, index: usize) -> bool {
        self.chosen.contains(&index)
    }

    /// The chosen images in the order of the grid.
    pub(super) fn choice(&self) -> impl Iterator<Item = usize> {
        self.order.iter().copied().filter(|index| self.chosen.contains(index))
    }

    /// Chooses nothing.
    pub fn clear(&mut self) {
        self.chosen.clear();
        self.cursor = None;
    }

    /// Works the order out anew where the images, the filter or the sort are others; other images start at the top.
    pub(super) fn refresh(&mut self, version: u64, count: usize, cell: &dyn Fn(usize) -> Option<Cell>) {
        let same = |known: &&(u64, usize, String, Sort)| (known.0, known.1) == (version, count);
        let known = self.worked_out.as_ref().filter(same);
        if known.is_some_and(|known| known.2 == self.filter && known.3 == self.sort) {
            return;
        }
        if known.is_none() {
            self.clear();
            self.bring = false;
            (self.offset, self.anchor) = (f32::NAN, 0);
        }
        self.order = order(count, &self.filter, self.sort, cell);
        self.chosen.retain(|index| *index < count);
        self.worked_out = Some((version, count, self.filter.clone(), self.sort));
    }

    /// Takes a click on a place of the grid.
    pub(super) fn pick(&mut self, place: usize, pick: Pick) {
        let Some(index) = self.order.get(place).copied() else { return };
        match pick {
            Pick::Only => {
                let again = self.chosen.len() == 1 && self.chosen.contains(&index);
                self.chosen.clear();
                if again {
                    self.cursor = None;
                    return;
                }
                self.chosen.insert(index);
            }
            Pick::Toggle => {
                if !self.chosen.remove(&index) {
                    self.chosen.insert(index);
                }
            }
            Pick::Range => {
                let (from, to) = (self.anchor.min(place), self.anchor.max(place));
                self.chosen = self.order.get(from..=to).unwrap_or_default().iter().copied().collect();
            }
        }
        if pick != Pick::Range {
            self.anchor = place;
        }
        self.cursor = Some(index);
    }

    /// Chooses every image that the filter lets through.
    pub(super) fn pick_all(&mut self) {
        self.chosen = self.order.iter().copied().collect();
    }

    /// The cursor's place in the grid.
    pub(super) fn place(&self) -> Option<usize> {
        let cursor = self.cursor?;
        self.order.iter().position(|index| *index == cursor)
    }

    /// Moves the cursor to a place and chooses it, or the range up to it.
    pub(super) fn walk(&mut self, place: usize, range: bool) {
        if !range {
            self.chosen.clear();
        }
        self.pick(place, if range { Pick::Range } else { Pick::Only });
        self.bring = true;
    }
}

fn order(count: usize, filter: &str, sort: Sort, cell: &dyn Fn(usize) -> Option<Cell>) -> Vec<usize> {
    if filter.is_empty() && sort == Sort::Given {
        return (0..count).collect();
    }
    let wanted = filter.to_lowercase();
    let cells = (0..count).filter_map(|index| cell(index).map(|cell| (index, cell)));
    let mut found: Vec<(usize, Cell)> =
        cells.filter(|(_, cell)| wanted.is_empty() || cell.name.to_lowercase().contains(&wanted)).collect();
    found.sort_by(|(_, a), (_, b)| sort.compare(a, b));
    found.into_iter().map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(index: usize) -> Option<Cell> {
        let (name, class, share) = [("b.png", "ig", 0.9), ("a.png", "platelet", 0.5), ("ab.png", "ig", 0.7)][index];
        let truth = Some(class.to_owned());
        Some(Cell { path: name.into(), name: name.to_owned(), truth, given: Some((class.to_owned(), share)) })
    }

    fn view(filter: &str, sort: Sort) -> GalleryView {
        let mut view = GalleryView { filter: filter.to_owned(), sort, ..GalleryView::default() };
        view.refresh(1, 3, &cell);
        view
    }

    #[test]
    fn images_are_filtered_and_sorted_by_what_is_asked_for() {
        assert_eq!(view("", Sort::Given).order, [0, 1, 2]);
        assert_eq!(view("", Sort::Name).order, [1, 2, 0]);
        assert_eq!(view("", Sort::Class).order, [0, 2, 1]);
        assert_eq!(view("", Sort::LeastConfident).order, [1, 2, 0]);
        assert_eq!(view("A", Sort::MostConfident).order, [2, 1]);
    }

    #[test]
    fn clicks_choose_one_many_and_a_range() {
        let mut view = view("", Sort::Name);
        view.pick(0, Pick::Only);
        assert_eq!((view.current(), view.chosen()), (Some(1), 1));
        view.pick(2, Pick::Range);
        assert_eq!(view.choice().collect::<Vec<_>>(), [1, 2, 0]);
        view.pick(1, Pick::Toggle);
        assert_eq!((view.current(), view.choice().collect::<Vec<_>>()), (None, vec![1, 0]));
        view.pick(2, Pick::Only);
        view.pick(2, Pick::Only);
        assert_eq!(view.chosen(), 0, "a second click lets go");
    }

    #[test]
    fn other_images_start_without_a_choice() {
        let mut view = view("", Sort::Given);
        view.pick(0, Pick::Only);
        view.refresh(2, 3, &cell);
        assert_eq!(view.chosen(), 0);
    }
}
