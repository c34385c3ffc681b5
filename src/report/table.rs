//! A table as values: what a cell holds is kept apart from how it is written for people and for programs.

use std::{fmt, iter};

use crate::domain::interval::Interval;

/// How a figure is written for people; programs get it in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A share from 0 to 1 as per cent with one decimal: `99.1 %`.
    Percent,
    /// So many decimals.
    Decimals(u8),
    /// The same with its sign.
    Signed(u8),
    /// As it is, with four decimals where it has more.
    Full,
    /// The same for a value that was a single-precision one.
    Single,
}

/// What stands in one cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Words(String),
    /// A whole number.
    Whole(u64),
    /// A measured value; `None` where it is not defined.
    Figure(Option<f64>, Style),
    /// A measured value with the ends of its interval: three columns for programs.
    Range(Box<Range>),
}

/// A figure with its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    pub value: Option<f64>,
    pub interval: Option<Interval>,
    pub style: Style,
}

impl Cell {
    /// A share from 0 to 1, per cent for people.
    #[must_use]
    pub const fn percent(value: Option<f64>) -> Self {
        Self::Figure(value, Style::Percent)
    }

    /// A figure with three decimals for people.
    #[must_use]
    pub const fn figure(value: Option<f64>) -> Self {
        Self::Figure(value, Style::Decimals(3))
    }

    /// With its interval; what is no figure stays as it is.
    #[must_use]
    pub fn within(self, interval: Option<Interval>) -> Self {
        match self {
            Self::Figure(value, style) => Self::Range(Box::new(Range { value, interval, style })),
            other => other,
        }
    }

    /// The cell for programs: one field, or value, low and high where its column is one of intervals; empty where
    /// something is not defined. Numbers have no unit and all their digits, with `decimal` before those of a fraction.
    fn fields(&self, ranged: bool, decimal: &str, words: impl Fn(&str) -> String) -> Vec<String> {
        let full = |value: Option<f64>, style| match value.filter(|value| value.is_finite()) {
            Some(value) if style == Style::Single => (value as f32).to_string().replace('.', decimal),
            Some(value) => value.to_string().replace('.', decimal),
            None => String::new(),
        };
        let (first, ends) = match self {
            Self::Words(text) => (words(text), None),
            Self::Whole(number) => (number.to_string(), None),
            Self::Figure(value, style) => (full(*value, *style), None),
            Self::Range(range) => (full(range.value, range.style), range.interval),
        };
        let ends = [ends.map(|ends| ends.low), ends.map(|ends| ends.high)].map(|end| full(end, Style::Full));
        iter::once(first).chain(ends.into_iter().filter(|_| ranged)).collect()
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(text) => to.write_str(text),
            Self::Whole(number) => number.fmt(to),
            Self::Figure(value, style) => to.write_str(&for_people(*value, *style)),
            Self::Range(range) => {
                let Range { value, interval, style } = &**range;
                to.write_str(&for_people(*value, *style))?;
                match interval.filter(|_| value.is_some()) {
                    Some(Interval { low, high }) => {
                        let [low, high] = [low, high].map(|end| for_people(Some(end), *style));
                        write!(to, " ({} to {})", low.trim_end_matches(" %"), high.trim_end_matches(" %"))
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

/// `n/a` where it is not defined.
fn for_people(value: Option<f64>, style: Style) -> String {
    let Some(value) = value else { return "n/a".to_owned() };
    match style {
        Style::Percent => format!("{:.1} %", 100.0 * value),
        Style::Decimals(decimals) => format!("{value:.*}", usize::from(decimals)),
        Style::Signed(decimals) => format!("{value:+.*}", usize::from(decimals)),
        Style::Full | Style::Single => {
            let whole = if style == Style::Single { (value as f32).to_string() } else { value.to_string() };
            let decimals = whole.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            if decimals > 4 { format!("{value:.4}") } else { whole }
        }
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(words: &String) -> Self {
        Self::Words(words.clone())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Whole(number as u64)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Figure(Some(value), Style::Full)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        Self::Figure(value, Style::Full)
    }
}

impl From<f32> for Cell {
    fn from(value: f32) -> Self {
        Self::Figure(Some(f64::from(value)), Style::Single)
    }
}

/// Rows of cells under a header; cells beyond the header's width are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// No rows yet.
    #[must_use]
    pub fn new<T: Into<String>>(header: impl IntoIterator<Item = T>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push<T: Into<Cell>>(&mut self, row: impl IntoIterator<Item = T>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    /// Only the first columns.
    #[must_use]
    pub fn first_columns(mut self, count: usize) -> Self {
        self.header.truncate(count);
        self.rows.iter_mut().for_each(|row| row.truncate(count));
        self
    }

    /// The rows for people, one text a cell.
    pub fn words(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(Cell::to_string).collect())
    }

    /// Header and rows for programs: a column that holds an interval becomes three, `NAME`, `NAME_low` and `NAME_high`,
    /// and `value`, `low` and `high` where it is named so. `decimal` stands before the digits of a fraction; `words` is done to every text.
    pub(super) fn records(&self, decimal: &str, words: impl Fn(&str) -> String) -> impl Iterator<Item = Vec<String>> {
        let width = self.rows.iter().map(Vec::len).chain([self.header.len()]).max().unwrap_or(0);
        let mut ranged = vec![false; width];
        for row in &self.rows {
            for (cell, ranged) in row.iter().zip(&mut ranged) {
                *ranged |= matches!(cell, Cell::Range(_));
            }
        }
        let ends = |name: &String| match name.as_str() {
            "value" => ["low".to_owned(), "high".to_owned()],
            _ => ["low", "high"].map(|end| format!("{name}_{end}")),
        };
        let names = self.header.iter().zip(&ranged);
        let header: Vec<String> = names
            .flat_map(|(name, ranged)| iter::once(name.clone()).chain(ends(name).into_iter().filter(|_| *ranged)))
            .map(|name| words(&name))
            .collect();
        let rows = self.rows.iter().map(move |row| {
            row.iter().zip(&ranged).flat_map(|(cell, ranged)| cell.fields(*ranged, decimal, &words)).collect()
        });
        iter::once(header).chain(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CI: Option<Interval> = Some(Interval { low: 0.9, high: 0.987_654_321 });

    #[test]
    fn people_read_rounded_figures_with_their_intervals_in_the_same_unit() {
        let cells = [
            Cell::percent(Some(0.956)).within(CI),
            Cell::figure(Some(0.956)).within(CI),
            Cell::Figure(Some(0.01), Style::Signed(4)).within(CI),
            Cell::figure(None).within(CI),
            Cell::figure(Some(0.5)).within(None),
            Cell::from(0.123_456),
            Cell::from(0.1_f32),
            Cell::from(2.0),
            Cell::from(7_u64),
        ];
        let words = cells.map(|cell| cell.to_string());
        let wanted = [
            "95.6 % (90.0 to 98.8)",
            "0.956 (0.900 to 0.988)",
            "+0.0100 (+0.9000 to +0.9877)",
            "n/a",
            "0.500",
            "0.1235",
            "0.1",
            "2",
            "7",
        ];
        assert_eq!(words, wanted);
    }

    #[test]
    fn programs_get_a_column_a_number_and_nothing_where_it_is_not_defined() {
        let mut table = Table::new(["class", "value", "F1"]);
        table.push([Cell::from("a"), Cell::percent(Some(0.956)).within(CI), Cell::from(f64::NAN)]);
        table.push([Cell::from("b"), Cell::from(3_u64), Cell::figure(None).within(None)]);
        let records: Vec<Vec<String>> = table.records(".", str::to_uppercase).collect();
        let wanted: [&[&str]; 3] = [
            &["CLASS", "VALUE", "LOW", "HIGH", "F1", "F1_LOW", "F1_HIGH"],
            &["A", "0.956", "0.9", "0.987654321", "", "", ""],
            &["B", "3", "", "", "", "", ""],
        ];
        assert_eq!(records, wanted);
    }

    #[test]
    fn a_page_gets_as_many_columns_as_fit() {
        let mut table = Table::new(["class", "area", "n"]);
        table.push(["a", "b", "c"]);
        let short = table.first_columns(2);
        assert_eq!(
            (short.header.len(), short.words().collect::<Vec<_>>()),
            (2, vec![vec!["a".to_owned(), "b".to_owned()]])
        );
    }
}
