//! The end of the window: it asks where work would be lost, and keeps the runs that wait.

use eframe::App as _;
use egui::{Key, ViewportCommand, ViewportEvent, ViewportId};
use egui_kittest::kittest::Queryable;
use leukoscope::app::Setup;

use crate::common::{Driven, click, command, press, set, slides, small_form, start, state, wait};

/// What the window asked of the system in one frame after a press on its close button.
fn press_close(harness: &mut Driven) -> Vec<ViewportCommand> {
    harness.input_mut().viewports.entry(ViewportId::ROOT).or_default().events.push(ViewportEvent::Close);
    harness.step();
    let asked = harness.output().viewport_output.get(&ViewportId::ROOT).map(|output| output.commands.clone());
    harness.run_steps(3);
    asked.unwrap_or_default()
}

fn closes(harness: &mut Driven) -> bool {
    harness.step();
    let output = harness.output().viewport_output.get(&ViewportId::ROOT);
    output.is_some_and(|output| output.commands.contains(&ViewportCommand::Close))
}

#[test]
fn closing_asks_where_a_run_waits_and_the_next_start_offers_it_again() {
    let (outputs, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (config, place) = (Some(config.path().to_owned()), outputs.path().to_owned());
    let setup = Setup { config, outputs: place, open: vec![slides()], ..Setup::default() };
    let mut harness = start(setup.clone());
    wait(&mut harness, "the dataset", |state| state.dataset.opened.is_some());
    assert!(!press_close(&mut harness).contains(&ViewportCommand::CancelClose), "nothing is lost: it closes at once");
    drop(harness);

    let mut harness = start(setup.clone());
    wait(&mut harness, "the dataset", |state| state.dataset.opened.is_some());
    small_form(&mut harness, 500);
    set(&mut harness, "Seeds", 3.0);
    click(&mut harness, "Start training");
    assert_eq!(state(&harness).train.queue.len(), 2);
    assert!(press_close(&mut harness).contains(&ViewportCommand::CancelClose));
    assert!(harness.query_by_label_contains("1 run is training, 2 runs wait").is_some());
    click(&mut harness, "Go on");
    assert!(harness.query_by_label("Close Leukoscope?").is_none() && !closes(&mut harness));
    press_close(&mut harness);
    harness.get_by_label("Stop and close").click();
    harness.step();
    assert!((0..3).any(|_| closes(&mut harness)));
    harness.state_mut().on_exit();
    drop(harness);

    let mut again = start(setup);
    let waiting: Vec<_> = state(&again).train.left_over.iter().map(|run| run.config.seed).collect();
    assert_eq!(waiting, [2, 3]);
    assert!(again.query_all_by_label_contains("2 runs from before still wait").count() > 0);
    // The page must not move under the pointer any more.
    wait(&mut again, "the dataset", |state| state.dataset.opened.is_some());
    command(&mut again, Key::Num3);
    press(&mut again, "Forget them");
    assert!(state(&again).train.left_over.is_empty());
}
