//! What a model learned from: a list of cells by content, which knows a cell again after it was resized or encoded anew.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::OnceLock,
};

use super::{
    dataset::{Dataset, Item},
    fingerprint::{BYTES, Fingerprint, Index},
    hash::ContentHash,
    part::Part,
    split::Split,
};

/// The first bytes of a content hash: among a million cells, two share them in one list of some forty million.
type Key = [u8; KEY];
const KEY: usize = 8;

const MAGIC: [u8; 8] = *b"leukcell";
const VERSION: u32 = 1;
/// Bytes of magic, version and both counts.
const HEAD: usize = 20;
/// Bytes of a cell and of a file, each with its key and one byte of what is known.
const CELL: usize = KEY + 1 + BYTES;
const FILE: usize = KEY + 1;
/// Cells and files that a list may hold.
const MOST: usize = 4_000_000;
/// Largest list in bytes.
pub const MOST_BYTES: usize = HEAD + MOST * CELL + KEY;

const GUEST: u8 = 1 << 2;

/// What a list knows of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The part of the model's own dataset that it is in.
    pub own: Option<Part>,
    /// Whether it was learned from besides: as a cell of another lab, or by a model that weights or answers come from.
    pub guest: bool,
}

impl Known {
    #[must_use]
    pub const fn own(part: Part) -> Self {
        Self { own: Some(part), guest: false }
    }

    #[must_use]
    pub const fn guest() -> Self {
        Self { own: None, guest: true }
    }

    /// Validation counts: the weights that are kept and their temperature were chosen by it.
    #[must_use]
    pub const fn is_learned(self) -> bool {
        self.guest || matches!(self.own, Some(Part::Train | Part::Validation))
    }

    /// Both at once, the part that taught more before the other.
    #[must_use]
    fn with(self, other: Self) -> Self {
        let own = match (self.own, other.own) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { own, guest: self.guest || other.guest }
    }

    const fn byte(self) -> u8 {
        let own = match self.own {
            None => 0,
            Some(Part::Train) => 1,
            Some(Part::Validation) => 2,
            Some(Part::Test) => 3,
        };
        if self.guest { own | GUEST } else { own }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        let own = match byte & !GUEST {
            0 => None,
            1 => Some(Part::Train),
            2 => Some(Part::Validation),
            3 => Some(Part::Test),
            _ => return None,
        };
        (byte > 0).then_some(Self { own, guest: byte & GUEST > 0 })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    known: Known,
    fingerprint: Fingerprint,
}

/// The cells that a model learned from, and those of its own dataset that it is judged by.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// By their pixels.
    cells: BTreeMap<Key, Cell>,
    /// By the bytes of their files: all that runs of earlier versions kept.
    files: BTreeMap<Key, Known>,
    near: OnceLock<Near>,
}

/// The cells in an order in which near ones are found.
#[derive(Clone, Debug)]
struct Near {
    index: Index,
    known: Vec<Known>,
}

impl Learned {
    /// The own cells of a run, each in its part.
    #[must_use]
    pub fn of_split(dataset: &Dataset, split: &Split) -> Self {
        let mut list = Self::default();
        for (item, part) in dataset.items.iter().zip(&split.parts) {
            if let Some(part) = part {
                list.add(item, Known::own(*part));
            }
        }
        list
    }

    /// What a run of an earlier version kept: its images by the bytes of their files.
    #[must_use]
    pub fn of_files(files: impl IntoIterator<Item = (ContentHash, Part)>) -> Self {
        let mut list = Self::default();
        for (file, part) in files {
            let known = list.files.entry(key(&file)).or_default();
            *known = known.with(Known::own(part));
        }
        list
    }

    /// Adds a cell to what is known of it.
    pub fn add(&mut self, item: &Item, known: Known) {
        self.add_cell(&item.pixels, item.fingerprint, known);
    }

    /// As [`Learned::add`], by the pixels alone.
    pub fn add_cell(&mut self, pixels: &ContentHash, fingerprint: Fingerprint, known: Known) {
        self.put(key(pixels), Cell { known, fingerprint });
    }

    fn put(&mut self, key: Key, cell: Cell) {
        self.near = OnceLock::new();
        match self.cells.entry(key) {
            Entry::Vacant(free) => {
                free.insert(cell);
            }
            Entry::Occupied(mut taken) => taken.get_mut().known = taken.get().known.with(cell.known),
        }
    }

    /// Takes over another list as it stands.
    pub fn join(&mut self, other: &Self) {
        self.take(other, Some);
    }

    /// Takes over what another model learned from; what it was judged by is nobody's concern here.
    pub fn inherit(&mut self, other: &Self) {
        self.take(other, |known| known.is_learned().then_some(Known::guest()));
    }

    /// Takes over only what is in another list as a guest.
    pub fn take_guests(&mut self, other: &Self) {
        self.take(other, |known| known.guest.then_some(Known::guest()));
    }

    fn take(&mut self, other: &Self, as_what: impl Fn(Known) -> Option<Known>) {
        for (key, cell) in &other.cells {
            if let Some(known) = as_what(cell.known) {
                self.put(*key, Cell { known, ..*cell });
            }
        }
        for (key, known) in &other.files {
            if let Some(new) = as_what(*known) {
                let known = self.files.entry(*key).or_default();
                *known = known.with(new);
            }
        }
    }

    /// Whether nothing is known of what the model learned from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.files.is_empty()
    }

    /// What is known of an image by its exact pixels, or in a list of an earlier version by its file.
    #[must_use]
    pub fn exact(&self, item: &Item) -> Option<Known> {
        let by_pixels = self.cells.get(&key(&item.pixels)).map(|cell| cell.known);
        let by_file = self.files.get(&key(&item.hash)).copied();
        match (by_pixels, by_file) {
            (Some(a), Some(b)) => Some(a.with(b)),
            (a, b) => a.or(b),
        }
    }

    /// The same, or else what is known of the cells that it is a copy of, mirrored, turned, resized or encoded anew.
    #[must_use]
    pub fn part_of(&self, item: &Item) -> Option<Known> {
        if let Some(known) = self.exact(item) {
            return Some(known);
        }
        let near = self.near.get_or_init(|| Near {
            index: Index::new(self.cells.values().map(|cell| cell.fingerprint)),
            known: self.cells.values().map(|cell| cell.known).collect(),
        });
        let known = near.index.near(&item.fingerprint).into_iter().filter_map(|place| near.known.get(place).copied());
        known.reduce(Known::with)
    }

    /// Cells of the own dataset that nothing was learned from.
    #[must_use]
    pub fn tests(&self) -> usize {
        let all = self.cells.values().map(|cell| cell.known).chain(self.files.values().copied());
        all.filter(|known| known.own == Some(Part::Test) && !known.is_learned()).count()
    }
}

fn key(hash: &ContentHash) -> Key {
    let [a, b, c, d, e, f, g, h, ..] = hash.0;
    [a, b, c, d, e, f, g, h]
}

impl Learned {
    /// The list as a file; the same list gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.cells.len() * CELL + self.files.len() * FILE + KEY);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        for count in [self.cells.len(), self.files.len()] {
            bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        for (key, cell) in &self.cells {
            bytes.extend(key);
            bytes.push(cell.known.byte());
            bytes.extend(cell.fingerprint.0);
        }
        for (key, known) in &self.files {
            bytes.extend(key);
            bytes.push(known.byte());
        }
        bytes.extend(key(&ContentHash::of(&bytes)));
        bytes
    }

    /// Reads a list whole.
    ///
    /// # Errors
    /// In words, where it is no list, is of a newer program, holds too much, or is damaged: never a shorter list.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let damaged = || "it is cut short or changed".to_owned();
        let mut rest = bytes;
        if take::<8>(&mut rest) != Some(MAGIC) {
            return Err("it is no list of cells".to_owned());
        }
        let mut number = || take::<4>(&mut rest).map(u32::from_le_bytes).ok_or_else(damaged);
        let (version, cells, files) = (number()?, number()? as usize, number()? as usize);
        if version > VERSION {
            return Err(format!("version {version} is newer than this program"));
        }
        if cells.saturating_add(files) > MOST {
            return Err(format!("it names more than {MOST} cells"));
        }
        if bytes.len() != HEAD + cells * CELL + files * FILE + KEY {
            return Err(damaged());
        }
        let (body, sum) = bytes.split_at_checked(bytes.len() - KEY).ok_or_else(damaged)?;
        if key(&ContentHash::of(body)) != sum {
            return Err(damaged());
        }
        let mut list = Self::default();
        for _ in 0..cells {
            let (key, known) = entry(&mut rest).ok_or_else(damaged)?;
            let fingerprint = Fingerprint(take(&mut rest).ok_or_else(damaged)?);
            list.cells.insert(key, Cell { known, fingerprint });
        }
        for _ in 0..files {
            let (key, known) = entry(&mut rest).ok_or_else(damaged)?;
            list.files.insert(key, known);
        }
        if (list.cells.len(), list.files.len()) == (cells, files) { Ok(list) } else { Err(damaged()) }
    }
}

fn entry(rest: &mut &[u8]) -> Option<(Key, Known)> {
    let key = take(rest)?;
    let [byte] = take(rest)?;
    Some((key, Known::of_byte(byte)?))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*first)
}

#[cfg(test)]
pub(super) mod tests;
