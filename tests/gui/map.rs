//! The Map page: cells laid out as a model sees them, some picked, and classes shown and hidden.

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};
use leukoscope::domain::plane::Method;

use crate::common::{Driven, click, command, press, state, trained, wait, with_slides};

/// The plane's accessible name, which counts the cells that are shown.
fn name(harness: &Driven) -> String {
    let words = "drag around cells to pick them";
    let found = harness.get_by_label_contains(words);
    found.accesskit_node().label().unwrap()
}

#[test]
fn cells_are_laid_out_at_once_unfolded_after_and_picked() {
    let outputs = tempfile::tempdir().unwrap();
    trained(&outputs, "one", 1);
    let mut harness = with_slides(&outputs);
    wait(&mut harness, "the run", |state| state.models.known.iter().any(|model| model.origin == "one"));
    harness.get_by_label_contains("Model: ").click();
    harness.run_steps(3);
    harness.get_by_label_contains("· one").click();
    harness.run_steps(3);
    command(&mut harness, Key::M);
    assert!(harness.query_by_label("No map was drawn yet").is_some());
    click(&mut harness, "All images");
    harness.get_all_by_label("Draw the map").last().unwrap().click();
    wait(&mut harness, "the map", |state| state.map.drawn.result().is_some());
    let map = &state(&harness).map;
    let mapped = map.drawn.result().unwrap();
    assert_eq!((mapped.len(), map.plane().unwrap().method), (96, Method::Pca));
    assert!(name(&harness).starts_with("96 of 96 cells by Principal components"), "{}", name(&harness));

    // Everything is picked; the gallery shows it.
    press(&mut harness, "Pick all shown");
    assert!(harness.query_by_label("Picked cells (96)").is_some());
    press(&mut harness, "Let go");
    assert!(harness.query_by_label_contains("Picked cells").is_none());

    // A class that is hidden is not picked, and mistakes alone are those that the model made.
    press(&mut harness, "Platelet 12");
    assert!(name(&harness).starts_with("84 of 96 cells"), "{}", name(&harness));
    press(&mut harness, "Pick all shown");
    assert!(harness.query_by_label("Picked cells (84)").is_some());
    press(&mut harness, "Platelet 12");
    let spots = &state(&harness).map.drawn.result().unwrap().home.cells.spots;
    let mistakes = spots.iter().filter(|spot| spot.is_mistake()).count();
    press(&mut harness, "Mistakes only");
    assert!(name(&harness).starts_with(&format!("{mistakes} of 96 cells")), "{}", name(&harness));

    wait(&mut harness, "the unfolded map", |state| state.map.unfolded.result().is_some());
    press(&mut harness, "t-SNE");
    let map = &state(&harness).map;
    assert_eq!((map.plane().unwrap().method, map.plane().unwrap().places.len()), (Method::Tsne, 96));
    assert!(map.plane().unwrap().places.iter().flatten().all(|x| x.is_finite()));
}
