//! Where everything stands: blocks one below the other, broken into pages.

use resvg::usvg::Tree;

use super::{
    font::{Face, Fonts},
    page::{Flow, Item, LEFT, Laid, Mark, RIGHT, Sheet, Style, TOP},
    table,
};
use crate::report::{
    ReportError,
    chart::Chart,
    document::{Block, Document, left_out},
    png, svg,
    table::Table,
    words::NOTICE,
};

/// No chart is taller, so that two stand on a page.
const CHART: f32 = 352.0;

const BODY: Style = Style::new(9.5, Face::Regular);
const LEAD: Style = Style::new(10.5, Face::Strong);
const TITLE: Style = Style::new(20.0, Face::Strong);
const HEADING: Style = Style::new(14.0, Face::Strong);
const CAPTION: Style = Style::new(9.5, Face::Strong);

/// Breaks a report into pages: title and origin first, then its blocks in order.
///
/// # Errors
/// [`ReportError::Picture`] where a chart cannot be drawn.
pub(super) fn lay(document: &Document, fonts: &Fonts<'_>) -> Result<Laid, ReportError> {
    let laid = Laid { sheets: vec![Sheet::default()], marks: Vec::new() };
    let mut flow = Flow { fonts, laid, y: TOP };
    flow.words(&document.title, TITLE);
    flow.words(&format!("Written {}", document.date()), BODY.quiet());
    flow.words(NOTICE, LEAD);
    flow.y += 6.0;
    flow.table("Where these figures come from", &document.facts());
    for (index, block) in document.blocks.iter().enumerate() {
        match block {
            Block::Heading(words) => flow.heading(words, document.blocks.get(index + 1))?,
            Block::Paragraph(words) => flow.words(words, BODY),
            Block::Lead(words) => flow.words(words, LEAD),
            Block::Chart(chart) => flow.chart(chart)?,
            Block::Table { title, table } => flow.table(title, table),
        }
    }
    Ok(flow.laid)
}

impl Flow<'_> {
    /// A heading never stands alone at the foot of a page.
    fn heading(&mut self, words: &str, next: Option<&Block>) -> Result<(), ReportError> {
        let least = match next {
            Some(Block::Chart(chart)) => fitted(&self.picture(chart)?).1,
            Some(_) => 72.0,
            None => 0.0,
        };
        if !self.need(44.0 + least) {
            self.y += 12.0;
        }
        let (page, y) = (self.laid.sheets.len() - 1, self.y);
        self.laid.marks.push(Mark { title: words.to_owned(), page, y });
        self.words(words, HEADING);
        self.put(Item::Rule { from: LEFT, to: RIGHT, y: self.y - 3.0 });
        self.y += 4.0;
        Ok(())
    }

    /// A chart as it is painted with the faces at hand.
    fn picture(&self, chart: &Chart) -> Result<Tree, ReportError> {
        let library = self.fonts.library();
        png::tree(&svg::painted(chart, library), library)
    }

    fn chart(&mut self, chart: &Chart) -> Result<(), ReportError> {
        let tree = self.picture(chart)?;
        let (scale, height) = fitted(&tree);
        self.need(height);
        let at = [LEFT + (RIGHT - LEFT - tree.size().width() * scale) / 2.0, self.y];
        self.put(Item::Picture { tree: Box::new(tree), at, scale });
        self.y += height + 10.0;
        Ok(())
    }

    fn table(&mut self, title: &str, rows: &Table) {
        self.need(CAPTION.pitch() + 44.0);
        self.words(title, CAPTION);
        if let Some(note) = table::lay(self, rows) {
            self.words(&note, BODY.quiet());
        }
        if let Some(words) = left_out(rows) {
            self.words(&words, BODY.quiet());
        }
        self.y += 8.0;
    }
}

/// Points for each unit of a chart, and how tall it then stands.
fn fitted(tree: &Tree) -> (f32, f32) {
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = ((RIGHT - LEFT) / width).min(CHART / height);
    (scale, height * scale)
}
