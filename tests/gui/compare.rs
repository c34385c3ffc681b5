//! The Compare page: two models on the same cells, and the cells that a class's bars stand for.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable;

use crate::common::{click, command, state, trained, wait, with_slides};

#[test]
fn two_models_are_compared_on_the_same_cells() {
    let outputs = tempfile::tempdir().unwrap();
    for (seed, name) in [(1, "one"), (2, "two")] {
        trained(&outputs, name, seed);
    }

    let mut harness = with_slides(&outputs);
    wait(&mut harness, "the runs", |state| state.models.known.iter().any(|model| model.origin == "two"));
    command(&mut harness, Key::Num5);
    for (side, run) in [("A: ", "· one"), ("B: ", "· two")] {
        harness.get_by_label_contains(side).click();
        harness.run_steps(3);
        harness.get_by_label_contains(run).click();
        harness.run_steps(3);
    }
    let chosen = state(&harness).chosen_pairing().unwrap();
    assert!(chosen.a.id.ends_with("one") && chosen.b.id.ends_with("two"), "{chosen:?}");
    click(&mut harness, "All images");
    harness.get_all_by_label("Compare").last().unwrap().click();
    wait(&mut harness, "the comparison", |state| {
        state.compare.pairing.result().is_some() || state.compare.pairing.failure().is_some()
    });
    let found = state(&harness).compare.pairing.result().cloned().unwrap();
    assert_eq!((found.n, found.a.metrics.n, found.b.metrics.n), (96, 96, 96));
    assert!(harness.query_by_label(&found.verdict()).is_some(), "{}", found.verdict());

    // The bars of a class open exactly its cells that one model alone got right.
    let of = |class: &str| found.discordant.iter().filter(|cell| cell.truth == class).count();
    let classes = found.a.metrics.classes.iter().map(|class| class.name.as_str());
    let class = classes.filter(|class| of(class) > 0).min_by_key(|class| of(class)).unwrap();
    harness.get_by_label_contains(&format!("{class}: F1 ")).click_accesskit();
    harness.run_steps(3);
    assert!(harness.query_by_label(&format!("{} shown", of(class))).is_some());
    let shown = harness.query_all_by_label_contains(", A says ").count();
    let right = harness.query_all_by_label_contains(&format!(": true {class}, A says ")).count();
    assert!(shown > 0 && shown == right && shown <= of(class), "{shown} shown, {right} of {class}");

    // The inspector follows: the class under both models, then a cell with the confidences of both.
    let won = found.discordant.iter().filter(|cell| cell.truth == class && cell.a_is_right()).count();
    assert!(harness.query_by_label("Only A").is_some() && harness.query_all_by_label(&won.to_string()).count() > 0);
    assert_eq!(harness.query_all_by_role(Role::Meter).count(), 0);
    harness.query_all_by_label_contains(&format!(": true {class}, A says ")).next().unwrap().click();
    harness.run_steps(3);
    let verdicts = ["Only A is right", "Only B is right"].map(|words| harness.query_by_label(words).is_some());
    assert!(verdicts[0] != verdicts[1], "the inspector says whose the hit is");
    assert_eq!(harness.query_all_by_role(Role::Meter).count(), 16, "eight confidences of each model");
}

#[test]
fn a_page_with_one_model_says_what_it_needs() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = crate::common::window(&outputs, Vec::new());
    command(&mut harness, Key::Num5);
    assert!(harness.query_by_label("Nothing was compared yet").is_some());
    assert!(harness.query_by_label("Open a dataset…").is_some());
}
