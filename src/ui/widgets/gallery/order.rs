//! Which images stand where, and which of them are chosen.

use std::{cmp::Ordering, collections::BTreeSet};

use super::Cell;
use crate::app::Selection;

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
    pub fn title(self) -> &'static str {
        match self {
            Self::Given => t!("As listed"),
            Self::Name => t!("By name"),
            Self::Class => t!("By class"),
            Self::LeastConfident => t!("Least confident first"),
            Self::MostConfident => t!("Most confident first"),
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
    /// Chosen images; those that the filter hides are chosen again once it lets them through.
    chosen: BTreeSet<usize>,
    /// Of each image, whether the filter lets it through.
    in_sight: Vec<bool>,
    /// The index of the image that was chosen last.
    cursor: Option<usize>,
    /// The image that a range starts from.
    anchor: Option<usize>,
    /// The image under the first click of what may become a double click.
    pub(super) first: Option<usize>,
    pub(super) layout: Layout,
    /// The widget of the grid that has the keyboard.
    pub(super) focused: Option<egui::Id>,
    /// Scroll to the cursor and give it the keyboard.
    pub(super) bring: bool,
    /// Scroll to the cursor.
    reveal: bool,
    /// A person chose anew.
    changed: bool,
    /// The choice of all pages that stands here, by its number, and the images among which it was looked for last.
    stands: u64,
    looked: Option<(u64, u64)>,
}

/// Where the grid stood in the last frame.
#[derive(Clone, Copy, Default)]
pub(super) struct Layout {
    pub columns: usize,
    /// From one row to the next in points.
    pub pitch: f32,
    pub offset: f32,
    pub height: f32,
    /// Other images are shown than before: they start at the top.
    pub anew: bool,
}

/// How a click goes on from what is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    Only,
    Toggle,
    Range,
}

impl GalleryView {
    /// The image that was chosen last, as an index into the page's images; `None` where the filter hides it.
    #[must_use]
    pub fn current(&self) -> Option<usize> {
        self.cursor.filter(|cursor| self.chosen.contains(cursor) && self.is_in_sight(*cursor))
    }

    /// How many images are chosen among those that the filter lets through.
    #[must_use]
    pub fn chosen(&self) -> usize {
        self.chosen.iter().filter(|index| self.is_in_sight(**index)).count()
    }

    fn is_in_sight(&self, index: usize) -> bool {
        self.in_sight.get(index).copied().unwrap_or(false)
    }

    pub(super) fn is_chosen(&self, index: usize) -> bool {
        self.chosen.contains(&index)
    }

    /// The chosen images in the order of the grid.
    pub(super) fn choice(&self) -> impl Iterator<Item = usize> {
        self.order.iter().copied().filter(|index| self.chosen.contains(index))
    }

    /// Chooses what is chosen on all pages, where this is another choice than the one that stands here.
    pub(super) fn follow(&mut self, selection: &Selection, cell: &dyn Fn(usize) -> Option<Cell>) {
        let looks = (self.worked_out.as_ref().map_or(0, |known| known.0), selection.stamp);
        if self.stands == selection.stamp || self.looked == Some(looks) {
            return;
        }
        self.looked = Some(looks);
        let cells = (0..self.in_sight.len()).filter_map(|index| Some((index, cell(index)?.path)));
        let found: Vec<_> = cells.filter(|(_, path)| selection.holds(path)).collect();
        let Some((first, _)) = found.first() else { return };
        let current = found.iter().find(|(_, path)| Some(path.as_path()) == selection.current());
        let cursor = current.map_or(*first, |(index, _)| *index);
        self.chosen = found.iter().map(|(index, _)| *index).collect();
        (self.cursor, self.anchor) = (Some(cursor), Some(cursor));
        (self.stands, self.reveal) = (selection.stamp, true);
    }

    /// What a person chose since it was asked last, under a number for all pages.
    pub(super) fn told(&mut self, stamp: u64, cell: &dyn Fn(usize) -> Option<Cell>) -> Option<Selection> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        self.stands = stamp;
        let path = |index| cell(index).map(|cell| cell.path);
        let current = self.cursor.filter(|cursor| self.chosen.contains(cursor)).and_then(path);
        Some(Selection::new(stamp, self.chosen.iter().copied().filter_map(path), current))
    }

    /// Lets go of what a person had chosen.
    pub(super) fn let_go(&mut self) {
        self.clear();
        self.changed = true;
    }

    /// Chooses nothing.
    pub fn clear(&mut self) {
        self.chosen.clear();
        (self.cursor, self.anchor, self.first) = (None, None, None);
    }

    /// Works the order out anew where the images, the filter or the sort are others; other images start at the top.
    pub(super) fn refresh(&mut self, version: u64, count: usize, cell: &dyn Fn(usize) -> Option<Cell>) {
        let same = |known: &&(u64, usize, String, Sort)| (known.0, known.1) == (version, count);
        let known = self.worked_out.as_ref().filter(same);
        if known.is_some_and(|known| known.2 == self.filter && known.3 == self.sort) {
            return;
        }
        // One letter more only takes images away.
        let narrower = known.is_some_and(|known| self.filter.starts_with(&known.2) && known.3 == self.sort);
        if known.is_none() {
            self.clear();
            (self.bring, self.reveal, self.layout.anew) = (false, false, true);
        }
        let from = if narrower { std::mem::take(&mut self.order) } else { (0..count).collect() };
        self.order = order(from, &self.filter, self.sort, cell);
        self.in_sight = vec![false; count];
        for index in &self.order {
            if let Some(seen) = self.in_sight.get_mut(*index) {
                *seen = true;
            }
        }
        self.worked_out = Some((version, count, self.filter.clone(), self.sort));
    }

    /// Takes a click on a place of the grid.
    pub(super) fn pick(&mut self, place: usize, pick: Pick) {
        let Some(index) = self.order.get(place).copied() else { return };
        self.changed = true;
        match pick {
            // Choosing again what is chosen lets nothing go: it may be the first half of a double click.
            Pick::Only => self.chosen = BTreeSet::from([index]),
            Pick::Toggle => {
                if !self.chosen.remove(&index) {
                    self.chosen.insert(index);
                }
            }
            Pick::Range => {
                let start = self.anchor.and_then(|anchor| self.place_of(anchor)).unwrap_or(place);
                let (from, to) = (start.min(place), start.max(place));
                self.chosen = self.order.get(from..=to).unwrap_or_default().iter().copied().collect();
            }
        }
        if pick != Pick::Range {
            self.anchor = Some(index);
        }
        self.cursor = Some(index);
    }

    /// Chooses every image that the filter lets through.
    pub(super) fn pick_all(&mut self) {
        self.chosen = self.order.iter().copied().collect();
        self.changed = true;
    }

    /// The cursor's place in the grid.
    pub(super) fn place(&self) -> Option<usize> {
        self.place_of(self.cursor?)
    }

    fn place_of(&self, image: usize) -> Option<usize> {
        self.order.iter().position(|index| *index == image)
    }

    /// Where a grid of so many columns has to scroll to, of which a row is `pitch` points high: to the top for other
    /// images, to the cursor where it went out of sight, and to where the cursor's row, else the first one, keeps its
    /// height on the screen when the columns are others.
    pub(super) fn scroll_to(&mut self, columns: usize, pitch: f32) -> Option<f32> {
        let last = self.layout;
        (self.layout.columns, self.layout.pitch) = (columns, pitch);
        let top = |place: usize| (place / columns) as f32 * pitch;
        let reveal = std::mem::take(&mut self.reveal);
        if std::mem::take(&mut self.layout.anew) {
            return Some(self.place().filter(|_| reveal).map_or(0.0, top));
        }
        let reshaped = last.columns > 0 && (last.columns, last.pitch) != (columns, pitch);
        if reshaped && !self.bring && !reveal {
            let before = |place: usize| (place / last.columns) as f32 * last.pitch - last.offset;
            let seen = |place: &usize| before(*place) > -last.pitch && before(*place) < last.height;
            let first = || (last.offset / last.pitch).round() as usize * last.columns;
            let place = self.place().filter(seen).unwrap_or_else(first);
            return Some((top(place) - before(place)).max(0.0));
        }
        let top = top((self.bring || reveal).then(|| self.place())??);
        if top < last.offset {
            Some(top)
        } else if top + pitch > last.offset + last.height {
            Some(top + pitch - last.height)
        } else {
            None
        }
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

/// Those of the images that the filter lets through, sorted.
fn order(from: Vec<usize>, filter: &str, sort: Sort, cell: &dyn Fn(usize) -> Option<Cell>) -> Vec<usize> {
    if filter.is_empty() && sort == Sort::Given {
        return from;
    }
    let wanted = filter.to_lowercase();
    let cells = from.into_iter().filter_map(|index| cell(index).map(|cell| (index, cell)));
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
        assert_eq!((view.current(), view.chosen()), (Some(0), 1), "a second click lets nothing go");
    }

    #[test]
    fn what_the_filter_hides_is_neither_counted_nor_opened_and_comes_back() {
        let mut view = view("", Sort::Given);
        view.pick_all();
        view.filter = "b".to_owned();
        view.refresh(1, 3, &cell);
        assert_eq!((view.chosen(), view.choice().collect::<Vec<_>>()), (2, vec![0, 2]));
        view.filter = String::new();
        view.refresh(1, 3, &cell);
        assert_eq!(view.chosen(), 3);
    }

    #[test]
    fn a_range_starts_from_the_same_image_whatever_the_order() {
        let mut view = view("", Sort::Given);
        view.pick(2, Pick::Only);
        view.sort = Sort::Name;
        view.refresh(1, 3, &cell);
        view.pick(2, Pick::Range);
        assert_eq!(view.choice().collect::<Vec<_>>(), [2, 0], "from ab.png to b.png");
    }

    #[test]
    fn the_chosen_row_stays_where_it_is_when_the_columns_change() {
        let order: Vec<usize> = (0..1000).collect();
        let layout = Layout { columns: 12, pitch: 100.0, offset: 2050.0, height: 400.0, anew: false };
        let mut view = GalleryView { order, layout, cursor: Some(290), ..GalleryView::default() };
        // Row 24 of 12 columns, 350 points below the top; with 8 columns it is row 36.
        assert_eq!(view.scroll_to(8, 100.0), Some(3600.0 - 350.0));
        assert_eq!(view.scroll_to(8, 100.0), None);
        view.layout = layout;
        view.cursor = None;
        assert_eq!(view.scroll_to(8, 100.0), Some((252 / 8 * 100) as f32 + 2050.0 - 2100.0), "the first row in sight");
    }

    #[test]
    fn other_images_start_without_a_choice() {
        let mut view = view("", Sort::Given);
        view.pick(0, Pick::Only);
        view.refresh(2, 3, &cell);
        assert_eq!(view.chosen(), 0);
    }

    #[test]
    fn what_is_chosen_on_one_page_is_chosen_on_the_next_until_other_images_are_shown() {
        let mut here = view("", Sort::Name);
        assert_eq!(here.told(7, &cell), None);
        (0..2).for_each(|_| here.pick(0, Pick::Toggle));
        assert_eq!(here.told(6, &cell).unwrap().current(), None, "what was let go is chosen no more");
        here.pick(0, Pick::Only);
        here.pick(1, Pick::Toggle);
        let selection = here.told(7, &cell).unwrap();
        assert!(selection.holds("a.png".as_ref()) && !selection.holds("b.png".as_ref()));
        let mut there = view("", Sort::Given);
        there.follow(&selection, &cell);
        assert_eq!((there.current(), there.choice().collect::<Vec<_>>()), (Some(2), vec![1, 2]));
        there.refresh(2, 1, &cell);
        there.follow(&selection, &cell);
        assert_eq!((there.chosen(), there.told(8, &cell)), (0, None), "other images start without a choice");
    }

    #[test]
    fn a_choice_that_is_not_among_the_images_waits_for_images_with_it() {
        let selection = Selection::new(3, ["ab.png".into()], Some("ab.png".into()));
        let mut view = GalleryView::default();
        view.refresh(1, 2, &cell);
        view.follow(&selection, &cell);
        assert_eq!(view.current(), None);
        view.refresh(2, 3, &cell);
        view.follow(&selection, &cell);
        assert_eq!(view.current(), Some(2));
        view.let_go();
        let none = view.told(4, &cell).unwrap();
        assert!(!none.holds("ab.png".as_ref()) && none.current().is_none());
        view.follow(&none, &cell);
        assert_eq!(view.chosen(), 0);
    }
}
