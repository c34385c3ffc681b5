//! Which part of a run an image belongs to, decided by content and seed alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{dataset::Dataset, hash::ContentHash};

/// Train, validation or test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Train,
    Validation,
    Test,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// A seeded 80/10/10 split of one dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    pub seed: u64,
    /// The part of each item of the dataset, in its order; `None` for an item that is left out.
    pub parts: Vec<Option<Part>>,
    /// Of every content hash with its class and part.
    pub hash: ContentHash,
}

impl Split {
    /// Indices of a part's items, ascending.
    #[must_use]
    pub fn indices(&self, part: Part) -> Vec<usize> {
        self.parts.iter().enumerate().filter(|(_, of)| **of == Some(part)).map(|(index, _)| index).collect()
    }

    /// How many items a part holds.
    #[must_use]
    pub fn count(&self, part: Part) -> usize {
        self.parts.iter().filter(|of| **of == Some(part)).count()
    }
}

/// Shares of train, validation and test in percent.
const SHARES: [usize; 3] = [80, 10, 10];

impl Split {
    /// Splits 80/10/10 within each class and sub-type. Images with the same pixels stay together; those whose labels
    /// disagree are left out. Order comes from content and seed, so the same images are split alike wherever they lie.
    ///
    /// Where every item's folder names its part, and training and test are both there, the folders are followed; a
    /// duplicate that would lie in two parts then follows its first copy by content. A validation part that the folders
    /// do not have is drawn from their training images.
    #[must_use]
    pub fn stratified(dataset: &Dataset, seed: u64) -> Self {
        let units = units(dataset, seed);
        let mut parts = vec![None; dataset.items.len()];
        let mut assign = |unit: &Unit<'_>, part: Part| {
            for index in &unit.items {
                if let Some(slot) = parts.get_mut(*index) {
                    *slot = Some(part);
                }
            }
        };
        let named = |part| dataset.items.iter().any(|item| item.folder_part == Some(part));
        let follow =
            dataset.items.iter().all(|item| item.folder_part.is_some()) && named(Part::Train) && named(Part::Test);
        let draw_validation = follow && !named(Part::Validation);
        let mut free: BTreeMap<usize, BTreeMap<Option<&str>, Vec<&Unit<'_>>>> = BTreeMap::new();
        for unit in &units {
            match unit.folder_part.filter(|part| follow && !(draw_validation && *part == Part::Train)) {
                Some(part) => assign(unit, part),
                None => free.entry(unit.label).or_default().entry(unit.sub_type).or_default().push(unit),
            }
        }
        let shares = if draw_validation { [90, 10, 0] } else { SHARES };
        for strata in free.into_values() {
            for (unit, part) in share_out(strata.into_values(), shares) {
                assign(unit, part);
            }
        }
        let hash = split_hash(dataset, &parts);
        Self { seed, parts, hash }
    }
}

impl Split {
    /// The same split without the items that `keep` refuses by their index.
    #[must_use]
    pub fn keeping(mut self, dataset: &Dataset, keep: impl Fn(usize) -> bool) -> Self {
        for (index, part) in self.parts.iter_mut().enumerate() {
            *part = part.filter(|_| keep(index));
        }
        self.hash = split_hash(dataset, &self.parts);
        self
    }
}

/// Images that go to one part together: one image, or all with the same pixels.
struct Unit<'a> {
    items: Vec<usize>,
    label: usize,
    sub_type: Option<&'a str>,
    folder_part: Option<Part>,
    /// Decides the order.
    key: ContentHash,
}

/// Every unit of the dataset, ordered by key; conflicts are left out.
fn units(dataset: &Dataset, seed: u64) -> Vec<Unit<'_>> {
    let mut grouped = vec![false; dataset.items.len()];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for group in &dataset.duplicates {
        for index in &group.items {
            if let Some(slot) = grouped.get_mut(*index) {
                *slot = true;
            }
        }
        if !group.conflict {
            groups.push(group.items.clone());
        }
    }
    groups.extend(grouped.iter().enumerate().filter(|(_, grouped)| !**grouped).map(|(index, _)| vec![index]));
    let mut units: Vec<Unit<'_>> = groups.into_iter().filter_map(|items| unit(dataset, seed, items)).collect();
    units.sort_by_key(|unit| unit.key);
    units
}

fn unit(dataset: &Dataset, seed: u64, items: Vec<usize>) -> Option<Unit<'_>> {
    // The copy with the smallest content hash speaks for all, whatever the files are called.
    let members = items.iter().filter_map(|index| dataset.items.get(*index));
    let first = members.min_by_key(|item| (item.hash, item.sub_type.as_deref(), item.folder_part))?;
    Some(Unit {
        label: first.label,
        sub_type: first.sub_type.as_deref(),
        folder_part: first.folder_part,
        key: ContentHash::of_parts([&seed.to_le_bytes()[..], &first.hash.0]),
        items,
    })
}

/// Deals one class's strata out. Whole numbers are found for the class first and then kept across its strata, so that
/// many small strata do not add up their rounding.
fn share_out<'a>(strata: impl Iterator<Item = Vec<&'a Unit<'a>>>, shares: [usize; 3]) -> Vec<(&'a Unit<'a>, Part)> {
    let mut ordered: Vec<&Unit<'_>> = Vec::new();
    for stratum in strata {
        ordered.extend(stratum);
    }
    let quotas = quotas(ordered.len(), shares);
    let total = ordered.len();
    // Walking the strata in turn, each unit goes to the part that lags its quota most: every stretch holds the mix.
    let mut given = [0_usize; 3];
    let mut dealt = Vec::with_capacity(total);
    for (at, unit) in ordered.into_iter().enumerate() {
        let lag = |index: usize| {
            let (quota, given) = (quotas.get(index).copied().unwrap_or(0), given.get(index).copied().unwrap_or(0));
            let due = (quota * (2 * at + 1)) as i128 - (2 * total * given) as i128;
            (given < quota).then_some((due, std::cmp::Reverse(index)))
        };
        let chosen = (0..3).max_by_key(|index| lag(*index)).unwrap_or(0);
        if let (Some(count), Some(part)) = (given.get_mut(chosen), Part::ALL.get(chosen)) {
            *count += 1;
            dealt.push((unit, *part));
        }
    }
    dealt
}

/// How many of `count` go to each part; three or more leave no wanted part empty.
fn quotas(count: usize, shares: [usize; 3]) -> [usize; 3] {
    let wanted = shares.iter().filter(|share| **share > 0).count();
    let least = usize::from(count >= wanted);
    let small = |share: usize| if share == 0 { 0 } else { ((count * share + 50) / 100).max(least) };
    let (validation, test) = (small(shares[1]), small(shares[2]));
    [count.saturating_sub(validation + test), validation, test]
}

/// Of every content hash with its class and part, sorted.
fn split_hash(dataset: &Dataset, parts: &[Option<Part>]) -> ContentHash {
    let mut rows: Vec<(ContentHash, &str, &str)> = dataset
        .items
        .iter()
        .zip(parts)
        .map(|(item, part)| (item.hash, dataset.classes.name(item.label), part.map_or("", |part| part.id())))
        .collect();
    rows.sort_unstable();
    ContentHash::of_parts(rows.iter().flat_map(|(hash, class, part)| [&hash.0[..], class.as_bytes(), part.as_bytes()]))
}
