//! Which cells may judge: on the own folder, a changed one, a copy of it, and folders of others.

use std::path::PathBuf;

use super::*;
use crate::domain::{
    dataset::{DuplicateGroup, Item},
    hash::ContentHash,
    learned::{
        Known,
        tests::{copy_of, item},
    },
};

fn folder(items: Vec<Item>) -> Dataset {
    Dataset {
        root: PathBuf::from("cells"),
        classes: classes(),
        items,
        duplicates: Vec::new(),
        near_copies: Vec::new(),
        unreadable: Vec::new(),
        skipped: Vec::new(),
        remarks: Vec::new(),
        odd_sizes: Vec::new(),
        hash: ContentHash::of(b"d"),
    }
}

fn classes() -> ClassList {
    ClassList::new(["neutrophil".to_owned()])
}

/// Of twenty cells sixteen were trained on, two validated, and the last two are the test part.
fn part(seed: u8) -> Part {
    match seed {
        0..16 => Part::Train,
        16..18 => Part::Validation,
        _ => Part::Test,
    }
}

fn model() -> Learned {
    let mut list = Learned::default();
    (0..20).for_each(|seed| list.add(&item(seed), Known::own(part(seed))));
    list
}

fn chosen(lists: &[&Learned], dataset: &Dataset, scope: Option<Scope>) -> Result<Cells, Failure> {
    let classes = classes();
    let subjects: Vec<Subject<'_>> = lists.iter().map(|learned| Subject { learned, classes: &classes }).collect();
    cells(&subjects, dataset, scope)
}

/// The seeds of the chosen cells, in a folder that holds one cell a seed from `first` on.
fn seeds(cells: &Cells, first: u8) -> Vec<usize> {
    cells.indices.iter().map(|index| index + usize::from(first)).collect()
}

#[test]
fn the_own_folder_is_judged_on_its_test_part_whatever_was_lost_or_added() {
    let model = model();
    for changed in [(0..20).collect::<Vec<u8>>(), (1..20).collect(), (0..22).collect()] {
        let dataset = folder(changed.iter().map(|seed| item(*seed)).collect());
        for scope in [None, Some(Scope::Test)] {
            let cells = chosen(&[&model], &dataset, scope).unwrap();
            assert_eq!((seeds(&cells, changed[0]), cells.scope), (vec![18, 19], Scope::Test));
            assert_eq!(cells.learned_left_out, 18 - usize::from(changed[0]));
        }
    }
    let lost = folder((0..19).map(item).collect());
    let cells = chosen(&[&model], &lost, None).unwrap();
    assert!(cells.words.ends_with("1 of its 2 cells"), "{}", cells.words);
    let unseen = chosen(&[&model], &folder((0..22).map(item).collect()), Some(Scope::Unseen)).unwrap();
    assert_eq!(seeds(&unseen, 0), [18, 19, 20, 21], "new cells were not learned from either");
}

#[test]
fn a_foreign_folder_has_no_test_split_and_a_copy_of_the_own_one_is_known() {
    let model = model();
    for (dataset, unseen, left_out) in [
        (folder((40..50).map(item).collect()), (0..10).collect::<Vec<_>>(), 0),
        (folder((0..20).map(copy_of).collect()), vec![18, 19], 18),
    ] {
        let failure = chosen(&[&model], &dataset, Some(Scope::Test)).unwrap_err();
        assert!(failure.why.contains("is not the dataset that the model learned from"), "{failure}");
        assert!(failure.hint.contains("--split unseen"), "{failure}");
        let cells = chosen(&[&model], &dataset, None).unwrap();
        assert_eq!((cells.scope, &cells.indices, cells.learned_left_out), (Scope::Unseen, &unseen, left_out));
        assert_eq!(chosen(&[&model], &dataset, Some(Scope::All)).unwrap().indices.len(), dataset.items.len());
    }
}

#[test]
fn a_copy_in_the_folder_of_what_was_learned_judges_nothing() {
    let mut dataset = folder((0..22).map(item).collect());
    let family = |items: Vec<usize>, conflict| DuplicateGroup { items, conflict, exact: false };
    dataset.near_copies = vec![family(vec![3, 18], false), family(vec![4, 20], false), family(vec![5, 21], true)];
    let model = model();
    assert_eq!(chosen(&[&model], &dataset, Some(Scope::Test)).unwrap().indices, [19]);
    assert_eq!(chosen(&[&model], &dataset, Some(Scope::Unseen)).unwrap().indices, [19]);
    assert_eq!(chosen(&[&model], &dataset, Some(Scope::All)).unwrap().indices.len(), 20, "all but the contradiction");
}

#[test]
fn where_all_was_learned_from_nothing_is_left_and_it_is_said() {
    let mut model = model();
    let guests = folder((60..70).map(item).collect());
    guests.items.iter().for_each(|item| model.add(item, Known::guest()));
    let failure = chosen(&[&model], &guests, None).unwrap_err();
    assert!(failure.why.contains("learned from 10 of the folder's 10 images"), "{failure}");
    let cells = chosen(&[&Learned::default()], &guests, None).unwrap();
    assert!(cells.indices.len() == 10 && cells.words.contains("not known"), "{}", cells.words);
}

#[test]
fn first_weights_that_learned_from_a_test_cell_take_it_out_of_the_test_part() {
    let (mut run, dataset) = (model(), folder((0..20).map(item).collect()));
    let mut first = Learned::default();
    first.add(&item(19), Known::own(Part::Validation));
    run.inherit(&first);
    assert_eq!(chosen(&[&run], &dataset, None).unwrap().indices, [18]);
}

#[test]
fn two_models_meet_on_the_split_that_they_share_or_on_what_neither_learned_from() {
    let (a, dataset) = (model(), folder((0..20).map(item).collect()));
    let shared = chosen(&[&a, &a], &dataset, None).unwrap();
    assert_eq!((shared.indices.as_slice(), shared.scope), (&[18, 19][..], Scope::Test));
    let mut b = Learned::default();
    (0..20).for_each(|seed| b.add(&item(seed), Known::own(part((seed + 19) % 20))));
    let met = chosen(&[&a, &b], &dataset, None).unwrap();
    assert_eq!((met.indices.as_slice(), met.scope), (&[19][..], Scope::Unseen));
    assert!(met.words.contains("neither model learned from"), "{}", met.words);
}
