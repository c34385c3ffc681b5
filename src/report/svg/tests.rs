//! Every chart is a picture that resvg reads, says its numbers, and survives odd data.

use resvg::usvg::{Options, Tree};

use super::*;
use crate::{
    domain::{classes::ClassList, confusion::Confusion, metrics::Metrics},
    report::chart::{ClassCounts, CurvePoint, Curves, Provenance, Quantity},
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
