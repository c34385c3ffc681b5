//! A session that is open: its entries, what they come to, and what a person has chosen of it.

use std::{
    collections::{HashSet, VecDeque},
    path::PathBuf,
};

use super::{
    Gallery, Order,
    galleries::{self, galleries},
};
use crate::{
    domain::{
        letters::Letters,
        review::{
            case::Case,
            cell::CellId,
            entry::{Bin, Entry, What},
            tally::Tally,
            view::{CellView, Missing, View},
        },
    },
    job::{
        JobId,
        tasks::review::{Kept, Opened},
    },
    store::{case_dir::Found, preferences::Reviewing},
};

/// How a click goes on from what is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    Only,
    /// In or out, beside the others.
    Toggle,
    /// Everything from the last one on.
    Range,
}

/// A session on the page.
#[derive(Debug)]
pub struct Open {
    pub folder: PathBuf,
    pub case: Case,
    /// Why nothing can be entered, in words.
    pub reads_only: Option<String>,
    pub flaws: Vec<Found>,
    /// Key letters of the classes that a person may give.
    pub letters: Letters,
    /// The earlier version that is shown.
    pub past: Option<Past>,
    pub galleries: Vec<Gallery>,
    pub tally: Tally,
    /// The cell that is shown large.
    pub cursor: Option<CellId>,
    /// What a decision is about; the cursor is among them.
    chosen: HashSet<CellId>,
    anchor: Option<CellId>,
    /// What was said of the cell that is shown, the newest first.
    pub story: Vec<Entry>,
    /// With what is still being written.
    present: View,
    /// What is on the disk.
    entries: Vec<Entry>,
    pending: VecDeque<Pending>,
    pub(super) kept: Kept,
}

/// How a version looked when it was signed.
#[derive(Clone, Debug)]
pub struct Past {
    pub number: u32,
    pub view: View,
}

/// Entries on their way to the disk.
#[derive(Debug)]
pub(super) struct Pending {
    pub job: JobId,
    pub entries: Vec<Entry>,
    /// Whether the page shows them already.
    pub is_shown: bool,
}

impl Open {
    pub(super) fn new(opened: Opened, habits: &Reviewing, order: Order) -> Self {
        let Opened { kept, folder, case, entries, reads_only, flaws, .. } = opened;
        let choices = case.choices();
        let letters = Letters::kept(choices.iter().map(String::as_str), &habits.letters);
        let present = View::of(&entries);
        let mut open = Self {
            galleries: Vec::new(),
            tally: Tally::default(),
            past: None,
            cursor: None,
            chosen: HashSet::new(),
            anchor: None,
            story: Vec::new(),
            pending: VecDeque::new(),
            folder,
            case,
            reads_only,
            flaws,
            letters,
            present,
            entries,
            kept,
        };
        open.refresh(order);
        let first = galleries::next(&open.galleries, &open.present, &[]);
        let any = || open.galleries.iter().find_map(|gallery| gallery.cells.first().copied());
        if let Some(cell) = first.or_else(any) {
            open.pick(cell, Pick::Only);
        }
        open
    }

    /// Works out anew what follows from the entries.
    pub(super) fn refresh(&mut self, order: Order) {
        self.galleries = galleries(&self.case, self.view(), order);
        self.tally = Tally::of(&self.case, self.view());
        self.tell();
    }

    /// What is shown: the present, or how an earlier version was signed.
    #[must_use]
    pub fn view(&self) -> &View {
        self.past.as_ref().map_or(&self.present, |past| &past.view)
    }

    /// The present, whatever is shown.
    #[must_use]
    pub const fn present(&self) -> &View {
        &self.present
    }

    /// The cell that is shown large.
    #[must_use]
    pub fn current(&self) -> Option<&CellView> {
        self.view().cell(self.cursor?)
    }

    #[must_use]
    pub fn is_chosen(&self, cell: CellId) -> bool {
        self.chosen.contains(&cell)
    }

    /// How many cells a decision would be about.
    #[must_use]
    pub fn chosen(&self) -> usize {
        self.chosen.len()
    }

    /// The chosen cells in the order of reading.
    #[must_use]
    pub fn choice(&self) -> Vec<CellId> {
        let all = self.galleries.iter().flat_map(|gallery| gallery.cells.iter());
        all.copied().filter(|cell| self.chosen.contains(cell)).collect()
    }

    /// Whether something is on its way to the disk that the page does not show yet.
    #[must_use]
    pub fn is_signing(&self) -> bool {
        self.pending.iter().any(|pending| !pending.is_shown)
    }

    /// How many entries are on their way to the disk.
    #[must_use]
    pub fn writing(&self) -> usize {
        self.pending.iter().map(|pending| pending.entries.len()).sum()
    }

    /// What must be done before the result can be signed; the cell that is shown counts as looked at.
    #[must_use]
    pub fn missing(&self) -> Missing {
        let mut missing = self.present.what_is_missing();
        missing.unseen -= self.unseen_cursor().into_iter().count().min(missing.unseen);
        missing
    }

    /// The cell that is shown, where no entry says yet that it was looked at.
    pub(super) fn unseen_cursor(&self) -> Option<CellId> {
        let cell = self.present.cell(self.cursor?)?;
        (!cell.seen).then(|| cell.id())
    }

    /// The gallery of the cell that is shown.
    #[must_use]
    pub fn gallery(&self) -> Option<&Gallery> {
        let bin = &self.current()?.bin;
        self.galleries.iter().find(|gallery| gallery.bin == *bin)
    }

    /// The letter of a bin on its heading.
    #[must_use]
    pub fn letter(&self, bin: &Bin) -> Option<char> {
        match bin {
            Bin::Unidentified => Some(crate::domain::letters::UNIDENTIFIED),
            Bin::NotClassed => Some(crate::domain::letters::NOT_CLASSED),
            Bin::Class(class) => self.letters.letter(class),
        }
    }

    /// The class of a key: by its letter, or a digit by the place of its heading where no class has it as its own.
    #[must_use]
    pub fn class_of(&self, letter: char) -> Option<&str> {
        let place = || letter.to_digit(10)?.checked_sub(1);
        let nth = || self.galleries.iter().filter_map(|gallery| gallery.bin.class()).nth(place()? as usize);
        self.letters.class(letter).or_else(nth)
    }

    /// Goes on from what is chosen.
    pub(super) fn pick(&mut self, cell: CellId, pick: Pick) {
        match pick {
            Pick::Only => self.chosen = HashSet::from([cell]),
            Pick::Toggle => {
                // One is always chosen.
                if self.chosen.len() > 1 && self.chosen.remove(&cell) {
                    if self.cursor == Some(cell) {
                        self.cursor = self.choice().first().copied();
                    }
                    return self.tell();
                }
                self.chosen.insert(cell);
            }
            Pick::Range => self.chosen = self.range(self.anchor.unwrap_or(cell), cell),
        }
        if pick != Pick::Range {
            self.anchor = Some(cell);
        }
        self.cursor = Some(cell);
        self.tell();
    }

    /// The cells from one to another in the order of reading.
    fn range(&self, from: CellId, to: CellId) -> HashSet<CellId> {
        let all: Vec<CellId> = self.galleries.iter().flat_map(|gallery| gallery.cells.iter().copied()).collect();
        let place = |wanted: CellId| all.iter().position(|cell| *cell == wanted);
        let (Some(a), Some(b)) = (place(from), place(to)) else { return HashSet::from([to]) };
        all.get(a.min(b)..=a.max(b)).unwrap_or_default().iter().copied().collect()
    }

    /// Chooses every cell of the gallery that the shown one lies in.
    pub(super) fn pick_gallery(&mut self) {
        if let Some(gallery) = self.gallery() {
            self.chosen = gallery.cells.iter().copied().collect();
        }
    }

    /// The next cell that nobody has decided, behind those that are decided on now.
    pub(super) fn next(&self, decided: &[CellId]) -> Option<CellId> {
        galleries::next(&self.galleries, &self.present, decided)
    }

    /// What was said of the cell that is shown.
    fn tell(&mut self) {
        let Some(cell) = self.cursor else { return self.story.clear() };
        let pending = self.pending.iter().flat_map(|pending| pending.entries.iter());
        let own: Vec<u64> =
            self.entries.iter().chain(pending.clone()).filter(|of| is_about(of, cell)).map(|of| of.n).collect();
        let is_about = |entry: &&Entry| match &entry.what {
            What::Undo { entry: of } | What::Redo { entry: of } => own.contains(of),
            _ => own.contains(&entry.n),
        };
        self.story = self.entries.iter().chain(pending).filter(is_about).rev().cloned().collect();
    }

    /// Puts entries on their way to the disk; the page shows them at once unless their hash counts, as for a signature.
    pub(super) fn send(&mut self, job: JobId, entries: Vec<Entry>) {
        let is_shown = !entries.iter().any(|entry| matches!(entry.what, What::Signed | What::Amended { .. }));
        if is_shown {
            entries.iter().for_each(|entry| self.present.apply(entry));
        }
        self.pending.push_back(Pending { job, entries, is_shown });
    }

    /// Entries are on the disk.
    pub(super) fn written(&mut self, job: JobId, entries: Vec<Entry>) -> bool {
        let Some(pending) = self.pending.pop_front_if(|pending| pending.job == job) else { return false };
        if !pending.is_shown {
            entries.iter().for_each(|entry| self.present.apply(entry));
        }
        self.entries.extend(entries);
        true
    }

    /// Entries could not be written: what is on the disk holds, and what was on its way behind them is gone too.
    pub(super) fn lost(&mut self, job: JobId) -> bool {
        let ours = self.pending.iter().any(|pending| pending.job == job);
        if ours {
            self.pending.clear();
            self.present = View::of(&self.entries);
        }
        ours
    }

    /// Shows how a version was signed, or the present.
    pub(super) fn turn_to(&mut self, version: Option<u32>) {
        let past = |number| View::as_signed(&self.entries, number).map(|view| Past { number, view });
        self.past = version.and_then(past);
    }
}

/// Whether an entry speaks of a cell.
fn is_about(entry: &Entry, cell: CellId) -> bool {
    match &entry.what {
        What::Suggested(of) => of.cell == cell,
        What::Decided(of) => of.cells.iter().any(|moved| moved.cell == cell),
        What::Note { cell: of, .. } => *of == cell,
        _ => false,
    }
}
