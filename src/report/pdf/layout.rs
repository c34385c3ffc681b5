//! Where everything stands: blocks one below the other, broken into pages.

use resvg::usvg::Tree;

use super::{
    font::{Face, Fonts},
    table,
};
use crate::report::{
    ReportError,
    chart::Chart,
    document::{Block, Document, left_out},
    fonts::joins,
    png, svg,
    table::Table,
    words::NOTICE,
};

/// A4 in points.
pub(super) const PAGE: [f32; 2] = [595.28, 841.89];
pub(super) const LEFT: f32 = 48.0;
pub(super) const RIGHT: f32 = PAGE[0] - LEFT;
/// The base line of the words at the foot of each page.
pub(super) const FOOT: f32 = PAGE[1] - 30.0;
const TOP: f32 = 48.0;
const BOTTOM: f32 = FOOT - 26.0;
/// No chart is taller, so that two stand on a page.
const CHART: f32 = 352.0;

/// Something on a page, in points from its upper left corner.
pub(super) enum Item {
    Words {
        /// Where the base line starts.
        at: [f32; 2],
        size: f32,
        face: Face,
        /// Second-rank words are grey.
        quiet: bool,
        words: String,
    },
    /// A thin horizontal line.
    Rule {
        from: f32,
        to: f32,
        y: f32,
    },
    Picture {
        tree: Box<Tree>,
        at: [f32; 2],
        scale: f32,
    },
}

/// One page.
#[derive(Default)]
pub(super) struct Sheet {
    pub items: Vec<Item>,
}

/// Where a section starts.
pub(super) struct Mark {
    pub title: String,
    pub page: usize,
    pub y: f32,
}

/// A report in pages.
pub(super) struct Laid {
    pub sheets: Vec<Sheet>,
    pub marks: Vec<Mark>,
}

/// How words are set.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub size: f32,
    pub face: Face,
    pub quiet: bool,
}

impl Style {
    pub(super) const fn new(size: f32, face: Face) -> Self {
        Self { size, face, quiet: false }
    }

    pub(super) const fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    /// From one base line to the next.
    pub(super) fn pitch(self) -> f32 {
        self.size * 1.38
    }
}

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

/// Pages under construction.
pub(super) struct Flow<'a> {
    pub fonts: &'a Fonts<'a>,
    laid: Laid,
    /// Where the next block starts.
    pub y: f32,
}

impl Flow<'_> {
    pub(super) fn put(&mut self, item: Item) {
        if let Some(sheet) = self.laid.sheets.last_mut() {
            sheet.items.push(item);
        }
    }

    /// Goes on to a new page unless there is this much room; tells whether it did.
    pub(super) fn need(&mut self, height: f32) -> bool {
        let over = self.y + height > BOTTOM && self.y > TOP;
        if over {
            self.laid.sheets.push(Sheet::default());
            self.y = TOP;
        }
        over
    }

    /// A line of words that fits, with its base line below `self.y`.
    pub(super) fn line(&mut self, x: f32, style: Style, words: &str) {
        let at = [x, self.y + style.size];
        self.put(Item::Words { at, size: style.size, face: style.face, quiet: style.quiet, words: words.to_owned() });
    }

    fn words(&mut self, words: &str, style: Style) {
        for line in wrapped(self.fonts, &self.fonts.legible.text(words), style, RIGHT - LEFT) {
            self.need(style.pitch());
            self.line(LEFT, style, &line);
            self.y += style.pitch();
        }
        self.y += 4.0;
    }

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

/// Words as lines no wider than this; a word that is wider alone is broken.
pub(super) fn wrapped(fonts: &Fonts<'_>, words: &str, style: Style, width: f32) -> Vec<String> {
    let fits = |line: &str| fonts.width(style.face, line, style.size) <= width;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            // A mark stays with its letter.
            if !joins(letter) && !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}
