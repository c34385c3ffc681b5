//! Same cells or none: pairing, refusals, and class lists in another order.

use super::*;
use crate::domain::{
    confusion::Confusion, evaluation::Detail, hash::ContentHash, metrics::Metrics, prediction::Prediction, shift::Shift,
};

/// An evaluation of (path, truth, given) rows over named classes.
fn evaluation(classes: &[&str], rows: &[(&str, &str, &str)]) -> Evaluation {
    // Not `ClassList::new`, which would sort them.
    let labels: ClassList = serde_json::from_value(serde_json::json!(classes)).unwrap();
    let judged = rows.iter().map(|(path, truth, given)| {
        let mut confidences = vec![0.1; classes.len()];
        confidences[labels.label(given).unwrap()] = 0.8;
        let truth = labels.label(truth).unwrap();
        Judged { path: (*path).to_owned(), truth, sub_type: None, group: None, prediction: Prediction(confidences) }
    });
    let mut evaluation = Evaluation {
        judged: judged.collect(),
        metrics: Metrics::of(Confusion::new(labels)),
        ece: None,
        brier: None,
        detail: Detail::default(),
        latency_ms: Latency::default(),
        shift: Shift::default(),
        model: "m".to_owned(),
        model_hash: ContentHash::of(b"m"),
        dataset: "d".to_owned(),
        dataset_hash: ContentHash::of(b"d"),
        split_hash: Some(ContentHash::of(b"s")),
        scope: None,
        cells: String::new(),
        learned_left_out: 0,
        device: "cpu".to_owned(),
        preprocessing: String::new(),
        app_version: String::new(),
        trained_on: 0,
        refused: Vec::new(),
        groups: None,
        unknown_classes: Vec::new(),
        unknown_images: 0,
        occurring: Vec::new(),
        attributes: Vec::new(),
        controls: None,
    };
    evaluation.score();
    evaluation
}

fn compare(a: Evaluation, b: Evaluation) -> Result<Comparison, Failure> {
    let cost = Cost {
        parameters: 1,
        file_bytes: 1,
        input_px: 32,
        batch_1_ms: Latency::default(),
        batch_32_ms: Latency::default(),
        images_per_sec: None,
    };
    Comparison::of("all images".to_owned(), a, b, Costs { a: cost.clone(), b: cost })
}

const ROWS: [(&str, &str, &str); 4] =
    [("1", "ig", "ig"), ("2", "ig", "platelet"), ("3", "platelet", "platelet"), ("4", "ig", "ig")];

#[test]
fn discordant_cells_are_those_that_one_alone_got_right() {
    let other = [("1", "ig", "ig"), ("2", "ig", "ig"), ("3", "platelet", "ig"), ("4", "ig", "platelet")];
    let found = compare(evaluation(&["ig", "platelet"], &ROWS), evaluation(&["ig", "platelet"], &other)).unwrap();
    let McNemar { both_correct, only_a_correct, only_b_correct, both_wrong, p } = found.mcnemar;
    assert_eq!((both_correct, only_a_correct, only_b_correct, both_wrong, p), (1, 2, 1, 0, 1.0));
    let cells: Vec<_> = found.discordant.iter().map(|cell| (cell.path.as_str(), cell.a_is_right())).collect();
    assert_eq!(cells, [("2", false), ("3", true), ("4", true)]);
    assert_eq!(found.bootstrap.accuracy_difference, Some(0.25));
    let verdict = found.verdict();
    let accuracy =
        "Which is right more often on these cells may be chance: A alone is right on 2 cells and B alone on 1";
    assert!(verdict.starts_with(accuracy), "{verdict}");
    assert!(verdict.contains("Macro F1: which is higher may be chance, A - B is +0."), "{verdict}");
}

/// A is right more often by far, and only because the frequent class is its favourite: B has the higher macro F1.
#[test]
fn accuracy_and_macro_f1_may_lie_in_opposite_ways_and_both_are_told() {
    let paths: Vec<String> = (0..200).map(|i| format!("{i:03}")).collect();
    let truth = |i: usize| if i < 180 { "ig" } else { "platelet" };
    let row = |given: fn(usize) -> &'static str| -> Evaluation {
        let rows: Vec<_> = paths.iter().enumerate().map(|(i, path)| (path.as_str(), truth(i), given(i))).collect();
        evaluation(&["ig", "platelet"], &rows)
    };
    let found = compare(row(|_| "ig"), row(|i| if i < 140 { "ig" } else { "platelet" })).unwrap();
    let verdict = found.verdict();
    assert!(verdict.starts_with("A is right more often on these cells: A alone is right on 40"), "{verdict}");
    assert!(verdict.contains("Macro F1: B's is higher on these cells, A - B is -0."), "{verdict}");
    assert!(!verdict.contains("real") && !verdict.contains("better"), "{verdict}");
}

#[test]
fn classes_in_another_order_are_the_same_classes() {
    let found = compare(evaluation(&["ig", "platelet"], &ROWS), evaluation(&["platelet", "ig"], &ROWS)).unwrap();
    assert_eq!((found.mcnemar.discordant(), found.bootstrap.macro_f1_difference), (0, Some(0.0)));
    assert_eq!(found.a.metrics.macro_f1, found.b.metrics.macro_f1);
    let failure = compare(evaluation(&["ig", "platelet"], &ROWS), evaluation(&["ig", "platelet", "x"], &ROWS));
    assert!(failure.unwrap_err().why.contains("only B: x"));
}

#[test]
fn different_cells_are_refused_and_unreadable_ones_left_out_of_both() {
    let (a, b) = (evaluation(&["ig", "platelet"], &ROWS), evaluation(&["ig", "platelet"], &ROWS[..3]));
    assert!(compare(a.clone(), b.clone()).unwrap_err().why.contains("different cells: 1"));
    let mut unread = b;
    unread.refused.push(("4".to_owned(), "damaged".to_owned()));
    let found = compare(a.clone(), unread).unwrap();
    assert_eq!((found.n, found.a.metrics.n, found.b.metrics.n), (3, 3, 3));
    let mut elsewhere = a.clone();
    elsewhere.dataset_hash = ContentHash::of(b"another");
    assert!(compare(a.clone(), elsewhere).unwrap_err().why.contains("different datasets"));
    let mut relabelled = ROWS;
    relabelled[0].1 = "platelet";
    assert!(compare(a, evaluation(&["ig", "platelet"], &relabelled)).unwrap_err().why.contains("different cells: 1"));
}
