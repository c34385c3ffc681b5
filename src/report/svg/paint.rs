//! How a class is filled: its colour, and a hatching that stands for its marker, so that colour never speaks alone.

use crate::domain::{class_look::ClassLook, classes::Marker};

use super::canvas::{Canvas, Colour, PAGE, hex};

/// The fill of the class `name` at `place` in its list.
pub(super) fn class(canvas: &mut Canvas<'_>, name: &str, place: usize) -> String {
    let look = ClassLook::of(name, place);
    let strokes = match look.marker {
        Marker::Circle => r#"<circle cx="4" cy="4" r="1.3"/>"#,
        Marker::Square => "",
        Marker::Diamond => r#"<path d="M0 4L4 0L8 4L4 8Z"/>"#,
        Marker::Up => r#"<path d="M4 0V8"/>"#,
        Marker::Down => r#"<path d="M0 4H8"/>"#,
        Marker::Left => r#"<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6"/>"#,
        Marker::Right => r#"<path d="M-2 6L2 10M0 0L8 8M6 -2L10 2"/>"#,
        Marker::Cross => r#"<path d="M4 1V7M1 4H7"/>"#,
    };
    hatched(canvas, look.colour, strokes)
}

/// The colour and the dashes of a class's line.
pub(super) fn line(name: &str, place: usize) -> (Colour, &'static str) {
    let look = ClassLook::of(name, place);
    let dash = match look.marker {
        Marker::Circle => "",
        Marker::Square => "10 3",
        Marker::Diamond => "6 3",
        Marker::Up => "3 3",
        Marker::Down => "10 3 2 3",
        Marker::Left => "6 3 2 3",
        Marker::Right => "14 4",
        Marker::Cross => "1 3",
    };
    (look.line_on(&[PAGE]), dash)
}

/// One of a few series: `place` decides colour and hatching.
pub(super) fn series(canvas: &mut Canvas<'_>, place: usize) -> String {
    let looks = [
        ([0x00, 0x72, 0xB2], ""),
        ([0xE6, 0x9F, 0x00], r#"<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6"/>"#),
        ([0x00, 0x9E, 0x73], r#"<path d="M4 0V8"/>"#),
    ];
    let (colour, strokes) = looks.get(place % looks.len()).copied().unwrap_or(([0x99; 3], ""));
    hatched(canvas, colour, strokes)
}

fn hatched(canvas: &mut Canvas<'_>, colour: Colour, strokes: &str) -> String {
    if strokes.is_empty() {
        return hex(colour);
    }
    let code = strokes.bytes().fold(7_u32, |code, byte| code.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let id = format!("fill-{}-{code:x}", hex(colour).trim_start_matches('#'));
    canvas.pattern(id.clone(), || {
        format!(
            r##"<pattern id="{id}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="{}"/><g fill="none" stroke="#000" stroke-opacity="0.38" stroke-width="1">{strokes}</g></pattern>"##,
            hex(colour)
        )
    })
}
