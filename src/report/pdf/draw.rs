//! A chart's SVG into the drawing instructions of a page: shapes as paths, hatchings as patterns, words as text.

use pdf_writer::{
    Content, Name, Str,
    types::{ColorSpaceOperand, LineCapStyle, LineJoinStyle},
};
use resvg::usvg::{
    self, Fill, FillRule, Group, LineCap, LineJoin, Node, Paint, Path, Stroke, Text, Transform,
    layout::PositionedGlyph, tiny_skia_path::PathSegment,
};

use super::{
    font::{Face, Fonts},
    resources::{Resource, Resources},
    stamps::{self, Letter, Part},
};
use crate::report::fonts::{reads_leftwards, unseen};

/// A transform as the six numbers of a matrix.
pub(super) const fn row(of: Transform) -> [f32; 6] {
    [of.sx, of.ky, of.kx, of.sy, of.tx, of.ty]
}

/// What is drawn onto: the instructions so far, and what they refer to.
pub(super) struct Ink<'a, 'b> {
    pub content: &'a mut Content,
    pub resources: &'a mut Resources,
    pub fonts: &'a mut Fonts<'b>,
    /// The grey of all words, 0 to 1, in place of their own colours.
    pub grey: Option<f32>,
}

impl Ink<'_, '_> {
    /// Draws a group; `place` leads from its outside to the page's own corner at the lower left.
    pub(super) fn group(&mut self, group: &Group, place: Transform) {
        let place = place.pre_concat(group.transform());
        self.content.save_state();
        self.content.transform(row(group.transform()));
        for child in group.children() {
            match child {
                Node::Group(inner) => self.group(inner, place),
                Node::Path(path) => self.path(path, place),
                Node::Text(text) => self.text(text),
                Node::Image(_) => {}
            }
        }
        self.content.restore_state();
    }

    fn path(&mut self, path: &Path, place: Transform) {
        if !path.is_visible() || (path.fill().is_none() && path.stroke().is_none()) {
            return;
        }
        self.content.save_state();
        let opacity = [path.fill().map(Fill::opacity), path.stroke().map(Stroke::opacity)];
        let opacity = opacity.map(|share| share.map_or(1.0, usvg::Opacity::get));
        if opacity.iter().any(|share| *share < 1.0) {
            let name = self.resources.opacity(opacity);
            self.content.set_parameters(name.as_name());
        }
        if let Some(fill) = path.fill() {
            self.fill(fill, place);
        }
        if let Some(stroke) = path.stroke() {
            self.stroke(stroke);
        }
        outline(self.content, path);
        let even_odd = path.fill().is_some_and(|fill| fill.rule() == FillRule::EvenOdd);
        match (path.fill().is_some(), path.stroke().is_some(), even_odd) {
            (true, true, false) => self.content.fill_nonzero_and_stroke(),
            (true, true, true) => self.content.fill_even_odd_and_stroke(),
            (true, false, false) => self.content.fill_nonzero(),
            (true, false, true) => self.content.fill_even_odd(),
            (false, _, _) => self.content.stroke(),
        };
        self.content.restore_state();
    }

    fn fill(&mut self, fill: &Fill, place: Transform) {
        match fill.paint() {
            Paint::Color(colour) => {
                let [r, g, b] = shares(*colour);
                self.content.set_fill_rgb(r, g, b);
            }
            Paint::Pattern(pattern) => {
                let name = self.pattern(pattern, place);
                self.content.set_fill_color_space(ColorSpaceOperand::Pattern);
                self.content.set_fill_pattern([], name.as_name());
            }
            // No chart has a gradient.
            Paint::LinearGradient(_) | Paint::RadialGradient(_) => {}
        }
    }

    /// A pattern is placed from the page's corner and not from where it is used.
    fn pattern(&mut self, pattern: &usvg::Pattern, place: Transform) -> Resource {
        let rect = pattern.rect();
        let place = place.pre_concat(pattern.transform()).pre_translate(rect.x(), rect.y());
        let mut content = Content::new();
        let mut ink = Ink { content: &mut content, resources: self.resources, fonts: self.fonts, grey: self.grey };
        ink.group(pattern.root(), place);
        self.resources.pattern(content.finish().into_vec(), row(place), [rect.width(), rect.height()])
    }

    fn stroke(&mut self, stroke: &Stroke) {
        if let Paint::Color(colour) = stroke.paint() {
            let [r, g, b] = shares(*colour);
            self.content.set_stroke_rgb(r, g, b);
        }
        self.content.set_line_width(stroke.width().get());
        self.content.set_miter_limit(stroke.miterlimit().get());
        self.content.set_line_cap(match stroke.linecap() {
            LineCap::Butt => LineCapStyle::ButtCap,
            LineCap::Round => LineCapStyle::RoundCap,
            LineCap::Square => LineCapStyle::ProjectingSquareCap,
        });
        self.content.set_line_join(match stroke.linejoin() {
            LineJoin::Round => LineJoinStyle::RoundJoin,
            LineJoin::Bevel => LineJoinStyle::BevelJoin,
            LineJoin::Miter | LineJoin::MiterClip => LineJoinStyle::MiterJoin,
        });
        if let Some(dashes) = stroke.dasharray() {
            self.content.set_dash_pattern(dashes.iter().copied(), stroke.dashoffset());
        }
    }

    /// Every letter where the layout of the SVG put it.
    fn text(&mut self, text: &Text) {
        self.content.begin_text();
        for span in text.layouted().iter().filter(|span| span.visible) {
            match (self.grey, span.fill.as_ref().map(Fill::paint)) {
                (Some(grey), _) => {
                    self.content.set_fill_gray(grey);
                }
                (None, Some(Paint::Color(colour))) => {
                    let [r, g, b] = shares(*colour);
                    self.content.set_fill_rgb(r, g, b);
                }
                _ => {}
            }
            for letter in letters(&span.positioned_glyphs) {
                self.letter(letter);
            }
        }
        self.content.end_text();
    }

    /// One glyph, or several that are read as one text.
    fn letter(&mut self, glyphs: &[PositionedGlyph]) {
        let (library, Some(first)) = (self.fonts.library(), glyphs.first()) else { return };
        let text: String = glyphs.iter().map(|glyph| glyph.text.as_str()).collect();
        if text.chars().all(unseen) {
            return;
        }
        let upem = library.upem(first.font);
        // An em of one unit, and upright where the page counts downwards.
        let matrix = |glyph: &PositionedGlyph| glyph.transform().pre_scale(upem, -upem);
        if let Some(face) = library.own_face(first.font).and_then(Face::of) {
            self.content.set_font(face.resource(), 1.0);
            for glyph in glyphs {
                // The first glyph of a face stands for letters that it lacks.
                let Some(id) = u16::try_from(glyph.id.0).ok().filter(|id| *id != 0) else { continue };
                self.content.set_text_matrix(row(matrix(glyph)));
                let code = self.fonts.of_mut(face).encode_glyph(id, &glyph.text);
                self.content.show(Str(&code));
            }
            return;
        }
        let home = matrix(first).invert().unwrap_or_default();
        let part = |glyph: &PositionedGlyph| {
            let from = home.pre_concat(matrix(glyph));
            Part { glyph: glyph.id.0, shift: [from.tx, from.ty].map(|share| (1000.0 * share).round() as i32) }
        };
        let parts = glyphs.iter().filter(|glyph| glyph.id.0 != 0).map(part).collect();
        let (font, code) = self.fonts.stamps.place(Letter { face: first.font, parts, text }, library);
        self.content.set_font(Name(stamps::resource(font).as_bytes()), 1.0);
        self.content.set_text_matrix(row(matrix(first)));
        self.content.show(Str(&[code]));
    }
}

/// Glyphs as letters. A text that several glyphs draw together stands with the last of them where it is read from left to
/// right, and with the first where it is read the other way.
fn letters(glyphs: &[PositionedGlyph]) -> Vec<&[PositionedGlyph]> {
    let texts: Vec<&str> = glyphs.iter().map(|glyph| glyph.text.as_str()).collect();
    let mut letters = Vec::new();
    let mut rest = glyphs;
    for length in lengths(&texts) {
        let Some((letter, others)) = rest.split_at_checked(length) else { break };
        letters.push(letter);
        rest = others;
    }
    letters
}

/// How many glyphs each letter has.
fn lengths(texts: &[&str]) -> Vec<usize> {
    let mut lengths: Vec<usize> = Vec::new();
    let (mut open, mut leftwards) = (0, false);
    for text in texts {
        match lengths.last_mut().filter(|_| text.is_empty() && leftwards) {
            Some(letter) => *letter += 1,
            None if text.is_empty() => open += 1,
            None => {
                lengths.push(open + 1);
                (open, leftwards) = (0, text.chars().next().is_some_and(reads_leftwards));
            }
        }
    }
    lengths.extend((open > 0).then_some(open));
    lengths
}

fn shares(colour: usvg::Color) -> [f32; 3] {
    [colour.red, colour.green, colour.blue].map(|channel| f32::from(channel) / 255.0)
}

fn outline(content: &mut Content, path: &Path) {
    let mut from = [0.0; 2];
    for segment in path.data().segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                content.move_to(to.x, to.y);
                from = [to.x, to.y];
            }
            PathSegment::LineTo(to) => {
                content.line_to(to.x, to.y);
                from = [to.x, to.y];
            }
            PathSegment::QuadTo(by, to) => {
                // The same curve with two control points.
                let [x, y] = from;
                let third = |from: f32, by: f32| from + (by - from) * 2.0 / 3.0;
                content.cubic_to(third(x, by.x), third(y, by.y), third(to.x, by.x), third(to.y, by.y), to.x, to.y);
                from = [to.x, to.y];
            }
            PathSegment::CubicTo(a, b, to) => {
                content.cubic_to(a.x, a.y, b.x, b.y, to.x, to.y);
                from = [to.x, to.y];
            }
            PathSegment::Close => {
                content.close_path();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_that_are_read_as_one_text_are_one_letter() {
        assert_eq!(lengths(&["a", "fi", "b"]), [1, 1, 1]);
        assert_eq!(lengths(&["", "लि", "म"]), [2, 1]);
        assert_eq!(lengths(&["ة", "د", "", "ح"]), [1, 2, 1]);
        assert_eq!(lengths(&["a", "", ""]), [1, 2]);
    }
}
