//! Tables as CSV that every spreadsheet reads and none runs.

use super::{ReportError, chart::Provenance};

/// Rows of text under a header; cells beyond the header's width are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// No rows yet.
    #[must_use]
    pub fn new<T: Into<String>>(header: impl IntoIterator<Item = T>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push<T: Into<String>>(&mut self, row: impl IntoIterator<Item = T>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    /// The same for people: figures with more than four decimals are rounded.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        for cell in self.rows.iter_mut().flatten() {
            let decimals = cell.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            if let Some(value) = cell.parse::<f64>().ok().filter(|_| decimals > 4) {
                *cell = format!("{value:.4}");
            }
        }
        self
    }

    /// Only the first columns.
    #[must_use]
    pub fn first_columns(mut self, count: usize) -> Self {
        self.rows.iter_mut().chain([&mut self.header]).for_each(|row| row.truncate(count));
        self
    }

    /// Repeats every fact in a column of its own, so that each row says where it comes from.
    #[must_use]
    pub fn with_provenance(mut self, provenance: &Provenance) -> Self {
        for (name, value) in provenance.facts() {
            self.header.push((*name).to_owned());
            for row in &mut self.rows {
                row.push(value.clone());
            }
        }
        self
    }

    /// UTF-8 with `\n` line ends and RFC 4180 quotes.
    ///
    /// # Errors
    /// Only where memory ends.
    pub fn to_csv(&self) -> Result<Vec<u8>, ReportError> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writer
                .write_record(row.iter().map(|cell| harmless(cell)))
                .map_err(|why| ReportError::Csv(why.to_string()))?;
        }
        writer.into_inner().map_err(|why| ReportError::Csv(why.to_string()))
    }
}

/// The cell as a spreadsheet will show it and not run it: text that starts like a formula gets an apostrophe in front.
///
/// Numbers stay numbers, negative ones too.
#[must_use]
pub fn harmless(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if risky && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        let cells = ["=1+1", "+A1", "-B2", "@SUM(A1)", "-1.5", "a=b", "zelle, „gut“"].map(harmless);
        assert_eq!(cells, ["'=1+1", "'+A1", "'-B2", "'@SUM(A1)", "-1.5", "a=b", "zelle, „gut“"]);
    }

    #[test]
    fn rows_carry_their_origin_and_are_quoted_where_needed() {
        let mut table = Table::new(["class", "note"]);
        table.push(["ig", "a, \"b\""]);
        let provenance = Provenance::default().with("folder", "=cmd");
        let text = String::from_utf8(table.with_provenance(&provenance).to_csv().unwrap()).unwrap();
        assert_eq!(text, "class,note,folder\nig,\"a, \"\"b\"\"\",'=cmd\n");
    }

    #[test]
    fn people_get_four_decimals_and_as_many_columns_as_fit() {
        let mut table = Table::new(["class", "area", "n"]);
        table.push(["a.jpeg-file", "0.123456", "3"]);
        let short = table.clone().rounded().first_columns(2);
        assert_eq!((short.header.len(), short.rows), (2, vec![vec!["a.jpeg-file".to_owned(), "0.1235".to_owned()]]));
    }
}
