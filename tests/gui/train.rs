//! The Train page: a run from the form to its end, the same settings again, and a run that is thrown away.

use std::cell::Cell;

use egui_kittest::kittest::Queryable;
use leukoscope::domain::run::RunEnd;

use crate::common::{click, set, state, wait, with_small_form};

#[test]
fn a_run_from_the_form_ends_in_the_list_and_can_be_trained_again() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_small_form(&outputs, 2);
    let form = state(&harness).train.form.clone();
    wait(&mut harness, "a measured step", |state| {
        state.chosen_trainings().iter().all(|config| state.train.pace(config).is_some_and(Result::is_ok))
    });
    assert!(harness.query_all_by_label_contains("About ").count() > 0, "there is a forecast");
    click(&mut harness, "Start training");
    assert!(harness.query_by_label_contains("come when the first epoch ends").is_some());
    let (points, mapped) = (Cell::new(0), Cell::new(0));
    wait(&mut harness, "the run", |state| {
        if let Some(run) = state.train.running.first() {
            points.set(points.get().max(run.live.len()));
            mapped.set(mapped.get().max(run.map.as_ref().map_or(0, |map| map.last())));
        }
        state.train.running.is_empty() && !state.train.runs.is_empty()
    });
    assert!(points.get() >= 2, "the curves moved within the epochs: {} points", points.get());
    assert!(mapped.get() >= 1, "the map came with the first epoch");
    let run = state(&harness).train.runs[0].clone();
    assert_eq!((run.end, run.history.len(), run.config.clone()), (RunEnd::Completed, 2, form.clone()));
    assert!(run.test.is_some() && run.path.join("weights.bpk").is_file());
    assert!(state(&harness).models.known.iter().any(|model| model.id == run.path.display().to_string()));

    set(&mut harness, "Epochs", 7.0);
    assert_eq!(state(&harness).train.form.epochs, 7);
    harness.get_by_label(&format!("Train again with the settings of {}", run.name)).click_accesskit();
    harness.run_steps(3);
    assert_eq!(state(&harness).train.form, form);
}

#[test]
fn a_discarded_run_leaves_nothing_behind() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_small_form(&outputs, 500);
    click(&mut harness, "Start training");
    wait(&mut harness, "a step", |state| state.train.running.first().is_some_and(|run| run.step.is_some()));
    click(&mut harness, "Stop and discard");
    wait(&mut harness, "the end", |state| state.train.running.is_empty());
    assert!(state(&harness).train.runs.is_empty());
    let left: Vec<_> = std::fs::read_dir(outputs.path()).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(left.is_empty(), "{left:?}");
}
