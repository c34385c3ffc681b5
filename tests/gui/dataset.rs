//! The Dataset page: opening, counts, and the images behind them.

use egui_kittest::kittest::Queryable;
use leukoscope::app::Page;

use crate::common::{click, state, window, with_slides};

#[test]
fn a_dataset_opens_with_its_counts_and_split() {
    let outputs = tempfile::tempdir().unwrap();
    let harness = with_slides(&outputs);
    let opened = state(&harness).dataset.opened.clone().unwrap();
    assert_eq!(opened.counts, [12; 8]);
    assert_eq!(state(&harness).page, Page::Dataset);
    assert!(harness.query_by_label_contains("96 images   8 classes").is_some());
    let split = format!("train {}", opened.split.count(leukoscope::domain::split::Part::Train));
    assert!(harness.query_all_by_label_contains(&split).count() > 0);
}

#[test]
fn a_bar_opens_the_images_of_its_class_alone() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_slides(&outputs);
    click(&mut harness, "monocyte: 12 images");
    let shown = |name: &str| harness.query_all_by_label_contains(name).count();
    assert!(shown("monocyte/") > 0);
    assert_eq!(shown("platelet/"), 0);
}

#[test]
fn a_folder_without_classes_says_why_and_offers_another() {
    let (outputs, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut harness = window(&outputs, vec![empty.path().to_owned()]);
    crate::common::wait(&mut harness, "the failure", |state| {
        matches!(state.dataset.phase, leukoscope::app::state::Phase::Failed { .. })
    });
    assert!(harness.query_all_by_label("Open a dataset…").count() > 0);
}
