//! A reviewed session in words and tables: where its figures come from, its differential, its cells, its log.

use time::format_description::well_known::Rfc3339;

use super::{
    chart::Provenance,
    table::{Cell, Style, Table},
};
use crate::domain::{
    differential::{Differential, Flag, Share},
    hash::ContentHash,
    interval::Interval,
    review::{
        case::Case,
        entry::{Bin, Entry, What},
        obstacle::signed_words,
        tally::Tally,
        view::{CellView, View},
    },
};

/// Where a session's figures come from.
#[must_use]
pub fn provenance(case: &Case, view: &View, head: &ContentHash) -> Provenance {
    let model = &case.model;
    let all = Provenance::new()
        .with_classes(&model.classes)
        .with("session", case.id.clone())
        .with("sources", case.sources.join(", "))
        .with("state", status_words(view))
        .with_hash("log", Some(head))
        .with("model name", model.name.clone())
        .with_hash("model", Some(&model.weights))
        .with_hash("dataset", Some(&model.dataset_hash))
        .with_hash("split", Some(&model.split_hash))
        .with("preprocessing", model.preprocessing.clone())
        .with("classes that can occur", case.occurring.words())
        .with("held back under", format!("{:.1} %", 100.0 * case.threshold))
        .with("device", model.device.clone());
    match &model.lab {
        Some(lab) => all.with("fitted to", lab.clone()),
        None => all,
    }
}

/// Such as `final, signed by Ada on 2026-11-29 at 04:10 UTC`, or what is missing.
#[must_use]
pub fn status_words(view: &View) -> String {
    let status = view.status().word();
    match view.signed() {
        Some(signature) => format!("{status}, version {}, {}", view.versions().len(), signed_words(signature)),
        None => format!("{status}, not signed"),
    }
}

/// The leukocytes, suggested and reviewed. Shares are 0 to 1 for programs.
#[must_use]
pub fn differential(tally: &Tally) -> Table {
    let mut table =
        Table::new(["class", "suggested", "suggested share", "reviewed", "share", "shown, %", "95 %, exact", "flag"]);
    for share in &tally.reviewed.classes {
        let suggested = tally.suggested.share(&share.name);
        let part = |share: Option<&Share>| share.and_then(|share| share.percent).map(|percent| percent / 100.0);
        table.push([
            Cell::from(share.title()),
            suggested.map_or(0, |share| share.count).into(),
            Cell::percent(part(suggested)),
            share.count.into(),
            Cell::percent(part(Some(share))).within(share.ci.map(of_one)),
            share.shown.as_str().into(),
            share.shown_ci().into(),
            share.flag.map_or("", Flag::letter).into(),
        ]);
    }
    table.push([
        Cell::from("All leukocytes"),
        tally.suggested.leukocytes.into(),
        Cell::percent((tally.suggested.leukocytes > 0).then_some(1.0)),
        tally.reviewed.leukocytes.into(),
        Cell::percent((tally.reviewed.leukocytes > 0).then_some(1.0)).within(None),
        if tally.reviewed.leukocytes > 0 { "100.0" } else { "n/a" }.into(),
        "".into(),
        "".into(),
    ]);
    table
}

fn of_one(ci: Interval) -> Interval {
    Interval { low: ci.low / 100.0, high: ci.high / 100.0 }
}

/// What is counted beside the leukocytes, and what is not counted.
#[must_use]
pub fn counts(tally: &Tally) -> Table {
    let mut table = Table::new(["count", "suggested", "reviewed"]);
    let mut row = |name: &str, [a, b]: [Cell; 2]| table.push([Cell::from(name), a, b]);
    let both = |of: &dyn Fn(&Differential) -> Cell| [of(&tally.suggested), of(&tally.reviewed)];
    let plain = |count: Option<u64>| count.map_or_else(|| Cell::figure(None), Cell::from);
    let tenths = |value: Option<f64>| Cell::Figure(value, Style::Decimals(1));
    row("Leukocytes", both(&|of| of.leukocytes.into()));
    row("Nucleated red cells", both(&|of| plain(of.nrbc)));
    row("Nucleated red cells per 100 WBC", both(&|of| tenths(of.nrbc_per_100_wbc).within(of.nrbc_ci)));
    row("Platelets", both(&|of| plain(of.platelets)));
    row("Unidentified", [tally.held.into(), tally.unidentified.into()]);
    row("Refused by the model", [tally.refused.into(), Cell::from("")]);
    row("Not classed", [Cell::from(""), tally.not_classed.into()]);
    row("Cells", [tally.cells.into(), tally.cells.into()]);
    table
}

/// Every cell: where it lies, what the model said, what people made of it, who and when.
#[must_use]
pub fn cells(case: &Case, view: &View) -> Table {
    let mut table = Table::new([
        "cell",
        "source",
        "suggested",
        "confidence",
        "reviewed",
        "state",
        "seen",
        "who",
        "when (UTC)",
        "why",
        "note",
        "flags",
        "refused",
        "model",
    ]);
    let row = |cell: &CellView| {
        let (of, decided) = (&cell.suggested, cell.decided.as_ref());
        let at = decided.map(|decision| decision.at.format(&Rfc3339).unwrap_or_default());
        [
            Cell::from(cell.id().to_string()),
            of.source.words().into(),
            of.class.clone().unwrap_or_default().into(),
            of.confidence.map_or_else(|| Cell::from(""), Cell::from),
            name(&cell.bin).into(),
            cell.state.title().into(),
            if cell.seen { "yes" } else { "no" }.into(),
            decided.map_or("", |decision| decision.who.as_str()).into(),
            at.unwrap_or_default().into(),
            decided.map_or("", |decision| decision.why.as_str()).into(),
            cell.note.clone().unwrap_or_default().into(),
            of.flags.join("; ").into(),
            of.refused.clone().unwrap_or_default().into(),
            case.model.weights.short().into(),
        ]
    };
    view.cells().iter().for_each(|cell| table.push(row(cell)));
    table
}

/// A bin as files call it.
fn name(bin: &Bin) -> &str {
    bin.class().unwrap_or(match bin {
        Bin::NotClassed => "not classed",
        _ => "unidentified",
    })
}

/// What happened, without the suggestions: an entry a row.
#[must_use]
pub fn log(entries: &[Entry]) -> Table {
    let mut table = Table::new(["entry", "when (UTC)", "who", "what", "why"]);
    for entry in entries.iter().filter(|entry| !matches!(entry.what, What::Suggested(_))) {
        let why = if let What::Decided(of) = &entry.what { of.why.as_str() } else { "" };
        let at = entry.at.format(&Rfc3339).unwrap_or_default();
        table.push([Cell::from(entry.n), at.into(), entry.who.as_str().into(), entry.what.words().into(), why.into()]);
    }
    table
}
