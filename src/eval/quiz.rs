//! What a model says of the cells of a quiz.

use std::path::PathBuf;

use super::predict::Predictor;
use crate::{
    domain::{
        dataset::Item,
        learned::Known,
        prediction::Outcome,
        quiz::{ByModel, Given, Quiz},
    },
    fault::{Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// Puts the cells of a quiz to a model.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops; a bad image is an answer that is not there.
pub fn answers(predictor: &Predictor, quiz: &Quiz, observer: &dyn Observer, stop: &StopToken) -> Result<ByModel, Halt> {
    let card = predictor.card();
    let paths: Vec<PathBuf> = quiz.cells.iter().map(|cell| quiz.file(cell)).collect();
    let hashes = quiz.cells.iter().map(|cell| cell.hash).collect();
    let mut given: Vec<Given> = vec![None; paths.len()];
    let total = paths.len() as u64;
    predictor.walk((&paths, hashes), stop, &mut |place, outcome| {
        if let (Outcome::Seen { prediction, .. }, Some(slot)) = (outcome, given.get_mut(place)) {
            let named = |(label, share): (usize, f32)| (card.classes.name(label).to_owned(), share);
            *slot = prediction.top().map(named);
        }
        observer.tell(Event::Progress { task: Task::Classifying, done: place as u64 + 1, total });
    })?;
    let learned = |cell: &&Item| predictor.learned().part_of(cell).is_some_and(Known::is_learned);
    Ok(ByModel {
        model: card.network.architecture.title().to_owned(),
        model_hash: card.weights_hash,
        learned_from: quiz.cells.iter().filter(learned).count(),
        given,
    })
}
