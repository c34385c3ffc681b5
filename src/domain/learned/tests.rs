//! Lists of cells: what they know, what they hand on, and that a damaged one is refused.

use super::*;
use crate::domain::fingerprint::COEFFICIENTS;

fn hash(seed: u8) -> ContentHash {
    ContentHash::of(&[seed])
}

/// A fingerprint that lies far from those of other seeds.
fn looks(seed: u8) -> Fingerprint {
    let stream = hash(seed).0.into_iter().chain(hash(seed ^ 0x80).0);
    let signed = stream.map(|byte| f32::from(byte as i8));
    let mut numbers = [0.0; COEFFICIENTS];
    numbers.iter_mut().zip(signed).for_each(|(number, byte)| *number = byte);
    Fingerprint::new([200.0, 150.0, f32::from(seed)], &numbers)
}

pub(in crate::domain) fn item(seed: u8) -> Item {
    Item {
        path: format!("neutrophil/{seed}.png"),
        label: 0,
        sub_type: None,
        hash: ContentHash::of(&[seed, 1]),
        pixels: hash(seed),
        width: 40,
        height: 40,
        bytes: 100,
        folder_part: None,
        fingerprint: looks(seed),
        group: None,
    }
}

/// The same picture in other pixels, as resizing and encoding leave it.
pub(in crate::domain) fn copy_of(seed: u8) -> Item {
    let [pixels, hash] = [2, 3].map(|salt| ContentHash::of(&[seed, salt]));
    Item { path: format!("copy/{seed}.jpg"), pixels, hash, ..item(seed) }
}

fn list() -> Learned {
    let mut list = Learned::default();
    for (seed, part) in (0..).zip(Part::ALL) {
        list.add(&item(seed), Known::own(part));
    }
    list.add(&item(3), Known::guest());
    list
}

#[test]
fn a_list_is_the_same_after_its_file() {
    let mut list = list();
    list.join(&Learned::of_files([(hash(9), Part::Validation)]));
    let again = Learned::from_bytes(&list.to_bytes()).unwrap();
    assert_eq!((&again.cells, &again.files), (&list.cells, &list.files));
    assert_eq!(again.to_bytes(), list.to_bytes());
    assert_eq!(again.exact(&item(1)), Some(Known::own(Part::Validation)));
    assert_eq!((again.tests(), again.part_of(&item(7))), (1, None));
}

#[test]
fn a_damaged_list_is_an_error_and_never_a_shorter_one() {
    let whole = list().to_bytes();
    for length in 0..whole.len() {
        assert!(Learned::from_bytes(&whole[..length]).is_err(), "cut to {length}");
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x20;
        assert!(Learned::from_bytes(&changed).is_err(), "changed at {at}");
    }
    let mut huge = whole;
    huge[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(Learned::from_bytes(&huge).unwrap_err().contains("more than"));
    assert!(Learned::from_bytes(b"path,hash").unwrap_err().contains("no list"));
}

#[test]
fn a_copy_of_a_cell_is_known_by_its_looks() {
    let copy = copy_of(0);
    assert_eq!(list().exact(&copy), None);
    assert_eq!(list().part_of(&copy), Some(Known::own(Part::Train)));
}

#[test]
fn what_another_model_was_judged_by_is_not_inherited_and_a_learned_test_cell_is_told() {
    let mut run = Learned::default();
    run.add(&item(0), Known::own(Part::Test));
    run.add(&item(2), Known::own(Part::Test));
    run.inherit(&list());
    assert_eq!(run.exact(&item(0)), Some(Known { own: Some(Part::Test), guest: true }));
    assert!(run.exact(&item(0)).unwrap().is_learned(), "the first weights learned from it");
    assert_eq!(run.exact(&item(2)), Some(Known::own(Part::Test)), "they were judged by it alone");
    assert_eq!((run.exact(&item(1)), run.exact(&item(3))), (Some(Known::guest()), Some(Known::guest())));
    assert_eq!(run.tests(), 1);
}
