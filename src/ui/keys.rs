//! Who has the keyboard, and the keys and pasted paths that the whole window takes.

use std::path::PathBuf;

use egui::{Context, Event, KeyboardShortcut, gui_zoom::kb_shortcuts};

use crate::app::{Actions, AppState, wish};

/// How much larger one press of the zoom keys makes everything.
const STEP: f32 = 0.1;

/// Whether pages may read keys: not behind an open modal.
#[must_use]
pub fn free(ctx: &Context) -> bool {
    ctx.memory(|memory| memory.top_modal_layer().is_none())
}

/// The same for keys that also write text.
#[must_use]
pub fn untyped(ctx: &Context) -> bool {
    free(ctx) && !ctx.text_edit_focused()
}

/// Turns zoom keys and pasted paths of this frame into actions.
pub(super) fn listen(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let scale = state.settings.preferences.scale;
    if let Some(wish) = zoomed(ctx, scale).filter(|wish| (wish - scale).abs() > 1e-3) {
        actions.push(wish::Settings::Scale(wish));
    }
    if !untyped(ctx) {
        return;
    }
    let pasted = |event: &Event| if let Event::Paste(text) = event { Some(paths(text)) } else { None };
    let pasted: Vec<PathBuf> = ctx.input(|input| input.events.iter().filter_map(pasted).flatten().collect());
    if !pasted.is_empty() {
        actions.push(wish::Window::Drop(pasted));
    }
}

/// The scale that the zoom keys ask for: the larger letters of a person who needs them are kept, unlike egui's own.
fn zoomed(ctx: &Context, scale: f32) -> Option<f32> {
    let pressed = |keys: &KeyboardShortcut| ctx.input_mut(|input| input.consume_shortcut(keys));
    if pressed(&kb_shortcuts::ZOOM_RESET) {
        Some(1.0)
    } else if pressed(&kb_shortcuts::ZOOM_IN) || pressed(&kb_shortcuts::ZOOM_IN_SECONDARY) {
        Some(scale + STEP)
    } else if pressed(&kb_shortcuts::ZOOM_OUT) {
        Some(scale - STEP)
    } else {
        None
    }
}

/// The files that a file manager's copy names: `file:` addresses or absolute paths, one a line; none where any other
/// text was copied.
fn paths(text: &str) -> Vec<PathBuf> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    // Some file managers put what is to be done before the files.
    let lines = lines.filter(|line| !matches!(*line, "copy" | "cut" | "x-special/nautilus-clipboard"));
    lines.map(path).collect::<Option<_>>().unwrap_or_default()
}

fn path(line: &str) -> Option<PathBuf> {
    let path = match line.strip_prefix("file://") {
        Some(address) => PathBuf::from(decoded(address.strip_prefix("localhost").unwrap_or(address))?),
        None => PathBuf::from(line.trim_matches('"')),
    };
    path.is_absolute().then_some(path)
}

/// Text without its per-cent signs (RFC 3986); `None` where it is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        bytes.push(if byte == b'%' { (digit()? * 16 + digit()?) as u8 } else { byte });
    }
    let text = String::from_utf8(bytes).ok()?;
    // `file:///C:/cells` names a drive.
    let drive = text.strip_prefix('/').filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    Some(drive.map_or_else(|| text.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn copied_files_are_paths_and_other_text_is_none() {
        let text =
            "copy\nfile:///cells/a%20b.png\r\nfile://localhost/cells/z%C3%BCrich.png\n# more\n/cells/plain.png\n";
        assert_eq!(paths(text), ["/cells/a b.png", "/cells/zürich.png", "/cells/plain.png"].map(PathBuf::from));
        for other in ["", "neutrophil", "/cells/a.png\nand a word", "file:///bad%2", "https://example.org/a.png"] {
            assert!(paths(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_drive_is_not_below_the_root() {
        assert_eq!(decoded("/C:/cells/a.png").as_deref(), Some("C:/cells/a.png"));
    }
}
