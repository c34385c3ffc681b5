//! One self-contained page of charts and tables, made for a screen and for paper: no script, no font and no picture from
//! elsewhere.

use std::fmt::Write as _;

use super::{
    chart::{Chart, Provenance},
    csv::Table,
    svg,
    words::NOTICE,
};

/// Rows of a table that the page shows; the CSV beside it has them all.
const ROWS: usize = 60;

/// A page under construction.
#[derive(Clone, Debug)]
pub struct Document {
    title: String,
    provenance: Provenance,
    body: String,
}

const STYLE: &str = "
:root { color-scheme: light; }
body { font: 14px/1.5 Inter, Helvetica, Arial, sans-serif; color: #20242a; background: #fff; margin: 0 auto; \
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

impl Document {
    #[must_use]
    pub fn new(title: impl Into<String>, provenance: Provenance) -> Self {
        Self { title: title.into(), provenance, body: String::new() }
    }

    /// Starts a section.
    pub fn heading(&mut self, words: &str) -> &mut Self {
        let _ = writeln!(self.body, "<h2>{}</h2>", escape(words));
        self
    }

    /// A sentence of its own.
    pub fn paragraph(&mut self, words: &str) -> &mut Self {
        let _ = writeln!(self.body, "<p>{}</p>", escape(words));
        self
    }

    /// The sentence that matters most.
    pub fn lead(&mut self, words: &str) -> &mut Self {
        let _ = writeln!(self.body, "<p class=\"lead\"><strong>{}</strong></p>", escape(words));
        self
    }

    /// A chart as it is drawn for files.
    pub fn chart(&mut self, chart: &Chart) -> &mut Self {
        let _ = writeln!(self.body, "<figure>{}</figure>", svg::draw(chart));
        self
    }

    /// A table; a long one is cut and says where the rest is.
    pub fn table(&mut self, title: &str, table: &Table) -> &mut Self {
        let row = |cells: &[String], tag: &str| -> String {
            cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect()
        };
        let _ = writeln!(self.body, "<h3>{}</h3><div class=\"table\"><table>", escape(title));
        let _ = writeln!(self.body, "<thead><tr>{}</tr></thead><tbody>", row(&table.header, "th"));
        for cells in table.rows.iter().take(ROWS) {
            let _ = writeln!(self.body, "<tr>{}</tr>", row(cells, "td"));
        }
        let _ = writeln!(self.body, "</tbody></table></div>");
        if let Some(more) = table.rows.len().checked_sub(ROWS).filter(|more| *more > 0) {
            let _ = writeln!(self.body, "<p class=\"quiet\">and {more} more rows in the CSV beside this page</p>");
        }
        self
    }

    /// The whole page, with where its figures come from at its end.
    #[must_use]
    pub fn finish(mut self) -> String {
        let mut facts = Table::new(["fact", "value"]);
        for (name, value) in self.provenance.facts() {
            facts.push([(*name).to_owned(), value.clone()]);
        }
        self.heading("Where these figures come from").table("Provenance", &facts);
        let title = escape(&self.title);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
             <body>\n<h1>{title}</h1>\n{}<footer>{NOTICE}</footer>\n</body>\n</html>\n",
            self.body
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_alone_and_runs_nothing() {
        let mut page = Document::new("Report of <run>", Provenance::new().with("folder", "<script>alert(1)</script>"));
        let mut table = Table::new(["path"]);
        (0..100).for_each(|n| table.push([format!("{n} <b>")]));
        page.heading("Cells & more").table("Predictions", &table);
        let text = page.finish();
        assert!(!text.contains("<script") && !text.contains("<b>") && !text.contains("http"), "{text}");
        assert!(text.contains("Report of &lt;run&gt;") && text.contains(NOTICE));
        assert!(text.contains("and 40 more rows") && text.contains("Cells &amp; more"));
    }
}
