//! A model's suggestions for a review or a count: every cell by its content, with its class or why it has none.

use std::{
    cell::RefCell,
    collections::HashMap,
    path::{Path, PathBuf},
};

use super::predict::Predictor;
use crate::{
    data::read::decode,
    domain::{
        hash::ContentHash,
        prediction::{Classified, Outcome},
        review::{
            case::ModelFacts,
            cell::{CellId, Source},
            entry::Suggested,
        },
        shift::Shift,
    },
    fault::{Failure, Halt, StopToken, path_text},
    progress::{Event, Observer},
};

/// Hands a suggestion for each image file over as it comes, in order. A file whose bytes came before is the same cell and comes
/// once, with a warning at the end; fields are to be cut into cells before.
///
/// # Errors
/// As [`Predictor::classify`].
pub fn suggest(
    predictor: &Predictor,
    files: &[PathBuf],
    each: &mut dyn FnMut(Suggested),
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Shift, Halt> {
    let seen: RefCell<HashMap<CellId, PathBuf>> = RefCell::default();
    let mut copies = Vec::new();
    let mut hear = |classified: Classified| {
        let cell = cell_of(&classified.path);
        if let Some(first) = seen.borrow_mut().insert(cell, classified.path.clone()) {
            copies.push((classified.path, first));
        } else {
            each(suggestion(predictor, cell, classified));
        }
    };
    let shift = predictor.classify(files, &mut hear, observer, stop)?;
    if let Some((copy, first)) = copies.first() {
        let what = match copies.len() {
            1 => "1 file is a copy of another".to_owned(),
            n => format!("{n} files are copies of others"),
        };
        let why = "the same bytes are the same cell, which counts once";
        let warning = Failure::new(what, why, "leave copies out where that surprises you").at(copy).at(first);
        observer.tell(Event::Warning { warning });
    }
    Ok(shift)
}

/// A file by its content; what cannot be read goes by its path, so that it stands in the list with its reason.
fn cell_of(file: &Path) -> CellId {
    match decode::read(file) {
        Ok(bytes) => CellId::of_file(ContentHash::of(&bytes)),
        Err(_) => CellId(ContentHash::of_parts([&b"unreadable"[..], path_text::of(file).as_bytes()])),
    }
}

fn suggestion(predictor: &Predictor, cell: CellId, classified: Classified) -> Suggested {
    let doubtful = classified.outcome.is_doubtful();
    let source = Source::File(path_text::of(&classified.path));
    match classified.outcome {
        Outcome::Seen { prediction, flags, .. } => {
            let top = prediction.top().map(|(label, p)| (predictor.card().classes.name(label).to_owned(), p));
            let (class, confidence) = top.unzip();
            Suggested { cell, source, class, confidence, probabilities: prediction.0, flags, refused: None, doubtful }
        }
        Outcome::Refused(why) => Suggested {
            cell,
            source,
            class: None,
            confidence: None,
            probabilities: Vec::new(),
            flags: Vec::new(),
            refused: Some(why),
            doubtful: false,
        },
    }
}

/// What a session keeps of the model that suggests.
#[must_use]
pub fn facts(predictor: &Predictor, id: &str) -> ModelFacts {
    let card = predictor.card();
    ModelFacts {
        name: card.name.clone(),
        id: id.to_owned(),
        weights: card.weights_hash,
        classes: card.classes.clone(),
        preprocessing: card.preprocess.words(),
        dataset: card.dataset.clone(),
        dataset_hash: card.dataset_hash,
        split_hash: card.split_hash,
        device: predictor.compute().info.name.clone(),
        lab: card.profile.as_ref().map(|profile| profile.lab.clone()),
    }
}
