//! The training queue: both networks one after the other, what waits and leaves, and a run that fails.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use leukoscope::{
    app::{Setup, activity::Standing, pages::train::Queued, wish},
    domain::{
        architecture::Architecture,
        config::{Init, TrainConfig},
        run::RunEnd,
    },
};

use crate::common::{Driven, click, headless, press, set, slides, smallest, state, until, wait, with_small_form};

fn choose_all(harness: &mut Driven) {
    harness.get_by_role_and_label(Role::ComboBox, "Network").click();
    harness.run_steps(3);
    click(harness, "Each, one after the other");
    assert!(state(harness).train.line_up.all_networks);
}

fn trains(harness: &Driven, network: Architecture) -> bool {
    state(harness).train.running.first().is_some_and(|run| run.asked.config.architecture == network)
}

#[test]
fn all_networks_are_trained_one_after_the_other() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_small_form(&outputs, 1);
    choose_all(&mut harness);
    click(&mut harness, "Start training");
    assert!(trains(&harness, Architecture::MobileNet));
    assert_eq!(state(&harness).train.queue.len(), 2);
    assert!(harness.query_by_label("2 runs wait:").is_some());
    assert!(harness.query_by_label("Remove Xception + attention, seed 1 from the queue").is_some());

    wait(&mut harness, "the second run", |state| {
        let second = state.train.running.first();
        second.is_some_and(|run| run.asked.config.architecture == Architecture::Xception)
    });
    assert_eq!(state(&harness).train.queue.len(), 1);
    assert!(harness.query_by_label("1 run waits:").is_some());
    wait(&mut harness, "all runs", |state| {
        let ended = state.train.runs.iter().filter(|run| run.end == RunEnd::Completed).count();
        state.train.running.is_empty() && ended == 3
    });
    let networks: Vec<_> = state(&harness).train.runs.iter().map(|run| run.architecture).collect();
    let newest_first = [Architecture::Hybrid, Architecture::Xception, Architecture::MobileNet];
    assert_eq!(networks, newest_first);
    assert!(state(&harness).train.runs.iter().all(|run| run.test.is_some()));
}

#[test]
fn waiting_runs_can_leave_and_a_stop_ends_one_run_alone() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_small_form(&outputs, 500);
    choose_all(&mut harness);
    set(&mut harness, "Seeds", 11.0);
    assert!(harness.query_by_label("must be from 1 to 10").is_some());
    set(&mut harness, "Seeds", 3.0);
    click(&mut harness, "Start training");
    let waiting = |harness: &Driven| -> Vec<_> { state(harness).train.queue.iter().map(Queued::title).collect() };
    let all = waiting(&harness);
    let of = |network: Architecture, seed: u64| format!("{}, seed {seed}", network.title());
    let all_of = |seed: u64| Architecture::ALL.map(|network| of(network, seed));
    let expected = [all_of(1), all_of(2), all_of(3)].concat().split_off(1);
    assert_eq!(all, expected);

    press(&mut harness, &format!("Remove {} from the queue", expected[2]));
    assert_eq!(waiting(&harness), [&all[..2], &all[3..]].concat());
    harness.get_all_by_label("Undo").last().unwrap().click();
    harness.run_steps(3);
    assert_eq!(waiting(&harness), all, "it is back in its place");

    wait(&mut harness, "a step", |state| state.train.running.first().is_some_and(|run| run.step.is_some()));
    click(&mut harness, "Stop and discard");
    wait(&mut harness, "the next run", |state| state.train.queue.len() == 7);
    assert!(trains(&harness, Architecture::Xception));
    press(&mut harness, "Clear the queue");
    assert!(waiting(&harness).is_empty() && trains(&harness, Architecture::Xception), "the one that trains goes on");
    click(&mut harness, "Stop and discard");
    wait(&mut harness, "the end", |state| state.train.running.is_empty());
    assert!(state(&harness).train.runs.is_empty());
    assert_eq!(std::fs::read_dir(outputs.path()).unwrap().count(), 0);
}

/// Without a window: what the form cannot ask for is asked for here.
#[test]
fn a_run_that_fails_is_told_and_the_next_one_is_trained() {
    let outputs = tempfile::tempdir().unwrap();
    let setup = Setup { outputs: outputs.path().to_owned(), open: vec![slides()], ..Setup::default() };
    let mut app = headless(setup);
    until(&mut app, "the dataset", |state| state.dataset.opened.is_some());
    let good = smallest();
    let broken = TrainConfig { init: Init::Model("nowhere".to_owned()), seed: 7, ..good.clone() };
    for config in [broken, good] {
        app.act(vec![wish::Train::Edit(Box::new(config)), wish::Train::Start]);
    }
    assert_eq!(app.state().train.queue.len(), 1);
    until(&mut app, "both runs", |state| state.train.running.is_empty());
    let state = app.state();
    assert_eq!(
        state.train.runs.iter().map(|run| (run.config.seed, run.end)).collect::<Vec<_>>(),
        [(1, RunEnd::Completed)]
    );
    assert_eq!(std::fs::read_dir(outputs.path()).unwrap().count(), 1, "the failed one leaves no folder");
    let failed = state.activity.tasks.iter().filter(|task| matches!(task.standing, Standing::Failed(_))).count();
    assert_eq!(failed, 1);
    let told = state.notices.toasts().find(|toast| toast.text.contains("seed 7 was not trained"));
    assert!(told.is_some_and(|toast| toast.until.is_none()), "the failure stays until it is read");
}
