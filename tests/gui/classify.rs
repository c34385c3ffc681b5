//! The Classify page: a drop on the idle window, the core's own numbers, and files that are no images.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable;
use leukoscope::{
    app::Page,
    device::Compute,
    domain::prediction::{Classified, Outcome},
    eval::predict::Predictor,
    progress::{Silent, StopToken},
};

use crate::common::{click, drop_files, slide, state, wait, window};

#[test]
fn a_slide_gets_the_numbers_that_the_core_gives() {
    let outputs = tempfile::tempdir().unwrap();
    let slide = slide("monocyte");
    let mut harness = window(&outputs, vec![slide.clone()]);
    wait(&mut harness, "the slide", |state| !state.classify.items.is_empty());
    let shown = state(&harness).classify.items[0].outcome.clone();
    let predictor = Predictor::load("mobilenet", &Compute::cpu()).unwrap();
    let mut expected: Vec<Classified> = Vec::new();
    predictor.classify(&[slide], &mut |one| expected.push(one), &Silent, &StopToken::default()).unwrap();
    assert!(matches!(shown, Outcome::Seen { .. }));
    assert_eq!(shown, expected[0].outcome);
}

#[test]
fn a_drop_on_the_idle_window_is_classified_and_arrows_walk() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    drop_files(&mut harness, &[slide("eosinophil"), slide("platelet"), slide("ig")]);
    wait(&mut harness, "three slides", |state| state.classify.items.len() == 3 && state.classify.running.is_empty());
    assert_eq!(state(&harness).page, Page::Classify);
    assert_eq!(harness.query_all_by_role(Role::Meter).count(), 8, "one bar a class");
    let first = state(&harness).classify.current;
    harness.key_press(Key::ArrowDown);
    harness.run_steps(3);
    assert_eq!(state(&harness).classify.current, first + 1);
}

#[test]
fn a_broken_file_says_why_and_gets_no_class() {
    let (outputs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let broken = folder.path().join("broken.png");
    std::fs::write(&broken, b"\x89PNG\r\n\x1a\nand then nothing").unwrap();
    let mut harness = window(&outputs, Vec::new());
    drop_files(&mut harness, &[broken]);
    wait(&mut harness, "the file", |state| state.classify.items.len() == 1 && state.classify.running.is_empty());
    let Outcome::Refused(why) = state(&harness).classify.items[0].outcome.clone() else { panic!("it got a class") };
    assert!(harness.query_by_label_contains("No class").is_some());
    assert!(harness.query_all_by_label_contains(&why[1..]).count() > 0, "{why}");
    assert_eq!(harness.query_all_by_role(Role::Meter).count(), 0);
}

#[test]
fn clear_is_undone_without_asking_the_model_again() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, vec![slide("ig"), slide("platelet")]);
    wait(&mut harness, "two slides", |state| state.classify.items.len() == 2 && state.classify.running.is_empty());
    let before = state(&harness).classify.items.clone();
    click(&mut harness, "Clear");
    assert!(state(&harness).classify.items.is_empty());
    harness.get_all_by_label("Undo").last().unwrap().click();
    harness.run_steps(3);
    assert_eq!(state(&harness).classify.items, before);
    assert!(state(&harness).classify.running.is_empty(), "nothing is classified again");
}
