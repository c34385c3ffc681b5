//! A chart's SVG into the drawing instructions of a page: shapes as paths, hatchings as patterns, words as text.

use pdf_writer::{
    Content, Str,
    types::{ColorSpaceOperand, LineCapStyle, LineJoinStyle},
};
use resvg::usvg::{
    self, Fill, FillRule, Group, LineCap, LineJoin, Node, Paint, Path, Stroke, Text, Transform,
    tiny_skia_path::PathSegment,
};

use super::{
    file::Resources,
    font::{Face, Fonts},
};

/// A transform as the six numbers of a matrix.
pub(super) const fn row(of: Transform) -> [f32; 6] {
    [of.sx, of.ky, of.kx, of.sy, of.tx, of.ty]
}

/// What is drawn onto: the instructions so far, and what they refer to.
pub(super) struct Ink<'a> {
    pub content: &'a mut Content,
    pub resources: &'a mut Resources,
    pub fonts: &'a mut Fonts,
}

impl Ink<'_> {
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
    fn pattern(&mut self, pattern: &usvg::Pattern, place: Transform) -> super::file::Resource {
        let rect = pattern.rect();
        let place = place.pre_concat(pattern.transform()).pre_translate(rect.x(), rect.y());
        let mut content = Content::new();
        Ink { content: &mut content, resources: self.resources, fonts: self.fonts }.group(pattern.root(), place);
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

    /// Every glyph where the layout of the SVG put it.
    fn text(&mut self, text: &Text) {
        let font = self.fonts.of_mut(Face::Regular);
        let upem = font.upem();
        self.content.begin_text();
        self.content.set_font(Face::Regular.resource(), 1.0);
        for span in text.layouted().iter().filter(|span| span.visible) {
            if let Some(Paint::Color(colour)) = span.fill.as_ref().map(Fill::paint) {
                let [r, g, b] = shares(*colour);
                self.content.set_fill_rgb(r, g, b);
            }
            for glyph in &span.positioned_glyphs {
                let Ok(id) = u16::try_from(glyph.id.0) else { continue };
                // An em of one unit, and upright where the page counts downwards.
                let matrix = glyph.transform().pre_scale(upem, -upem);
                self.content.set_text_matrix(row(matrix));
                let code = font.encode_glyph(id, &glyph.text);
                self.content.show(Str(&code));
            }
        }
        self.content.end_text();
    }
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
