//! A report as a PDF on A4 paper: selectable text in the program's own font, charts as vector graphics, page numbers.

mod draw;
mod file;
mod font;
mod layout;
mod page;
mod resources;
mod stamps;
mod table;

use super::{ReportError, document::Document, fonts::Library, legible::Legible};

/// The whole document as PDF 1.7.
///
/// # Errors
/// [`ReportError::Picture`] where a chart or a font cannot be read.
pub fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    render_with(document, Library::system())
}

/// The same with the faces of one's choice.
///
/// # Errors
/// As [`render`].
pub fn render_with(document: &Document, library: &Library) -> Result<Vec<u8>, ReportError> {
    let legible = Legible::new(library, document.provenance.classes());
    let fonts = font::Fonts::new(&legible)?;
    let laid = layout::lay(document, &fonts)?;
    Ok(file::write(document, &laid, fonts))
}
