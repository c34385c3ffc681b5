//! Which part of a run an image belongs to, decided by content and seed alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{dataset::Dataset, hash::ContentHash, part::Part};

/// A seeded split of one dataset, about 80/10/10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    pub seed: u64,
    /// The part of each item of the dataset, in its order; `None` for an item that is left out.
    pub parts: Vec<Option<Part>>,
    /// Of every content hash with its class and part.
    pub hash: ContentHash,
    /// How many patients or slides were kept whole; `None` where none was known.
    #[serde(default)]
    pub grouped: Option<usize>,
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
/// The same where the folders name a test part and no validation part.
const WITHOUT_TEST: [usize; 3] = [90, 10, 0];
/// A class of fewer units is dealt out by number, since chance could leave a part of it empty: of 50 units none falls
/// into a given tenth once in 200 seeds.
const FEW: usize = 50;

impl Split {
    /// Splits about 80/10/10 within each class. Images with the same pixels, near-copies and images of one patient or
    /// slide stay together; those whose labels contradict each other are left out. Where a unit goes is its own content's
    /// and the seed's doing, so that other images may come, go or move to another folder and nothing else changes. Only
    /// classes of few units are dealt out in the order of their content, by sub-type.
    ///
    /// Where every item's folder names its part, and training and test are both there, the folders are followed; a
    /// copy that would lie in two parts then follows its first one by content. A validation part that the folders do not
    /// have is drawn from their training images.
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
        let mut free: BTreeMap<Option<usize>, BTreeMap<Option<&str>, Vec<&Unit<'_>>>> = BTreeMap::new();
        for unit in &units {
            match unit.folder_part.filter(|part| follow && !(draw_validation && *part == Part::Train)) {
                Some(part) => assign(unit, part),
                None => free.entry(unit.label).or_default().entry(unit.sub_type).or_default().push(unit),
            }
        }
        let shares = if draw_validation { WITHOUT_TEST } else { SHARES };
        for strata in free.into_values() {
            if strata.values().map(Vec::len).sum::<usize>() < FEW {
                share_out(strata.into_values(), shares).into_iter().for_each(|(unit, part)| assign(unit, part));
            } else {
                strata.into_values().flatten().for_each(|unit| assign(unit, unit.falls_into(shares)));
            }
        }
        let hash = split_hash(dataset, &parts);
        Self { seed, parts, hash, grouped: dataset.groups() }
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

/// Images that go to one part together: one image, or all copies of it, or all of a patient.
struct Unit<'a> {
    items: Vec<usize>,
    /// `None` where a patient has cells of several classes.
    label: Option<usize>,
    sub_type: Option<&'a str>,
    folder_part: Option<Part>,
    /// Decides the part, or the order.
    key: ContentHash,
}

impl Unit<'_> {
    /// The part that holds this unit's place between 0 and 1 where the parts lie behind each other.
    fn falls_into(&self, shares: [usize; 3]) -> Part {
        let head = self.key.0.first_chunk::<8>().copied().unwrap_or_default();
        let percent = (u128::from(u64::from_be_bytes(head)) * 100) >> 64;
        let mut end = 0;
        let ends = shares.map(|share| {
            end += share as u128;
            end
        });
        Part::ALL.into_iter().zip(ends).find(|(_, end)| percent < *end).map_or(Part::Train, |(part, _)| part)
    }
}

/// Every unit of the dataset, ordered by key; items in conflict are left out.
fn units(dataset: &Dataset, seed: u64) -> Vec<Unit<'_>> {
    let left_out = dataset.in_conflict();
    let wanted = |index: &usize| left_out.get(*index) == Some(&false);
    let kept = dataset.families().into_iter().map(|family| family.into_iter().filter(wanted).collect());
    let mut units: Vec<Unit<'_>> = kept.filter_map(|items| unit(dataset, seed, items)).collect();
    units.sort_by_key(|unit| unit.key);
    units
}

fn unit(dataset: &Dataset, seed: u64, items: Vec<usize>) -> Option<Unit<'_>> {
    let members = || items.iter().filter_map(|index| dataset.items.get(*index));
    // The copy with the smallest hash speaks for all, whatever the files are called.
    let first = members().min_by_key(|item| (item.pixels, item.sub_type.as_deref(), item.folder_part))?;
    let seed = seed.to_le_bytes();
    let key = match members().filter_map(|item| item.group.as_deref()).min() {
        Some(group) => ContentHash::of_parts([&seed[..], b"group", group.as_bytes()]),
        None => ContentHash::of_parts([&seed[..], &first.pixels.0]),
    };
    Some(Unit {
        label: members().all(|item| item.label == first.label).then_some(first.label),
        sub_type: first.sub_type.as_deref(),
        folder_part: first.folder_part,
        key,
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
