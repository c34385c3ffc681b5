//! A report as a PDF on A4 paper: selectable text in the program's own font, charts as vector graphics, page numbers.

mod draw;
mod file;
mod font;
mod layout;
mod table;

use super::{ReportError, document::Document};

/// The whole document as PDF 1.7.
///
/// # Errors
/// [`ReportError::Picture`] where a chart or a font cannot be read.
pub fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let fonts = font::Fonts::new()?;
    let laid = layout::lay(document, &fonts)?;
    Ok(file::write(document, &laid, fonts))
}
