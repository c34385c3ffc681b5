//! What a model's confidences are worth: temperatures, the operating point and how often it doubts its own lab's cells, all
//! from images that it did not learn from and from its answers as they are given.

use std::sync::Arc;

use super::{
    evaluate::known,
    forward::{Forward, Images, judge, softmax},
    predict::Predictor,
    second_look,
};
use crate::{
    data::read::batch::{FrameStore, Mode},
    domain::{calibration, dataset::Dataset, operating::OperatingPoint, prediction::Prediction, profile::Doubtful},
    fault::{Halt, StopToken},
    model::card::{Calibration, Elsewhere, ElsewhereLab, ModelCard, Unfitted},
};

/// Logits of an image and its true label.
pub type Row = (Vec<f32>, usize);

/// Rows under which a temperature says more of chance than of the model.
const FEWEST: usize = 50;
/// Standard deviation of what is thought of a temperature's logarithm before a row is seen: two in three lie from 0.6 to 1.6.
const PRIOR: f64 = 0.5;
/// Temperatures that are believed.
const BOUNDS: [f64; 2] = [0.5, 5.0];

/// The temperature that explains the rows best (Guo et al. 2017), or why it stays at 1.
///
/// It minimises the sum of their cross-entropy and a normal prior on its logarithm, which weighs as much as a few rows: the
/// likelihood alone has no minimum where nearly all is right, for which Platt (1999) softened his targets.
///
/// # Errors
/// [`Unfitted`] where the rows cannot tell.
pub fn temperature(rows: &[Row]) -> Result<f64, Unfitted> {
    if rows.len() < FEWEST {
        return Err(Unfitted::TooFew);
    }
    if rows.iter().all(|(logits, truth)| judge(logits, *truth).1) {
        return Err(Unfitted::NoMistake);
    }
    let loss = |log_t: f64| -> f64 {
        let scale = (-log_t).exp();
        let likelihood: f64 = rows.iter().map(|(logits, truth)| judge(&scaled(logits, scale), *truth).0).sum();
        likelihood + (log_t / PRIOR).powi(2) / 2.0
    };
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let [mut low, mut high] = BOUNDS.map(f64::ln);
    for _ in 0..60 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(left) < loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    Ok(f64::midpoint(low, high).exp())
}

/// What was measured of a model's confidences.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Of the first look.
    pub doubt_temperature: f64,
    /// Of the answers as they are given.
    pub temperature: f64,
    pub calibration: Option<Calibration>,
    pub operating: Option<OperatingPoint>,
    /// By the class that was given.
    pub doubtful: Vec<Doubtful>,
}

/// Measures a model on images of its own lab that it did not learn from, such as its validation split. What cannot be read is
/// passed over.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn measure(
    predictor: &Predictor,
    dataset: &Dataset,
    indices: &[usize],
    stop: &StopToken,
) -> Result<Measured, Halt> {
    let (first, last, doubt_temperature) = answers(predictor, (dataset, indices), None, stop)?;
    Ok(of_answers(predictor.card(), doubt_temperature, (&first, &last)))
}

/// The rows of the first look and of the answers as they are given, with the temperature of doubt, which is fitted where it is
/// not given.
fn answers(
    predictor: &Predictor,
    (dataset, indices): (&Dataset, &[usize]),
    doubt: Option<f64>,
    stop: &StopToken,
) -> Result<(Vec<Row>, Vec<Row>, f64), Halt> {
    let (items, _) = known(predictor.card(), dataset, indices);
    let files = items.iter().map(|(_, item, _)| dataset.file(item)).collect();
    let truths: Vec<usize> = items.iter().map(|(.., truth)| *truth).collect();
    let store = Arc::new(FrameStore::new(files, &predictor.card().preprocess, 0));
    let forward = predictor.forward();
    let (mut first, mut places) = (Vec::with_capacity(truths.len()), Vec::with_capacity(truths.len()));
    let all: Vec<usize> = (0..truths.len()).collect();
    let images = Images { store: &store, indices: &all, mode: Mode::Plain };
    let hear = |place: usize, logits| {
        if let Some(truth) = truths.get(place) {
            first.push((logits, *truth));
            places.push(place);
        }
    };
    images.ask(|pixels| forward.logits(pixels), hear, stop)?;
    let doubt_temperature = doubt.unwrap_or_else(|| temperature(&first).unwrap_or(1.0));
    let last = looked_again(&forward, &store, (&first, &places), doubt_temperature, stop)?;
    Ok((first, last, doubt_temperature))
}

/// What a model's confidences are worth at labs that it did not learn from; `None` where they are too few to tell.
///
/// # Errors
/// As [`measure`].
pub fn elsewhere(predictor: &Predictor, labs: &[Dataset], stop: &StopToken) -> Result<Option<Elsewhere>, Halt> {
    let mut rows = Vec::with_capacity(labs.len());
    for lab in labs {
        let all: Vec<usize> = (0..lab.items.len()).collect();
        let (_, last, _) = answers(predictor, (lab, &all), Some(predictor.card().doubt_temperature()), stop)?;
        rows.push((lab.name(), last));
    }
    Ok(apart(&rows, predictor.card().temperature))
}

/// One temperature for all, and each lab's error at one that was found without it.
fn apart(rows: &[(String, Vec<Row>)], own: f64) -> Option<Elsewhere> {
    // Labs of many cells count like others.
    let even = |sets: &[&[Row]]| -> Option<f64> {
        let each = sets.iter().map(|set| set.len()).min()?;
        let spread =
            |set: &&[Row]| (0..each).filter_map(|at| set.get(at * set.len() / each).cloned()).collect::<Vec<_>>();
        temperature(&sets.iter().flat_map(spread).collect::<Vec<_>>()).ok()
    };
    let error = |rows: &[Row], temperature: f64| calibration::expected_error(verdicts(rows, temperature));
    let all: Vec<&[Row]> = rows.iter().map(|(_, rows)| &rows[..]).collect();
    let mut labs = Vec::with_capacity(rows.len());
    for (place, (name, of)) in rows.iter().enumerate() {
        let ece_after = if rows.len() > 1 {
            let others: Vec<&[Row]> =
                all.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, of)| *of).collect();
            error(of, even(&others)?)?
        } else {
            let [one, two] = [0, 1].map(|first| of.iter().skip(first).step_by(2).cloned().collect::<Vec<_>>());
            f64::midpoint(error(&two, temperature(&one).ok()?)?, error(&one, temperature(&two).ok()?)?)
        };
        labs.push(ElsewhereLab { name: name.clone(), images: of.len(), ece_before: error(of, own)?, ece_after });
    }
    Some(Elsewhere { temperature: even(&all)?, labs })
}

/// The rows after the second look that doubtful ones get.
fn looked_again(
    forward: &Forward<'_>,
    store: &Arc<FrameStore>,
    (first, places): (&[Row], &[usize]),
    temperature: f64,
    stop: &StopToken,
) -> Result<Vec<Row>, Halt> {
    let mut last = first.to_vec();
    let doubtful: Vec<usize> = first
        .iter()
        .zip(places)
        .filter(|((logits, _), _)| second_look::is_doubtful(logits, temperature))
        .map(|(_, place)| *place)
        .collect();
    let images = Images { store, indices: &doubtful, mode: Mode::Plain };
    let answers = |pixels: Vec<f32>| {
        Ok(second_look::logits(forward, &pixels, temperature)?.into_iter().map(|look| look.logits).collect())
    };
    let hear = |place: usize, logits: Vec<f32>| {
        if let Some(row) = places.binary_search(&place).ok().and_then(|at| last.get_mut(at)) {
            row.0 = logits;
        }
    };
    images.ask(answers, hear, stop)?;
    Ok(last)
}

/// What the answers say, from the first looks and the last.
fn of_answers(card: &ModelCard, doubt_temperature: f64, (first, last): (&[Row], &[Row])) -> Measured {
    let fitted = temperature(last);
    let temperature = fitted.unwrap_or(1.0);
    let mut doubtful: Vec<Doubtful> =
        card.classes.iter().map(|class| Doubtful { class: class.to_owned(), doubtful: 0, cells: 0 }).collect();
    for ((look, _), (answer, _)) in first.iter().zip(last) {
        let given = Prediction(softmax(answer, temperature)).top();
        if let Some(of) = given.and_then(|(label, _)| doubtful.get_mut(label)) {
            of.cells += 1;
            of.doubtful += u64::from(second_look::is_doubtful(look, doubt_temperature));
        }
    }
    Measured {
        doubt_temperature,
        temperature,
        calibration: report(last, temperature, fitted.err()),
        operating: OperatingPoint::choose(verdicts(last, temperature)),
        doubtful,
    }
}

impl Measured {
    /// Whether there were images and mistakes enough for a temperature.
    #[must_use]
    pub fn is_fitted(&self) -> bool {
        self.calibration.is_some_and(|calibration| calibration.unfitted.is_none())
    }

    /// Puts what was measured into the model's card.
    pub fn write(self, card: &mut ModelCard) {
        card.temperature = self.temperature;
        card.doubt_temperature = Some(self.doubt_temperature);
        card.calibration = self.calibration;
        card.operating = self.operating;
        if let Some(home) = &mut card.home {
            home.doubtful = self.doubtful;
        }
    }
}

/// What the temperature did to the calibration errors.
fn report(rows: &[Row], temperature: f64, unfitted: Option<Unfitted>) -> Option<Calibration> {
    let wide = |temperature: f64| calibration::expected_error(verdicts(rows, temperature));
    let fine = |temperature: f64| calibration::error_of(&calibration::equal_mass_of(verdicts(rows, temperature)));
    Some(Calibration {
        ece_before: wide(1.0)?,
        ece_after: wide(temperature)?,
        adaptive_before: fine(1.0),
        adaptive_after: fine(temperature),
        images: rows.len(),
        unfitted,
    })
}

/// (confidence in the given class, whether it is the true one) of each row.
fn verdicts(rows: &[Row], temperature: f64) -> impl Iterator<Item = (f64, bool)> {
    rows.iter().filter_map(move |(logits, truth)| {
        let (label, p) = Prediction(softmax(logits, temperature)).top()?;
        Some((f64::from(p), label == *truth))
    })
}

fn scaled(logits: &[f32], scale: f64) -> Vec<f32> {
    logits.iter().map(|z| (f64::from(*z) * scale) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two in three are right at a margin m: the likeliest temperature makes softmax say 2/3, so m / T = ln 2. The prior
    /// holds it back, by less the more rows there are.
    #[test]
    fn overconfident_logits_are_cooled_to_their_accuracy() {
        let rows = |n: usize, margin: f32| -> Vec<Row> {
            (0..n).map(|i| (vec![margin, 0.0], usize::from(i % 3 == 0))).collect()
        };
        let likeliest = 2.0 / 2.0_f64.ln();
        let (few, many) = (temperature(&rows(60, 2.0)).unwrap(), temperature(&rows(6000, 2.0)).unwrap());
        assert!((many - likeliest).abs() < 0.03, "{many} is not about {likeliest}");
        assert!(1.0 < few && few < many, "{few} {many}");
        let rows = rows(6000, 2.0);
        let report = report(&rows, many, None).unwrap();
        assert!(report.ece_before > 0.2 && report.ece_after < 5e-3, "{report:?}");
        assert!(report.adaptive_before.unwrap() > 0.2 && report.adaptive_after.unwrap() < 5e-3, "{report:?}");
    }

    /// Two labs where half of what is given with a margin of 4 is right, whichever of the cells are taken.
    #[test]
    fn a_temperature_for_elsewhere_is_judged_without_the_lab() {
        let row = |i: usize| (vec![4.0, 0.0], usize::from(i * 37 % 100 < 50));
        let lab = |name: &str, n: usize| (name.to_owned(), (0..n).map(row).collect::<Vec<Row>>());
        for labs in [vec![lab("a", 400), lab("b", 100)], vec![lab("a", 400)]] {
            let found = apart(&labs, 1.0).unwrap();
            assert!(found.temperature > 3.0, "{found:?}");
            for of in &found.labs {
                assert!(of.ece_before > 0.45 && of.ece_after < 0.25, "{found:?}");
            }
        }
        assert_eq!(apart(&[lab("a", 8)], 1.0), None);
        assert_eq!(apart(&[], 1.0), None);
    }

    #[test]
    fn rows_that_cannot_tell_leave_the_temperature_at_one() {
        let right = |n: usize| -> Vec<Row> { (0..n).map(|_| (vec![0.6, 0.5], 0)).collect() };
        assert_eq!(temperature(&right(14)), Err(Unfitted::TooFew));
        assert_eq!(temperature(&right(2000)), Err(Unfitted::NoMistake));
        assert_eq!(temperature(&[]), Err(Unfitted::TooFew));
        let card = crate::model::bundled::FIRST.card().unwrap();
        let measured = of_answers(&card, 1.0, (&right(14), &right(14)));
        assert_eq!((measured.temperature, measured.operating), (1.0, None));
        assert_eq!(measured.calibration.unwrap().unfitted, Some(Unfitted::TooFew));
    }

    #[test]
    fn few_mistakes_or_many_move_the_temperature_within_its_bounds_only() {
        let mut rows: Vec<Row> = (0..60).map(|_| (vec![0.6, 0.5], 0)).collect();
        rows.push((vec![0.6, 0.5], 1));
        let fitted = temperature(&rows).unwrap();
        assert!((BOUNDS[0] - 1e-9..1.0).contains(&fitted), "{fitted}");
        let wrong: Vec<Row> = (0..6000).map(|i| (vec![40.0, 0.0], i % 2)).collect();
        assert!((temperature(&wrong).unwrap() - BOUNDS[1]).abs() < 1e-3);
    }

    #[test]
    fn doubt_is_counted_by_the_class_that_was_given() {
        let card = crate::model::bundled::FIRST.card().unwrap();
        let row = |label: usize, margin: f32| {
            let mut logits = vec![0.0; 8];
            logits[label] = margin;
            (logits, label)
        };
        let first = [row(0, 1.0), row(0, 20.0), row(3, 20.0)];
        // The second look moved the first cell to another class, where it is counted.
        let last = [row(3, 9.0), row(0, 20.0), row(3, 20.0)];
        let counts = of_answers(&card, 1.0, (&first, &last)).doubtful;
        let of = |label: usize| (counts[label].doubtful, counts[label].cells);
        assert_eq!((of(0), of(3), of(1)), ((0, 1), (1, 2), (0, 0)));
    }
}
