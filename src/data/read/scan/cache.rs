//! What an earlier scan found, keyed by path, size and time of change; a damaged cache is no cache.

use std::{collections::HashMap, io, path::Path};

use super::{
    outcome::{Checked, Image, Outcome},
    walk::Candidate,
};
use crate::{
    data::read::decode,
    domain::{fingerprint::Fingerprint, hash::ContentHash},
};

/// Changes with the meaning of the hashes and fingerprints, or the layout.
const MAGIC: &[u8; 8] = b"LEUKOSC2";

/// What a cache must begin with. Another version of the program may decode or refuse otherwise.
pub(super) fn key() -> Vec<u8> {
    let version = ContentHash::of_parts([env!("CARGO_PKG_VERSION").as_bytes(), decode::VERSION.as_bytes()]);
    [&MAGIC[..], &version.0].concat()
}

/// Outcomes of an earlier scan by relative path.
#[derive(Default)]
pub(super) struct Known(HashMap<String, (u64, u64, Outcome)>);

impl Known {
    /// The outcome of a file that has not changed.
    pub(super) fn get(&self, candidate: &Candidate) -> Option<&Outcome> {
        let (bytes, modified, outcome) = self.0.get(&candidate.path)?;
        // A time of 0 is unknown, and an unknown time proves nothing.
        (candidate.modified != 0 && *bytes == candidate.bytes && *modified == candidate.modified).then_some(outcome)
    }
}

/// Reads a cache; anything wrong with it gives an empty one.
pub(super) fn load(file: &Path) -> Known {
    std::fs::read(file).ok().and_then(|bytes| parse(&bytes)).unwrap_or_default()
}

/// Writes beside the target and renames, so that a cache is whole or absent.
pub(super) fn save(file: &Path, candidates: &[Candidate], checked: &[Checked]) -> io::Result<()> {
    let mut body = Vec::with_capacity(candidates.len() * 190);
    for (candidate, checked) in candidates.iter().zip(checked).filter(|(_, checked)| checked.lasting) {
        text(&mut body, &candidate.path);
        body.extend(candidate.bytes.to_le_bytes());
        body.extend(candidate.modified.to_le_bytes());
        match &checked.outcome {
            Outcome::Image(Image { hash, pixels, width, height, fingerprint }) => {
                body.push(1);
                body.extend(hash.0);
                body.extend(pixels.0);
                body.extend(width.to_le_bytes());
                body.extend(height.to_le_bytes());
                body.extend(fingerprint.0);
            }
            Outcome::Bad(why) => {
                body.push(0);
                text(&mut body, why);
            }
        }
    }
    let mut bytes = key();
    bytes.extend(ContentHash::of(&body).0);
    bytes.append(&mut body);
    crate::data::atomic::write(file, &bytes)
}

fn text(out: &mut Vec<u8>, words: &str) {
    out.extend((words.len() as u32).to_le_bytes());
    out.extend(words.as_bytes());
}

fn parse(bytes: &[u8]) -> Option<Known> {
    let body = bytes.strip_prefix(&key()[..])?;
    let (sum, mut rest) = body.split_at_checked(32)?;
    if ContentHash::of(rest).0 != sum {
        return None;
    }
    let mut known = HashMap::new();
    while !rest.is_empty() {
        let path = words(&mut rest)?;
        let (size, modified) = (u64::from_le_bytes(take(&mut rest)?), u64::from_le_bytes(take(&mut rest)?));
        let outcome = match take::<1>(&mut rest)? {
            [1] => Outcome::Image(Image {
                hash: ContentHash(take(&mut rest)?),
                pixels: ContentHash(take(&mut rest)?),
                width: u32::from_le_bytes(take(&mut rest)?),
                height: u32::from_le_bytes(take(&mut rest)?),
                fingerprint: Fingerprint(take(&mut rest)?),
            }),
            _ => Outcome::Bad(words(&mut rest)?),
        };
        known.insert(path, (size, modified, outcome));
    }
    Some(Known(known))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

fn words(rest: &mut &[u8]) -> Option<String> {
    let length = u32::from_le_bytes(take(rest)?) as usize;
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    String::from_utf8(head.to_vec()).ok()
}
