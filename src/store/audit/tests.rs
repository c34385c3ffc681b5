//! Logs that were torn, changed byte by byte, shortened and put together anew.

use super::*;
use crate::domain::review::{case::example::at, cell::CellId, entry::What};

fn head() -> ContentHash {
    ContentHash::of(b"head")
}

fn note(n: u64, before: ContentHash) -> Entry {
    let what = What::Note { cell: CellId(head()), text: format!("remark {n}, „gut“") };
    Entry { n, at: at(n as i64), who: "Ada".to_owned(), what, before }
}

fn written(entries: usize) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("entries.jsonl");
    let mut log = Appender::open(&path, &read(&path, head()).unwrap()).unwrap();
    for _ in 0..entries {
        log.append(1, |_, n, before| note(n, before)).unwrap();
    }
    (folder, path)
}

#[test]
fn entries_come_back_and_more_are_appended() {
    let (_folder, path) = written(3);
    let log = read(&path, head()).unwrap();
    assert_eq!((log.entries.len(), log.torn, &log.flaw), (3, 0, &None));
    let mut open = Appender::open(&path, &log).unwrap();
    assert_eq!(open.append(2, |_, n, before| note(n, before)).unwrap().len(), 2);
    let log = read(&path, head()).unwrap();
    assert_eq!(log.entries.iter().map(|entry| entry.n).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(open.next(), (6, log.hash));
}

#[test]
fn nothing_is_appended_behind_what_something_else_wrote() {
    let (_folder, path) = written(2);
    let mut open = Appender::open(&path, &read(&path, head()).unwrap()).unwrap();
    let mut other = OpenOptions::new().append(true).open(&path).unwrap();
    other.write_all(b"by hand\n").unwrap();
    let before = std::fs::read(&path).unwrap();
    let why = open.append(1, |_, n, before| note(n, before)).unwrap_err();
    assert!(why.to_string().contains("something else wrote into it"), "{why}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_torn_last_line_is_cut_wherever_it_broke_off() {
    let (_folder, path) = written(3);
    let whole = std::fs::read(&path).unwrap();
    let two = parse(&whole, head()).length as usize - whole.split_inclusive(|b| *b == b'\n').next_back().unwrap().len();
    for end in two + 1..whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        let log = read(&path, head()).unwrap();
        assert_eq!((log.entries.len(), log.torn as usize, &log.flaw), (2, end - two, &None), "{end}");
        let mut open = Appender::open(&path, &log).unwrap();
        open.append(1, |_, n, before| note(n, before)).unwrap();
        let log = read(&path, head()).unwrap();
        assert_eq!((log.entries.len(), log.torn, log.flaw), (3, 0, None));
    }
}

/// Every bit of the file is turned, one after the other.
#[test]
fn any_flipped_bit_is_found_and_its_line_named() {
    let (_folder, path) = written(3);
    let whole = std::fs::read(&path).unwrap();
    let mut line = 1;
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[place] ^= 1 << bit;
            let flaw = parse(&changed, head()).flaw.unwrap_or_else(|| panic!("byte {place}, bit {bit}"));
            assert_eq!(flaw.line, line, "byte {place}, bit {bit}: {flaw:?}");
        }
        line += usize::from(whole[place] == b'\n');
    }
}

#[test]
fn lines_that_go_come_or_change_places_are_found() {
    let (_folder, path) = written(4);
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let flaw = |order: &[usize]| {
        let text: String = order.iter().map(|at| lines[*at]).collect();
        parse(text.as_bytes(), head()).flaw.map(|flaw| flaw.line)
    };
    assert_eq!(flaw(&[0, 1, 2, 3]), None);
    assert_eq!((flaw(&[0, 2, 3]), flaw(&[0, 1, 1, 2, 3]), flaw(&[1, 0, 2, 3])), (Some(2), Some(3), Some(1)));
    let other = parse(text.as_bytes(), ContentHash::of(b"another head")).flaw.unwrap();
    assert_eq!(other.line, 1, "a log belongs to its session");
}

#[test]
fn a_damaged_log_is_not_written_to() {
    let (_folder, path) = written(2);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[30] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let log = read(&path, head()).unwrap();
    assert!(matches!(Appender::open(&path, &log), Err(StoreError::Damaged { why, .. }) if why.starts_with("line 1: ")));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}
