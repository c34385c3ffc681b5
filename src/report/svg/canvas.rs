//! A small SVG writer: shapes and words onto a white page.

use std::fmt::Write as _;

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

/// Mean width of a letter of Inter as a share of its size, on the wide side.
const LETTER: f64 = 0.56;

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
    text.chars().count() as f64 * size * LETTER
}

/// `rgb` as SVG writes it.
pub(super) fn hex([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Whatever was drawn so far, and the patterns that it uses.
#[derive(Default)]
pub(super) struct Canvas {
    body: String,
    patterns: Vec<(String, String)>,
}

impl Canvas {
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
        self.raw(&format!(
            r#"<text x="{x:.2}" y="{y:.2}" font-size="{}" fill="{}" text-anchor="{anchor}"{turn}>{}</text>"#,
            words.size,
            hex(words.colour),
            escape(&fit(text, words.size, words.width))
        ));
    }

    /// The whole document.
    pub(super) fn finish(self, width: f64, height: f64, title: &str, description: &str) -> String {
        let mut defs = String::new();
        for (_, pattern) in &self.patterns {
            defs.push_str(pattern);
            defs.push('\n');
        }
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" font-family="Inter, Helvetica, Arial, sans-serif">
<title>{}</title>
<desc>{}</desc>
<defs>
{defs}</defs>
<rect width="100%" height="100%" fill="{}"/>
{}</svg>
"#,
            escape(title),
            escape(description),
            hex(PAGE),
            self.body
        )
    }
}

/// The text, or as much of its start as fits with an ellipsis.
fn fit(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let most = ((width / (size * LETTER)) as usize).saturating_sub(1).max(1);
    text.chars().take(most).chain(['…']).collect()
}

/// Text for XML; characters that XML cannot hold become the replacement character.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}
