//! The faces of a report: how wide their words are, and how the program's own two are written into the file.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use pdf_writer::{
    Finish, Name, Pdf, Rect, Ref,
    types::{CidFontType, FontFlags, UnicodeCmap},
};
use resvg::usvg::{Group, Node, Tree};
use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
};

use super::{
    resources::{IDENTITY, packed},
    stamps::Stamps,
};
use crate::report::{
    ReportError,
    fonts::{self, Library, own},
    legible::Legible,
    png, svg,
};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Strong,
}

/// Size at which a line of another face is laid out, and where its base line then is.
pub(super) const LINE: f32 = 100.0;

/// Both faces, with the glyphs that were used of them, and the letters of other faces.
pub(super) struct Fonts<'a> {
    regular: Font,
    strong: Font,
    pub stamps: Stamps,
    pub legible: &'a Legible<'a>,
    /// Lines with letters of other faces, laid out.
    lines: RefCell<HashMap<(String, bool), Arc<Tree>>>,
}

impl<'a> Fonts<'a> {
    /// # Errors
    /// [`ReportError::Picture`] where the bundled files are no fonts.
    pub(super) fn new(legible: &'a Legible<'a>) -> Result<Self, ReportError> {
        Ok(Self {
            regular: Font::new(fonts::REGULAR, "Inter-Regular")?,
            strong: Font::new(fonts::STRONG, "Inter-SemiBold")?,
            stamps: Stamps::default(),
            legible,
            lines: RefCell::default(),
        })
    }

    pub(super) const fn library(&self) -> &'a Library {
        self.legible.library
    }

    /// Width of words in points, without kerning where they are written letter by letter.
    pub(super) fn width(&self, face: Face, words: &str, size: f32) -> f32 {
        match self.line(face, words) {
            None => self.of(face).width(words, size),
            Some(line) => width(line.root()) * size / LINE,
        }
    }

    /// Words with letters of other faces as they are laid out at the size [`LINE`]; `None` where the program's own face
    /// has them all.
    pub(super) fn line(&self, face: Face, words: &str) -> Option<Arc<Tree>> {
        if words.chars().all(own) {
            return None;
        }
        let mut lines = self.lines.borrow_mut();
        let key = (words.to_owned(), face == Face::Strong);
        if let Some(line) = lines.get(&key) {
            return Some(Arc::clone(line));
        }
        let family = face.of_library().family();
        let drawing = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{LINE}" height="{LINE}"><text y="{LINE}" font-size="{LINE}" font-family="{family}" xml:space="preserve">{}</text></svg>"#,
            svg::runs(self.legible, words)
        );
        let tree = Arc::new(png::tree(&drawing, self.library()).ok()?);
        lines.insert(key, Arc::clone(&tree));
        Some(tree)
    }

    pub(super) const fn of(&self, face: Face) -> &Font {
        match face {
            Face::Regular => &self.regular,
            Face::Strong => &self.strong,
        }
    }

    pub(super) const fn of_mut(&mut self, face: Face) -> &mut Font {
        match face {
            Face::Regular => &mut self.regular,
            Face::Strong => &mut self.strong,
        }
    }
}

impl Face {
    pub(super) const BOTH: [Self; 2] = [Self::Regular, Self::Strong];

    /// Its name among the resources of a page.
    pub(super) const fn resource(self) -> Name<'static> {
        match self {
            Self::Regular => Name(b"F0"),
            Self::Strong => Name(b"F1"),
        }
    }

    const fn of_library(self) -> fonts::Face {
        match self {
            Self::Regular => fonts::Face::REGULAR,
            Self::Strong => fonts::Face::STRONG,
        }
    }

    /// The one that a face of the library is.
    pub(super) fn of(face: fonts::Face) -> Option<Self> {
        Self::BOTH.into_iter().find(|own| own.of_library() == face)
    }
}

/// How far to the right the words of a picture reach.
fn width(group: &Group) -> f32 {
    let of = |node: &Node| match node {
        Node::Group(inner) => width(inner),
        Node::Text(text) => text.abs_bounding_box().right(),
        Node::Path(_) | Node::Image(_) => 0.0,
    };
    group.children().iter().map(of).fold(0.0, f32::max)
}

/// One face.
pub(super) struct Font {
    data: &'static [u8],
    name: &'static str,
    face: FontRef<'static>,
    upem: f32,
    /// Glyphs that stand in the file, with the text that each is read as.
    used: BTreeMap<u16, String>,
}

impl Font {
    fn new(data: &'static [u8], name: &'static str) -> Result<Self, ReportError> {
        let face = FontRef::new(data).map_err(|why| ReportError::Picture(format!("{name}: {why}")))?;
        let upem = f32::from(face.metrics(Size::unscaled(), LocationRef::default()).units_per_em.max(1));
        Ok(Self { data, name, face, upem, used: BTreeMap::new() })
    }

    /// The glyph of a letter, where the face has it.
    fn glyph(&self, letter: char) -> Option<u16> {
        self.face.charmap().map(letter).and_then(|glyph| u16::try_from(glyph.to_u32()).ok())
    }

    /// Thousandths of the em.
    fn advance(&self, glyph: u16) -> f32 {
        let metrics = self.face.glyph_metrics(Size::unscaled(), LocationRef::default());
        metrics.advance_width(GlyphId::from(glyph)).unwrap_or(0.0) * 1000.0 / self.upem
    }

    /// Width of words in points, without kerning, which is how they are written.
    fn width(&self, words: &str, size: f32) -> f32 {
        words.chars().filter_map(|letter| self.glyph(letter)).map(|glyph| self.advance(glyph)).sum::<f32>() * size
            / 1000.0
    }

    /// Words as the file holds them: two bytes a glyph.
    pub(super) fn encode(&mut self, words: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2 * words.len());
        for letter in words.chars() {
            let Some(glyph) = self.glyph(letter) else { continue };
            bytes.extend(self.encode_glyph(glyph, letter.encode_utf8(&mut [0; 4])));
        }
        bytes
    }

    /// One glyph that was laid out elsewhere, with the text that it stands for.
    pub(super) fn encode_glyph(&mut self, glyph: u16, text: &str) -> [u8; 2] {
        self.used.entry(glyph).or_insert_with(|| text.to_owned());
        glyph.to_be_bytes()
    }

    /// Writes the face with its widths and its way back to text; `id` is what pages refer to.
    pub(super) fn write(&self, pdf: &mut Pdf, id: Ref, mut next: impl FnMut() -> Ref) {
        let [cid, descriptor, file, unicode] = [next(), next(), next(), next()];
        let name = Name(self.name.as_bytes());
        let mut whole = pdf.type0_font(id);
        whole.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(unicode);
        whole.finish();
        let mut font = pdf.cid_font(cid);
        font.subtype(CidFontType::Type2).base_font(name).system_info(IDENTITY).font_descriptor(descriptor);
        font.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = font.widths();
        for glyph in self.used.keys() {
            widths.consecutive(*glyph, [self.advance(*glyph)]);
        }
        widths.finish();
        font.finish();
        self.describe(pdf, descriptor, file);
        let packed = packed(self.data);
        let mut stream = pdf.stream(file, &packed);
        stream.filter(pdf_writer::Filter::FlateDecode).pair(Name(b"Length1"), self.data.len() as i32);
        stream.finish();
        let mut map = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
        for (glyph, text) in &self.used {
            map.pair_with_multiple(*glyph, text.chars());
        }
        pdf.cmap(unicode, &map.finish());
    }

    fn describe(&self, pdf: &mut Pdf, id: Ref, file: Ref) {
        let metrics = self.face.metrics(Size::unscaled(), LocationRef::default());
        let share = |units: f32| units * 1000.0 / self.upem;
        let bounds = metrics.bounds.unwrap_or_default();
        let mut descriptor = pdf.font_descriptor(id);
        descriptor.name(Name(self.name.as_bytes())).flags(FontFlags::NON_SYMBOLIC);
        descriptor.bbox(Rect::new(share(bounds.x_min), share(bounds.y_min), share(bounds.x_max), share(bounds.y_max)));
        descriptor.italic_angle(0.0).ascent(share(metrics.ascent)).descent(share(metrics.descent));
        descriptor.cap_height(share(metrics.cap_height.unwrap_or(metrics.ascent))).stem_v(80.0).font_file2(file);
        descriptor.finish();
    }
}
