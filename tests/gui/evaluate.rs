//! The Evaluate page: figures, and exactly the images behind a cell of the matrix.

use std::sync::Arc;

use egui::{
    Key,
    accesskit::{Role, Toggled},
};
use egui_kittest::kittest::{NodeT as _, Queryable};
use leukoscope::{
    app::{Setup, wish},
    eval::evaluate::Evaluation,
};

use crate::common::{Driven, click, command, headless, recoloured, state, until, wait, window, with_slides};

/// The bundled model on all slides, with the page open.
fn evaluated(outputs: &tempfile::TempDir) -> (Driven, Arc<Evaluation>) {
    let mut harness = with_slides(outputs);
    command(&mut harness, Key::Num4);
    click(&mut harness, "All images");
    harness.get_all_by_label("Evaluate").last().unwrap().click();
    wait(&mut harness, "the evaluation", |state| state.evaluate.home.result().is_some());
    let evaluation = state(&harness).evaluate.home.result().cloned().unwrap();
    assert_eq!(evaluation.metrics.n, 96);
    (harness, evaluation)
}

/// Opens a tab and waits for its curves, which are worked out away from the window.
fn open(harness: &mut Driven, tab: &str) {
    click(harness, tab);
    for _ in 0..500 {
        if harness.query_by_label("Working out the curves").is_none() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        harness.step();
    }
    harness.run_steps(3);
}

/// How many pictures the gallery shows; each is named by its truth.
fn pictures(harness: &Driven) -> usize {
    harness.query_all_by_label_contains(": true ").count()
}

#[test]
fn a_matrix_cell_opens_exactly_its_images() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, evaluation) = evaluated(&outputs);
    let confusion = &evaluation.metrics.confusion;
    // The smallest cell with images: all of them stand in the gallery at once.
    let classes = confusion.labels.len();
    let cells = (0..classes).flat_map(|truth| (0..classes).map(move |given| (truth, given)));
    let (truth, given) = cells
        .filter(|(truth, given)| confusion.count(*truth, *given) > 0)
        .min_by_key(|(truth, given)| confusion.count(*truth, *given))
        .unwrap();
    let (count, name) = (confusion.count(truth, given) as usize, |label| confusion.labels.name(label));
    click(&mut harness, &format!("true {}, predicted {}: {count}", name(truth), name(given)));
    let images = format!(": true {}, predicted {}, ", name(truth), name(given));
    assert_eq!(harness.query_all_by_label_contains(&images).count(), count);
    assert_eq!(pictures(&harness), count, "images of another cell are there too");
}

#[test]
fn an_image_that_is_chosen_on_one_page_is_chosen_on_the_others() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, evaluation) = evaluated(&outputs);
    let labels = &evaluation.metrics.confusion.labels;
    let seen = evaluation.judged.iter().rev().find(|one| one.verdict().is_some_and(|(_, right)| right)).unwrap();
    let name = labels.name(seen.truth);
    let count = evaluation.metrics.confusion.count(seen.truth, seen.truth);
    click(&mut harness, &format!("true {name}, predicted {name}: {count}"));
    harness.get_by_label_contains(&format!("{}: true ", seen.path)).click();
    harness.run_steps(3);
    command(&mut harness, Key::Num2);
    let chosen = |harness: &Driven| harness.get_by_role_and_label(Role::Button, &seen.path).accesskit_node().toggled();
    assert_eq!(chosen(&harness), Some(Toggled::True), "scrolled to and chosen among all images of the dataset");
    command(&mut harness, Key::Num9);
    click(&mut harness, "Explain the selected cell");
    let explained = state(&harness).explain.path.clone().unwrap();
    assert!(explained.ends_with(&seen.path), "{}", explained.display());
}

#[test]
fn the_matrix_is_one_stop_that_arrows_walk_and_enter_opens_a_cell() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, evaluation) = evaluated(&outputs);
    let confusion = &evaluation.metrics.confusion;
    let walk = "Walk the matrix with the arrows, open a cell with Enter";
    harness.get_by_label(walk).focus();
    harness.run_steps(2);
    let last = confusion.labels.len() - 1;
    for key in [Key::ArrowDown, Key::End, Key::ArrowLeft] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    let count = confusion.count(1, last - 1);
    let name = |label| confusion.labels.name(label);
    let said = format!("true {}, predicted {}: {count}", name(1), name(last - 1));
    assert_eq!(harness.get_by_label(walk).accesskit_node().value(), Some(said));
    for key in [Key::Home, Key::ArrowRight, Key::Enter] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    let images = format!(": true {}, predicted {}, ", name(1), name(1));
    assert_eq!(harness.query_all_by_label_contains(&images).count(), pictures(&harness));
    assert_eq!(pictures(&harness) as u64, confusion.count(1, 1));
}

#[test]
fn headline_tabs_matrix_and_gallery_stand_on_the_first_screen() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, _) = evaluated(&outputs);
    let bottom = |harness: &Driven, name: &str| harness.get_by_label_contains(name).rect().bottom();
    for name in ["Balanced accuracy", "Another lab", "true platelet, predicted platelet: ", "Most confident mistakes"] {
        assert!(bottom(&harness, name) < 800.0 - 28.0, "{name} lies below the fold: {}", bottom(&harness, name));
    }
    // A click of the pointer reaches only what is in sight.
    for (tab, content) in [
        ("Per class", "PPV of platelet: "),
        ("Calibration", "Walk Reliability of the confidences"),
        ("ROC and PR", "Walk Precision-recall"),
        ("Risk and coverage", "Walk Risk over coverage"),
    ] {
        open(&mut harness, tab);
        assert!(bottom(&harness, content) < 800.0 - 28.0, "{content} of {tab} lies below the fold");
        assert!(bottom(&harness, "Most confident mistakes") < 400.0, "the gallery left with {tab}");
    }
}

#[test]
fn a_cell_of_a_sub_type_opens_exactly_its_images() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, evaluation) = evaluated(&outputs);
    click(&mut harness, "Sub-types");
    let labels = &evaluation.metrics.confusion.labels;
    let rows = &evaluation.detail.sub_types;
    // A class of several finer types, so that the cell of its class would hold more.
    let several = |class: &str| rows.iter().filter(|row| row.class == class).count() > 1;
    let cells = rows.iter().filter(|row| several(&row.class));
    let cells = cells.flat_map(|row| row.counts.iter().enumerate().map(move |(given, count)| (row, given, *count)));
    let of_class = |class: &str, given| evaluation.metrics.confusion.count(labels.label(class).unwrap(), given);
    let apart = cells.filter(|(row, given, count)| *count > 0 && *count < of_class(&row.class, *given));
    let (row, given, count) = apart.min_by_key(|(.., count)| *count).unwrap();
    let (kind, class, given) = (&row.sub_type, &row.class, labels.name(given));
    click(&mut harness, &format!("true {kind} ({class}), predicted {given}: {count}"));
    let shown = harness.query_all_by_label_contains(&format!("{class}/{kind}_")).count();
    let right = harness.query_all_by_label_contains(&format!(": true {class}, predicted {given}, ")).count();
    assert_eq!([shown, right, pictures(&harness)], [count as usize; 3], "{kind} given {given}");
    // The same rows as `leuko evaluate` reports.
    assert!(harness.query_by_label_contains(&format!("true {kind} ({class}), predicted {class}: ")).is_some());
    click(&mut harness, "Classes");
    assert!(harness.query_by_label_contains(&format!("true {kind} ({class})")).is_none());
}

/// What is read out where the keyboard stands on a chart.
fn read_out(harness: &Driven, chart: &str) -> String {
    let walk = harness.get_by_role_and_label(Role::Slider, chart);
    walk.accesskit_node().value().unwrap_or_default()
}

#[test]
fn a_chart_is_walked_with_arrows_and_enter_opens_its_images() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, evaluation) = evaluated(&outputs);
    click(&mut harness, "Calibration");
    let bins = evaluation.detail.reliability.iter().enumerate().filter(|(_, bin)| bin.count > 0);
    let (place, bin) = bins.min_by_key(|(_, bin)| bin.count).unwrap();
    assert!(bin.count <= 6, "no bin of this model is small enough to be seen at once");
    let chart = "Walk Reliability of the confidences";
    harness.get_by_label(chart).focus();
    harness.run_steps(2);
    let press = |harness: &mut Driven, key| {
        harness.key_press(key);
        harness.run_steps(2);
    };
    press(&mut harness, Key::End);
    assert!(read_out(&harness, chart).starts_with("Confidence above 93.3 up to 100.0 %"), "the last bin");
    press(&mut harness, Key::Home);
    (0..place).for_each(|_| press(&mut harness, Key::ArrowRight));
    let words = read_out(&harness, chart);
    let (low, high) = (100.0 * bin.low, 100.0 * bin.high);
    assert!(
        words.starts_with(&format!("Confidence above {low:.1} up to {high:.1} %: {} images", bin.count)),
        "{words}"
    );
    assert!(harness.query_all_by_label(&words).count() > 0, "what is said is shown too");
    press(&mut harness, Key::Enter);
    assert_eq!(pictures(&harness) as u64, bin.count);

    // The same keys on a curve; another class is one key away.
    open(&mut harness, "ROC and PR");
    harness.get_by_label("Walk ROC").focus();
    harness.run_steps(2);
    let first = read_out(&harness, "Walk ROC");
    press(&mut harness, Key::ArrowRight);
    let next = read_out(&harness, "Walk ROC");
    assert_ne!(first, next);
    press(&mut harness, Key::ArrowDown);
    let class = |words: &str| words.split(" from a confidence").next().unwrap_or_default().to_owned();
    assert_ne!(class(&next), class(&read_out(&harness, "Walk ROC")));
}

#[test]
fn a_click_on_a_bin_opens_its_images() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, evaluation) = evaluated(&outputs);
    click(&mut harness, "Calibration");
    let bins = evaluation.detail.reliability.iter().filter(|bin| bin.count > 0);
    let bin = bins.min_by_key(|bin| bin.count).unwrap();
    let (low, high) = (100.0 * bin.low, 100.0 * bin.high);
    let name = format!("confidence {low:.1} to {high:.1} %: {} images, {} correct", bin.count, bin.correct);
    click(&mut harness, &name);
    assert_eq!(pictures(&harness) as u64, bin.count);
}

#[test]
fn a_mix_of_classes_changes_predictive_values_alone_and_bins_of_equal_mass_are_a_table() {
    let outputs = tempfile::tempdir().unwrap();
    let (mut harness, evaluation) = evaluated(&outputs);
    click(&mut harness, "Per class");
    let outside_the_mix = ["erythroblast", "ig", "platelet"];
    let mut classes = evaluation.metrics.classes.iter().filter(|class| outside_the_mix.contains(&class.name.as_str()));
    let class = classes.find(|class| class.precision.is_some()).unwrap();
    let figures = |precision: &str, sensitivity: f64| {
        [format!("PPV of {}: {precision}", class.name), format!("Sensitivity of {}: {sensitivity:.3}", class.name)]
    };
    let stands = |harness: &Driven, words: &str| harness.query_by_label(words).is_some();
    let [ppv, sensitivity] = figures(&format!("{:.3}", class.precision.unwrap()), class.recall.unwrap());
    assert!(stands(&harness, &ppv) && stands(&harness, &sensitivity), "{ppv}, {sensitivity}");
    // The mix holds white cells of a healthy adult.
    click(&mut harness, "Adult blood");
    let [none, sensitivity] = figures("n/a", class.recall.unwrap());
    assert!(stands(&harness, &none) && stands(&harness, &sensitivity));
    click(&mut harness, "Own numbers");
    assert!(stands(&harness, &format!("Share of {} in the mix", class.name)));
    click(&mut harness, "Calibration");
    click(&mut harness, "Equal mass");
    let first = &evaluation.detail.equal_mass[0];
    assert!(stands(&harness, &format!("mean confidence: {:.4}", first.confidence.unwrap())));
}

#[test]
fn a_page_without_a_dataset_says_what_it_needs() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    command(&mut harness, Key::Num4);
    assert!(harness.query_by_label("Nothing was evaluated yet").is_some());
    assert!(harness.query_by_label("Open a dataset…").is_some());
}

#[test]
fn another_lab_is_announced_beside_the_figures_and_in_the_report() {
    let [outputs, lab, reports] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    recoloured(lab.path());
    let mut harness = window(&outputs, vec![lab.path().to_owned()]);
    wait(&mut harness, "the dataset", |state| state.dataset.opened.is_some());
    command(&mut harness, Key::Num4);
    click(&mut harness, "All images");
    harness.get_all_by_label("Evaluate").last().unwrap().click();
    wait(&mut harness, "the evaluation", |state| state.evaluate.home.result().is_some());
    assert!(harness.query_by_label_contains("not look like the ones this model learned").is_some());

    let evaluation = state(&harness).evaluate.home.result().cloned().unwrap();
    let mut app = headless(Setup { outputs: outputs.path().to_owned(), ..Setup::default() });
    app.act([wish::Evaluate::SaveReport(evaluation, reports.path().to_owned())]);
    until(&mut app, "the report", |state| !state.activity.busy());
    let page = std::fs::read_to_string(reports.path().join("evaluation/report.html")).unwrap();
    assert!(page.contains("hese images do not look like the ones this model learned from"));
}
