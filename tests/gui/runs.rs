//! The run list: sorted, renamed, deleted and brought back, laid over each other, and summed up over seeds.

use std::path::PathBuf;

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use leukoscope::{
    domain::{
        architecture::Architecture,
        classes::ClassList,
        config::TrainConfig,
        confusion::Confusion,
        hash::ContentHash,
        metrics::Metrics,
        moving_map::{MovingCell, MovingMap},
        run::{EpochRecord, RunEnd, RunRecord},
    },
    model::{bundled, card::ModelCard},
    store::{moving_map, run_dir, trash::TRASH},
};

use crate::common::{Driven, click, command, copied, press, state, wait, window, with_small_form};

/// A run that got `right` of ten images of each of two classes right, or never came to its end.
fn record(outputs: &tempfile::TempDir, name: &str, seed: u64, right: Option<u64>) -> PathBuf {
    let labels = ClassList::new(["ig", "platelet"].map(str::to_owned));
    let counts = |right| vec![vec![right, 10 - right], vec![10 - right, right]];
    let epoch = |epoch, best| EpochRecord {
        epoch,
        train_loss: 1.0 / epoch as f64,
        train_accuracy: 0.5,
        validation_loss: 1.5 / epoch as f64,
        validation_accuracy: 0.6,
        elsewhere_loss: None,
        elsewhere_accuracy: None,
        learning_rate: 1e-3,
        best,
    };
    let run = RunRecord {
        name: name.to_owned(),
        path: outputs.path().join(name),
        architecture: Architecture::MobileNet,
        classes: labels.clone(),
        config: TrainConfig { seed, ..TrainConfig::default() },
        started: format!("2026-11-0{seed}T10:00:00Z"),
        end: if right.is_some() { RunEnd::Completed } else { RunEnd::Unfinished },
        device: "CPU".to_owned(),
        dataset: "cells".to_owned(),
        dataset_hash: ContentHash([1; 32]),
        split_hash: ContentHash([2; 32]),
        also_hash: None,
        weights_hash: right.map(|_| ContentHash([3; 32])),
        history: vec![epoch(1, true), epoch(2, true)],
        epoch_secs: vec![1.0, 1.0],
        matrices: right.map(|right| vec![counts(0), counts(right)]).unwrap_or_default(),
        test: right.map(|right| Metrics::of(Confusion { labels, counts: counts(right) })),
        images_per_sec: Some(100.0),
        peak_memory_mb: None,
        app_version: String::new(),
        adapted: None,
    };
    run_dir::save(&run).unwrap();
    run.path
}

/// The Train page of a window that finds these runs.
fn with_runs(outputs: &tempfile::TempDir, runs: &[(&str, u64, Option<u64>)]) -> Driven {
    for (name, seed, right) in runs {
        record(outputs, name, *seed, *right);
    }
    let count = runs.len();
    let mut harness = window(outputs, Vec::new());
    wait(&mut harness, "the runs", move |state| state.train.runs.len() == count);
    command(&mut harness, Key::Num3);
    harness
}

/// The names as they stand, from the top.
fn order<'a>(harness: &Driven, names: &[&'a str]) -> Vec<&'a str> {
    let top = |name: &str| harness.get_by_role_and_label(Role::Button, name).rect().top();
    let mut names = names.to_vec();
    names.sort_by(|a, b| top(a).total_cmp(&top(b)));
    names
}

#[test]
fn heads_sort_by_mouse_and_by_keyboard() {
    let outputs = tempfile::tempdir().unwrap();
    let names = ["seed10", "Seed2", "broken"];
    let mut harness = with_runs(&outputs, &[("seed10", 1, Some(6)), ("Seed2", 2, Some(9)), ("broken", 3, None)]);
    assert_eq!(order(&harness, &names), ["broken", "Seed2", "seed10"], "the newest first");
    click(&mut harness, "Sort by Accuracy");
    assert_eq!(order(&harness, &names), ["Seed2", "seed10", "broken"]);
    click(&mut harness, "Sort by Accuracy, now highest first");
    assert_eq!(order(&harness, &names), ["seed10", "Seed2", "broken"], "a run without the figure stays last");

    harness.get_by_label("Sort by Run").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(order(&harness, &names), ["broken", "Seed2", "seed10"]);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(order(&harness, &names), ["seed10", "Seed2", "broken"], "the head kept the keyboard");
}

/// Opens the rest of a run's buttons and presses one.
fn more(harness: &mut Driven, run: &str, wish: &str) {
    // Toasts may lie over the buttons.
    press(harness, &format!("More for {run}"));
    press(harness, &format!("{wish} {run}"));
}

/// Puts a run's model into use.
fn use_model(harness: &mut Driven, run: &str) {
    press(harness, &format!("Use {run}"));
    command(harness, Key::Num3);
}

fn undo(harness: &mut Driven) {
    harness.get_all_by_label("Undo").last().unwrap().click();
    harness.run_steps(3);
}

#[test]
fn a_run_gets_a_usable_name_that_everything_follows() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_runs(&outputs, &[("alpha", 1, Some(8)), ("beta", 2, Some(9))]);
    let card = bundled::FIRST.card().unwrap();
    run_dir::write_ron(&outputs.path().join("alpha").join(run_dir::CARD), &card).unwrap();
    use_model(&mut harness, "alpha");
    more(&mut harness, "alpha", "Rename");
    let name = |harness: &mut Driven, text: &str| {
        harness.get_by_label("New name of alpha").set_text_value_accesskit(text);
        harness.run_steps(2);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
    };
    for (text, why) in
        [("Beta", "Another run has that name"), ("a/b", "A name is a folder's"), (" ", "A run needs a name")]
    {
        name(&mut harness, text);
        assert_eq!(harness.query_all_by_label_contains(why).count(), 1, "{text}");
        assert!(harness.query_by_label("New name of alpha").is_some(), "the name can be mended");
    }
    assert!(outputs.path().join("alpha").is_dir() && !outputs.path().join("Beta").exists());

    name(&mut harness, "Grün 2");
    let new = outputs.path().join("Grün 2");
    wait(&mut harness, "the new name", |state| state.train.runs.iter().any(|run| run.name == "Grün 2"));
    assert!(new.join(run_dir::RECORD).is_file() && !outputs.path().join("alpha").exists());
    assert_eq!(state(&harness).models.current, Some(new.display().to_string()));
    assert_eq!(state(&harness).settings.preferences.model, Some(new.display().to_string()));
    let named: ModelCard = run_dir::read_ron(&new.join(run_dir::CARD)).unwrap();
    assert_eq!(
        named,
        ModelCard { name: "Grün 2".to_owned(), ..card },
        "the card says the name, and nothing else changed"
    );
    assert!(harness.query_by_label("New name of alpha").is_none());
    undo(&mut harness);
    wait(&mut harness, "the old name", |state| state.train.runs.iter().any(|run| run.name == "alpha"));
    assert!(outputs.path().join("alpha").is_dir() && !new.exists());
}

#[test]
fn a_deleted_run_gives_its_place_to_the_bundled_model_and_comes_back() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_runs(&outputs, &[("alpha", 1, Some(8)), ("beta", 2, Some(9))]);
    use_model(&mut harness, "alpha");
    let (folder, id) = (outputs.path().join("alpha"), outputs.path().join("alpha").display().to_string());
    assert_eq!(state(&harness).models.current.as_ref(), Some(&id));
    more(&mut harness, "alpha", "Delete");
    wait(&mut harness, "the deletion", |state| state.train.runs.len() == 1);
    assert!(!folder.exists() && outputs.path().join(TRASH).is_dir());
    assert_eq!(state(&harness).models.current.as_deref(), Some("mobilenet"));
    assert!(state(&harness).models.known.iter().all(|model| model.id != id));
    assert!(harness.query_by_label("Deleted (1)").is_some());
    undo(&mut harness);
    wait(&mut harness, "the run", |state| state.train.runs.len() == 2);
    assert!(folder.join(run_dir::RECORD).is_file() && !outputs.path().join(TRASH).exists());
    assert_eq!(state(&harness).models.current, Some(id));

    // Long after its undo is gone from the screen, the list has the way back.
    more(&mut harness, "beta", "Delete");
    wait(&mut harness, "the deletion", |state| state.train.runs.len() == 1);
    let mut again = window(&outputs, Vec::new());
    wait(&mut again, "the trash", |state| state.train.trashed.len() == 1);
    command(&mut again, Key::Num3);
    press(&mut again, "Deleted (1)");
    press(&mut again, "Restore beta");
    wait(&mut again, "the run", |state| state.train.runs.len() == 2 && state.train.trashed.is_empty());
    assert!(outputs.path().join("beta").is_dir());
}

#[test]
fn a_run_in_training_is_neither_renamed_nor_deleted() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_small_form(&outputs, 500);
    click(&mut harness, "Start training");
    wait(&mut harness, "the run in the list", |state| {
        state.train.runs.iter().any(|run| state.train.training(&run.path).is_some())
    });
    let name = state(&harness).train.runs[0].name.clone();
    assert!(harness.query_by_label("in training").is_some());
    click(&mut harness, &format!("More for {name}"));
    for wish in ["Rename", "Delete"] {
        assert!(harness.get_by_label(&format!("{wish} {name}")).accesskit_node().is_disabled(), "{wish}");
    }
    assert!(harness.query_by_label("This run is in training: stop it first").is_some());
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    click(&mut harness, "Stop and discard");
    wait(&mut harness, "the end", |state| state.train.running.is_empty() && state.train.runs.is_empty());
}

#[test]
fn ticked_runs_stand_over_each_other_with_their_table() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_runs(&outputs, &[("alpha", 1, Some(8)), ("beta", 2, Some(9)), ("gamma", 3, Some(7))]);
    for run in ["alpha", "gamma"] {
        press(&mut harness, &format!("Draw the curves of {run} over those of others"));
    }
    let said = "Validation curves of 2 runs; alpha: kept epoch 2 with loss 0.750";
    assert_eq!(harness.query_all_by_label_contains(said).count(), 1);
    click(&mut harness, "Show Validation curves as a table");
    // Two epochs each, and the name once more in the list.
    let rows = |harness: &Driven, run: &str| harness.query_all_by_label(run).count();
    assert_eq!(["alpha", "beta", "gamma"].map(|run| rows(&harness, run)), [3, 1, 3]);
    click(&mut harness, "Untick all");
    assert!(state(&harness).train.ticked.is_empty());
    assert_eq!(harness.query_all_by_label_contains("Validation curves of").count(), 0);
}

#[test]
fn runs_of_several_seeds_are_summed_up() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_runs(&outputs, &[("a", 1, Some(8)), ("b", 2, Some(9)), ("c", 3, Some(7)), ("d", 4, None)]);
    click(&mut harness, "Over seeds (1)");
    // 0.8, 0.9 and 0.7: their mean is 0.8 and they lie 0.1 apart.
    for figure in ["accuracy", "balanced accuracy"] {
        let said = format!("{figure} of MobileNet + attention over 3 seeds: 80.0 ± 10.0 % (70.0 to 90.0)");
        assert!(harness.query_by_label(&said).is_some(), "{said}");
    }
    let said = "macro F1 of MobileNet + attention over 3 seeds: 0.800 ± 0.100 (0.700 to 0.900)";
    assert!(harness.query_by_label(said).is_some());
    let table = copied(&mut harness, "Copy the table of the runs over seeds to the clipboard");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 2, "{table}");
    assert_eq!(rows[1][..5], ["mobilenet", "cells", "1 2 3", "a b c", "3"]);
    for (name, value) in [("accuracy_mean", 0.8), ("accuracy_deviation", 0.1), ("macro_f1_low", 0.7)] {
        let column = rows[0].iter().position(|head| *head == name).unwrap();
        assert!((rows[1][column].parse::<f64>().unwrap() - value).abs() < 1e-9, "{name}: {table}");
    }
    press(&mut harness, "Draw the curves of a, b, c over each other");
    assert_eq!(state(&harness).train.ticked.len(), 3);
}

#[test]
fn a_run_is_replayed_epoch_by_epoch() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_runs(&outputs, &[("one", 1, Some(9))]);
    assert!(harness.query_by_label("Test split, kept weights").is_some());
    let slider = harness.get_by_role_and_label(Role::Slider, "Epoch of the replay");
    slider.set_value_accesskit(1.0);
    harness.run_steps(3);
    assert!(harness.query_by_label("Validation split, epoch 1").is_some());
    assert!(harness.query_by_label_contains("epoch 1 of 2: 60.0 %").is_some());
    harness.get_by_label("Replay").click();
    // A quarter of a second each: the second epoch comes, and stays.
    harness.run_steps(8);
    assert!(harness.query_by_label("Validation split, epoch 2").is_some());
    assert!(harness.query_by_label("Replay").is_some(), "it stands still at the end");
}

/// A map of four cells, whose second epoch is another one than the first.
fn with_map(run: &std::path::Path) {
    let classes = ClassList::new(["ig", "platelet"].map(str::to_owned));
    let cells = (0..4).map(|at| MovingCell { path: format!("{at}.png"), truth: at / 2 }).collect();
    let mut map = MovingMap { classes, cells, epochs: Vec::new() };
    map.add(1, &[0.0, 1.0, 1.0, 0.2, 0.1, -1.0, -2.0, 0.0], vec![0, 1, 1, 0]);
    map.add(2, &[3.0, 1.0, 3.0, 0.5, -3.0, -1.0, -2.5, 0.0], vec![0, 0, 1, 0]);
    moving_map::save(run, &map).unwrap();
}

#[test]
fn the_map_of_a_run_moves_with_the_replay() {
    let outputs = tempfile::tempdir().unwrap();
    with_map(&record(&outputs, "one", 1, Some(9)));
    let mut harness = with_runs(&outputs, &[("one", 1, Some(9))]);
    press(&mut harness, "Show the map");
    wait(&mut harness, "the map", |state| state.train.map.result().is_some());
    let said = |harness: &Driven, words: &str| harness.query_all_by_label_contains(words).count() > 0;
    assert!(said(&harness, "Map of 4 validation cells after epoch 2: 3 right"), "of the kept epoch at first");
    let places = |harness: &mut Driven, epoch: usize| {
        let table = copied(harness, &format!("Copy the table of Validation cells, epoch {epoch} to the clipboard"));
        assert_eq!(table.lines().count(), 5, "{table}");
        table
    };
    let second = places(&mut harness, 2);
    harness.get_by_role_and_label(Role::Slider, "Epoch of the replay").set_value_accesskit(1.0);
    harness.run_steps(3);
    assert!(said(&harness, "Map of 4 validation cells after epoch 1: 2 right; drag around cells to choose them"));
    assert_ne!(places(&mut harness, 1), second);
    harness.get_by_label("Replay").click();
    harness.run_steps(8);
    assert!(said(&harness, "Map of 4 validation cells after epoch 2"));
    // It arrives, and the window rests.
    harness.run();
    press(&mut harness, "Show the matrix");
    assert!(said(&harness, "Validation split, epoch 2"));
}

#[test]
fn a_run_without_a_map_and_one_whose_map_is_damaged_say_so() {
    let outputs = tempfile::tempdir().unwrap();
    std::fs::write(record(&outputs, "newer", 2, Some(9)).join(run_dir::MAP), "half a ma").unwrap();
    let mut harness = with_runs(&outputs, &[("older", 1, Some(9)), ("newer", 2, Some(9))]);
    press(&mut harness, "Show the map");
    wait(&mut harness, "the failure", |state| state.train.map.failure().is_some());
    assert!(harness.query_by_label_contains("The map of this run cannot be read: the file is damaged").is_some());
    click(&mut harness, "older");
    wait(&mut harness, "the older run", |state| state.train.map.result().is_some());
    assert!(harness.query_by_label("This run kept no map of its epochs").is_some());
}
