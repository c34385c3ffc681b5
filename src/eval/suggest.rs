//! A model's suggestions for a review or a count: every cell by its content, with its class or why it has none.

use std::{collections::HashMap, path::PathBuf};

use super::{
    predict::Predictor,
    stream::{Said, Stream},
};
use crate::{
    domain::{
        classes::ClassList,
        field::{Portion, Taken},
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

/// What is to be counted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub files: Vec<PathBuf>,
    pub taken: Taken,
    /// Whether cells at a field's border count too.
    pub edges: bool,
}

/// What came beside the suggestions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    pub shift: Shift,
    /// Cells at the border of their field that were left out.
    pub edges: usize,
}

/// Hands a suggestion for each cell over as it comes, in order. A file whose bytes came before holds the same cells, which come
/// once, with a warning at the end.
///
/// # Errors
/// As [`Stream::feed`].
pub fn suggest(
    predictor: &Predictor,
    wanted: &Wanted,
    each: &mut dyn FnMut(Suggested),
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Beside, Halt> {
    let mut seen: HashMap<CellId, PathBuf> = HashMap::new();
    let (mut copies, mut edges) = (Vec::new(), 0);
    let mut hear = |said| {
        let Said::Cell(cell) = said else { return Ok(()) };
        let id = id_of(&cell);
        if let Some(first) = seen.get(&id) {
            if copies.last().is_none_or(|(copy, _)| *copy != cell.path) {
                copies.push((cell.path, first.clone()));
            }
        } else if cell.portion.is_at_edge() && !wanted.edges {
            edges += 1;
        } else {
            seen.insert(id, cell.path.clone());
            each(suggestion(&predictor.card().classes, cell));
        }
        Ok(())
    };
    let mut stream = Stream::new(predictor, wanted.taken.clone());
    stream.feed(&wanted.files, &mut hear, observer, stop)?;
    let shift = stream.end(observer, stop)?;
    if let Some((copy, first)) = copies.first() {
        let what = match copies.len() {
            1 => "1 file is a copy of another".to_owned(),
            n => format!("{n} files are copies of others"),
        };
        let why = "the same bytes are the same cell, which counts once";
        let warning = Failure::new(what, why, "leave copies out where that surprises you").at(copy).at(first);
        observer.tell(Event::Warning { warning });
    }
    if edges > 0 {
        let (cells, are) = if edges == 1 { ("cell", "is") } else { ("cells", "are") };
        let what = format!("{edges} {cells} at the border of a field {are} not counted");
        let hint = "say that cells at the border count where they are whole all the same";
        let warning = Failure::new(what, "parts of them may lie outside", hint);
        observer.tell(Event::Warning { warning });
    }
    Ok(Beside { shift, edges })
}

/// A cell by its content and, in a field, its place; what cannot be read goes by its path, so that it stands in the list with
/// its reason.
#[must_use]
pub fn id_of(cell: &Classified) -> CellId {
    match (cell.content, &cell.portion) {
        (Some(content), Portion::Spot(spot)) => CellId::of_crop(content, spot.at),
        (Some(content), _) => CellId::of_file(content),
        (None, _) => CellId(ContentHash::of_parts([&b"unreadable"[..], path_text::of(&cell.path).as_bytes()])),
    }
}

/// What a review keeps of an answer over `classes`.
#[must_use]
pub fn suggestion(classes: &ClassList, classified: Classified) -> Suggested {
    let (cell, doubtful) = (id_of(&classified), classified.outcome.is_doubtful());
    let path = path_text::of(&classified.path);
    let source = match &classified.portion {
        Portion::Spot(spot) => Source::Crop { field: path, at: spot.at },
        Portion::Whole | Portion::Empty => Source::File(path),
    };
    match classified.outcome {
        Outcome::Seen { prediction, flags } => {
            let top = prediction.top().map(|(label, p)| (classes.name(label).to_owned(), p));
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
