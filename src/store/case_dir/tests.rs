//! A session on the disk: opened again, read by a second window, signed, changed behind its back.

use super::*;
use crate::domain::review::{
    case::example::case,
    cell::{CellId, Source},
    entry::{Suggested, Verdict},
};

fn id(n: u8) -> CellId {
    CellId(ContentHash([n; 32]))
}

fn suggested(n: u8) -> What {
    What::Suggested(Box::new(Suggested {
        cell: id(n),
        source: Source::File(format!("{n}.png")),
        class: Some("neutrophil".to_owned()),
        confidence: Some(0.99),
        probabilities: vec![0.01, 0.99],
        flags: Vec::new(),
        refused: None,
        doubtful: false,
    }))
}

/// A session of three cells in a folder of its own.
fn begun() -> (tempfile::TempDir, PathBuf, Session) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("session");
    let mut session = Session::create(&folder, &case()).unwrap();
    let now = OffsetDateTime::now_utc();
    assert_eq!(session.enter_at("Ada", now, vec![suggested(1), suggested(2), suggested(3)]).unwrap().len(), 3);
    (place, folder, session)
}

fn sign(session: &mut Session) {
    session.enter("Ada", What::Seen { cells: vec![id(1), id(2), id(3)] }).unwrap();
    session.enter("Ada", What::Signed).unwrap();
}

#[test]
fn a_session_comes_back_as_it_was_left() {
    let (_place, folder, mut session) = begun();
    let what = session.view().decision(&[id(2)], Verdict::NotClassed, case().model.weights, "torn");
    assert_eq!(session.enter("Ada", what).unwrap().n, 4);
    let (view, entries) = (session.view().clone(), session.entries().to_vec());
    drop(session);
    let again = Session::open(&folder).unwrap();
    assert_eq!((again.view(), again.entries(), again.case()), (&view, entries.as_slice(), &case()));
    assert_eq!((again.reads_only(), again.cut()), (None, 0));
    assert!(Session::create(&folder, &case()).unwrap_err().to_string().contains("lies in its folder"));
}

#[test]
fn a_second_window_reads_until_the_first_is_closed() {
    let (_place, folder, mut first) = begun();
    let mut second = Session::open(&folder).unwrap();
    assert!(second.reads_only().unwrap().contains("another window"));
    assert_eq!(second.view().cells().len(), 3);
    let seen = What::Seen { cells: vec![id(1)] };
    assert!(second.enter("Bob", seen.clone()).unwrap_err().to_string().contains("only read"));
    first.enter("Ada", seen.clone()).unwrap();
    drop(first);
    let mut third = Session::open(&folder).unwrap();
    assert_eq!(third.enter("Bob", seen).unwrap().n, 5);
}

#[test]
fn a_signed_session_is_read_only_and_a_new_version_leaves_the_first_readable() {
    let (_place, folder, mut session) = begun();
    assert!(session.enter("Ada", What::Signed).unwrap_err().to_string().contains("not looked at"));
    sign(&mut session);
    let first: SignedResult = run_dir::read_ron(&folder.join("signed-1.ron")).unwrap();
    assert_eq!((first.who.as_str(), first.version, first.reviewed.leukocytes), ("Ada", 1, 3));
    let why = session.enter("Bob", What::Note { cell: id(1), text: "x".to_owned() }).unwrap_err().to_string();
    assert!(why.contains("signed by Ada"), "{why}");
    session.enter("Bob", What::Amended { reason: "a band form".to_owned() }).unwrap();
    let what = session.view().decision(&[id(1)], Verdict::Reclassify("ig".to_owned()), case().model.weights, "");
    session.enter("Bob", what).unwrap();
    session.enter("Bob", What::Signed).unwrap();
    assert_eq!(run_dir::read_ron::<SignedResult>(&folder.join("signed-1.ron")).unwrap(), first);
    let second: SignedResult = run_dir::read_ron(&folder.join("signed-2.ron")).unwrap();
    assert_eq!((second.reason.as_str(), second.reviewed.share("ig").unwrap().count), ("a band form", 1));
    assert_eq!(verify(&folder).unwrap().flaws, []);
    // A kill between the signature and its file leaves the file to the next time.
    drop(session);
    fs::remove_file(folder.join("signed-2.ron")).unwrap();
    drop(Session::open(&folder).unwrap());
    assert_eq!(run_dir::read_ron::<SignedResult>(&folder.join("signed-2.ron")).unwrap(), second);
}

#[test]
fn any_edit_of_a_signed_session_shows() {
    let (_place, folder, mut session) = begun();
    sign(&mut session);
    drop(session);
    let flaws = || verify(&folder).unwrap().flaws.into_iter().map(|found| (found.file, found.line)).collect::<Vec<_>>();
    assert_eq!(flaws(), []);
    let change = |file: &str, from: &str, to: &str| {
        let (path, text) = (folder.join(file), fs::read_to_string(folder.join(file)).unwrap());
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        text
    };
    let log = change(ENTRIES, "\"who\":\"Ada\"", "\"who\":\"Bob\"");
    assert_eq!(flaws()[0], (ENTRIES.to_owned(), Some(1)));
    assert!(Session::open(&folder).unwrap_err().to_string().starts_with("line 1 of"));
    // Without its last lines the log holds together, but not with what was signed.
    let shorter: String = log.split_inclusive('\n').take(4).collect();
    fs::write(folder.join(ENTRIES), shorter).unwrap();
    assert_eq!(flaws(), [("signed-1.ron".to_owned(), None)]);
    fs::write(folder.join(ENTRIES), &log).unwrap();
    let case = change(CASE, "S-17", "S-18");
    assert_eq!(flaws()[0], (ENTRIES.to_owned(), Some(1)));
    fs::write(folder.join(CASE), case).unwrap();
    change("signed-1.ron", "leukocytes: 3", "leukocytes: 4");
    assert_eq!(flaws(), [("signed-1.ron".to_owned(), None)]);
}

#[test]
fn a_torn_line_is_cut_when_the_session_is_opened() {
    let (_place, folder, session) = begun();
    drop(session);
    let mut log = fs::read(folder.join(ENTRIES)).unwrap();
    let whole = log.len();
    log.extend(b"{\"n\":4,\"at\":\"20");
    fs::write(folder.join(ENTRIES), &log).unwrap();
    let verified = verify(&folder).unwrap();
    assert_eq!((verified.torn, verified.flaws.len()), (15, 0));
    let session = Session::open(&folder).unwrap();
    assert_eq!((session.cut(), session.entries().len()), (15, 3));
    assert_eq!(fs::metadata(folder.join(ENTRIES)).unwrap().len() as usize, whole);
}

#[cfg(unix)]
#[test]
fn what_is_no_session_is_said() {
    let place = tempfile::tempdir().unwrap();
    let why = Session::open(place.path()).unwrap_err().to_string();
    assert!(why.contains("the session could not be opened") && !is_session(place.path()), "{why}");
}
