//! The objects of the file: pages with their instructions, what those refer to, bookmarks, and who wrote it when.

use pdf_writer::{
    Content, Date, Filter, Finish, Name, Pdf, Rect, Ref, TextStr,
    types::{PaintType, TilingType},
};
use resvg::usvg::Transform;
use time::OffsetDateTime;

use super::{
    draw::{Ink, row},
    font::{Face, Fonts, LINE},
    page::{FOOT, Item, LEFT, Laid, PAGE, RIGHT, Sheet},
    resources::{Resources, packed},
    stamps,
};
use crate::report::{document::Document, words::NOTICE};

/// Grey of second-rank words and of lines, 0 to 1.
const QUIET: f32 = 0.38;
const FAINT: f32 = 0.82;
const INK: f32 = 0.13;

/// Numbers of objects, from 1.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// Writes the laid out report.
pub(super) fn write(document: &Document, laid: &Laid, mut fonts: Fonts<'_>) -> Vec<u8> {
    let mut numbers = Numbers(0);
    let [catalog, tree, resources_id, info] = [numbers.next(), numbers.next(), numbers.next(), numbers.next()];
    let mut pdf = Pdf::new();
    let mut resources = Resources::default();
    let pages: Vec<Ref> = laid.sheets.iter().map(|_| numbers.next()).collect();
    for (index, (sheet, id)) in laid.sheets.iter().zip(&pages).enumerate() {
        let mut content = Content::new();
        let ink = Ink { content: &mut content, resources: &mut resources, fonts: &mut fonts, grey: None };
        sheet_of(ink, sheet, &format!("Page {} of {}", index + 1, pages.len()));
        let (stream, bytes) = (numbers.next(), packed(&content.finish().into_vec()));
        pdf.stream(stream, &bytes).filter(Filter::FlateDecode);
        let mut page = pdf.page(*id);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE[0], PAGE[1])).contents(stream);
        page.pair(Name(b"Resources"), resources_id);
    }
    pdf.pages(tree).kids(pages.iter().copied()).count(pages.len() as i32);
    refer(&mut pdf, resources_id, &resources, &fonts, &mut numbers);
    let outline = bookmarks(&mut pdf, laid, &pages, &mut numbers);
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("en"));
    root.viewer_preferences().display_doc_title(true);
    if let Some(outline) = outline {
        root.outlines(outline);
    }
    root.finish();
    let program = concat!("Leukoscope ", env!("CARGO_PKG_VERSION"));
    let mut facts = pdf.document_info(info);
    facts.title(TextStr(&document.title)).subject(TextStr(NOTICE));
    facts.creator(TextStr(program)).producer(TextStr(program)).creation_date(date(document.written));
    facts.finish();
    pdf.finish()
}

fn date(at: OffsetDateTime) -> Date {
    let date = Date::new(u16::try_from(at.year()).unwrap_or(0)).month(at.month().into()).day(at.day());
    date.hour(at.hour()).minute(at.minute()).second(at.second()).utc_offset_hour(0)
}

/// One page; its own measure counts from the upper left corner downwards.
fn sheet_of(mut ink: Ink<'_, '_>, sheet: &Sheet, number: &str) {
    let down = Transform::from_row(1.0, 0.0, 0.0, -1.0, 0.0, PAGE[1]);
    ink.content.save_state();
    ink.content.transform(row(down));
    for item in &sheet.items {
        match item {
            Item::Words { at, size, face, quiet, words } => {
                text(&mut ink, *at, *size, *face, if *quiet { QUIET } else { INK }, words);
            }
            Item::Rule { from, to, y } => line(&mut ink, [*from, *to], *y),
            Item::Picture { tree, at: [x, y], scale } => {
                let there = Transform::from_row(*scale, 0.0, 0.0, *scale, *x, *y);
                ink.content.save_state();
                ink.content.transform(row(there));
                ink.group(tree.root(), down.pre_concat(there));
                ink.content.restore_state();
            }
        }
    }
    let right = RIGHT - ink.fonts.width(Face::Regular, number, 8.0);
    line(&mut ink, [LEFT, RIGHT], FOOT - 12.0);
    text(&mut ink, [LEFT, FOOT], 8.0, Face::Regular, QUIET, NOTICE);
    text(&mut ink, [right, FOOT], 8.0, Face::Regular, QUIET, number);
    ink.content.restore_state();
}

fn text(ink: &mut Ink<'_, '_>, [x, y]: [f32; 2], size: f32, face: Face, grey: f32, words: &str) {
    if let Some(line) = ink.fonts.line(face, words) {
        let scale = size / LINE;
        let there = Transform::from_row(scale, 0.0, 0.0, scale, x, y - size);
        ink.content.save_state();
        ink.content.transform(row(there));
        ink.grey = Some(grey);
        ink.group(line.root(), there);
        ink.grey = None;
        ink.content.restore_state();
        return;
    }
    let code = ink.fonts.of_mut(face).encode(words);
    ink.content.begin_text();
    ink.content.set_fill_gray(grey).set_font(face.resource(), size);
    ink.content.set_text_matrix([1.0, 0.0, 0.0, -1.0, x, y]);
    ink.content.show(pdf_writer::Str(&code)).end_text();
}

fn line(ink: &mut Ink<'_, '_>, [from, to]: [f32; 2], y: f32) {
    ink.content.set_stroke_gray(FAINT).set_line_width(0.6);
    ink.content.move_to(from, y).line_to(to, y).stroke();
}

/// The one list of resources that all pages and hatchings share.
fn refer(pdf: &mut Pdf, id: Ref, resources: &Resources, fonts: &Fonts<'_>, numbers: &mut Numbers) {
    let faces = Face::BOTH.map(|face| (face, numbers.next()));
    for (face, font) in faces {
        fonts.of(face).write(pdf, font, || numbers.next());
    }
    let stamped: Vec<(String, Ref)> =
        (0..fonts.stamps.fonts()).map(|font| (stamps::resource(font), numbers.next())).collect();
    for (font, (_, id)) in stamped.iter().enumerate() {
        fonts.stamps.write(pdf, *id, font, || numbers.next());
    }
    let tiles: Vec<Ref> = resources.tiles.iter().map(|_| numbers.next()).collect();
    for (tile, at) in resources.tiles.iter().zip(&tiles) {
        let [width, height] = tile.size;
        let bytes = packed(&tile.content);
        let mut pattern = pdf.tiling_pattern(*at, &bytes);
        pattern.filter(Filter::FlateDecode);
        pattern.paint_type(PaintType::Colored).tiling_type(TilingType::ConstantSpacing).matrix(tile.matrix);
        pattern.bbox(Rect::new(0.0, 0.0, width, height)).x_step(width).y_step(height);
        pattern.pair(Name(b"Resources"), id);
    }
    let states: Vec<Ref> = resources.opacities.iter().map(|_| numbers.next()).collect();
    for ([fill, stroke], at) in resources.opacities.iter().zip(&states) {
        pdf.ext_graphics(*at).non_stroking_alpha(*fill).stroking_alpha(*stroke);
    }
    let mut all = pdf.indirect(id).start::<pdf_writer::writers::Resources<'_>>();
    let mut list = all.fonts();
    list.pairs(faces.map(|(face, font)| (face.resource(), font)));
    list.pairs(stamped.iter().map(|(name, font)| (Name(name.as_bytes()), *font)));
    list.finish();
    for (letter, list) in [("P", &tiles), ("G", &states)] {
        let mut dict = if letter == "P" { all.patterns() } else { all.ext_g_states() };
        for (index, at) in list.iter().enumerate() {
            dict.pair(Name(format!("{letter}{index}").as_bytes()), *at);
        }
    }
}

/// One bookmark a heading; `None` without a heading.
fn bookmarks(pdf: &mut Pdf, laid: &Laid, pages: &[Ref], numbers: &mut Numbers) -> Option<Ref> {
    let marks: Vec<_> = laid.marks.iter().filter_map(|mark| Some((mark, *pages.get(mark.page)?))).collect();
    let outline = numbers.next();
    let ids: Vec<Ref> = marks.iter().map(|_| numbers.next()).collect();
    let (first, last) = (*ids.first()?, *ids.last()?);
    pdf.outline(outline).first(first).last(last).count(marks.len() as i32);
    for (index, ((mark, page), id)) in marks.iter().zip(&ids).enumerate() {
        let mut item = pdf.outline_item(*id);
        item.title(TextStr(&mark.title)).parent(outline);
        if let Some(before) = index.checked_sub(1).and_then(|index| ids.get(index)) {
            item.prev(*before);
        }
        if let Some(after) = ids.get(index + 1) {
            item.next(*after);
        }
        item.dest().page(*page).xyz(0.0, PAGE[1] - mark.y, None);
    }
    Some(outline)
}
