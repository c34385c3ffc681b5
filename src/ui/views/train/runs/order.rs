//! The columns of the run list, and the order that a press on a column's head makes.

use std::cmp::Ordering;

use crate::{domain::run::RunRecord, ui::views::train::ending};

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Network,
    Dataset,
    Started,
    Epochs,
    Accuracy,
    Balanced,
    Device,
    State,
}

impl Column {
    pub(super) const ALL: [Self; 9] = [
        Self::Name,
        Self::Network,
        Self::Dataset,
        Self::Started,
        Self::Epochs,
        Self::Accuracy,
        Self::Balanced,
        Self::Device,
        Self::State,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Name => t!("Run"),
            Self::Network => t!("Network"),
            Self::Dataset => t!("Dataset"),
            Self::Started => t!("Started (UTC)"),
            Self::Epochs => t!("Epochs"),
            Self::Accuracy => t!("Accuracy"),
            Self::Balanced => t!("Balanced"),
            Self::Device => t!("Device"),
            Self::State => t!("State"),
        }
    }

    /// Width in points on a page of 1280, and whether its words may be shortened.
    pub(super) const fn width(self) -> (f32, bool) {
        match self {
            Self::Name => (140.0, true),
            Self::Network => (138.0, true),
            Self::Dataset => (62.0, true),
            Self::Started => (130.0, true),
            Self::Epochs => (62.0, false),
            Self::Accuracy | Self::Balanced => (64.0, false),
            Self::Device => (60.0, true),
            Self::State => (86.0, true),
        }
    }

    /// The columns that a list of a width has room for: on a narrow page names are worth more than what most runs share.
    pub(super) fn fitting(width: f32) -> Vec<Self> {
        let narrow = width < 1000.0;
        Self::ALL.into_iter().filter(|column| !(narrow && matches!(column, Self::Dataset | Self::Device))).collect()
    }

    /// Whether the first press puts the largest first.
    const fn falls_first(self) -> bool {
        matches!(self, Self::Started | Self::Epochs | Self::Accuracy | Self::Balanced)
    }

    /// The order in words.
    fn direction(self, falling: bool) -> &'static str {
        match (self, falling) {
            (Self::Started, true) => t!("newest first"),
            (Self::Started, false) => t!("oldest first"),
            (Self::Epochs | Self::Accuracy | Self::Balanced, true) => t!("highest first"),
            (Self::Epochs | Self::Accuracy | Self::Balanced, false) => t!("lowest first"),
            (_, true) => t!("Z to A"),
            (_, false) => t!("A to Z"),
        }
    }

    /// A figure of the column; the columns of words have none.
    fn figure(self, run: &RunRecord) -> Option<f64> {
        match self {
            Self::Epochs => Some(run.history.len() as f64),
            Self::Accuracy => run.test.as_ref()?.accuracy,
            Self::Balanced => run.test.as_ref()?.balanced_accuracy,
            _ => None,
        }
    }

    fn words(self, run: &RunRecord) -> &str {
        match self {
            Self::Name => &run.name,
            Self::Network => run.architecture.title(),
            Self::Dataset => &run.dataset,
            Self::Started => &run.started,
            Self::Device => &run.device,
            Self::State => ending(run.end),
            Self::Epochs | Self::Accuracy | Self::Balanced => "",
        }
    }
}

/// By which column the list is sorted, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    pub column: Column,
    pub falling: bool,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self { column: Column::Started, falling: true }
    }
}

impl Sort {
    /// After a press on a column's head: the same column turns round, another one starts its own way.
    pub(super) fn pressed(self, column: Column) -> Self {
        let falling = if self.column == column { !self.falling } else { column.falls_first() };
        Self { column, falling }
    }

    /// What a screen reader says of a column's head.
    pub(super) fn said(self, column: Column) -> String {
        let title = column.title();
        if self.column == column {
            t!("Sort by {title}, now {direction}", title, direction = column.direction(self.falling))
        } else {
            t!("Sort by {title}", title)
        }
    }

    /// Indices of the runs in their order. Runs without the figure come last whichever way, and equal ones stay as
    /// they are.
    pub(super) fn order(self, runs: &[RunRecord]) -> Vec<usize> {
        let key = |run: &RunRecord| (self.column.figure(run), natural(self.column.words(run)));
        let mut order: Vec<(usize, Key)> = runs.iter().map(key).enumerate().collect();
        order.sort_by(|(_, a), (_, b)| self.compare(a, b));
        order.into_iter().map(|(index, _)| index).collect()
    }

    fn compare(self, (a, a_words): &Key, (b, b_words): &Key) -> Ordering {
        let turned = |order: Ordering| if self.falling { order.reverse() } else { order };
        match (a, b) {
            (Some(a), Some(b)) => turned(a.total_cmp(b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => turned(a_words.cmp(b_words)),
        }
    }
}

/// What a run is sorted by: the figure of the column, or its words.
type Key = (Option<f64>, Vec<Part>);

/// A piece of a name; numbers stand before words, as in every list of files.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Words(String),
}

/// As people sort names: capitals do not matter, and `seed2` comes before `seed10`.
fn natural(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for letter in text.to_lowercase().chars() {
        match (letter.to_digit(10).map(u64::from), parts.last_mut()) {
            (Some(digit), Some(Part::Number(number))) => *number = number.saturating_mul(10).saturating_add(digit),
            (Some(digit), _) => parts.push(Part::Number(digit)),
            (None, Some(Part::Words(words))) => words.push(letter),
            (None, _) => parts.push(Part::Words(letter.to_string())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_within_names_count_as_numbers() {
        let mut names = ["xception-seed1", "MobileNet-seed10", "mobilenet-seed2", "2 cells", "mobilenet"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["2 cells", "mobilenet", "mobilenet-seed2", "MobileNet-seed10", "xception-seed1"]);
    }

    #[test]
    fn a_second_press_turns_round_and_another_column_starts_its_own_way() {
        let sort = Sort::default().pressed(Column::Accuracy);
        assert_eq!(sort, Sort { column: Column::Accuracy, falling: true });
        assert_eq!(sort.said(Column::Accuracy), "Sort by Accuracy, now highest first");
        assert_eq!(sort.pressed(Column::Accuracy), Sort { column: Column::Accuracy, falling: false });
        assert_eq!(sort.pressed(Column::Name).said(Column::Name), "Sort by Run, now A to Z");
    }
}
