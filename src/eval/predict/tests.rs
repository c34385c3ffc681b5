//! What a loaded model answers, refuses and flags.

use super::*;
use crate::{
    domain::operating::OperatingPoint,
    model::{blend, weights::Precision},
};

fn bundled_parts() -> (ModelCard, Vec<u8>) {
    (bundled::FIRST.card().unwrap(), bundled::FIRST.weights.to_vec())
}

fn refused(card: ModelCard, bytes: Vec<u8>) -> String {
    Predictor::from_parts(card, bytes, &Compute::cpu()).err().expect("it was taken").to_string()
}

#[test]
fn a_damaged_card_is_refused_before_its_network_is_made() {
    let (mut card, bytes) = bundled_parts();
    card.temperature = f64::NAN;
    assert!(refused(card.clone(), bytes.clone()).contains("a temperature of NaN"));
    // A network of this width would ask for more memory than any machine has.
    (card.temperature, card.network.width) = (1.0, 1e9);
    assert!(refused(card, bytes).contains("backbone width"));
}

#[test]
fn variances_under_zero_are_refused_though_they_are_numbers() {
    let (mut card, bytes) = bundled_parts();
    let network = Predictor::from_parts(card.clone(), bytes, &Compute::cpu()).unwrap();
    let mut values = blend::values(network.plain_network());
    values.retain(|path, _| path.ends_with(".variance"));
    values.values_mut().take(1).flatten().for_each(|value| *value = -0.5);
    let damaged = blend::mix(blend::copy(network.plain_network()), &values, |_| 1.0);
    let bytes = weights::to_bytes(&damaged, Precision::Full).unwrap();
    card.weights_hash = ContentHash::of(&bytes);
    assert!(refused(card, bytes).contains("variance under 0"));
}

#[test]
fn classes_that_cannot_occur_take_no_part_and_an_answer_that_was_theirs_is_flagged() {
    let (card, bytes) = bundled_parts();
    let (platelet, temperature) = (card.classes.label("platelet").unwrap(), card.temperature as f32);
    let model = Predictor::from_parts(card, bytes, &Compute::cpu()).unwrap();
    let mut logits = vec![0.0; 8];
    (logits[platelet], logits[0]) = (9.0 * temperature, 8.0 * temperature);
    let look = Looked { logits: logits.clone(), first: 0.7, features: Vec::new() };
    let seen = |model: &Predictor| match model.outcome(&look, &model.card().home(), &mut Doubt::default()) {
        Outcome::Seen { prediction, flags } => (prediction, flags),
        refused => panic!("{refused:?}"),
    };
    let (whole, _) = seen(&model);
    assert_eq!(whole.top().unwrap().0, platelet);
    let model = model.with_classes(&Occurring::FivePart).unwrap();
    let (five, flags) = seen(&model);
    assert_eq!((five.top().unwrap().0, five.0[platelet], five.0[2]), (0, 0.0, 0.0));
    assert!((five.0.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    // The rest share out what is left in proportion.
    assert!((five.0[1] / five.0[0] - whole.0[1] / whole.0[0]).abs() < 1e-6);
    assert!(flags.iter().any(|flag| flag.contains("cannot occur, Platelet first")), "{flags:?}");
    let unknown = Occurring::Only(vec!["blast".to_owned(), "monocyte".to_owned()]);
    assert!(model.with_classes(&unknown).err().unwrap().to_string().contains("no class blast"));
}

#[test]
fn flags_follow_the_operating_point_and_name_it() {
    let (mut card, bytes) = bundled_parts();
    card.operating = None;
    let model = Predictor::from_parts(card.clone(), bytes, &Compute::cpu()).unwrap();
    let flags = |model: &Predictor, gap: f32| {
        let mut logits = vec![0.0; 8];
        logits[0] = gap;
        let look = Looked { logits, first: 1.0, features: Vec::new() };
        let outcome = model.outcome(&look, &model.card().home(), &mut Doubt::default());
        let Outcome::Seen { prediction, flags } = outcome else { panic!("{outcome:?}") };
        (prediction.top().unwrap().1, flags)
    };
    let gap = 3.0 * card.temperature as f32;
    let (confidence, none) = flags(&model, gap);
    assert!((0.5..0.9).contains(&confidence) && none.is_empty(), "{confidence}");
    assert_eq!(flags(&model, 0.0).1, ["confidence under 50.0 %: look at this cell yourself"]);
    let point = OperatingPoint { risk: 0.005, threshold: 0.93, coverage: 0.9, measured: 0.0, ci: None, images: 900 };
    card.operating = Some(point);
    let model = model.with_card(card).unwrap();
    assert_eq!(flags(&model, gap).1, ["confidence under 93.0 %: look at this cell yourself"]);
    let answer = Looked { logits: vec![f32::NAN; 8], first: f32::NAN, features: Vec::new() };
    let outcome = model.outcome(&answer, &model.card().home(), &mut Doubt::default());
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
}
