//! Pages under construction: what stands on them, how words are set, and where the next line goes.

use resvg::usvg::Tree;

use super::font::{Face, Fonts};
use crate::report::fonts::joins;

/// A4 in points.
pub(super) const PAGE: [f32; 2] = [595.28, 841.89];
pub(super) const LEFT: f32 = 48.0;
pub(super) const RIGHT: f32 = PAGE[0] - LEFT;
/// The base line of the words at the foot of each page.
pub(super) const FOOT: f32 = PAGE[1] - 30.0;
pub(super) const TOP: f32 = 48.0;
const BOTTOM: f32 = FOOT - 26.0;
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

/// Pages under construction.
pub(super) struct Flow<'a> {
    pub fonts: &'a Fonts<'a>,
    pub laid: Laid,
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

    pub(super) fn words(&mut self, words: &str, style: Style) {
        for line in wrapped(self.fonts, &self.fonts.legible.text(words), style, RIGHT - LEFT) {
            self.need(style.pitch());
            self.line(LEFT, style, &line);
            self.y += style.pitch();
        }
        self.y += 4.0;
    }
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
