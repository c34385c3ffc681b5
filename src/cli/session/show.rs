//! How a session stands, in words and as JSON; and whether its files are as they were written.

use std::path::PathBuf;

use serde::Serialize;

use crate::{
    cli::{Failed, Session, differential::rows},
    domain::{
        differential::Differential,
        field::Place,
        review::{tally::Tally, view::CellView},
    },
    fault::Failure,
    report::reviewed::status_words,
    store::case_dir,
};

/// Show how a session stands: its state, its differential, its cells
#[derive(clap::Args)]
pub(super) struct Show {
    /// The session's folder
    dir: PathBuf,
    /// List every cell too (with --json they are always there)
    #[arg(long)]
    cells: bool,
}

/// Check every byte of a session against its hashes
#[derive(clap::Args)]
pub(super) struct Verify {
    /// The session's folder
    dir: PathBuf,
}

#[derive(Serialize)]
struct Standing<'a> {
    session: &'a str,
    name: &'a str,
    who: &'a str,
    created: String,
    model: &'a str,
    model_hash: String,
    occurring: &'a crate::domain::occurring::Occurring,
    status: &'static str,
    version: usize,
    signed: Option<Signed<'a>>,
    /// Why nothing can be entered; `null` where it can.
    reads_only: Option<&'a str>,
    /// What stands between the result and its signature.
    missing: Vec<String>,
    entries: usize,
    suggested: Differential,
    reviewed: Differential,
    held: u64,
    refused: u64,
    unidentified: u64,
    not_classed: u64,
    confirmed: u64,
    reclassified: u64,
    unseen: u64,
    cells: Vec<CellLine<'a>>,
}

#[derive(Serialize)]
struct Signed<'a> {
    who: &'a str,
    at: String,
    hash: String,
}

#[derive(Serialize)]
struct CellLine<'a> {
    cell: String,
    path: &'a str,
    /// What was cut out of a field; `null` for an image of this cell alone.
    place: Option<Place>,
    suggested: Option<&'a str>,
    confidence: Option<f32>,
    reviewed: Option<&'a str>,
    bin: &'a str,
    state: &'static str,
    seen: bool,
    who: Option<&'a str>,
    note: Option<&'a str>,
    flags: &'a [String],
    refused: Option<&'a str>,
}

impl<'a> CellLine<'a> {
    fn of(cell: &'a CellView) -> Self {
        let of = &cell.suggested;
        Self {
            cell: cell.id().to_string(),
            path: of.source.path(),
            place: of.source.place(),
            suggested: of.class.as_deref(),
            confidence: of.confidence,
            reviewed: cell.bin.class(),
            bin: cell.bin.title(),
            state: cell.state.title(),
            seen: cell.seen,
            who: cell.decided.as_ref().map(|decision| decision.who.as_str()),
            note: cell.note.as_deref(),
            flags: &of.flags,
            refused: of.refused.as_deref(),
        }
    }

    fn text(&self) -> String {
        let suggested = self.suggested.unwrap_or("refused");
        let seen = if self.seen { "" } else { ", not looked at" };
        let short: String = self.cell.chars().take(12).collect();
        let place = self.place.map_or_else(String::new, |at| format!(" at {}, {}", at.x, at.y));
        format!("  {short}  {}{place}: {suggested} -> {} ({}{seen})", self.path, self.bin, self.state)
    }
}

impl<'a> Standing<'a> {
    fn of(open: &'a case_dir::Session) -> Self {
        let (case, view) = (open.case(), open.view());
        let tally = Tally::of(case, view);
        let signed = view.signed().map(|of| Signed { who: &of.who, at: of.at.to_string(), hash: of.hash.to_string() });
        Self {
            session: &case.id,
            name: &case.name,
            who: &case.who,
            created: case.created.to_string(),
            model: &case.model.name,
            model_hash: case.model.weights.to_string(),
            occurring: &case.occurring,
            status: view.status().word(),
            version: view.versions().len(),
            signed,
            reads_only: open.reads_only(),
            missing: view.what_is_missing().words(),
            entries: open.entries().len(),
            held: tally.held,
            refused: tally.refused,
            unidentified: tally.unidentified,
            not_classed: tally.not_classed,
            confirmed: tally.confirmed,
            reclassified: tally.reclassified,
            unseen: tally.unseen,
            suggested: tally.suggested,
            reviewed: tally.reviewed,
            cells: view.cells().iter().map(CellLine::of).collect(),
        }
    }
}

/// Tells how a session stands.
pub(super) fn summary(open: &case_dir::Session, session: &Session) -> Result<(), Failed> {
    let standing = Standing::of(open);
    Ok(session.output.result(&standing, || text(&standing, open))?)
}

fn text(standing: &Standing<'_>, open: &case_dir::Session) -> String {
    let mut lines = vec![format!("{}: {}", open.case().title(), status_words(open.view()))];
    lines.push(format!(
        "{} cells: {} in Unidentified, {} not looked at, {} confirmed, {} reclassified, {} not classed",
        standing.cells.len(),
        standing.unidentified,
        standing.unseen,
        standing.confirmed,
        standing.reclassified,
        standing.not_classed
    ));
    lines.push(rows(&standing.reviewed));
    lines.extend(standing.reviewed.warning());
    if !standing.missing.is_empty() {
        lines.push(format!("before it can be signed: {}", standing.missing.join("; ")));
    }
    lines.join("\n")
}

impl Show {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let open = case_dir::Session::open_to_read(&self.dir)?;
        let standing = Standing::of(&open);
        let whole = || {
            let cells = standing.cells.iter().filter(|_| self.cells).map(CellLine::text);
            std::iter::once(text(&standing, &open)).chain(cells).collect::<Vec<_>>().join("\n")
        };
        Ok(session.output.result(&standing, whole)?)
    }
}

impl Verify {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let found = case_dir::verify(&self.dir)?;
        let torn = if found.torn > 0 {
            format!("; {} bytes of a broken-off write at its end count for nothing", found.torn)
        } else {
            String::new()
        };
        if let Some(flaw) = found.flaws.first() {
            let line = flaw.line.map_or_else(String::new, |line| format!("line {line} of "));
            let what = format!("{line}{} is not as it was written", flaw.file);
            let hint = "restore the folder from a copy; what stands before it is as it was";
            return Err(Failure::new(what, &flaw.why, hint).at(&self.dir).into());
        }
        let whole = || format!("{} entries are as they were written, hash {}{torn}", found.entries, found.hash);
        Ok(session.output.result(&found, whole)?)
    }
}
