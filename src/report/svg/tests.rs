//! Every chart is a picture that resvg reads, says its numbers, and survives odd data.

use resvg::usvg::{Group, Node, Options, Tree};

use super::*;
use crate::{
    domain::{
        classes::ClassList,
        comparison::{Comparison, Cost, Costs},
        confusion::Confusion,
        evaluation::Evaluation,
        hash::ContentHash,
        metrics::Metrics,
        prediction::{Judged, Prediction},
    },
    report::{
        chart::{ClassCounts, CurvePoint, Curves, OverlaidRun, Overlay, Provenance, Quantity},
        png, tables,
    },
};

fn counts(classes: &ClassList) -> ClassCounts {
    ClassCounts::new(classes, &(0..classes.len()).map(|label| label * 7).collect::<Vec<_>>())
}

fn metrics(classes: ClassList) -> Metrics {
    let mut confusion = Confusion::new(classes);
    for label in 0..confusion.labels.len() {
        for again in 0..label * 3 {
            confusion.add(label, if again == 0 { 0 } else { label });
        }
    }
    Metrics::of(confusion)
}

fn curves(points: Vec<CurvePoint>) -> Chart {
    let best = points.first().map(|point| point.epoch);
    Chart {
        name: "loss",
        title: "Loss".to_owned(),
        subtitle: String::new(),
        body: Body::Curves(Curves { quantity: Quantity::Loss, points, best }),
        provenance: Provenance::new(),
    }
}

fn all(classes: &ClassList) -> Vec<Chart> {
    let mut charts = Chart::of_metrics(&metrics(classes.clone()), &Provenance::new());
    charts.push(Chart::class_bars(counts(classes), Provenance::new()));
    charts.push(Chart::class_pie(counts(classes), Provenance::new()));
    charts
}

/// An evaluation of as many images a class as its label says, the first of each given the first class.
fn evaluation(classes: &ClassList) -> Evaluation {
    let mut evaluation: Evaluation = serde_json::from_value(serde_json::json!({
        "n": 0, "accuracy": null, "accuracy_ci": null, "balanced_accuracy": null, "macro_f1": null, "kappa": null,
        "classes": [], "absent": [], "confusion": Confusion::new(classes.clone()), "ece": null, "brier": null,
        "latency_ms": {"p50": 1.0, "p95": 2.0}, "shift": {"mean_confidence": null}, "model": "m", "dataset": "d",
        "model_hash": ContentHash::of(b"m"), "dataset_hash": ContentHash::of(b"d"), "split_hash": ContentHash::of(b"s"),
        "device": "cpu", "app_version": "0", "trained_on": 0, "refused": [], "unknown_classes": []
    }))
    .unwrap();
    for truth in 0..classes.len() {
        for again in 0..=truth {
            let mut confidences = vec![0.1 / classes.len() as f32; classes.len()];
            confidences[if again == 0 { 0 } else { truth }] = 0.5 + 0.5 / (again + 1) as f32;
            let (path, sub_type) = (format!("={truth}/{again}"), Some("MMY".to_owned()));
            evaluation.judged.push(Judged { path, truth, sub_type, group: None, prediction: Prediction(confidences) });
        }
    }
    evaluation.score();
    evaluation
}

#[test]
fn an_evaluation_and_a_comparison_are_drawn_whatever_their_classes() {
    for classes in [ClassList::default(), ClassList::new(["ig".to_owned()]), ClassList::known()] {
        let evaluation = evaluation(&classes);
        for chart in Chart::of_evaluation(&evaluation) {
            let drawing = parse(&chart);
            assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{}", chart.name);
        }
        let cost = Cost {
            parameters: 1,
            file_bytes: 1,
            input_px: 32,
            batch_1_ms: evaluation.latency_ms,
            batch_32_ms: evaluation.latency_ms,
            images_per_sec: None,
        };
        let costs = Costs { a: cost.clone(), b: cost };
        if let Ok(comparison) = Comparison::of("all".to_owned(), evaluation.clone(), evaluation, costs) {
            parse(&Chart::f1_pairs(&comparison, Provenance::of_comparison(&comparison)));
        }
    }
}

#[test]
fn curves_of_each_class_stand_in_picture_and_table() {
    let evaluation = evaluation(&ClassList::known());
    let chart = Chart::roc(&evaluation, Provenance::new());
    assert_eq!(parse(&chart).matches("Neutrophil, area").count(), 1);
    let table = chart.table();
    assert!(table.words().any(|row| row == ["neutrophil", "1", "1"]));
    let bins = Chart::reliability(&evaluation, Provenance::new()).table();
    let images: u64 = bins.words().map(|row| row[2].parse::<u64>().unwrap()).sum();
    assert_eq!((bins.rows.len(), images), (15, evaluation.metrics.n));
    let text = String::from_utf8(tables::predictions(&evaluation).to_csv().unwrap()).unwrap();
    assert!(text.contains("\n'=0/0,basophil,MMY,basophil,"), "{text}");
}

fn parse(chart: &Chart) -> String {
    let drawing = draw(chart);
    let tree = Tree::from_str(&drawing, &Options::default());
    assert!(tree.is_ok(), "{}: {:?}", chart.name, tree.err());
    drawing
}

#[test]
fn every_chart_is_an_svg_with_its_words() {
    for chart in all(&ClassList::known()) {
        let drawing = parse(&chart);
        assert!(drawing.contains(&chart.title) && drawing.contains("Not a medical device"), "{}", chart.name);
        assert!(drawing.contains("Neutrophil"), "{}", chart.name);
    }
}

#[test]
fn no_class_one_class_and_many_strange_classes_are_drawn() {
    let strange = (0..300).map(|n| format!("<{n}> & \"\u{1}细胞\""));
    for classes in [ClassList::default(), ClassList::new(["ig".to_owned()]), ClassList::new(strange)] {
        for chart in all(&classes) {
            parse(&chart);
        }
    }
}

#[test]
fn curves_survive_none_one_and_broken_values() {
    let point = |epoch, train, validation| CurvePoint { epoch, train, validation };
    parse(&curves(Vec::new()));
    parse(&curves(vec![point(1, 0.5, 0.5)]));
    parse(&curves(vec![point(1, f64::NAN, f64::NAN)]));
    let drawing = parse(&curves(vec![point(1, 2.0, f64::NAN), point(2, 1.0, 0.9), point(3, 0.5, f64::INFINITY)]));
    assert!(!drawing.contains("NaN") && !drawing.contains("inf"));
}

#[test]
fn no_two_known_classes_share_a_fill_without_colour() {
    let mut canvas = Canvas::default();
    let classes = ClassList::known();
    let fills: Vec<String> =
        classes.iter().enumerate().map(|(label, name)| paint::class(&mut canvas, name, label)).collect();
    let hatches: std::collections::BTreeSet<&str> =
        fills.iter().map(|fill| fill.trim_end_matches(')').split('-').nth(2).unwrap_or("plain")).collect();
    assert_eq!(hatches.len(), 8, "{fills:?}");
}

#[test]
fn runs_over_each_other_are_told_apart_and_survive_odd_data() {
    let point = |epoch, validation| CurvePoint { epoch, train: 1.0, validation };
    let run = |name: &str, points: Vec<CurvePoint>| OverlaidRun { name: name.to_owned(), points, best: Some(1) };
    let chart = |runs| Chart {
        name: "loss_of_runs",
        title: "Loss".to_owned(),
        subtitle: String::new(),
        body: Body::Overlay(Overlay { quantity: Quantity::Loss, runs }),
        provenance: Provenance::of_runs(&[]),
    };
    let odd = [f64::NAN, f64::INFINITY];
    let both = vec![run("one", vec![point(1, 0.5), point(2, odd[0])]), run("<two>", vec![point(1, 0.7)])];
    for runs in [both.clone(), vec![run("none", Vec::new())], vec![run("odd", vec![point(1, odd[1])])], Vec::new()] {
        let drawn = draw(&chart(runs));
        Tree::from_str(&drawn, &Options::default()).unwrap();
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }
    let drawn = draw(&chart(both));
    assert!(drawn.contains("one, kept: epoch 1") && drawn.contains("&lt;two&gt;, kept: epoch 1"));
    let rows: Vec<_> = chart(vec![run("one", vec![point(1, 0.5)])]).table().words().collect();
    assert_eq!(rows, [["one", "1", "1", "0.5", "yes"]]);
}

#[test]
fn more_classes_than_a_matrix_can_show_are_their_worst_confusions() {
    let mut confusion = Confusion::new(ClassList::new((0..2000).map(|n| format!("class {n:04}"))));
    for label in 0..2000 {
        (0..9).for_each(|_| confusion.add(label, label));
    }
    (0..40).for_each(|label| confusion.add(label, label + 1));
    confusion.add(7, 1999);
    confusion.add(7, 1999);
    let charts = Chart::of_metrics(&Metrics::of(confusion), &Provenance::new());
    for name in ["confusion_counts", "confusion_percent"] {
        let chart = charts.iter().find(|chart| chart.name == name).unwrap();
        let drawing = parse(chart);
        assert!(drawing.matches("<rect").count() < 50, "{name} has {} shapes", drawing.matches("<rect").count());
        let first = drawing.find("class 0007 called class 1999").unwrap();
        assert!(
            drawing.contains("2 of 12 (16.7 %)") && drawing.contains("30 confusions") && drawing.contains("among 41")
        );
        assert_eq!(drawing.find(" called "), Some(first + "class 0007".len()), "the worst comes first");
        let rows: Vec<_> = chart.table().words().collect();
        assert_eq!((rows.len(), rows[0].join(" ")), (2041, "class 0000 class 0000 9 90.0 %".to_owned()));
    }
}

/// The glyphs of every text of a picture that is painted here, with the texts that they stand for.
fn glyphs(chart: &Chart, library: &Library) -> Vec<Vec<(u32, String)>> {
    fn walk(group: &Group, found: &mut Vec<Vec<(u32, String)>>) {
        for node in group.children() {
            match node {
                Node::Group(inner) => walk(inner, found),
                Node::Text(text) => {
                    let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                    found.push(glyphs.map(|glyph| (glyph.id.0, glyph.text.clone())).collect());
                }
                Node::Path(_) | Node::Image(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(png::tree(&painted(chart, library), library).unwrap().root(), &mut found);
    found
}

fn of_the_world() -> (Chart, [&'static str; 4]) {
    let names = ["嗜酸性粒细胞", "호중구", "लिम्फोसाइट", "وحيدة"];
    let classes = ClassList::new(names.map(str::to_owned));
    (Chart::class_bars(counts(&classes), Provenance::new().with_classes(&classes)), names)
}

#[test]
fn a_picture_has_a_shaped_glyph_for_every_letter_that_a_font_has() {
    let fonts: [&[u8]; 3] = [
        include_bytes!("../../../tests/fonts/cjk.otf"),
        include_bytes!("../../../tests/fonts/devanagari.ttf"),
        include_bytes!("../../../tests/fonts/arabic.ttf"),
    ];
    let library = Library::given(fonts.map(<[u8]>::to_vec).to_vec());
    let (chart, names) = of_the_world();
    let all = glyphs(&chart, &library);
    assert!(all.iter().flatten().all(|(id, _)| *id != 0), "{all:?}");
    let texts: Vec<String> = all.iter().map(|of| of.iter().map(|(_, text)| text.as_str()).collect()).collect();
    let [chinese, korean, hindi, arabic] = names;
    assert!(texts.iter().any(|text| text == chinese) && texts.iter().any(|text| text == korean), "{texts:?}");
    assert!(texts.iter().any(|text| text.chars().rev().eq(arabic.chars())), "from right to left: {texts:?}");
    let hindi = &all[texts.iter().position(|text| text == hindi).unwrap()];
    assert_eq!((hindi[0].1.as_str(), hindi[1].1.as_str()), ("", "लि"), "the sign stands before its letter");
}

#[test]
fn a_picture_without_a_font_for_a_name_says_its_code_and_what_it_stands_for() {
    let ((chart, names), library) = (of_the_world(), Library::given(Vec::new()));
    let drawing = painted(&chart, &library);
    assert!(names.iter().all(|name| !drawing.contains(name)), "{drawing}");
    assert!(drawing.contains(">C4</text>") && drawing.contains("C4: \\u{d638}\\u{c911}\\u{ad6c}"), "{drawing}");
    assert!(glyphs(&chart, &library).iter().flatten().all(|(id, _)| *id != 0));
    let for_others = draw(&chart);
    assert!(names.iter().all(|name| for_others.contains(name)) && for_others.contains("'Noto Sans Devanagari'"));
}
