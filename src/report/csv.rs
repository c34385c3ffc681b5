//! Tables as CSV that every spreadsheet reads and none runs.

use super::{ReportError, chart::Provenance};

pub use super::table::{Cell, Table};

/// Whom a CSV file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Programs, and spreadsheets that ask: UTF-8, commas between fields, dots in numbers, as RFC 4180 has it.
    #[default]
    Plain,
    /// Excel where the decimal sign is a comma: it opens such a file by a double click only with semicolons between
    /// fields, takes `3.12` for the third of December, and needs the byte order mark to see that the text is UTF-8.
    Excel,
}

impl Table {
    /// UTF-8 with `\n` line ends and RFC 4180 quotes, numbers in columns of their own.
    ///
    /// # Errors
    /// Only where memory ends.
    pub fn to_csv(&self) -> Result<Vec<u8>, ReportError> {
        self.to_csv_for(Dialect::Plain)
    }

    /// The same for a reader of one's choice.
    ///
    /// # Errors
    /// Only where memory ends.
    pub fn to_csv_for(&self, dialect: Dialect) -> Result<Vec<u8>, ReportError> {
        let (mark, between, decimal): (&[u8], u8, &str) = match dialect {
            Dialect::Plain => (b"", b',', "."),
            Dialect::Excel => ("\u{feff}".as_bytes(), b';', ","),
        };
        let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(between).from_writer(mark.to_vec());
        for record in self.records(decimal, harmless) {
            writer.write_record(record).map_err(|why| ReportError::Csv(why.to_string()))?;
        }
        writer.into_inner().map_err(|why| ReportError::Csv(why.to_string()))
    }

    /// The same as a spreadsheet takes it from the clipboard: tabs between fields, a line a row.
    #[must_use]
    pub fn to_tabs(&self) -> String {
        let records = self.records(".", |words| harmless(&words.replace(['\t', '\n', '\r'], " ")));
        records.map(|record| record.join("\t")).collect::<Vec<_>>().join("\n")
    }
}

/// Where the figures of the named files come from, a row a fact.
#[must_use]
pub fn origins<'a>(files: impl IntoIterator<Item = (&'a str, &'a Provenance)>) -> Table {
    let mut table = Table::new(["file", "fact", "value"]);
    for (file, provenance) in files {
        for (fact, value) in provenance.facts() {
            table.push([file, *fact, value.as_str()]);
        }
    }
    table
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
    use crate::domain::interval::Interval;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        let cells = ["=1+1", "+A1", "-B2", "@SUM(A1)", "-1.5", "a=b", "zelle, „gut“"].map(harmless);
        assert_eq!(cells, ["'=1+1", "'+A1", "'-B2", "'@SUM(A1)", "-1.5", "a=b", "zelle, „gut“"]);
    }

    fn table() -> Table {
        let mut table = Table::new(["class", "value", "note"]);
        let ci = Some(Interval { low: -0.5, high: 0.25 });
        table.push([Cell::from("嗜酸; a, \"b\""), Cell::percent(Some(-0.125)).within(ci), "=cmd".into()]);
        table
    }

    #[test]
    fn numbers_stand_alone_and_words_are_quoted_where_needed() {
        let text = String::from_utf8(table().to_csv().unwrap()).unwrap();
        assert_eq!(text, "class,value,low,high,note\n\"嗜酸; a, \"\"b\"\"\",-0.125,-0.5,0.25,'=cmd\n");
        assert_eq!(table().to_tabs(), "class\tvalue\tlow\thigh\tnote\n嗜酸; a, \"b\"\t-0.125\t-0.5\t0.25\t'=cmd");
    }

    #[test]
    fn excel_gets_its_mark_semicolons_and_decimal_commas() {
        let text = String::from_utf8(table().to_csv_for(Dialect::Excel).unwrap()).unwrap();
        let wanted = "\u{feff}class;value;low;high;note\n\"嗜酸; a, \"\"b\"\"\";-0,125;-0,5;0,25;'=cmd\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn every_file_has_its_origin_beside_it() {
        let of = |name| Provenance::default().with("folder", name);
        let (a, b) = (of("=cmd"), of("b"));
        let text = String::from_utf8(origins([("a.csv", &a), ("b.csv", &b)]).to_csv().unwrap()).unwrap();
        assert_eq!(text, "file,fact,value\na.csv,folder,'=cmd\nb.csv,folder,b\n");
    }
}
