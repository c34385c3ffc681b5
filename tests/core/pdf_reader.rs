//! What a PDF says, page by page, read by another crate than the one that wrote it.

use std::collections::HashMap;

use hayro_syntax::{
    Pdf,
    object::{Dict, Name, Object, Stream},
    page::Page,
};

/// The text of every page, one line for each run of words.
pub fn pages(bytes: Vec<u8>) -> Vec<String> {
    let pdf = Pdf::new(bytes).unwrap();
    pdf.pages().iter().map(text).collect()
}

/// One font: how many bytes a code has, and the text that each is read as.
struct Font {
    wide: bool,
    texts: HashMap<u16, String>,
}

impl Font {
    fn of(font: &Dict<'_>) -> Self {
        let kind: Name<'_> = font.get("Subtype").unwrap();
        // Without it, nobody could select the text.
        let table: Stream<'_> = font.get("ToUnicode").unwrap();
        Self { wide: kind.as_ref() == b"Type0", texts: map(&String::from_utf8_lossy(&table.decoded().unwrap())) }
    }

    fn read(&self, code: &[u8]) -> String {
        let codes: Vec<u16> = if self.wide {
            code.as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
        } else {
            code.iter().map(|byte| u16::from(*byte)).collect()
        };
        // The first glyph of a font is its empty box, which stands for no letter.
        assert!(!self.wide || !codes.contains(&0), "a letter is written as the empty box");
        codes.iter().filter_map(|code| self.texts.get(code)).map(String::as_str).collect()
    }
}

fn text(page: &Page<'_>) -> String {
    let fonts = &page.resources().fonts;
    let fonts: HashMap<Vec<u8>, Font> =
        fonts.keys().map(|name| (name.as_ref().to_vec(), Font::of(&fonts.get(&name).unwrap()))).collect();
    let (mut said, mut line, mut font) = (String::new(), String::new(), Vec::new());
    let mut operations = page.operations();
    while let Some(operation) = operations.next() {
        let operand = operation.operands().next();
        match (&**operation.operator, operand) {
            (b"Tf", Some(Object::Name(name))) => font = name.as_ref().to_vec(),
            (b"Tj", Some(Object::String(code))) => line.push_str(&fonts.get(&font).unwrap().read(code.as_bytes())),
            (b"ET", _) => {
                said.push_str(&logical(&line));
                said.push('\n');
                line.clear();
            }
            _ => {}
        }
    }
    said
}

/// A line as it is read: Hebrew and Arabic stand on paper in the order of their places.
fn logical(line: &str) -> String {
    let leftwards = |letter: &char| matches!(letter, '\u{590}'..='\u{8ff}');
    let (mut read, mut run) = (String::new(), Vec::new());
    for letter in line.chars() {
        if leftwards(&letter) {
            run.push(letter);
        } else {
            read.extend(run.drain(..).rev());
            read.push(letter);
        }
    }
    read.extend(run.drain(..).rev());
    read
}

/// The pairs of a `ToUnicode` table, such as `<0012> <0041>`.
fn map(table: &str) -> HashMap<u16, String> {
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
