//! What a FHIR report says to a person: the same figures as XHTML.

use std::fmt::Write as _;

use crate::{
    domain::review::{case::Case, obstacle::signed_words, tally::Tally, view::View},
    report::{
        chart::Provenance,
        reviewed::{differential, status_words},
        table::Table,
        words::{NOTICE, markup},
    },
};

/// One `div` in the namespace of XHTML.
pub(super) fn div(case: &Case, view: &View, tally: &Tally, provenance: &Provenance) -> String {
    let mut text = format!(
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><b>{NOTICE}</b></p><p>Differential of {}: {}</p>",
        markup(case.title()),
        markup(&status_words(view))
    );
    for version in view.versions() {
        if let Some(signature) = &version.signed {
            let _ = write!(text, "<p>Version {} {}</p>", version.number, markup(&signed_words(signature)));
        }
    }
    text.push_str(&rows(&differential(tally)));
    let notes = tally.reviewed.warning().into_iter().chain(tally.reviewed.notes.iter().cloned());
    for note in notes {
        let _ = write!(text, "<p>{}</p>", markup(&note));
    }
    let mut facts = Table::new(["Fact", "Value"]);
    provenance.facts().iter().for_each(|(fact, value)| facts.push([*fact, value.as_str()]));
    text.push_str(&rows(&facts));
    text.push_str("</div>");
    text
}

fn rows(table: &Table) -> String {
    let row = |cells: &[String], tag: &str| -> String {
        cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", markup(cell))).collect()
    };
    let body: String = table.words().map(|cells| format!("<tr>{}</tr>", row(&cells, "td"))).collect();
    format!("<table><thead><tr>{}</tr></thead><tbody>{body}</tbody></table>", row(&table.header, "th"))
}
