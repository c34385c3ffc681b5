//! The Dataset page: opening, counts, and the images behind them.

use egui_kittest::kittest::Queryable;
use leukoscope::{app::Page, domain::dataset::Finding};

use crate::common::{Driven, click, slides, state, wait, window, with_slides};

#[test]
fn a_dataset_opens_with_its_counts_and_split() {
    let outputs = tempfile::tempdir().unwrap();
    let harness = with_slides(&outputs);
    let opened = state(&harness).dataset.opened.clone().unwrap();
    assert_eq!(opened.counts, [12; 8]);
    assert_eq!(state(&harness).page, Page::Dataset);
    assert!(harness.query_by_label_contains("96 images   8 classes").is_some());
    let split = format!("train {}", opened.split.count(leukoscope::domain::part::Part::Train));
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
fn what_a_later_scan_no_longer_finds_is_not_shown_under_another_name() {
    let (outputs, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for class in ["ig", "platelet", "monocyte"] {
        let folder = place.path().join(class);
        std::fs::create_dir(&folder).unwrap();
        for file in leukoscope::data::read::folder::images(&[slides().join(class)]).iter().take(4) {
            std::fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
        }
    }
    // Two findings; the second one in the list goes away with the next scan.
    let broken = place.path().join("ig/broken.png");
    std::fs::write(&broken, b"\x89PNG\r\n\x1a\nand then nothing").unwrap();
    let mut harness = window(&outputs, vec![place.path().to_owned()]);
    wait(&mut harness, "the dataset", |state| state.dataset.opened.is_some());
    let of_broken = |harness: &Driven| {
        let opened = state(harness).dataset.opened.clone().unwrap();
        let names = |finding: &&Finding| finding.paths.iter().any(|path| path.ends_with("broken.png"));
        opened.findings.iter().find(names).map(|finding| finding.title.clone())
    };
    let title = of_broken(&harness).expect("the scan names the broken file");
    harness.get_by_label_contains(&title).click();
    harness.run_steps(3);
    assert_eq!(harness.query_all_by_label_contains("broken.png").count(), 1);
    std::fs::remove_file(&broken).unwrap();
    let before = state(&harness).dataset.opened.clone().unwrap();
    click(&mut harness, "Check again");
    wait(&mut harness, "the second scan", |state| {
        state.dataset.opened.as_ref().is_some_and(|opened| !std::sync::Arc::ptr_eq(opened, &before))
    });
    assert_eq!(of_broken(&harness), None);
    assert!(harness.query_by_label("All images").is_some() && harness.query_by_label("No image here").is_none());

    // A class that another dataset does not have.
    click(&mut harness, "platelet: 4 images");
    std::fs::remove_dir_all(place.path().join("platelet")).unwrap();
    click(&mut harness, "Check again");
    wait(&mut harness, "the third scan", |state| {
        state.dataset.opened.as_ref().is_some_and(|opened| opened.counts.len() == 2)
    });
    assert!(harness.query_by_label("All images").is_some() && harness.query_by_label("?").is_none());
}

#[test]
fn a_folder_without_classes_says_why_and_offers_another() {
    let (outputs, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut harness = window(&outputs, vec![empty.path().to_owned()]);
    wait(&mut harness, "the failure", |state| {
        matches!(state.dataset.phase, leukoscope::app::pages::dataset::Phase::Failed { .. })
    });
    assert!(harness.query_all_by_label("Open a dataset…").count() > 0);
}
