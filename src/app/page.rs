//! The pages of the rail: their order, titles and keys, each in one line.

use egui::Key;

/// One page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    #[default]
    Welcome,
    Dataset,
    Train,
    Evaluate,
    Compare,
    Lab,
    Classify,
    Review,
    Explain,
    Map,
    Quiz,
    Settings,
    About,
}

/// What stands together in the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Start,
    /// Models are made and judged.
    Model,
    /// Cells are looked at.
    Cells,
    /// How models see is shown and learned.
    Learn,
    Program,
}

struct Row {
    page: Page,
    title: &'static str,
    /// With Ctrl; a page that comes later takes a free one, so that no other page's changes.
    key: Key,
    group: Group,
}

const ROWS: [Row; 13] = [
    Row { page: Page::Welcome, title: key!("Welcome"), key: Key::Num1, group: Group::Start },
    Row { page: Page::Dataset, title: key!("Dataset"), key: Key::Num2, group: Group::Model },
    Row { page: Page::Train, title: key!("Train"), key: Key::Num3, group: Group::Model },
    Row { page: Page::Evaluate, title: key!("Evaluate"), key: Key::Num4, group: Group::Model },
    Row { page: Page::Compare, title: key!("Compare"), key: Key::Num5, group: Group::Model },
    Row { page: Page::Lab, title: key!("My lab"), key: Key::L, group: Group::Model },
    Row { page: Page::Classify, title: key!("Classify"), key: Key::Num6, group: Group::Cells },
    Row { page: Page::Review, title: key!("Review"), key: Key::E, group: Group::Cells },
    Row { page: Page::Explain, title: key!("Explain"), key: Key::Num9, group: Group::Learn },
    Row { page: Page::Map, title: key!("Map"), key: Key::M, group: Group::Learn },
    Row { page: Page::Quiz, title: key!("Quiz"), key: Key::J, group: Group::Learn },
    Row { page: Page::Settings, title: key!("Settings"), key: Key::Num7, group: Group::Program },
    Row { page: Page::About, title: key!("About"), key: Key::Num8, group: Group::Program },
];

impl Page {
    /// Every page in the rail's order.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.page)
    }

    fn row(self) -> &'static Row {
        let [first, ..] = &ROWS;
        ROWS.iter().find(|row| row.page == self).unwrap_or(first)
    }

    #[must_use]
    pub fn title(self) -> &'static str {
        t!(self.row().title)
    }

    /// The key that opens it, with Ctrl.
    #[must_use]
    pub fn key(self) -> Key {
        self.row().key
    }

    #[must_use]
    pub fn group(self) -> Group {
        self.row().group
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_page_has_a_row_and_a_key_of_its_own() {
        let keys: HashSet<_> = Page::all().map(Page::key).collect();
        assert_eq!(keys.len(), ROWS.len());
        let last = ROWS.map(|row| row.page as usize).into_iter().max();
        assert_eq!(last, Some(Page::About as usize).filter(|last| last + 1 == ROWS.len()));
    }
}
