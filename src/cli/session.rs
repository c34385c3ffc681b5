//! `leuko session ...`: a review in the terminal, entry by entry as in the window.

mod show;

use std::path::PathBuf;

use super::{
    Failed, Session,
    classify::images,
    differential::{Counting, Figures, Lab},
};
use crate::{
    device,
    domain::{
        config::DeviceChoice,
        review::{
            cell::CellId,
            entry::{Ruled, Verdict, What},
            view::CellView,
        },
    },
    eval::{
        predict::Predictor,
        reviewing::{self, Begun, Cells},
    },
    fault::{Failure, path_text},
    progress::{Event, Observer as _},
    store::case_dir,
};

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
    Rules(Rules),
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
            Command::Rules(command) => command.run(session),
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
    /// A class by its name, alias or letter; `confirm` for the suggested one, `not-classed` for none,
    /// `unidentified` to have it looked at again
    class: String,
    /// Why
    #[arg(long, default_value = "")]
    why: String,
}

/// Say what the lab's ranges and the counter's white cell count are, in place of what the session began with
#[derive(clap::Args)]
struct Rules {
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    rules: Figures,
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
        let begun = Begun {
            model: &self.model,
            who: &self.who,
            name: &self.name,
            sources: self.paths.iter().map(|path| path_text::of(path)).collect(),
            ruled: Ruled { rules: self.lab.figures.rules(), wbc: self.lab.figures.wbc },
        };
        let wanted = self.counting.of(files);
        let open = reviewing::begin(&self.out, &begun, &model, Cells::Asked(&wanted), session.watch());
        session.observer.finish();
        show::summary(&open?, session)
    }
}

impl Add {
    fn run(self, session: &Session) -> Result<(), Failed> {
        let files = images(&self.paths, session)?;
        let mut open = opened(&self.at, session)?;
        let case = open.case().clone();
        let model = Predictor::load(&case.model.id, &device::choose(&self.device)?)?.with_classes(&case.occurring)?;
        let wanted = self.counting.of(files);
        let ended = reviewing::extend(&mut open, &model, Cells::Asked(&wanted), &self.at.who, session.watch());
        session.observer.finish();
        ended?;
        show::summary(&open, session)
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
                "unidentified" => Verdict::Unidentified,
                class => Verdict::Reclassify(open.case().choice(class).map_err(|why| {
                    Failure::new("nothing was decided", why, "or say confirm, unidentified, or not-classed")
                })?),
            };
            let cells = [cell(open, &self.cell)?];
            Ok(open.view().decision(&cells, verdict, open.case().model.weights, &self.why))
        })
    }
}

impl Rules {
    fn run(self, session: &Session) -> Result<(), Failed> {
        let ruled = Ruled { rules: self.rules.rules(), wbc: self.rules.wbc };
        enter(&self.at, session, |_| Ok(What::Ruled(Box::new(ruled))))
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
