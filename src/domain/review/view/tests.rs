//! A session as people work through it: decisions, undo, signature, a second version.

use super::*;
use crate::domain::{
    differential::{Flag, Range},
    review::{
        case::example::{at, case},
        cell::Source,
        obstacle::obstacle,
        tally::Tally,
    },
};

fn id(n: u8) -> CellId {
    CellId(ContentHash([n; 32]))
}

fn suggested(n: u8, class: &str, confidence: f32) -> What {
    What::Suggested(Box::new(Suggested {
        cell: id(n),
        source: Source::File(format!("{n}.png")),
        class: Some(class.to_owned()),
        confidence: Some(confidence),
        probabilities: Vec::new(),
        flags: Vec::new(),
        refused: None,
        doubtful: confidence < 0.8,
    }))
}

fn refused(n: u8) -> What {
    let What::Suggested(of) = suggested(n, "ig", 0.9) else { unreachable!() };
    What::Suggested(Box::new(Suggested { class: None, refused: Some("a black sheet".to_owned()), ..*of }))
}

/// Entries as a session appends them: what may not be entered is told.
#[derive(Default)]
struct Log {
    entries: Vec<Entry>,
    view: View,
}

impl Log {
    fn try_add(&mut self, what: What) -> Result<u64, String> {
        if let Some(why) = obstacle(&self.view, "Ada", &what) {
            return Err(why);
        }
        let n = self.entries.len() as u64 + 1;
        let before = ContentHash([n as u8; 32]);
        self.entries.push(Entry { n, at: at(n as i64), who: "Ada".to_owned(), what, before });
        self.view.apply(self.entries.last().unwrap());
        Ok(n)
    }

    fn add(&mut self, what: What) -> u64 {
        self.try_add(what).unwrap()
    }

    fn decide(&mut self, cells: &[u8], verdict: Verdict) -> u64 {
        let cells: Vec<CellId> = cells.iter().map(|n| id(*n)).collect();
        let what = self.view.decision(&cells, verdict, case().model.weights, "");
        self.add(what)
    }

    fn stands(&self, n: u8) -> (State, &str) {
        let cell = self.view.cell(id(n)).unwrap();
        (cell.state, cell.bin.title())
    }
}

fn to(class: &str) -> Verdict {
    Verdict::Reclassify(class.to_owned())
}

/// Five cells: two sure, one doubtful, one refused, one red.
fn begun() -> Log {
    let mut log = Log::default();
    for what in [
        suggested(1, "neutrophil", 0.99),
        suggested(2, "lymphocyte", 0.9),
        suggested(3, "monocyte", 0.6),
        refused(4),
        suggested(5, "erythroblast", 0.95),
    ] {
        log.add(what);
    }
    log
}

#[test]
fn doubtful_and_refused_cells_wait_and_the_sure_ones_stand_where_the_model_puts_them() {
    let log = begun();
    assert_eq!([1, 3, 4].map(|n| log.stands(n).1), ["Neutrophil", "Unidentified", "Unidentified"]);
    let tally = Tally::of(&case(), &log.view);
    assert_eq!((tally.cells, tally.held, tally.refused, tally.unidentified, tally.unseen), (5, 1, 1, 2, 5));
    assert_eq!((tally.suggested.leukocytes, tally.suggested.nrbc), (2, Some(1)));
    assert_eq!(tally.suggested, tally.reviewed);
}

#[test]
fn decisions_move_cells_and_keep_the_suggestion() {
    let mut log = begun();
    log.decide(&[1], Verdict::Confirm);
    log.decide(&[2, 3], to("monocyte"));
    log.decide(&[4], Verdict::NotClassed);
    assert_eq!(log.stands(1), (State::Confirmed, "Neutrophil"));
    assert_eq!(log.stands(2), (State::Reclassified, "Monocyte"));
    assert_eq!(log.stands(3), (State::Confirmed, "Monocyte"), "what the model had suggested, too");
    assert_eq!(log.stands(4), (State::NotClassed, "Not classed"));
    let cell = log.view.cell(id(2)).unwrap();
    assert_eq!(
        (cell.suggested.class.as_deref(), cell.decided.as_ref().unwrap().who.as_str()),
        (Some("lymphocyte"), "Ada")
    );
    let What::Decided(of) = &log.entries[6].what else { panic!() };
    let from: Vec<&Bin> = of.cells.iter().map(|moved| &moved.from).collect();
    assert_eq!(
        (from, of.cells[1].confidence),
        (vec![&Bin::Class("lymphocyte".to_owned()), &Bin::Unidentified], Some(0.6))
    );
    let tally = Tally::of(&case(), &log.view);
    assert_eq!((tally.reviewed.leukocytes, tally.suggested.leukocytes), (3, 2));
    assert_eq!((tally.reclassified, tally.confirmed, tally.not_classed), (1, 2, 1));
}

#[test]
fn undo_and_redo_append_and_take_back_a_whole_step() {
    let mut log = begun();
    let first = log.decide(&[2], to("neutrophil"));
    let both = log.decide(&[1, 2], to("basophil"));
    let before = log.entries.len();
    assert_eq!(log.view.history().next_undo(), Some(both));
    log.add(What::Undo { entry: both });
    assert_eq!((log.stands(1).1, log.stands(2).1), ("Neutrophil", "Neutrophil"));
    assert_eq!(log.view.history().next_redo(), Some(both));
    log.add(What::Redo { entry: both });
    assert_eq!((log.stands(1).1, log.stands(2).1), ("Basophil", "Basophil"));
    log.add(What::Undo { entry: first });
    assert_eq!(log.stands(2).1, "Basophil", "the later decision holds");
    log.add(What::Undo { entry: both });
    assert_eq!((log.stands(1).0, log.stands(2).1), (State::Suggested, "Lymphocyte"));
    assert_eq!(log.entries.len(), before + 4, "nothing is deleted");
    assert!(log.view.cell(id(2)).unwrap().seen, "what was seen stays seen");
    log.decide(&[1], Verdict::Confirm);
    assert!(log.try_add(What::Redo { entry: both }).is_err(), "more was done since");
    assert!(log.try_add(What::Undo { entry: both }).is_err(), "it was taken back already");
    assert!(log.try_add(What::Undo { entry: 1 }).is_err(), "a suggestion is no step");
}

#[test]
fn a_note_is_a_step_too() {
    let mut log = begun();
    let note = log.add(What::Note { cell: id(1), text: "smudged".to_owned() });
    assert_eq!(log.view.cell(id(1)).unwrap().note.as_deref(), Some("smudged"));
    log.add(What::Undo { entry: note });
    assert_eq!(log.view.cell(id(1)).unwrap().note, None);
}

#[test]
fn a_result_is_signed_when_nothing_is_missing_and_is_read_only_then() {
    let mut log = begun();
    let missing = log.view.what_is_missing();
    assert_eq!((missing.unidentified, missing.unseen), (2, 5));
    let why = log.try_add(What::Signed).unwrap_err();
    assert!(why.contains("2 cells in Unidentified") && why.contains("5 cells were not looked at"), "{why}");
    log.decide(&[3], Verdict::Confirm);
    log.decide(&[4], Verdict::NotClassed);
    log.add(What::Seen { cells: vec![id(1), id(2)] });
    assert_eq!(log.view.what_is_missing().words(), ["1 cell was not looked at"]);
    log.add(What::Seen { cells: vec![id(5)] });
    assert_eq!(log.view.status(), Status::Preliminary);
    let signed = log.add(What::Signed);
    assert_eq!((log.view.status(), log.view.signed().unwrap().n), (Status::Final, signed));
    for what in [
        What::Note { cell: id(1), text: String::new() },
        What::Seen { cells: vec![id(1)] },
        What::Undo { entry: 6 },
        What::Signed,
        suggested(9, "ig", 0.9),
    ] {
        assert!(log.try_add(what).unwrap_err().contains("signed by Ada on"));
    }
}

#[test]
fn a_second_version_needs_its_reason_and_the_first_stays_readable() {
    let mut log = Log::default();
    log.add(suggested(1, "neutrophil", 0.99));
    assert!(log.try_add(What::Amended { reason: "x".to_owned() }).unwrap_err().contains("not signed"));
    let confirmed = log.decide(&[1], Verdict::Confirm);
    log.add(What::Signed);
    assert!(log.try_add(What::Amended { reason: " ".to_owned() }).unwrap_err().contains("its reason"));
    log.add(What::Amended { reason: "it is a band form".to_owned() });
    assert_eq!((log.view.status(), log.view.versions().len()), (Status::Preliminary, 2));
    assert!(log.try_add(What::Undo { entry: confirmed }).is_err(), "what was signed stays");
    log.decide(&[1], to("ig"));
    log.add(What::Signed);
    assert_eq!(log.view.status(), Status::Amended);
    let first = View::as_signed(&log.entries, 1).unwrap();
    assert_eq!((first.cell(id(1)).unwrap().bin.title(), first.status()), ("Neutrophil", Status::Final));
    assert_eq!(log.stands(1).1, "Immature granulocyte");
    assert_eq!(View::as_signed(&log.entries, 3), None);
}

#[test]
fn what_makes_no_sense_is_not_entered() {
    let mut log = begun();
    let view = log.view.clone();
    let decision = |cells: &[CellId], verdict| view.decision(cells, verdict, case().model.weights, "");
    for (what, why) in [
        (decision(&[id(4)], Verdict::Confirm), "suggested nothing"),
        (decision(&[id(77)], Verdict::NotClassed), "no cell"),
        (decision(&[], Verdict::NotClassed), "no cell is chosen"),
        (decision(&[id(1)], to(" ")), "no name"),
        (suggested(1, "ig", 0.9), "already"),
    ] {
        assert!(log.try_add(what).unwrap_err().contains(why), "{why}");
    }
    assert!(obstacle(&view, " ", &What::Signed).unwrap().contains("who you are"));
}

#[test]
fn folding_anew_gives_what_was_folded_as_it_came() {
    let mut log = begun();
    let step = log.decide(&[1, 2, 3], to("basophil"));
    log.add(What::Undo { entry: step });
    log.decide(&[4], to("platelet"));
    assert_eq!(View::of(&log.entries), log.view);
    assert_eq!(log.view.of_bin(&Bin::Unidentified).count(), 1);
    assert_eq!(Tally::of(&case(), &log.view).reviewed.platelets, Some(1));
}

#[test]
fn an_entry_is_one_line_of_json_and_comes_back() {
    let mut log = begun();
    log.decide(&[1, 3], to("ig"));
    for entry in &log.entries {
        let line = serde_json::to_string(entry).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), *entry);
    }
}

#[test]
fn a_cell_put_back_waits_again_and_the_result_cannot_be_signed() {
    let mut log = begun();
    log.decide(&[3, 4], Verdict::NotClassed);
    log.add(What::Seen { cells: (1..=5).map(id).collect() });
    let back = log.decide(&[1], Verdict::Unidentified);
    assert_eq!(log.stands(1), (State::Suggested, "Unidentified"));
    assert!(obstacle(&log.view, "Ada", &What::Signed).unwrap().contains("1 cell in Unidentified"));
    log.add(What::Undo { entry: back });
    assert_eq!((log.stands(1).1, obstacle(&log.view, "Ada", &What::Signed)), ("Neutrophil", None));
}

#[test]
fn a_lab_changes_its_ranges_until_it_is_signed_and_wrong_ones_are_refused() {
    let mut log = begun();
    let ruled = |low: f64, high: f64| {
        let ranges = vec![Range { class: "neutrophil".to_owned(), low, high }];
        What::Ruled(Box::new(Ruled { rules: Rules { ranges, ..Rules::default() }, wbc: Some(9_000.0) }))
    };
    assert!(log.try_add(ruled(70.0, 45.0)).unwrap_err().contains("no range"));
    assert_eq!(log.view.wbc(&case()), Some(17_400.0));
    log.add(ruled(60.0, 70.0));
    assert_eq!(log.view.wbc(&case()), Some(9_000.0));
    let tally = Tally::of(&case(), &log.view);
    assert_eq!(tally.reviewed.share("neutrophil").unwrap().flag, Some(Flag::Low));
}
