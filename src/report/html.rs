//! One self-contained page of charts and tables, made for a screen and for paper: no script, no font and no picture from
//! elsewhere.

use std::fmt::Write as _;

use super::{
    document::{Block, Document, ROWS, left_out},
    svg,
    table::Table,
    words::NOTICE,
};

/// The style sheet; `FAMILIES` stands for the fonts.
const STYLE: &str = "
:root { color-scheme: light; }
body { font: 14px/1.5 FAMILIES; color: #20242a; background: #fff; margin: 0 auto; \
max-width: 1000px; padding: 32px 24px 72px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 40px 0 8px; border-bottom: 1px solid #e1e4e8; \
padding-bottom: 4px; } h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 4px 0 8px; } .lead { font-size: 16px; } .quiet { color: #5a626c; }
figure { margin: 16px 0; break-inside: avoid; } svg { width: 100%; height: auto; display: block; }
.table { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 12px; }
th, td { text-align: left; padding: 3px 12px 3px 0; border-bottom: 1px solid #e1e4e8; overflow-wrap: anywhere; }
th { color: #5a626c; font-weight: 600; } tr { break-inside: avoid; } thead { display: table-header-group; }
footer { margin-top: 40px; border-top: 1px solid #e1e4e8; padding-top: 8px; color: #5a626c; font-size: 12px; }
@page { size: A4; margin: 16mm 14mm 18mm; \
@bottom-center { content: \"Research and education only. Not a medical device.\"; font-size: 8px; color: #5a626c; } }
@media print { body { max-width: none; padding: 0; font-size: 11px; } h2, h3 { break-after: avoid; } \
.table { overflow: visible; } figure svg { width: auto; max-width: 100%; max-height: 112mm; margin: 0 auto; } }
";

/// The whole page, with where its figures come from at its end.
#[must_use]
pub fn render(document: &Document) -> String {
    let mut body = String::new();
    for block in &document.blocks {
        let _ = match block {
            Block::Heading(words) => writeln!(body, "<h2>{}</h2>", escape(words)),
            Block::Paragraph(words) => writeln!(body, "<p>{}</p>", escape(words)),
            Block::Lead(words) => writeln!(body, "<p class=\"lead\"><strong>{}</strong></p>", escape(words)),
            Block::Chart(chart) => writeln!(body, "<figure>{}</figure>", svg::draw(chart)),
            Block::Table { title, table } => writeln!(body, "{}", rows(title, table)),
        };
    }
    let _ = writeln!(body, "<h2>Where these figures come from</h2>{}", rows("Provenance", &document.facts()));
    let (title, date) = (escape(&document.title), document.date());
    let style = STYLE.replace("FAMILIES", svg::FAMILIES);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n<p class=\"quiet\">Written {date}</p>\n{body}<footer>{NOTICE}</footer>\n</body>\n\
         </html>\n"
    )
}

fn rows(title: &str, table: &Table) -> String {
    let row = |cells: &[String], tag: &str| -> String {
        cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect()
    };
    let mut text = format!("<h3>{}</h3><div class=\"table\"><table>\n", escape(title));
    let _ = writeln!(text, "<thead><tr>{}</tr></thead><tbody>", row(&table.header, "th"));
    for cells in table.words().take(ROWS) {
        let _ = writeln!(text, "<tr>{}</tr>", row(&cells, "td"));
    }
    text.push_str("</tbody></table></div>");
    if let Some(words) = left_out(table) {
        let _ = write!(text, "\n<p class=\"quiet\">{words}</p>");
    }
    text
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Provenance;

    #[test]
    fn a_page_stands_alone_and_runs_nothing() {
        let mut page = Document::new("Report of <run>", Provenance::new().with("folder", "<script>alert(1)</script>"));
        let mut table = Table::new(["path"]);
        (0..100).for_each(|n| table.push([format!("{n} <b>")]));
        page.heading("Cells & more").table("Predictions", &table);
        let text = render(&page);
        assert!(!text.contains("<script") && !text.contains("<b>") && !text.contains("http"), "{text}");
        assert!(text.contains("Report of &lt;run&gt;") && text.contains(NOTICE));
        assert!(text.contains("and 40 more rows") && text.contains("Cells &amp; more"));
    }
}
