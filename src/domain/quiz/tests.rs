//! The same seed asks the same cells, every class by lot, and answers are scored against labels and models.

use super::*;
use crate::domain::{dataset::DuplicateGroup, learned::tests::item};

/// Twelve cells of each of two classes, and a copy of the first one.
fn folder() -> Dataset {
    let of = |seed: u8, label: usize| Item { label, ..item(seed) };
    let mut items: Vec<Item> = (0..12).map(|seed| of(seed, 0)).chain((12..24).map(|seed| of(seed, 1))).collect();
    items.push(Item { path: "copy.png".to_owned(), ..of(0, 0) });
    Dataset {
        root: PathBuf::from("cells"),
        classes: ClassList::new(["ig", "monocyte", "platelet"].map(str::to_owned)),
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

fn draw(dataset: &Dataset, plan: Plan) -> Quiz {
    Quiz::draw(dataset, &Split::stratified(dataset, 1), plan).unwrap()
}

fn plan(cells: usize, seed: u64) -> Plan {
    Plan { pool: Pool::All, cells, seed }
}

#[test]
fn a_seed_asks_the_same_cells_whatever_their_files_are_called() {
    let dataset = folder();
    let pictures = |quiz: &Quiz| -> Vec<ContentHash> { quiz.cells.iter().map(|cell| cell.pixels).collect() };
    let first = draw(&dataset, plan(10, 7));
    assert_eq!(first.cells.len(), 10);
    let mut renamed = folder();
    renamed.items.reverse();
    renamed.items.iter_mut().enumerate().for_each(|(place, item)| item.path = format!("elsewhere/{place}.png"));
    assert_eq!(pictures(&first), pictures(&draw(&renamed, plan(10, 7))));
    assert_ne!(pictures(&first), pictures(&draw(&dataset, plan(10, 8))));
    let longer = pictures(&draw(&dataset, plan(15, 7)));
    assert_eq!(pictures(&first), longer[..10], "more cells go on from the same ones");
}

#[test]
fn every_picture_is_asked_once_and_no_more_than_there_are() {
    let quiz = draw(&folder(), plan(200, 1));
    let pictures: BTreeSet<_> = quiz.cells.iter().map(|cell| cell.pixels).collect();
    assert_eq!((quiz.cells.len(), pictures.len()), (24, 24));
    let mut torn = folder();
    torn.duplicates.push(DuplicateGroup { items: vec![0, 12, 24], conflict: true, exact: false });
    assert_eq!(draw(&torn, plan(200, 1)).cells.len(), 22, "labels that contradict each other are no question");
    let test = Quiz::draw(&folder(), &Split::stratified(&folder(), 1), Plan { pool: Pool::Test, ..plan(200, 1) });
    let split = Split::stratified(&folder(), 1);
    let allowed: BTreeSet<_> = split.indices(Part::Test).into_iter().map(|at| folder().items[at].pixels).collect();
    let test = test.unwrap();
    assert_eq!((test.cells.iter().map(|cell| cell.pixels).collect(), test.split_hash), (allowed, Some(split.hash)));
    let empty = Dataset { items: Vec::new(), ..folder() };
    assert!(Quiz::draw(&empty, &Split::stratified(&empty, 1), plan(5, 1)).is_err());
}

#[test]
fn answers_are_given_taken_back_and_scored() {
    let mut quiz = draw(&folder(), plan(10, 3));
    quiz.answer(9);
    assert!(quiz.answers().is_empty(), "no such class");
    let truths: Vec<usize> = quiz.cells.iter().map(|cell| cell.label).collect();
    quiz.answer(2);
    quiz.back();
    for (place, truth) in truths.iter().enumerate() {
        assert!(!quiz.is_over() && quiz.current().unwrap().label == *truth);
        quiz.answer(if place == 4 { 2 } else { *truth });
    }
    quiz.answer(0);
    assert_eq!((quiz.answers().len(), quiz.is_over()), (10, true));
    let score = Score::of(&quiz);
    assert_eq!((score.missed.as_slice(), score.metrics.accuracy), (&[4][..], Some(0.9)));
    let missed = &score.metrics.classes[truths[4]];
    let support = truths.iter().filter(|truth| **truth == truths[4]).count() as u64;
    assert_eq!((missed.support, missed.recall), (support, Some((support - 1) as f64 / support as f64)));
    let (kappa, ci) = (score.metrics.kappa.unwrap(), score.kappa_ci.unwrap());
    assert!(ci.low < kappa && kappa < ci.high && kappa < 0.9, "{kappa} {ci:?}");
}

#[test]
fn a_model_is_judged_on_the_same_cells_and_agreement_leaves_out_what_it_refused() {
    let mut quiz = draw(&folder(), plan(8, 3));
    let truths: Vec<usize> = quiz.cells.iter().map(|cell| cell.label).collect();
    truths.iter().for_each(|truth| quiz.answer(*truth));
    let says = |place: usize| quiz.classes.name(truths[place]).to_owned();
    let mut given: Vec<Given> = (0..8).map(|place| Some((says(place), 0.9))).collect();
    let by = |given: &[Given]| ByModel {
        model: "one".to_owned(),
        model_hash: ContentHash::of(b"m"),
        learned_from: 0,
        given: given.to_vec(),
    };
    assert_eq!((by(&given).right(&quiz), by(&given).kappa(&quiz)), (8, Some(1.0)));
    given[0] = None;
    assert_eq!((by(&given).right(&quiz), by(&given).kappa(&quiz)), (7, Some(1.0)));
    given[1] = Some(("basophil".to_owned(), 0.5));
    assert_eq!(by(&given).right(&quiz), 6);
    assert!(by(&given).kappa(&quiz).unwrap() < 1.0, "a class that only the model knows is a disagreement");
}
