//! Letters of faces that are not the program's own: each is drawn once, with the text that it is read as, so that the file
//! carries what it uses and nothing else of a face.

use std::collections::HashMap;

use fontdb::ID;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, types::UnicodeCmap};
use skrifa::outline::OutlinePen;

use super::resources::{IDENTITY, packed};
use crate::report::fonts::Library;

/// Letters in one font of the file, whose codes are one byte.
const CODES: usize = 256;

/// A glyph of a letter, and how far from its first glyph it stands, in thousandths of the em.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part {
    pub glyph: u32,
    pub shift: [i32; 2],
}

/// One letter: a glyph or several that are read as one text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Letter {
    pub face: ID,
    pub parts: Vec<Part>,
    pub text: String,
}

/// How a letter is drawn, in thousandths of the em.
struct Stamp {
    drawing: Vec<u8>,
    advance: f32,
    bounds: [f32; 4],
    text: String,
}

/// Every letter that was used.
#[derive(Default)]
pub(super) struct Stamps {
    stamps: Vec<Stamp>,
    places: HashMap<Letter, usize>,
}

/// The name of a font of the file.
pub(super) fn resource(font: usize) -> String {
    format!("T{font}")
}

impl Stamps {
    /// Which font of the file has a letter, and the letter's code there.
    pub(super) fn place(&mut self, letter: Letter, library: &Library) -> (usize, u8) {
        let next = self.stamps.len();
        let place = *self.places.entry(letter).or_insert_with_key(|letter| {
            self.stamps.push(stamp(letter, library));
            next
        });
        (place / CODES, (place % CODES) as u8)
    }

    /// How many fonts of the file that makes.
    pub(super) fn fonts(&self) -> usize {
        self.stamps.len().div_ceil(CODES)
    }

    /// Writes one of the fonts; `id` is what pages refer to.
    pub(super) fn write(&self, pdf: &mut Pdf, id: Ref, font: usize, mut next: impl FnMut() -> Ref) {
        let Some(stamps) = self.stamps.chunks(CODES).nth(font) else { return };
        let drawings: Vec<Ref> = stamps.iter().map(|_| next()).collect();
        let unicode = next();
        for (stamp, id) in stamps.iter().zip(&drawings) {
            pdf.stream(*id, &packed(&stamp.drawing)).filter(Filter::FlateDecode);
        }
        let names: Vec<String> = (0..stamps.len()).map(|code| format!("c{code}")).collect();
        let names = || names.iter().map(|name| Name(name.as_bytes()));
        let wide = |pick: fn(f32, f32) -> f32, edge: fn(&[f32; 4]) -> f32| {
            stamps.iter().map(|stamp| edge(&stamp.bounds)).reduce(pick).unwrap_or(0.0)
        };
        let (low, high) = (
            [wide(f32::min, |b| b[0]), wide(f32::min, |b| b[1])],
            [wide(f32::max, |b| b[2]), wide(f32::max, |b| b[3])],
        );
        let mut whole = pdf.type3_font(id);
        whole.name(Name(resource(font).as_bytes()));
        whole.bbox(Rect::new(low[0], low[1], high[0], high[1])).matrix([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
        whole.char_procs().pairs(names().zip(drawings.iter().copied()));
        whole.encoding_custom().differences().consecutive(0, names());
        whole.first_char(0).last_char((stamps.len() - 1) as u8).widths(stamps.iter().map(|stamp| stamp.advance));
        whole.resources();
        whole.to_unicode(unicode);
        whole.finish();
        let mut map = UnicodeCmap::<u8>::new(Name(b"Custom"), IDENTITY);
        for (code, stamp) in stamps.iter().enumerate() {
            map.pair_with_multiple(code as u8, stamp.text.chars());
        }
        pdf.cmap(unicode, &map.finish());
    }
}

fn stamp(letter: &Letter, library: &Library) -> Stamp {
    let mut pen = Pen { content: Content::new(), at: [0.0; 2], shift: [0.0; 2], bounds: None };
    let mut advance = 0.0_f32;
    for part in &letter.parts {
        let shift = part.shift.map(|share| share as f32);
        pen.shift = shift;
        if let Some(own) = library.outline(letter.face, part.glyph, &mut pen) {
            advance = advance.max(shift[0] + own);
        }
    }
    let bounds = pen.bounds.unwrap_or_default();
    if pen.bounds.is_some() {
        pen.content.fill_nonzero();
    }
    let mut drawing = Content::new();
    drawing.start_shape_glyph(advance, bounds[0], bounds[1], bounds[2], bounds[3]);
    let mut drawing = drawing.finish().into_vec();
    drawing.push(b'\n');
    drawing.extend(pen.content.finish().into_vec());
    Stamp { drawing, advance, bounds, text: letter.text.clone() }
}

/// Puts the lines of glyphs into drawing instructions.
struct Pen {
    content: Content,
    at: [f32; 2],
    shift: [f32; 2],
    /// Left, lower, right and upper edge.
    bounds: Option<[f32; 4]>,
}

impl Pen {
    /// Where a point of a glyph stands; `through` tells whether the line goes there.
    fn place(&mut self, x: f32, y: f32) -> [f32; 2] {
        let [x, y] = [x + self.shift[0], y + self.shift[1]];
        let [left, lower, right, upper] = self.bounds.unwrap_or([x, y, x, y]);
        self.bounds = Some([left.min(x), lower.min(y), right.max(x), upper.max(y)]);
        [x, y]
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.place(x, y);
        self.content.move_to(self.at[0], self.at[1]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = self.place(x, y);
        self.content.line_to(self.at[0], self.at[1]);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        // The same curve with two control points.
        let (from, by, to) = (self.at, self.place(cx, cy), self.place(x, y));
        let third = |from: f32, by: f32| from + (by - from) * 2.0 / 3.0;
        let [a, b] = [[third(from[0], by[0]), third(from[1], by[1])], [third(to[0], by[0]), third(to[1], by[1])]];
        self.content.cubic_to(a[0], a[1], b[0], b[1], to[0], to[1]);
        self.at = to;
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (a, b, to) = (self.place(ax, ay), self.place(bx, by), self.place(x, y));
        self.content.cubic_to(a[0], a[1], b[0], b[1], to[0], to[1]);
        self.at = to;
    }

    fn close(&mut self) {
        self.content.close_path();
    }
}
