//! The Evaluate page: figures, and exactly the images behind a cell of the matrix.

use egui::Key;
use egui_kittest::kittest::Queryable;

use crate::common::{click, command, press, state, wait, with_slides};

#[test]
fn a_matrix_cell_opens_exactly_its_images() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_slides(&outputs);
    command(&mut harness, Key::Num4);
    click(&mut harness, "All images");
    let evaluate = harness.get_all_by_label("Evaluate").last().unwrap();
    evaluate.click();
    wait(&mut harness, "the evaluation", |state| state.evaluate.result.is_some());
    let evaluation = state(&harness).evaluate.result.clone().unwrap();
    assert_eq!(evaluation.metrics.n, 96);
    let confusion = &evaluation.metrics.confusion;
    // The smallest cell with images: all of them stand in the gallery at once.
    let classes = confusion.labels.len();
    let cells = (0..classes).flat_map(|truth| (0..classes).map(move |given| (truth, given)));
    let (truth, given) = cells
        .filter(|(truth, given)| confusion.count(*truth, *given) > 0)
        .min_by_key(|(truth, given)| confusion.count(*truth, *given))
        .unwrap();
    let (count, name) = (confusion.count(truth, given) as usize, |label| confusion.labels.name(label));
    click(&mut harness, &format!("true {}, predicted {}: {count}", name(truth), name(given)));
    let images = format!(": true {}, predicted {}, ", name(truth), name(given));
    assert_eq!(harness.query_all_by_label_contains(&images).count(), count);
    assert_eq!(harness.query_all_by_label_contains(": true ").count(), count, "images of another cell are there too");

    // A bin of the reliability diagram holds its images, and no other.
    let bins = evaluation.detail.reliability.iter().filter(|bin| bin.count > 0);
    let bin = bins.min_by_key(|bin| bin.count).unwrap();
    // The tabs lie below the fold of this window.
    press(&mut harness, "Calibration");
    let (low, high) = (100.0 * bin.low, 100.0 * bin.high);
    press(&mut harness, &format!("confidence {low:.1} to {high:.1} %: {} images, {} correct", bin.count, bin.correct));
    assert!(bin.count <= 6, "no bin of this model is small enough to be seen at once");
    assert_eq!(harness.query_all_by_label_contains(": true ").count() as u64, bin.count);
}

#[test]
fn a_page_without_a_dataset_says_what_it_needs() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = crate::common::window(&outputs, Vec::new());
    command(&mut harness, Key::Num4);
    assert!(harness.query_by_label("Nothing was evaluated yet").is_some());
    assert!(harness.query_by_label("Open a dataset…").is_some());
}
