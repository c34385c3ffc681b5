//! The Map page: cells laid out as a model sees them, a loop around some, and classes shown and hidden.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use leukoscope::domain::plane::Method;

use crate::common::{Driven, click, command, press, state, trained, wait, with_slides};

fn plane(harness: &Driven) -> Rect {
    harness.get_by_role_and_label(Role::Figure, &name(harness)).rect()
}

/// The plane's accessible name, which counts the cells that are shown.
fn name(harness: &Driven) -> String {
    let words = "drag around cells to pick them";
    let found = harness.get_by_label_contains(words);
    found.accesskit_node().label().unwrap()
}

fn draw_around(harness: &mut Driven, rect: Rect) {
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_center()];
    let button = |pos: Pos2, pressed: bool| {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        Event::PointerButton { pos, button, pressed, modifiers }
    };
    harness.event(Event::PointerMoved(corners[0]));
    harness.event(button(corners[0], true));
    harness.run_steps(1);
    for corner in corners.into_iter().skip(1) {
        harness.event(Event::PointerMoved(corner));
        harness.run_steps(1);
    }
    harness.event(button(corners[4], false));
    harness.run_steps(3);
}

#[test]
fn cells_are_laid_out_at_once_unfolded_after_and_picked_by_a_loop() {
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

    // A loop around everything picks everything; the gallery shows it.
    let all = plane(&harness).shrink(4.0);
    draw_around(&mut harness, all);
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
