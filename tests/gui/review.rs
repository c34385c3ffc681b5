//! The Review page: a hundred cells by keyboard alone to a signature, what follows it, a second reader, letters, a session
//! begun from classified images.

use std::path::{Path, PathBuf};

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use leukoscope::{
    app::{Page, Setup, pages::review::Open},
    domain::{
        hash::ContentHash,
        review::{
            cell::CellId,
            entry::{Bin, Verdict, What},
            view::{CellView, State},
        },
    },
    store::{
        case_dir::{self, Session},
        preferences::{self, Preferences, Reviewing},
    },
};
use tempfile::TempDir;

use crate::{
    common::{Driven, click, command, drop_files, slide, slides, start, state, wait, window},
    sessions::{self, truth},
};

/// A session of so many cells.
fn begun(cells: usize) -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("S-17");
    drop(sessions::begin(&folder, &slides(), cells));
    (place, folder)
}

/// The window with a session open and a person whose name it knows.
fn opened(folder: &Path) -> (TempDir, Driven) {
    let place = tempfile::tempdir().unwrap();
    let reviewing = Reviewing { who: "Grace".to_owned(), ..Reviewing::default() };
    let kept = Preferences { reviewing, notice_read: true, ..Preferences::default() };
    preferences::save(place.path(), &kept).unwrap();
    let (config, outputs) = (Some(place.path().to_owned()), place.path().join("outputs"));
    let mut harness = start(Setup { config, outputs, open: vec![folder.to_owned()], ..Setup::default() });
    wait(&mut harness, "the session", |state| state.review.open.is_some());
    (place, harness)
}

fn open(harness: &Driven) -> &Open {
    state(harness).review.open.as_ref().unwrap()
}

/// Presses a key alone.
fn key(harness: &mut Driven, key: Key) {
    harness.key_press(key);
    harness.run_steps(2);
}

/// The key of a class.
fn key_of(harness: &Driven, class: &str) -> Key {
    Key::from_name(&open(harness).letters.letter(class).unwrap().to_string()).unwrap()
}

/// Waits until all that was entered is on the disk.
fn written(harness: &mut Driven) {
    wait(harness, "the disk", |state| state.review.open.as_ref().is_some_and(|open| open.writing() == 0));
}

/// What the cell that is shown really is.
fn shown(harness: &Driven) -> &'static str {
    let cursor = open(harness).cursor.unwrap();
    truth((0..100).find(|n| sessions::id(*n) == cursor).unwrap())
}

/// Takes a command from the list, by its words.
fn choose(harness: &mut Driven, words: &str) {
    command(harness, Key::K);
    harness.get_by_label("Type a command").type_text(words);
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
}

/// Goes through the whole session as a person would who knows every cell.
fn review(harness: &mut Driven) -> usize {
    for presses in 0..200 {
        let cell = open(harness).current().unwrap();
        if cell.state != State::Suggested {
            return presses;
        }
        let right = cell.bin == Bin::Class(shown(harness).to_owned());
        let pressed = if right { Key::Space } else { key_of(harness, shown(harness)) };
        key(harness, pressed);
    }
    panic!("the review never came to its end");
}

#[test]
fn a_hundred_cells_are_reviewed_and_signed_by_keyboard_alone() {
    let (_place, folder) = begun(100);
    let (_config, mut harness) = opened(&folder);
    assert_eq!(state(&harness).page, Page::Review);
    assert_eq!(open(&harness).missing().unidentified, 12);
    assert_eq!(open(&harness).current().unwrap().bin, Bin::Unidentified, "what waits comes first");

    // A wrong key is taken back, and nothing is lost of what was before.
    let first = open(&harness).cursor;
    key(&mut harness, Key::X);
    assert_ne!(open(&harness).cursor, first, "the next one that waits");
    key(&mut harness, Key::Z);
    assert_eq!((open(&harness).cursor, open(&harness).current().unwrap().state), (first, State::Suggested));
    command(&mut harness, Key::Y);
    assert_eq!(open(&harness).present().cell(first.unwrap()).unwrap().bin, Bin::NotClassed);
    command(&mut harness, Key::Z);
    assert!(harness.get_by_label("Sign").accesskit_node().is_disabled(), "there is much left to do");

    // A note, and back to the cells.
    key(&mut harness, Key::Enter);
    harness.get_by_label("Note").type_text("vacuoles");
    harness.run_steps(2);
    key(&mut harness, Key::Enter);
    assert_eq!(open(&harness).current().unwrap().note.as_deref(), Some("vacuoles"));

    assert_eq!(review(&mut harness), 100, "one press a cell");
    let tally = &open(&harness).tally;
    assert_eq!((tally.unidentified, tally.unseen, tally.reviewed.nrbc), (0, 0, Some(13)));
    assert_eq!((tally.reviewed.platelets, tally.reviewed.leukocytes), (Some(12), 75));
    assert!(harness.query_by_label_contains("Nothing is missing").is_some());
    choose(&mut harness, "sign");
    wait(&mut harness, "the signature", |state| {
        state.review.open.as_ref().is_some_and(|open| open.present().signed().is_some())
    });
    assert!(harness.query_all_by_label_contains("signed by Grace on").count() > 0);

    // What was signed is only read.
    let before = open(&harness).present().entries();
    for pressed in [Key::N, Key::X, Key::Z, Key::Space] {
        key(&mut harness, pressed);
    }
    assert_eq!(open(&harness).present().entries(), before);
    written(&mut harness);
    drop(harness);
    let session = Session::open_to_read(&folder).unwrap();
    assert_eq!(session.view().signed().unwrap().who, "Grace");
    let all_right = session.view().cells().iter().enumerate().all(|(n, cell)| cell.bin.class() == Some(truth(n)));
    assert!(all_right && case_dir::verify(&folder).unwrap().flaws.is_empty() && folder.join("signed-1.ron").exists());
}

#[test]
fn a_signed_result_is_amended_with_a_reason_and_the_first_version_stays_readable() {
    let (_place, folder) = begun(12);
    let mut session = Session::open(&folder).unwrap();
    let cells: Vec<CellId> = session.view().cells().iter().map(CellView::id).collect();
    let held = session.view().cells().iter().filter(|cell| cell.bin == Bin::Unidentified).map(CellView::id);
    let what = session.view().decision(&held.collect::<Vec<_>>(), Verdict::NotClassed, ContentHash([0; 32]), "");
    for what in [what, What::Seen { cells }, What::Signed] {
        session.enter("Ada", what).unwrap();
    }
    drop(session);
    let (_config, mut harness) = opened(&folder);
    click(&mut harness, "Amend…");
    harness.get_by_label("Reason").type_text("one more look");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    wait(&mut harness, "the new version", |state| {
        state.review.open.as_ref().is_some_and(|open| open.present().versions().len() == 2)
    });
    let (cursor, before) = (open(&harness).cursor.unwrap(), open(&harness).current().unwrap().bin.clone());
    key(&mut harness, Key::X);
    assert_eq!(open(&harness).view().cell(cursor).unwrap().bin, Bin::NotClassed);
    click(&mut harness, "Sign");
    wait(&mut harness, "the second signature", |state| {
        state.review.open.as_ref().is_some_and(|open| open.present().signed().is_some())
    });
    click(&mut harness, "Version 2 of 2");
    harness.get_by_label_contains("Version 1, signed by Ada").click();
    harness.run_steps(3);
    assert_eq!(open(&harness).past.as_ref().map(|past| past.number), Some(1));
    assert_eq!(open(&harness).view().cell(cursor).unwrap().bin, before, "as it was signed then");
    click(&mut harness, "The present version");
    assert_eq!(open(&harness).view().cell(cursor).unwrap().bin, Bin::NotClassed);
}

#[test]
fn a_second_window_reads_and_an_edited_file_is_announced_and_left_alone() {
    let (_place, folder) = begun(10);
    let other = Session::open(&folder).unwrap();
    let (_config, mut harness) = opened(&folder);
    assert!(harness.query_all_by_label_contains("Another window has it open").count() > 0);
    let before = open(&harness).present().clone();
    key(&mut harness, Key::N);
    assert_eq!(*open(&harness).present(), before);
    drop(other);
    click(&mut harness, "Read it again");
    wait(&mut harness, "the lock", |state| state.review.open.as_ref().is_some_and(|open| open.reads_only.is_none()));
    key(&mut harness, Key::N);
    written(&mut harness);
    click(&mut harness, "Close the session");
    let log = folder.join(case_dir::ENTRIES);
    let edited = std::fs::read_to_string(&log).unwrap().replacen("eosinophil", "neutrophil", 1);
    std::fs::write(&log, &edited).unwrap();
    wait(&mut harness, "the list", |state| !state.review.recents.is_empty());
    harness.get_all_by_label_contains("S-17").next().unwrap().click();
    wait(&mut harness, "the flaw", |state| state.review.opening.failure().is_some());
    assert!(harness.query_all_by_label_contains("of the session's log is not as it was written").count() > 0);
    assert_eq!(std::fs::read_to_string(&log).unwrap(), edited);
}

#[test]
fn a_class_gets_another_letter_which_is_kept() {
    let (_place, folder) = begun(10);
    let (_config, mut harness) = opened(&folder);
    harness.get_by_label_contains("Monocyte: 1 cell").click();
    harness.run_steps(3);
    harness.get_by_label("New key").type_text("4");
    harness.run_steps(3);
    assert_eq!(open(&harness).letters.letter("monocyte"), Some('4'));
    assert_eq!(state(&harness).settings.preferences.reviewing.letters.letter("monocyte"), Some('4'));
    assert!(harness.query_by_label_contains("Monocyte: 1 cell, key 4").is_some());
    let cell = open(&harness).cursor.unwrap();
    key(&mut harness, Key::Num4);
    assert_eq!(open(&harness).present().cell(cell).unwrap().bin.class(), Some("monocyte"));
    // All of a class at once.
    command(&mut harness, Key::A);
    assert_eq!(open(&harness).chosen(), open(&harness).gallery().unwrap().cells.len());
}

#[test]
fn classified_images_become_a_session() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    drop_files(&mut harness, &[slide("eosinophil"), slide("platelet"), slide("ig")]);
    wait(&mut harness, "three slides", |state| state.classify.items.len() == 3 && state.classify.running.is_empty());
    click(&mut harness, "Review these cells…");
    harness.get_by_role_and_label(Role::TextInput, "Your name").type_text("Ada");
    harness.run_steps(2);
    click(&mut harness, "Begin");
    wait(&mut harness, "the session", |state| state.review.open.is_some());
    let review = open(&harness);
    assert_eq!((review.view().cells().len(), review.case.who.as_str()), (3, "Ada"));
    assert_eq!(review.case.model.id, "mobilenet");
}
