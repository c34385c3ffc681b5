//! What a PDF says, page by page, read by another crate than the one that wrote it.

use std::collections::HashMap;

use hayro_syntax::{
    Pdf,
    object::{Dict, Object, Stream},
    page::Page,
};

/// The text of every page, one line for each run of words.
pub fn pages(bytes: Vec<u8>) -> Vec<String> {
    let pdf = Pdf::new(bytes).unwrap();
    pdf.pages().iter().map(text).collect()
}

/// Glyphs of one font as the text that its own table gives them.
type Map = HashMap<u16, String>;

fn text(page: &Page<'_>) -> String {
    let fonts = &page.resources().fonts;
    let maps: HashMap<Vec<u8>, Map> = fonts
        .keys()
        .map(|name| {
            let font: Dict<'_> = fonts.get(&name).unwrap();
            // Without it, nobody could select the text.
            let table: Stream<'_> = font.get("ToUnicode").unwrap();
            (name.as_ref().to_vec(), map(&String::from_utf8_lossy(&table.decoded().unwrap())))
        })
        .collect();
    let (mut said, mut font) = (String::new(), Vec::new());
    let mut operations = page.operations();
    while let Some(operation) = operations.next() {
        let operand = operation.operands().next();
        match (&**operation.operator, operand) {
            (b"Tf", Some(Object::Name(name))) => font = name.as_ref().to_vec(),
            (b"Tj", Some(Object::String(code))) => {
                let (pairs, _) = code.as_bytes().as_chunks();
                let glyphs = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
                let map = maps.get(&font).unwrap();
                said.extend(glyphs.filter_map(|glyph| map.get(&glyph)).map(String::as_str));
            }
            (b"ET", _) => said.push('\n'),
            _ => {}
        }
    }
    said
}

/// The pairs of a `ToUnicode` table, such as `<0012> <0041>`.
fn map(table: &str) -> Map {
    let pair = |line: &str| {
        let (glyph, letters) = line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <")?;
        let units: Option<Vec<u16>> = letters
            .as_bytes()
            .chunks(4)
            .map(|digits| u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())
            .collect();
        Some((u16::from_str_radix(glyph, 16).ok()?, String::from_utf16(&units?).ok()?))
    };
    table.lines().filter_map(pair).collect()
}
