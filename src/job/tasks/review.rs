//! Review sessions at a job's place: begun, opened, written into, listed and reported.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use time::OffsetDateTime;

use crate::{
    domain::{
        config::DeviceChoice,
        occurring::Occurring,
        prediction::Classified,
        review::{
            case::Case,
            entry::{Entry, Ruled, What},
        },
    },
    eval::{
        reviewing::{self, Begun, Cells},
        suggest,
    },
    fault::{Failure, Halt, path_text},
    job::desk::Desk,
    progress::Watch,
    report::{self, Place},
    store::{
        case_dir::{self, Found, Session},
        run_dir,
    },
};

/// A session that jobs write into one after the other. The window hands it on and never looks into it.
#[derive(Clone, Debug)]
pub struct Kept(Arc<Mutex<Session>>);

/// A session as it was when it was opened.
#[derive(Debug)]
pub struct Opened {
    pub kept: Kept,
    pub folder: PathBuf,
    pub case: Case,
    pub entries: Vec<Entry>,
    /// Why nothing can be written, in words.
    pub reads_only: Option<String>,
    /// Bytes of a broken-off write that were cut off.
    pub cut: u64,
    /// Signed results beside the log that are not as they were written.
    pub flaws: Vec<Found>,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub folder: PathBuf,
    pub case: Case,
    pub is_signed: bool,
}

/// What a session in the window is begun with.
#[derive(Clone, Debug, PartialEq)]
pub struct Beginning {
    /// Where its folder is made.
    pub below: PathBuf,
    pub name: String,
    pub who: String,
    pub model: String,
    pub occurring: Occurring,
    /// As the model answered.
    pub cells: Vec<Classified>,
    pub device: DeviceChoice,
    pub ruled: Ruled,
}

impl Opened {
    fn of(session: Session) -> Result<Self, Failure> {
        let flaws = case_dir::verify(session.folder())?.flaws;
        Ok(Self {
            folder: session.folder().to_owned(),
            case: session.case().clone(),
            entries: session.entries().to_vec(),
            reads_only: session.reads_only().map(str::to_owned),
            cut: session.cut(),
            flaws,
            kept: Kept(Arc::new(Mutex::new(session))),
        })
    }
}

impl Kept {
    /// Enters what was done at a time; `first` is the number that its first entry is to have.
    ///
    /// # Errors
    /// [`Failure`] where an entry before it could not be written, or as [`Session::enter_at`].
    pub fn enter(&self, first: u64, who: &str, at: OffsetDateTime, all: Vec<What>) -> Result<Vec<Entry>, Failure> {
        // Only jobs of one lane come here, and none that broke off leaves half an entry.
        let mut session = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if session.entries().len() as u64 + 1 != first {
            let (what, why) = ("nothing was entered into the session", "an entry before it could not be written");
            return Err(Failure::new(what, why, "do it again").at(session.folder()));
        }
        session.enter_at(who, at, all).map(<[Entry]>::to_vec)
    }
}

/// Opens a session, for writing where nobody else does.
///
/// # Errors
/// As [`Session::open`].
pub fn open(folder: &Path) -> Result<Opened, Failure> {
    Opened::of(Session::open(folder)?)
}

/// Begins a session with a model's word on images.
///
/// # Errors
/// [`Halt`] when it was stopped, there is no such model or image, or the disk refuses.
pub fn begin(asked: &Beginning, desk: &Desk<'_>) -> Result<Opened, Halt> {
    if asked.cells.is_empty() {
        let why = "no cell was classified that counts";
        return Err(Failure::new("no session was begun", why, "classify images first").into());
    }
    let model = desk.model_among(&asked.model, &asked.device, &asked.occurring)?;
    let folder = run_dir::free(&asked.below, &folder_name(&asked.name));
    let mut sources: Vec<String> = asked.cells.iter().map(|cell| path_text::of(&cell.path)).collect();
    sources.dedup();
    let (name, who) = (asked.name.as_str(), asked.who.as_str());
    let begun = Begun { model: &asked.model, who, name, sources, ruled: asked.ruled.clone() };
    let watch = Watch { observer: desk.observer, stop: desk.stop };
    let cells = asked.cells.iter().cloned().map(|cell| suggest::suggestion(&model.card().classes, cell)).collect();
    Ok(Opened::of(reviewing::begin(&folder, &begun, &model, Cells::Answered(cells), watch)?)?)
}

/// A name for a folder that every system takes.
fn folder_name(name: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() || "-_. ".contains(letter) { letter } else { '-' };
    let name: String = name.trim().chars().map(plain).take(60).collect();
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() { "session".to_owned() } else { name.to_owned() }
}

/// The sessions below a folder and those that lie elsewhere and are still there, the newest first.
#[must_use]
pub fn list(below: &Path, elsewhere: &[PathBuf]) -> Vec<Listed> {
    let here = fs::read_dir(below).into_iter().flatten().flatten().map(|entry| entry.path());
    let apart = elsewhere.iter().filter(|folder| folder.parent() != Some(below)).cloned();
    let all = here.chain(apart).filter_map(|folder| {
        let case = run_dir::read_ron(&folder.join(case_dir::CASE)).ok()?;
        let is_signed = case_dir::is_signed(&folder);
        Some(Listed { folder, case, is_signed })
    });
    let mut all: Vec<Listed> = all.collect();
    all.sort_by_key(|of| std::cmp::Reverse(of.case.created));
    all
}

/// Writes everything of a session as it stands into a new folder below this one; answers the paper.
///
/// # Errors
/// [`Halt`] when it was stopped, or a file cannot be read or written.
pub fn report(session: &Path, below: &Path, desk: &Desk<'_>) -> Result<PathBuf, Halt> {
    let open = Session::open_to_read(session)?;
    let folder = run_dir::free(below, &folder_name(&format!("review {}", open.case().title())));
    let watch = Watch { observer: desk.observer, stop: desk.stop };
    let to = Place::new(&folder, false);
    report::session::write_session(to, open.case(), open.entries(), &open.hash(), watch)?;
    Ok(folder.join(report::PAPER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            hash::ContentHash,
            review::{
                case::example::{at, case},
                cell::CellId,
            },
        },
        job::desk::tests::at_a_desk,
    };

    #[test]
    fn entries_are_written_in_their_order_alone_and_a_report_of_them_is_found() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("S-17");
        drop(Session::create(&folder, &case()).unwrap());
        let opened = open(&folder).unwrap();
        assert!(opened.reads_only.is_none() && open(&folder).unwrap().reads_only.is_some());
        let ruled = || vec![What::Ruled(Box::default())];
        assert_eq!(opened.kept.enter(1, "Ada", at(9), ruled()).unwrap()[0].n, 1);
        assert!(opened.kept.enter(3, "Ada", at(9), ruled()).unwrap_err().why.contains("an entry before it"));
        let note = What::Note { cell: CellId(ContentHash([1; 32])), text: "of nothing".to_owned() };
        assert!(opened.kept.enter(2, "Ada", at(9), vec![note]).is_err());
        assert_eq!(opened.kept.enter(2, "Ada", at(9), ruled()).unwrap()[0].n, 2);
        let paper = at_a_desk(|desk| report(&folder, place.path(), desk)).unwrap();
        assert!(paper.is_file() && paper.with_file_name(report::session::FHIR).is_file());
        let listed = list(place.path(), &[]);
        assert_eq!((listed.len(), listed[0].is_signed, listed[0].case.title()), (1, false, "S-17"));
    }

    #[test]
    fn a_session_s_name_is_a_folder_on_any_system() {
        assert_eq!(folder_name(" S-17/4: \"blood\" "), "S-17-4- -blood-");
        assert_eq!((folder_name(".."), folder_name("血液 7")), ("session".to_owned(), "血液 7".to_owned()));
    }
}
