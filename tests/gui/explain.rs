//! The Explain page: the core's own maps, a hand that moves faster than the networks answer, and what the page says.

use std::time::{Duration, Instant};

use egui::Key;
use egui_kittest::kittest::Queryable;
use leukoscope::{
    app::{Page, Setup, wish},
    data::read::decode,
    device::Compute,
    eval::predict::Predictor,
    explain::{alter::Alteration, explain, layer::Map},
};

use crate::common::{click, command, headless, press, slide, state, until, wait, window};

#[test]
fn a_cell_from_classify_gets_the_maps_that_the_core_makes() {
    let outputs = tempfile::tempdir().unwrap();
    let file = slide("monocyte");
    let mut harness = window(&outputs, vec![file.clone()]);
    wait(&mut harness, "the slide", |state| !state.classify.items.is_empty() && state.classify.running.is_empty());
    press(&mut harness, "Explain this cell");
    assert_eq!(state(&harness).page, Page::Explain);
    let answered = |state: &leukoscope::app::AppState| state.explain.found.answers.iter().all(Option::is_some);
    wait(&mut harness, "both answers", |state| answered(state) && !state.explain.is_waiting());
    let image = decode::open(&file).unwrap();
    for answer in state(&harness).explain.found.answers.iter().flatten() {
        let model = Predictor::load(&answer.model, &Compute::cpu()).unwrap();
        let ours = explain(&model, &image).unwrap();
        let question = state(&harness).explain.question(answer);
        for map in [Map::Head(0), Map::Mean, Map::GradCam] {
            assert_eq!(answer.layer(map, question), ours.layer(map, question), "{} {map:?}", answer.model);
        }
        assert_eq!(answer.explained.prediction, ours.prediction);
    }
    assert!(harness.query_by_label("Grad-CAM of MobileNet").is_some());
    click(&mut harness, "Mean attention of Xception");
    assert_eq!((state(&harness).explain.shown.side, state(&harness).explain.shown.map), (1, Map::Mean));
    wait(&mut harness, "the hidden parts", |state| {
        let whole = |answer: &Option<_>| -> bool {
            let answer: &Option<leukoscope::app::pages::explain::Answer> = answer;
            answer.as_ref().and_then(|answer| answer.occlusion.as_ref()).is_some_and(|occlusion| occlusion.is_whole())
        };
        state.explain.found.answers.iter().all(whole)
    });
    command(&mut harness, Key::Num6);
    command(&mut harness, Key::Num9);
    assert!(harness.query_by_label("Laboratory").is_some(), "the page keeps its cell");
}

#[test]
fn the_maps_follow_a_hand_that_is_faster_than_the_networks() {
    let outputs = tempfile::tempdir().unwrap();
    let mut app = headless(Setup { outputs: outputs.path().to_owned(), ..Setup::default() });
    until(&mut app, "the bundled models", |state| state.models.known.len() > 1);
    app.act([wish::Explain::Open(slide("neutrophil"))]);
    until(&mut app, "both answers", |state| {
        state.explain.found.answers.iter().all(Option::is_some) && !state.explain.is_waiting()
    });
    let step = |number: u16| Alteration { rotation: f32::from(number), ..Alteration::default() };
    // Twenty wishes at once: the last one counts, and few are answered.
    app.act((1..=20).map(|number| wish::Explain::Alter(step(number))));
    until(&mut app, "the last wish", |state| !state.explain.is_waiting() && state.explain.found.alteration == step(20));
    let mut times: Vec<Duration> = (21..33)
        .map(|number| {
            let start = Instant::now();
            app.act([wish::Explain::Alter(step(number))]);
            let there = |app: &leukoscope::app::App| {
                let explain = &app.state().explain;
                !explain.is_waiting() && explain.found.alteration == step(number)
            };
            while !there(&app) {
                assert!(start.elapsed() < Duration::from_secs(60));
                std::thread::sleep(Duration::from_micros(300));
                app.drain(0.0);
            }
            start.elapsed()
        })
        .collect();
    times.sort();
    if std::env::var_os("LEUKO_SAY").is_some() {
        eprintln!("a step: {:?} at the median, {:?} at the 95th percentile", times[5], times[11]);
    }
    app.act([wish::Explain::Pin, wish::Explain::Reset]);
    until(&mut app, "the cell as it was", |state| {
        !state.explain.is_waiting() && state.explain.found.alteration == Alteration::default()
    });
    assert_eq!(app.state().explain.pinned.as_ref().unwrap().alteration, step(32));
    app.act([wish::Window::Undo]);
    until(&mut app, "the state before", |state| {
        !state.explain.is_waiting() && state.explain.found.alteration == step(32)
    });
}

#[test]
fn an_empty_page_offers_a_slide_and_a_broken_file_says_why() {
    let (outputs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut harness = window(&outputs, Vec::new());
    wait(&mut harness, "the bundled models", |state| state.models.current().is_some());
    command(&mut harness, Key::Num9);
    assert!(harness.query_by_label("See where an answer comes from").is_some());
    harness.get_all_by_label("Explain a synthetic slide").last().unwrap().click();
    harness.run_steps(3);
    wait(&mut harness, "both answers", |state| state.explain.found.answers.iter().all(Option::is_some));
    let broken = folder.path().join("broken.png");
    std::fs::write(&broken, b"\x89PNG\r\n\x1a\nand then nothing").unwrap();
    let mut app = headless(Setup { outputs: outputs.path().to_owned(), ..Setup::default() });
    until(&mut app, "the bundled models", |state| state.models.known.len() > 1);
    app.act([wish::Explain::Open(broken)]);
    until(&mut app, "the failure", |state| state.explain.failure.is_some());
    assert!(!app.state().explain.is_waiting());
}
