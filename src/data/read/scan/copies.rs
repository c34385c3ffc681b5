//! Images that are one picture: by their pixels, or mirrored, turned, resized or encoded again.

use std::{
    collections::{HashMap, HashSet},
    fs, iter,
    path::Path,
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cache;
use crate::{
    data::atomic,
    domain::{
        dataset::{DuplicateGroup, Item},
        families::Families,
        fingerprint::Index,
        hash::ContentHash,
    },
    fault::{Halt, StopToken},
};

/// Groups of items with the same pixels, in the order of their first item.
pub(super) fn duplicates(items: &[Item]) -> Vec<DuplicateGroup> {
    let mut groups: HashMap<ContentHash, Vec<usize>> = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        groups.entry(item.pixels).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().filter(|group| group.len() > 1).collect();
    groups.sort();
    groups.into_iter().map(|group| told(items, group)).collect()
}

/// What an earlier search found, for the images in their order.
#[derive(Serialize, Deserialize)]
struct Kept {
    of: ContentHash,
    families: Vec<Vec<usize>>,
}

/// Groups of near-copies that are not all the same pixels, in the order of their first item. The search compares each image
/// with many, so what it found is kept beside the scan's cache for as long as the images are the same ones.
///
/// # Errors
/// [`Halt::Stopped`].
pub(super) fn near_copies(items: &[Item], cache: Option<&Path>, stop: &StopToken) -> Result<Vec<DuplicateGroup>, Halt> {
    let file = cache.map(|cache| cache.with_added_extension("copies"));
    let program = cache::key();
    let images = items.iter().flat_map(|item| [&item.pixels.0[..], &item.fingerprint.0]);
    let of = ContentHash::of_parts(iter::once(&program[..]).chain(images));
    let read = |file| serde_json::from_slice::<Kept>(&fs::read(file).ok()?).ok();
    if let Some(kept) = file.as_ref().and_then(read).filter(|kept| kept.of == of) {
        return Ok(kept.families.into_iter().map(|family| told(items, family)).collect());
    }
    let kept = Kept { of, families: search(items, stop)? };
    if let (Some(file), Ok(bytes)) = (file, serde_json::to_vec(&kept)) {
        // Where this cannot be written the scan's cache beside it cannot either, which is said.
        let _ = atomic::write(&file, &bytes);
    }
    Ok(kept.families.into_iter().map(|family| told(items, family)).collect())
}

fn search(items: &[Item], stop: &StopToken) -> Result<Vec<Vec<usize>>, Halt> {
    let index = Index::new(items.iter().map(|item| item.fingerprint));
    // Thousands of copies with one fingerprint have the same neighbours: one of them asks for all.
    let distinct: HashSet<_> = items.iter().map(|item| item.fingerprint).collect();
    let ask = |fingerprint| {
        stop.check()?;
        Ok(index.near(&fingerprint))
    };
    let found = distinct.into_par_iter().map(ask).collect::<Result<Vec<_>, Halt>>()?;
    let mut families = Families::new(items.len());
    found.into_iter().for_each(|near| families.join(near));
    Ok(families.all().into_iter().filter(|family| differ(items, family, |a, b| a.pixels != b.pixels)).collect())
}

fn told(items: &[Item], group: Vec<usize>) -> DuplicateGroup {
    DuplicateGroup {
        conflict: differ(items, &group, |a, b| a.label != b.label),
        exact: !differ(items, &group, |a, b| a.hash != b.hash),
        items: group,
    }
}

/// Whether a member differs from the first.
fn differ(items: &[Item], group: &[usize], by: impl Fn(&Item, &Item) -> bool) -> bool {
    let mut members = group.iter().filter_map(|index| items.get(*index));
    members.next().is_some_and(|first| members.any(|other| by(first, other)))
}
