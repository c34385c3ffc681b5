//! The Classify page: a drop on the idle window, the core's own numbers, and files that are no images.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable;
use leukoscope::{
    app::{AppState, Page},
    device::Compute,
    domain::{
        occurring::FIVE_PART,
        prediction::{Classified, Outcome},
        shift::VERDICT,
    },
    eval::predict::Predictor,
    fault::StopToken,
    progress::Silent,
};

use crate::common::{Driven, click, command, copied, drop_files, recoloured, slide, state, wait, window};

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
fn ten_thousand_files_are_dropped_at_once() {
    let (outputs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Empty ones, so that listing and showing them is all the work; a slide is among them, and a folder.
    let files: Vec<_> = (0..9_900).map(|n| folder.path().join(format!("{n:05}.png"))).collect();
    files.iter().for_each(|file| std::fs::write(file, "").unwrap());
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    (0..99).for_each(|n| std::fs::write(inner.join(format!("{n}.png")), "").unwrap());
    let all: Vec<_> = files.iter().cloned().chain([inner, slide("monocyte")]).collect();
    let mut harness = window(&outputs, Vec::new());
    drop_files(&mut harness, &all);
    let done = |state: &AppState| state.classify.items.len() == 10_000 && state.classify.running.is_empty();
    wait(&mut harness, "ten thousand files", done);
    let seen = |item: &&Classified| matches!(item.outcome, Outcome::Seen { .. });
    assert_eq!(state(&harness).classify.items.iter().filter(seen).count(), 1);
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

#[test]
fn a_batch_unlike_what_the_model_learned_from_is_announced_for_as_long_as_it_is_there() {
    let (outputs, lab) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = recoloured(lab.path());
    let mut harness = window(&outputs, Vec::new());
    drop_files(&mut harness, &files);
    wait(&mut harness, "the slides", |state| {
        state.classify.items.len() == files.len() && state.classify.running.is_empty()
    });
    let said =
        |harness: &Driven| harness.query_all_by_label_contains("not look like the ones this model learned").count();
    assert_eq!(said(&harness), 1, "the banner");
    assert!(harness.query_by_label_contains("Unlike what this model learned from").is_some(), "beside the cell");
    assert!(harness.query_all_by_label_contains("labs that models of this recipe never saw").count() == 1);
    let fit = copied(&mut harness, "Copy the command");
    let folder = lab.path().display();
    assert!(fit.starts_with(&format!("leuko adapt mobilenet {folder} --unlabelled --out ")), "{fit}");
    let table = copied(&mut harness, "Copy as CSV");
    let rows: Vec<_> = table.lines().collect();
    assert!(rows[0].ends_with(",batch_verdict"), "{}", rows[0]);
    assert_eq!(rows.iter().filter(|row| row.contains(VERDICT)).count(), files.len());

    command(&mut harness, Key::Num1);
    command(&mut harness, Key::Num6);
    assert_eq!(said(&harness), 1, "it is there when the page is left and seen again");
    click(&mut harness, "Clear");
    assert_eq!(said(&harness), 0);
    harness.get_all_by_label("Undo").last().unwrap().click();
    harness.run_steps(3);
    assert_eq!(said(&harness), 1, "it came back with the results");

    // What the job warned of stands in the activity list too.
    assert!(harness.query_by_label_contains(" unread").is_some(), "a count on its button");
    harness.get_by_label_contains(" unread").click();
    harness.run_steps(3);
    assert_eq!(said(&harness), 2);
    assert!(harness.query_by_label_contains(" unread").is_none(), "it was read");
}

#[test]
fn the_model_s_home_score_does_not_stand_above_other_cells() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    wait(&mut harness, "the bundled models", |state| state.models.current().is_some());
    assert_eq!(harness.query_all_by_label_contains(" %").count(), 0);
    harness.get_by_label_contains("learned from pbc").click();
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("% of pbc's test split").count() > 0, "the menu says what it is of");
}

#[test]
fn classes_that_cannot_occur_take_no_part_and_a_change_of_mind_is_undone() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    drop_files(&mut harness, &[slide("platelet")]);
    wait(&mut harness, "the slide", |state| state.classify.items.len() == 1 && state.classify.running.is_empty());
    let before = state(&harness).classify.items.clone();
    click(&mut harness, "Five-part");
    assert!(harness.query_by_label_contains("among other classes").is_some());
    click(&mut harness, "Classify again");
    wait(&mut harness, "the new answer", |state| {
        state.classify.items.len() == 1 && state.classify.running.is_empty() && !state.classify.occurring.is_all()
    });
    let classify = &state(&harness).classify;
    let Outcome::Seen { prediction, flags } = &classify.items[0].outcome else { panic!("it was refused") };
    for (label, name) in classify.classes.iter().enumerate() {
        let admitted = FIVE_PART.contains(&name);
        assert!(admitted || prediction.0[label] == 0.0, "{name}: {}", prediction.0[label]);
    }
    assert!((prediction.0.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    assert!(flags.iter().any(|flag| flag.contains("cannot occur")), "{flags:?}");
    assert!(harness.query_by_label_contains("among the classes that can occur").is_some());
    command(&mut harness, Key::Z);
    wait(&mut harness, "the first answer", |state| state.classify.items == before);
    assert!(state(&harness).classify.occurring.is_all());
}
