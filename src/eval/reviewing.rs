//! A review session is begun and goes on with a model's suggestions, each on the disk as it comes.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use time::OffsetDateTime;

use super::{
    predict::Predictor,
    suggest::{self, Beside, Wanted},
};
use crate::{
    domain::{
        field::Taken,
        review::{
            case::{CASE_VERSION, Case},
            cell::CellId,
            entry::{Ruled, Suggested, What},
            view::CellView,
        },
    },
    fault::{Failure, Halt, StopMode},
    progress::Watch,
    store::case_dir::Session,
};

/// Suggestions that are put on the disk together.
const TOGETHER: usize = 32;

/// What a session is begun with, beside its model.
#[derive(Clone, Debug)]
pub struct Begun<'a> {
    /// A bundled name or the path of a run folder.
    pub model: &'a str,
    pub who: &'a str,
    /// What to call it; may be empty.
    pub name: &'a str,
    /// Files and folders as they were given.
    pub sources: Vec<String>,
    pub ruled: Ruled,
}

/// Where a session's cells come from.
pub enum Cells<'a> {
    /// The model is asked about files.
    Asked(&'a Wanted),
    /// It was asked already, with the same word on what can occur.
    Answered(Vec<Suggested>),
}

/// Begins a session in a folder that is empty or not there yet, with the model's word on each cell.
///
/// # Errors
/// [`Halt`] where it was stopped, something lies in the folder, or the disk fails; what was suggested by then is kept.
pub fn begin(
    folder: &Path,
    begun: &Begun<'_>,
    model: &Predictor,
    cells: Cells<'_>,
    watch: Watch<'_>,
) -> Result<Session, Halt> {
    let created = OffsetDateTime::now_utc();
    let facts = suggest::facts(model, begun.model);
    let case = Case {
        version: CASE_VERSION,
        id: Case::id_of(begun.who, created, &facts.weights, &begun.sources),
        name: begun.name.trim().to_owned(),
        created,
        who: begun.who.trim().to_owned(),
        threshold: model.threshold(),
        operating: model.card().operating,
        occurring: model.occurring().clone(),
        rules: begun.ruled.rules.clone(),
        wbc: begun.ruled.wbc,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        model: facts,
        sources: begun.sources.clone(),
    };
    let mut session = Session::create(folder, &case)?;
    suggest_into(&mut session, model, cells, begun.who, watch)?;
    Ok(session)
}

/// Adds the word of the session's own model on each cell; those that are in it already are passed over.
///
/// # Errors
/// [`Halt`] where it was stopped, the model has other weights by now, or nothing can be entered.
pub fn extend(
    session: &mut Session,
    model: &Predictor,
    cells: Cells<'_>,
    who: &str,
    watch: Watch<'_>,
) -> Result<(), Halt> {
    if model.card().weights_hash != session.case().model.weights {
        let (what, why) = ("nothing was added", "the session's model has other weights by now");
        return Err(Failure::new(what, why, "begin a new session").at(session.folder()).into());
    }
    suggest_into(session, model, cells, who, watch)
}

/// Puts the model's word on each cell into the session, once.
fn suggest_into(
    session: &mut Session,
    model: &Predictor,
    cells: Cells<'_>,
    who: &str,
    watch: Watch<'_>,
) -> Result<(), Halt> {
    let mut there: HashSet<CellId> = session.view().cells().iter().map(CellView::id).collect();
    let (failed, mut waiting) = (RefCell::new(None), Vec::new());
    let mut enter = |waiting: &mut Vec<What>| {
        let all = std::mem::take(waiting);
        if let Err(why) = session.enter_at(who, OffsetDateTime::now_utc(), all) {
            watch.stop.stop(StopMode::Discard);
            failed.replace(Some(why));
        }
    };
    let mut hear = |cell: Suggested| {
        if there.insert(cell.cell) {
            waiting.push(What::Suggested(Box::new(cell)));
        }
        if waiting.len() >= TOGETHER {
            enter(&mut waiting);
        }
    };
    let ended = match cells {
        Cells::Asked(wanted) => suggest::suggest(model, &absolute(wanted), &mut hear, watch.observer, watch.stop),
        Cells::Answered(cells) => {
            cells.into_iter().for_each(hear);
            Ok(Beside::default())
        }
    };
    if !waiting.is_empty() && failed.borrow().is_none() {
        enter(&mut waiting);
    }
    match failed.into_inner() {
        Some(why) => Err(why.into()),
        None => ended.map(drop),
    }
}

/// Whoever opens the session, from wherever, finds the pictures.
fn absolute(wanted: &Wanted) -> Wanted {
    let whole = |file: &PathBuf| std::path::absolute(file).unwrap_or_else(|_| file.clone());
    let each: HashMap<_, _> = wanted.taken.each.iter().map(|(file, shown_as)| (whole(file), *shown_as)).collect();
    let files = wanted.files.iter().map(whole).collect();
    Wanted { files, taken: Taken { all: wanted.taken.all, each }, edges: wanted.edges }
}
