//! The real window, driven by its accessible names, without a display and without a GPU.
#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use egui_kittest::{Harness, kittest::Queryable};
use leukoscope::{
    app::{Page, Setup},
    device::Compute,
    domain::prediction::{Classified, Outcome},
    eval::predict::Predictor,
    progress::{Silent, StopToken},
    ui::Window,
};

fn slides() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/synthetic")
}

/// The window with nothing remembered and its results in a folder of its own.
fn window(outputs: &tempfile::TempDir, open: Vec<PathBuf>) -> Harness<'static, Window> {
    let setup = Setup { config: None, outputs: outputs.path().to_owned(), open };
    let mut harness = Harness::builder().with_size([1280.0, 800.0]).build_eframe(|cc| Window::new(cc, setup).unwrap());
    harness.step();
    if harness.query_by_label("I understand").is_some() {
        harness.get_by_label("I understand").click();
    }
    harness.run_steps(3);
    harness
}

/// Lets frames pass until the window knows what the test waits for.
fn wait(harness: &mut Harness<'static, Window>, what: &str, ready: impl Fn(&Window) -> bool) {
    let start = Instant::now();
    while !ready(harness.state()) {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
    }
    harness.run_steps(3);
}

#[test]
fn the_number_keys_walk_the_pages() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    assert_eq!(harness.state().app().state().page, Page::Welcome);
    for (key, page) in [
        (egui::Key::Num2, Page::Dataset),
        (egui::Key::Num3, Page::Train),
        (egui::Key::Num4, Page::Evaluate),
        (egui::Key::Num5, Page::Classify),
        (egui::Key::Num6, Page::Settings),
        (egui::Key::Num7, Page::About),
    ] {
        harness.key_press_modifiers(egui::Modifiers::COMMAND, key);
        harness.run_steps(3);
        assert_eq!(harness.state().app().state().page, page);
    }
}

#[test]
fn a_dataset_opens_with_its_counts_and_split() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, vec![slides()]);
    wait(&mut harness, "the dataset", |window| window.app().state().dataset.opened.is_some());
    let opened = harness.state().app().state().dataset.opened.clone().unwrap();
    assert_eq!(opened.counts, [12; 8]);
    assert_eq!(harness.state().app().state().page, Page::Dataset);
    assert!(harness.query_by_label_contains("96 images   8 classes").is_some());
}

#[test]
fn a_slide_gets_the_numbers_that_the_core_gives() {
    let outputs = tempfile::tempdir().unwrap();
    let slide = leukoscope::data::folder::images(&[slides()]).swap_remove(0);
    let mut harness = window(&outputs, vec![slide.clone()]);
    wait(&mut harness, "the slide", |window| !window.app().state().classify.items.is_empty());
    let shown = harness.state().app().state().classify.items[0].outcome.clone();
    let predictor = Predictor::load("mobilenet", &Compute::cpu()).unwrap();
    let mut expected: Vec<Classified> = Vec::new();
    predictor.classify(&[slide], &mut |one| expected.push(one), &Silent, &StopToken::default()).unwrap();
    assert!(matches!(shown, Outcome::Seen { .. }));
    assert_eq!(shown, expected[0].outcome);
}

#[test]
fn an_evaluation_shows_its_matrix_cell_by_cell() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, vec![slides()]);
    wait(&mut harness, "the dataset", |window| window.app().state().dataset.opened.is_some());
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Num4);
    harness.run_steps(3);
    harness.get_by_label("All images").click();
    harness.run_steps(3);
    let evaluate = harness.get_all_by_label("Evaluate").last().unwrap();
    evaluate.click();
    wait(&mut harness, "the evaluation", |window| window.app().state().evaluate.result.is_some());
    let evaluation = harness.state().app().state().evaluate.result.clone().unwrap();
    assert_eq!(evaluation.metrics.n, 96);
    let confusion = &evaluation.metrics.confusion;
    let name = |label: usize| confusion.labels.name(label);
    let name = format!("true {}, predicted {}: {}", name(0), name(0), confusion.count(0, 0));
    harness.get_by_label(&name).click();
    harness.run_steps(3);
}
