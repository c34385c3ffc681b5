//! `leuko session ...`: a review in the terminal, entry by entry as in the window.

mod show;

use std::{cell::RefCell, collections::HashSet, path::PathBuf};

use time::OffsetDateTime;

use super::{
    Failed, Session,
    classify::images,
    differential::{Counting, Lab, edges},
};
use crate::{
    device,
    domain::{
        config::DeviceChoice,
        review::{
            case::{CASE_VERSION, Case},
            cell::CellId,
            entry::{Suggested, Verdict, What},
            view::CellView,
        },
    },
    eval::{
        predict::Predictor,
        suggest::{self, Wanted},
    },
    fault::{Failure, StopMode, path_text},
    progress::{Event, Observer as _},
    store::case_dir,
};

/// Suggestions that are put on the disk together.
const TOGETHER: usize = 32;

/// Review cells: suggest, decide, sign. A session is a folder whose log is only ever appended to
#[derive(clap::Args)]
pub(super) struct Review {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    New(New),
    Add(Add),
    Show(show::Show),
    Verify(show::Verify),
    Seen(Seen),
    Decide(Decide),
    Undo(Undo),
    Sign(Sign),
    Amend(Amend),
}

impl Review {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        match self.command {
            Command::New(command) => command.run(session),
            Command::Add(command) => command.run(session),
            Command::Show(command) => command.run(session),
            Command::Verify(command) => command.run(session),
            Command::Seen(command) => command.run(session),
            Command::Decide(command) => command.run(session),
            Command::Undo(command) => command.run(session),
            Command::Sign(command) => enter(&command.at, session, |_| Ok(What::Signed)),
            Command::Amend(command) => enter(&command.at, session, |_| Ok(What::Amended { reason: command.reason })),
        }
    }
}

/// Begin a session: the model suggests a class for each image, doubtful ones wait in Unidentified
#[derive(clap::Args)]
struct New {
    /// A bundled model's name or a run folder
    model: String,
    /// Images of single cells or fields of view, or folders of them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The session's folder, empty or not there yet
    #[arg(long)]
    out: PathBuf,
    /// Who begins it
    #[arg(long)]
    who: String,
    /// What to call it, such as a specimen's number
    #[arg(long, default_value = "")]
    name: String,
    #[command(flatten)]
    lab: Lab,
    #[command(flatten)]
    counting: Counting,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// Add images to a session, by its own model; those that are in it already are passed over
#[derive(clap::Args)]
struct Add {
    #[command(flatten)]
    at: At,
    /// Images of single cells or fields of view, or folders of them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    counting: Counting,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// Which session, and who says something in it.
#[derive(clap::Args)]
struct At {
    /// The session's folder
    dir: PathBuf,
    /// Who says so
    #[arg(long)]
    who: String,
}

/// Say that cells were looked at
#[derive(clap::Args)]
struct Seen {
    #[command(flatten)]
    at: At,
    /// Cells by the beginning of their hash or the end of their path; `all` for every one
    #[arg(required = true)]
    cells: Vec<String>,
}

/// Give a cell a class, confirm it, or take it out of every class
#[derive(clap::Args)]
struct Decide {
    #[command(flatten)]
    at: At,
    /// A cell by the beginning of its hash or the end of its path
    cell: String,
    /// A class by its name, alias or letter; `confirm` for the suggested one, `not-classed` for none
    class: String,
    /// Why
    #[arg(long, default_value = "")]
    why: String,
}

/// Take back the last decision or note, or one by the number of its entry; the log keeps both
#[derive(clap::Args)]
struct Undo {
    #[command(flatten)]
    at: At,
    /// The number of an entry
    #[arg(long)]
    entry: Option<u64>,
}

/// Sign the result: every cell must have been looked at, and none may be left in Unidentified
#[derive(clap::Args)]
struct Sign {
    #[command(flatten)]
    at: At,
}

/// Begin a new version of a signed result; the signed one stays readable
#[derive(clap::Args)]
struct Amend {
    #[command(flatten)]
    at: At,
    /// Why it is changed
    #[arg(long)]
    reason: String,
}

impl New {
    fn run(self, session: &Session) -> Result<(), Failed> {
        let files = images(&self.paths, session)?;
        let model = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.lab.classes)?;
        let created = OffsetDateTime::now_utc();
        let sources: Vec<String> = self.paths.iter().map(|path| path_text::of(path)).collect();
        let facts = suggest::facts(&model, &self.model);
        let case = Case {
            version: CASE_VERSION,
            id: Case::id_of(&self.who, created, &facts.weights, &sources),
            name: self.name.clone(),
            created,
            who: self.who.clone(),
            threshold: model.threshold(),
            operating: model.card().operating,
            occurring: self.lab.classes.clone(),
            rules: self.lab.rules(),
            wbc: self.lab.wbc,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            model: facts,
            sources,
        };
        let mut open = case_dir::Session::create(&self.out, &case)?;
        suggested(&mut open, &model, &self.counting.of(files), &self.who, session)?;
        show::summary(&open, session)
    }
}

impl Add {
    fn run(self, session: &Session) -> Result<(), Failed> {
        let files = images(&self.paths, session)?;
        let mut open = opened(&self.at, session)?;
        let case = open.case().clone();
        let model = Predictor::load(&case.model.id, &device::choose(&self.device)?)?.with_classes(&case.occurring)?;
        if model.card().weights_hash != case.model.weights {
            let (what, why) = ("nothing was added", "the session's model has other weights by now");
            return Err(Failure::new(what, why, "begin a new session").at(&self.at.dir).into());
        }
        suggested(&mut open, &model, &self.counting.of(files), &self.at.who, session)?;
        show::summary(&open, session)
    }
}

/// Puts the model's word on each file into the session, on the disk as it comes.
fn suggested(
    open: &mut case_dir::Session,
    model: &Predictor,
    wanted: &Wanted,
    who: &str,
    session: &Session,
) -> Result<(), Failed> {
    let there: HashSet<CellId> = open.view().cells().iter().map(CellView::id).collect();
    let (failed, mut waiting) = (RefCell::new(None), Vec::new());
    let mut enter = |waiting: &mut Vec<What>| {
        let all = std::mem::take(waiting);
        if let Err(why) = open.enter_at(who, OffsetDateTime::now_utc(), all) {
            session.stop.stop(StopMode::Discard);
            failed.replace(Some(why));
        }
    };
    let mut hear = |cell: Suggested| {
        if !there.contains(&cell.cell) {
            waiting.push(What::Suggested(Box::new(cell)));
        }
        if waiting.len() >= TOGETHER {
            enter(&mut waiting);
        }
    };
    let ended = suggest::suggest(model, wanted, &mut hear, &session.observer, &session.stop);
    if !waiting.is_empty() && failed.borrow().is_none() {
        enter(&mut waiting);
    }
    session.observer.finish();
    match failed.into_inner() {
        Some(why) => Err(why.into()),
        None => {
            if let Some(left) = edges(&ended?) {
                let hint = "say --count-edges for cells that are whole all the same";
                let warning = Failure::new(left, "parts of them may lie outside", hint);
                session.observer.tell(Event::Warning { warning });
            }
            Ok(())
        }
    }
}

/// Opens a session for writing, and tells what an earlier kill left.
fn opened(at: &At, session: &Session) -> Result<case_dir::Session, Failed> {
    let open = case_dir::Session::open(&at.dir)?;
    if open.cut() > 0 {
        let why = format!("{} bytes of an entry that was never whole were cut off", open.cut());
        let warning = Failure::new("an earlier write had broken off", why, "nothing that was entered is lost");
        session.observer.tell(Event::Warning { warning });
    }
    Ok(open)
}

/// Enters one thing and tells how the session stands then.
fn enter(
    at: &At,
    session: &Session,
    what: impl FnOnce(&case_dir::Session) -> Result<What, Failure>,
) -> Result<(), Failed> {
    let mut open = opened(at, session)?;
    let what = what(&open)?;
    open.enter(&at.who, what)?;
    show::summary(&open, session)
}

impl Seen {
    fn run(self, session: &Session) -> Result<(), Failed> {
        let all = self.cells.iter().any(|cell| cell == "all");
        enter(&self.at, session, |open| {
            let every = open.view().cells().iter().map(CellView::id);
            let named = || self.cells.iter().map(|text| cell(open, text)).collect::<Result<_, _>>();
            Ok(What::Seen { cells: if all { every.collect() } else { named()? } })
        })
    }
}

impl Decide {
    fn run(self, session: &Session) -> Result<(), Failed> {
        enter(&self.at, session, |open| {
            let verdict = match self.class.as_str() {
                "confirm" => Verdict::Confirm,
                "not-classed" => Verdict::NotClassed,
                class => Verdict::Reclassify(
                    open.case()
                        .choice(class)
                        .map_err(|why| Failure::new("nothing was decided", why, "or say confirm, or not-classed"))?,
                ),
            };
            let cells = [cell(open, &self.cell)?];
            Ok(open.view().decision(&cells, verdict, open.case().model.weights, &self.why))
        })
    }
}

impl Undo {
    fn run(self, session: &Session) -> Result<(), Failed> {
        enter(&self.at, session, |open| {
            let none = || Failure::new("nothing was taken back", "there is no step that could be", "see the log");
            let entry = self.entry.or_else(|| open.view().history().next_undo()).ok_or_else(none)?;
            Ok(What::Undo { entry })
        })
    }
}

/// The one cell that a text means.
fn cell(open: &case_dir::Session, text: &str) -> Result<CellId, Failure> {
    let cells = open.view().cells();
    let by_name: Vec<CellId> = cells.iter().map(CellView::id).filter(|id| id.is_named(text)).collect();
    let by_path = cells.iter().filter(|of| of.suggested.source.words().ends_with(text)).map(CellView::id);
    let found: Vec<CellId> = if by_name.is_empty() { by_path.collect() } else { by_name };
    let failed = |why: String| {
        let hint = "name it by the beginning of its hash or the end of its path, as `leuko session show` lists it";
        Failure::new("no cell was chosen", why, hint)
    };
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(failed(format!("there is no cell {text} in the session"))),
        many => Err(failed(format!("{} cells go by {text}", many.len()))),
    }
}
