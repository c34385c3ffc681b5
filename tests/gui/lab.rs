//! My lab: images looked at, cells labelled by their letters, a model fitted, judged and kept, all in the window.

use std::path::{Path, PathBuf};

use egui::Key;
use egui_kittest::kittest::Queryable;
use leukoscope::app::{Page, pages::lab::Settled};

use crate::common::{Driven, command, drop_files, press, recoloured, slides, state, trained, wait, window};

/// Eight slides of three classes under another lamp.
fn lab(place: &Path) -> Vec<PathBuf> {
    let files = leukoscope::data::read::folder::images(&[slides()]);
    let wanted = ["lymphocyte", "monocyte", "neutrophil"];
    let of = |file: &PathBuf| file.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let mut taken = Vec::new();
    for class in wanted {
        for file in files.iter().filter(|file| of(file) == class).take(8) {
            let mut image = image::open(file).unwrap().to_rgb8();
            for pixel in image.pixels_mut() {
                let [r, g, b] = pixel.0;
                pixel.0 = [(f32::from(r) * 0.85) as u8, (f32::from(g) * 0.9) as u8, b];
            }
            let path = place.join(class).join(file.file_name().unwrap()).with_extension("png");
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            image.save(&path).unwrap();
            taken.push(path);
        }
    }
    taken
}

/// The window with a tiny model in use and a lab's images looked at.
fn looked_at(outputs: &tempfile::TempDir, files: &[PathBuf]) -> Driven {
    trained(outputs, "tiny", 1);
    let mut harness = window(outputs, Vec::new());
    wait(&mut harness, "the models", |state| state.models.known.iter().any(|model| model.origin == "tiny"));
    harness.get_by_label_contains("Model: ").click();
    harness.run_steps(3);
    harness.get_by_label_contains("· tiny").click();
    harness.run_steps(3);
    drop_files(&mut harness, files);
    wait(&mut harness, "the images", |state| {
        state.classify.items.len() == files.len() && state.classify.running.is_empty()
    });
    command(&mut harness, Key::L);
    assert_eq!(state(&harness).page, Page::Lab);
    press(&mut harness, "Take the images in Classify");
    wait(&mut harness, "the look", |state| state.lab.looked.result().is_some());
    harness
}

#[test]
fn a_model_is_fitted_to_a_lab_with_labels_and_kept_under_a_name() {
    let (outputs, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = lab(place.path());
    let mut harness = looked_at(&outputs, &files);
    press(&mut harness, "Find 100 cells worth a label");
    wait(&mut harness, "the cells", |state| state.lab.asked.result().is_some());
    // Each cell by the letter of its class; the first is taken back once.
    let key = |path: &Path| match path.parent().unwrap().file_name().unwrap().to_str().unwrap() {
        "lymphocyte" => Key::L,
        "monocyte" => Key::M,
        _ => Key::N,
    };
    let first = state(&harness).lab.next().unwrap().path.clone();
    harness.key_press(Key::B);
    harness.run_steps(2);
    assert_eq!(state(&harness).lab.labels.of(&first), Some("basophil"));
    harness.key_press(Key::Z);
    harness.run_steps(2);
    assert_eq!(state(&harness).lab.labels.of(&first), None);
    let all = state(&harness).lab.progress().1;
    assert!(all >= 18, "{all} cells were asked for");
    for done in 0..all {
        let next = state(&harness).lab.next().unwrap_or_else(|| panic!("no cell after {done}")).path.clone();
        harness.key_press(key(&next));
        harness.run_steps(2);
    }
    assert_eq!((state(&harness).lab.labels.len(), state(&harness).lab.lacking()), (all, None));
    press(&mut harness, "Fit to this lab");
    wait(&mut harness, "the fit", |state| state.lab.fit.result().is_some() || state.lab.fit.failure().is_some());
    let run =
        state(&harness).lab.fit.result().unwrap_or_else(|| panic!("{:?}", state(&harness).lab.fit.failure())).clone();
    let adapted = run.adapted.as_ref().unwrap();
    assert!(adapted.before.is_some() && adapted.after.is_some() && adapted.retained.is_some(), "{adapted:?}");
    assert!(harness.query_by_label_contains("held-back cells are right").is_some());
    assert!(harness.query_by_label_contains("Old lab's cells that keep their class").is_some());
    press(&mut harness, "Keep");
    wait(&mut harness, "the model", |state| {
        state.models.current().is_some_and(|model| model.origin.contains(&run.adapted.as_ref().unwrap().profile.lab))
    });
    assert_eq!(state(&harness).lab.settled, Some(Settled::Kept));
    // The labels are there again when the lab is.
    command(&mut harness, Key::Num6);
    command(&mut harness, Key::L);
    assert_eq!(state(&harness).lab.labels.len(), all);
}

#[test]
fn the_banner_of_a_strange_batch_leads_to_my_lab_and_a_fit_without_labels_can_be_discarded() {
    let (outputs, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = recoloured(place.path());
    let mut harness = window(&outputs, Vec::new());
    drop_files(&mut harness, &files);
    wait(&mut harness, "the slides", |state| {
        state.classify.items.len() == files.len() && state.classify.running.is_empty()
    });
    press(&mut harness, "Fit to this lab…");
    wait(&mut harness, "the look", |state| state.lab.looked.result().is_some());
    assert_eq!(state(&harness).page, Page::Lab);
    assert!(state(&harness).lab.looked.result().unwrap().shift.verdict.is_some());
    press(&mut harness, "Fit to this lab");
    wait(&mut harness, "the fit", |state| state.lab.fit.result().is_some() || state.lab.fit.failure().is_some());
    let folder = state(&harness).lab.fit.result().unwrap().path.clone();
    assert!(folder.is_dir());
    press(&mut harness, "Discard");
    wait(&mut harness, "the trash", |state| !state.train.trashed.is_empty());
    assert_eq!(state(&harness).lab.settled, Some(Settled::Discarded));
    assert!(!folder.exists());
}
