//! A small SVG writer: shapes and words onto a white page.

use std::{borrow::Cow, collections::BTreeSet, fmt::Write as _};

use unicode_width::UnicodeWidthChar as _;

use crate::report::{fonts::Face, legible::Legible, words::markup};

/// An sRGB colour.
pub(super) type Colour = [u8; 3];

/// Text and axes.
pub(super) const INK: Colour = [0x20, 0x24, 0x2A];
/// Second-rank text.
pub(super) const QUIET: Colour = [0x5A, 0x62, 0x6C];
/// Grid lines.
pub(super) const FAINT: Colour = [0xE1, 0xE4, 0xE8];
/// The page.
pub(super) const PAGE: Colour = [0xFF; 3];

/// Mean width of a letter of Inter as a share of its size, on the wide side, and that of an ideogram or syllable.
const LETTER: f64 = 0.56;
const WIDE: f64 = 1.0;
/// The families that a viewer is asked for: the program's own, then those that have more of the world's letters.
pub(in crate::report) const FAMILIES: &str = "Inter, Helvetica, Arial, 'Noto Sans', 'Noto Sans CJK SC', 'Noto Sans \
    Devanagari', 'Noto Sans Arabic', 'PingFang SC', 'Microsoft YaHei', 'Malgun Gothic', 'Nirmala UI', sans-serif";

/// Which end of a text stands at its position.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Words {
    size: f64,
    colour: Colour,
    anchor: Anchor,
    /// Degrees clockwise around the position.
    turn: f64,
    /// A longer text ends in an ellipsis.
    width: f64,
}

impl Words {
    pub(super) const fn sized(size: f64) -> Self {
        Self { size, colour: INK, anchor: Anchor::Start, turn: 0.0, width: f64::INFINITY }
    }

    pub(super) const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(super) const fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) const fn turned(self, turn: f64) -> Self {
        Self { turn, ..self }
    }

    pub(super) const fn fitting(self, width: f64) -> Self {
        Self { width, ..self }
    }
}

/// About how wide a text of a size is.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(letter_width).sum::<f64>() * size
}

/// How wide a letter is as a share of its size; a mark on another letter takes no room.
fn letter_width(letter: char) -> f64 {
    match letter.width() {
        Some(0) => 0.0,
        Some(2) => WIDE,
        _ => LETTER,
    }
}

/// `rgb` as SVG writes it.
pub(super) fn hex([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Whatever was drawn so far, and the patterns that it uses.
#[derive(Default)]
pub(super) struct Canvas<'a> {
    body: String,
    patterns: Vec<(String, String)>,
    /// What is written with the fonts at hand; without it, words stay as they are for a viewer with its own.
    legible: Option<&'a Legible<'a>>,
    /// The codes that stand in place of names.
    codes: BTreeSet<usize>,
}

impl<'a> Canvas<'a> {
    /// A page for a picture that is painted here.
    pub(super) fn painted(legible: &'a Legible<'a>) -> Self {
        Self { legible: Some(legible), ..Self::default() }
    }

    /// What the codes on the page stand for.
    pub(super) fn note(&self) -> Option<String> {
        self.legible?.note(&self.codes)
    }

    /// Adds SVG text as it stands.
    pub(super) fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// Defines a pattern once and gives the paint that refers to it.
    pub(super) fn pattern(&mut self, id: String, definition: impl FnOnce() -> String) -> String {
        let paint = format!("url(#{id})");
        if !self.patterns.iter().any(|(known, _)| *known == id) {
            self.patterns.push((id, definition()));
        }
        paint
    }

    pub(super) fn rect(&mut self, [x, y, width, height]: [f64; 4], fill: &str) {
        let width = width.max(0.0);
        self.raw(&format!(r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" fill="{fill}"/>"#));
    }

    pub(super) fn line(&mut self, from: [f64; 2], to: [f64; 2], colour: Colour, width: f64, dash: &str) {
        let ([x1, y1], [x2, y2]) = (from, to);
        let dash = if dash.is_empty() { String::new() } else { format!(r#" stroke-dasharray="{dash}""#) };
        self.raw(&format!(
            r#"<line x1="{x1:.2}" y1="{y1:.2}" x2="{x2:.2}" y2="{y2:.2}" stroke="{}" stroke-width="{width}"{dash}/>"#,
            hex(colour)
        ));
    }

    pub(super) fn polyline(&mut self, points: &[[f64; 2]], colour: Colour, dash: &str) {
        let mut places = String::new();
        for [x, y] in points {
            let _ = write!(places, "{x:.2},{y:.2} ");
        }
        let dash = if dash.is_empty() { String::new() } else { format!(r#" stroke-dasharray="{dash}""#) };
        self.raw(&format!(
            r#"<polyline points="{}" fill="none" stroke="{}" stroke-width="2" stroke-linejoin="round"{dash}/>"#,
            places.trim_end(),
            hex(colour)
        ));
    }

    pub(super) fn text(&mut self, x: f64, y: f64, text: &str, words: Words) {
        let anchor = match words.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let turn = if words.turn == 0.0 {
            String::new()
        } else {
            format!(r#" transform="rotate({} {x:.2} {y:.2})""#, words.turn)
        };
        let written = self.written(text, words);
        self.raw(&format!(
            r#"<text x="{x:.2}" y="{y:.2}" font-size="{}" fill="{}" text-anchor="{anchor}"{turn}>{written}</text>"#,
            words.size,
            hex(words.colour),
        ));
    }

    /// The words as an element holds them: as they are, or in runs of one face each.
    fn written(&mut self, text: &str, words: Words) -> String {
        let Some(legible) = self.legible else { return markup(&fit(text, words.size, words.width)) };
        legible.note_codes(text, &mut self.codes);
        runs(legible, &fit(&legible.text(text), words.size, words.width))
    }

    /// The whole document.
    pub(super) fn finish(self, width: f64, height: f64, title: &str, description: &str) -> String {
        let mut defs = String::new();
        for (_, pattern) in &self.patterns {
            defs.push_str(pattern);
            defs.push('\n');
        }
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" font-family="{FAMILIES}">
<title>{}</title>
<desc>{}</desc>
<defs>
{defs}</defs>
<rect width="100%" height="100%" fill="{}"/>
{}</svg>
"#,
            markup(title),
            markup(description),
            hex(PAGE),
            self.body
        )
    }
}

/// Text for XML, with the face of each run that is not in the program's own.
pub(in crate::report) fn runs(legible: &Legible<'_>, text: &str) -> String {
    let run = |(face, run): (Face, &str)| {
        let run = markup(run);
        if face == Face::REGULAR { run } else { format!(r#"<tspan font-family="{}">{run}</tspan>"#, face.family()) }
    };
    legible.library.runs(text).into_iter().map(run).collect()
}

/// The text, or as much of its start as fits with an ellipsis.
fn fit(text: &str, size: f64, width: f64) -> Cow<'_, str> {
    if text_width(text, size) <= width {
        return Cow::Borrowed(text);
    }
    let mut room = (width / size - LETTER).max(LETTER);
    let fitting = |letter: &char| {
        room -= letter_width(*letter);
        room >= 0.0
    };
    Cow::Owned(text.chars().take_while(fitting).chain(['…']).collect())
}
