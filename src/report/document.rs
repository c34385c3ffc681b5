//! What a report says, in order: the same headings, sentences, charts and tables for the page and for the PDF.

use time::OffsetDateTime;

use super::{
    chart::{Chart, Provenance},
    table::Table,
};

/// Rows of a table that a report shows; the CSV beside it has them all.
pub(super) const ROWS: usize = 60;

/// One part of a report.
#[derive(Clone, Debug)]
pub enum Block {
    /// Starts a section.
    Heading(String),
    /// A sentence of its own.
    Paragraph(String),
    /// The sentence that matters most.
    Lead(String),
    Chart(Box<Chart>),
    Table {
        title: String,
        table: Table,
    },
}

/// A report under construction.
#[derive(Clone, Debug)]
pub struct Document {
    pub title: String,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// When it was written, UTC.
    pub written: OffsetDateTime,
    pub blocks: Vec<Block>,
}

impl Document {
    /// Nothing but a title yet; it is written now.
    #[must_use]
    pub fn new(title: impl Into<String>, provenance: Provenance) -> Self {
        Self { title: title.into(), provenance, written: OffsetDateTime::now_utc(), blocks: Vec::new() }
    }

    pub fn heading(&mut self, words: &str) -> &mut Self {
        self.push(Block::Heading(words.to_owned()))
    }

    pub fn paragraph(&mut self, words: &str) -> &mut Self {
        self.push(Block::Paragraph(words.to_owned()))
    }

    pub fn lead(&mut self, words: &str) -> &mut Self {
        self.push(Block::Lead(words.to_owned()))
    }

    /// A chart as it is drawn for files.
    pub fn chart(&mut self, chart: &Chart) -> &mut Self {
        self.push(Block::Chart(Box::new(chart.clone())))
    }

    /// A table; a long one is cut and says where the rest is.
    pub fn table(&mut self, title: &str, table: &Table) -> &mut Self {
        self.push(Block::Table { title: title.to_owned(), table: table.clone() })
    }

    fn push(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }

    /// The facts of the provenance as rows.
    #[must_use]
    pub fn facts(&self) -> Table {
        let mut facts = Table::new(["fact", "value"]);
        for (name, value) in self.provenance.facts() {
            facts.push([*name, value.as_str()]);
        }
        facts
    }

    /// When it was written, such as `2026-11-25 08:30 UTC`.
    #[must_use]
    pub fn date(&self) -> String {
        let at = self.written;
        let month = u8::from(at.month());
        format!("{:04}-{month:02}-{:02} {:02}:{:02} UTC", at.year(), at.day(), at.hour(), at.minute())
    }
}

/// How many rows of a table a report leaves to the CSV, in words; `None` where it shows them all.
pub(super) fn left_out(table: &Table) -> Option<String> {
    let more = table.rows.len().checked_sub(ROWS).filter(|more| *more > 0)?;
    Some(format!("and {more} more rows in the CSV beside this page"))
}
