//! The present state of a session: all its entries folded, one after the other.

use std::collections::HashMap;

use time::OffsetDateTime;

use super::{
    case::Case,
    cell::CellId,
    entry::{Bin, Decided, Entry, Moved, Ruled, Suggested, Verdict, What},
    history::{Change, History, Step},
};
use crate::domain::{differential::Rules, hash::ContentHash};

/// What has become of a suggestion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has decided.
    #[default]
    Suggested,
    Confirmed,
    Reclassified,
    NotClassed,
}

impl State {
    /// What a person reads.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::Confirmed => "confirmed",
            Self::Reclassified => "reclassified",
            Self::NotClassed => "not classed",
        }
    }
}

/// One cell as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CellView {
    /// The model's word, as it was.
    pub suggested: Suggested,
    pub state: State,
    /// Where it lies.
    pub bin: Bin,
    pub seen: bool,
    pub note: Option<String>,
    /// Who decided last, when, and why.
    pub decided: Option<Decision>,
    /// Entries that are about it and can be taken back.
    steps: Vec<u64>,
}

/// Who decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub n: u64,
    pub who: String,
    pub at: OffsetDateTime,
    pub why: String,
}

impl CellView {
    fn new(suggested: Suggested) -> Self {
        let bin = suggested.bin();
        Self { suggested, state: State::Suggested, bin, seen: false, note: None, decided: None, steps: Vec::new() }
    }

    #[must_use]
    pub const fn id(&self) -> CellId {
        self.suggested.cell
    }

    /// The cell as its own steps leave it.
    fn fold(&mut self, history: &History) {
        (self.state, self.bin, self.note, self.decided) = (State::Suggested, self.suggested.bin(), None, None);
        for step in self.steps.iter().filter_map(|n| history.step(*n)).filter(|step| !step.is_undone) {
            match &step.change {
                Change::Note { text, .. } => self.note = Some(text.clone()).filter(|text| !text.is_empty()),
                Change::Decided(of) => {
                    (self.state, self.bin) = settled(&self.suggested, &of.verdict);
                    let (who, why) = (step.who.clone(), of.why.clone());
                    self.decided = Some(Decision { n: step.n, who, at: step.at, why });
                }
            }
        }
    }
}

/// What a verdict makes of a suggestion.
fn settled(suggested: &Suggested, verdict: &Verdict) -> (State, Bin) {
    match verdict {
        Verdict::Confirm => match &suggested.class {
            Some(class) => (State::Confirmed, Bin::Class(class.clone())),
            None => (State::Suggested, suggested.bin()),
        },
        Verdict::Reclassify(class) if suggested.class.as_ref() == Some(class) => {
            (State::Confirmed, Bin::Class(class.clone()))
        }
        Verdict::Reclassify(class) => (State::Reclassified, Bin::Class(class.clone())),
        Verdict::NotClassed => (State::NotClassed, Bin::NotClassed),
        Verdict::Unidentified => (State::Suggested, Bin::Unidentified),
    }
}

/// One version of the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// Why it was begun; empty for the first.
    pub reason: String,
    pub signed: Option<Signature>,
}

/// Who signed, and which entry says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    pub n: u64,
    pub who: String,
    pub at: OffsetDateTime,
    /// Of everything before the signature.
    pub hash: ContentHash,
}

/// What a result is worth to those who receive it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not signed.
    Preliminary,
    /// Signed, for the first time.
    Final,
    /// Signed again after a change.
    Amended,
}

impl Status {
    /// One word, as FHIR has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Preliminary => "preliminary",
            Self::Final => "final",
            Self::Amended => "amended",
        }
    }
}

/// What stands between a result and its signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Whether there is no cell at all.
    pub is_empty: bool,
    /// Cells in Unidentified.
    pub unidentified: usize,
    /// Cells that nobody has looked at.
    pub unseen: usize,
}

impl Missing {
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        !self.is_empty && self.unidentified == 0 && self.unseen == 0
    }

    /// A sentence for each; none where nothing is missing.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
        let was = |n: usize| if n == 1 { "was" } else { "were" };
        [
            self.is_empty.then(|| "there is no cell".to_owned()),
            (self.unidentified > 0).then(|| {
                format!("{} in Unidentified: give a class, or say that it has none", cells(self.unidentified))
            }),
            (self.unseen > 0).then(|| format!("{} {} not looked at", cells(self.unseen), was(self.unseen))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// All cells of a session, its steps and its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    cells: Vec<CellView>,
    places: HashMap<CellId, usize>,
    history: History,
    versions: Vec<Version>,
    entries: u64,
    /// What the lab said since the session began.
    ruled: Option<Ruled>,
}

impl Default for View {
    fn default() -> Self {
        let first = Version { number: 1, reason: String::new(), signed: None };
        let (cells, places, history) = (Vec::new(), HashMap::new(), History::default());
        Self { cells, places, history, versions: vec![first], entries: 0, ruled: None }
    }
}

impl View {
    /// What entries give, in their order.
    #[must_use]
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut view = Self::default();
        entries.into_iter().for_each(|entry| view.apply(entry));
        view
    }

    /// The state in which a version was signed; `None` where it was not.
    #[must_use]
    pub fn as_signed(entries: &[Entry], version: u32) -> Option<Self> {
        let whole = Self::of(entries);
        let signed = whole.versions.iter().find(|of| of.number == version)?.signed.as_ref()?;
        Some(Self::of(entries.iter().filter(|entry| entry.n <= signed.n)))
    }

    /// Adds one entry. What is about a cell that is not there changes nothing.
    pub fn apply(&mut self, entry: &Entry) {
        self.entries = entry.n;
        match &entry.what {
            What::Suggested(of) => self.suggest(of),
            What::Seen { cells } => cells.iter().for_each(|cell| self.see(*cell)),
            What::Decided(of) => self.step(entry, Change::Decided(of.clone())),
            What::Note { cell, text } => self.step(entry, Change::Note { cell: *cell, text: text.clone() }),
            What::Undo { entry } => {
                self.history.undo(*entry);
                self.refold(*entry);
            }
            What::Redo { entry } => {
                self.history.redo(*entry);
                self.refold(*entry);
            }
            What::Ruled(of) => self.ruled = Some((**of).clone()),
            What::Signed => self.sign(entry),
            What::Amended { reason } => {
                let number = self.versions.len() as u32 + 1;
                self.versions.push(Version { number, reason: reason.clone(), signed: None });
            }
        }
    }

    fn suggest(&mut self, suggested: &Suggested) {
        if !self.places.contains_key(&suggested.cell) {
            self.places.insert(suggested.cell, self.cells.len());
            self.cells.push(CellView::new(suggested.clone()));
        }
    }

    fn see(&mut self, cell: CellId) {
        if let Some(cell) = self.cell_mut(cell) {
            cell.seen = true;
        }
    }

    fn step(&mut self, entry: &Entry, change: Change) {
        for id in change.cells() {
            if let Some(cell) = self.cell_mut(id) {
                cell.seen = true;
                cell.steps.push(entry.n);
            }
        }
        self.history.add(Step { n: entry.n, at: entry.at, who: entry.who.clone(), change, is_undone: false });
        self.refold(entry.n);
    }

    fn refold(&mut self, n: u64) {
        let Some(step) = self.history.step(n) else { return };
        let ids: Vec<CellId> = step.change.cells().collect();
        for id in ids {
            if let Some(cell) = self.places.get(&id).and_then(|at| self.cells.get_mut(*at)) {
                cell.fold(&self.history);
            }
        }
    }

    fn sign(&mut self, entry: &Entry) {
        self.history.seal(entry.n);
        if let Some(version) = self.versions.last_mut() {
            let (who, at) = (entry.who.clone(), entry.at);
            version.signed = Some(Signature { n: entry.n, who, at, hash: entry.before });
        }
    }

    fn cell_mut(&mut self, id: CellId) -> Option<&mut CellView> {
        self.places.get(&id).and_then(|at| self.cells.get_mut(*at))
    }

    /// In the order in which they came.
    #[must_use]
    pub fn cells(&self) -> &[CellView] {
        &self.cells
    }

    #[must_use]
    pub fn cell(&self, id: CellId) -> Option<&CellView> {
        self.places.get(&id).and_then(|at| self.cells.get(*at))
    }

    /// The cells of a gallery.
    pub fn of_bin<'a>(&'a self, bin: &'a Bin) -> impl Iterator<Item = &'a CellView> {
        self.cells.iter().filter(move |cell| cell.bin == *bin)
    }

    /// The lab's rules as they are now.
    #[must_use]
    pub fn rules<'a>(&'a self, case: &'a Case) -> &'a Rules {
        self.ruled.as_ref().map_or(&case.rules, |ruled| &ruled.rules)
    }

    /// The white cell count of a counter, per microlitre, where it is known by now.
    #[must_use]
    pub fn wbc(&self, case: &Case) -> Option<f64> {
        self.ruled.as_ref().map_or(case.wbc, |ruled| ruled.wbc)
    }

    /// How many entries it was folded from.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// All versions, the present one last.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The signature of the present version.
    #[must_use]
    pub fn signed(&self) -> Option<&Signature> {
        self.versions.last()?.signed.as_ref()
    }

    #[must_use]
    pub fn status(&self) -> Status {
        match (self.signed(), self.versions.len()) {
            (None, _) => Status::Preliminary,
            (Some(_), 1) => Status::Final,
            (Some(_), _) => Status::Amended,
        }
    }

    /// What must be done before the result can be signed.
    #[must_use]
    pub fn what_is_missing(&self) -> Missing {
        let count = |is: fn(&CellView) -> bool| self.cells.iter().filter(|cell| is(cell)).count();
        Missing {
            is_empty: self.cells.is_empty(),
            unidentified: count(|cell| cell.bin == Bin::Unidentified),
            unseen: count(|cell| !cell.seen),
        }
    }

    /// A decision on these cells as an entry has it, with where they lie now and how sure the model was.
    #[must_use]
    pub fn decision(&self, cells: &[CellId], verdict: Verdict, model: ContentHash, why: &str) -> What {
        let moved = |id: &CellId| {
            let cell = self.cell(*id);
            let from = cell.map_or(Bin::Unidentified, |cell| cell.bin.clone());
            Moved { cell: *id, from, confidence: cell.and_then(|cell| cell.suggested.confidence) }
        };
        let cells = cells.iter().map(moved).collect();
        What::Decided(Decided { verdict, cells, model, why: why.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests;
