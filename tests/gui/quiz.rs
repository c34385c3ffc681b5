//! The Quiz page: ten cells answered by keys alone, their score, and the models on the same cells.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable;
use leukoscope::{
    app::wish,
    domain::{letters::Letters, quiz::Pool},
};

use crate::common::{Driven, click, command, set, state, wait, window};

/// The key of the class that a cell is of, or of the class after it.
fn key(harness: &Driven, wrong: bool) -> Key {
    let quiz = state(harness).quiz.running.as_ref().unwrap();
    let label = (quiz.current().unwrap().label + usize::from(wrong)) % quiz.classes.len();
    let letter = Letters::of(quiz.classes.iter()).letter(quiz.classes.name(label)).unwrap();
    Key::from_name(&letter.to_string()).unwrap()
}

fn press(harness: &mut Driven, key: Key) {
    harness.key_press(key);
    harness.run_steps(2);
}

#[test]
fn ten_cells_are_answered_by_keys_and_scored_against_labels_and_models() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    command(&mut harness, Key::J);
    click(&mut harness, "All images");
    set(&mut harness, "Number of cells", 10.0);
    set(&mut harness, "Quiz seed", 4.0);
    click(&mut harness, "Start the quiz");
    wait(&mut harness, "the first cell", |state| state.quiz.running.is_some());
    let quiz = state(&harness).quiz.running.clone().unwrap();
    assert_eq!((quiz.cells.len(), quiz.plan.seed, quiz.plan.pool), (10, 4, Pool::All));
    assert_eq!(harness.query_all_by_label_contains("Answer ").count(), 8, "a key for each class");
    let path = &quiz.cells[0].path;
    assert!(harness.query_by_label_contains(path.rsplit('/').next().unwrap()).is_none(), "no hint");

    // An answer taken back is no answer, and a letter that stands for nothing neither.
    let right = key(&harness, false);
    for (pressed, answered) in [(right, 1), (Key::Z, 0), (Key::Q, 0), (Key::Num3, 0)] {
        press(&mut harness, pressed);
        assert_eq!(state(&harness).quiz.running.as_ref().unwrap().answers().len(), answered, "{pressed:?}");
    }
    for place in 0..10 {
        assert!(harness.query_by_role_and_label(Role::Image, &format!("Cell {} of 10", place + 1)).is_some());
        let pressed = key(&harness, place % 5 == 0);
        press(&mut harness, pressed);
    }
    let past = &state(&harness).quiz.past;
    assert_eq!((past.len(), past[0].sheet.score.missed.as_slice()), (1, &[0, 5][..]));
    assert!(harness.query_by_label("Missed cells (2)").is_some() && harness.query_by_label("80.0 %").is_some());
    assert_eq!(harness.query_all_by_label_contains(", you said ").count(), 2);
    wait(&mut harness, "the models", |state| state.quiz.past[0].models.running().is_none());
    let sheet = state(&harness).quiz.past[0].sheet.clone();
    assert_eq!(sheet.models.iter().map(|of| of.given.len()).collect::<Vec<_>>(), [10, 10]);
    for of in &sheet.models {
        assert!(of.given.iter().all(Option::is_some) && of.learned_from == 0, "{of:?}");
        assert!(harness.query_by_label(&format!("Kappa with {}", of.model)).is_some());
    }

    // The same seed asks the same cells again; what was left can be gone on with.
    click(&mut harness, "New quiz");
    assert!(harness.query_by_label_contains("8 of 10 right").is_some());
    click(&mut harness, "Start the quiz");
    wait(&mut harness, "the cells again", |state| state.quiz.running.is_some());
    assert_eq!(state(&harness).quiz.running.as_ref().unwrap().cells, quiz.cells);
    let pressed = key(&harness, false);
    press(&mut harness, pressed);
    click(&mut harness, "Leave the quiz");
    assert!(state(&harness).quiz.running.is_none());
    harness.get_all_by_label("Undo").last().unwrap().click();
    harness.run_steps(3);
    assert_eq!(state(&harness).quiz.running.as_ref().unwrap().answers().len(), 1);
}

#[test]
fn a_result_is_written_as_a_table_and_as_a_record() {
    let outputs = tempfile::tempdir().unwrap();
    let mut app = crate::common::headless(leukoscope::app::Setup {
        outputs: outputs.path().to_owned(),
        ..leukoscope::app::Setup::default()
    });
    app.act([wish::Quiz::Pool(Pool::All), wish::Quiz::Cells(5), wish::Quiz::Start]);
    crate::common::until(&mut app, "the cells", |state| state.quiz.running.is_some());
    app.act([(); 5].map(|()| wish::Quiz::Answer(0)));
    crate::common::until(&mut app, "the models", |state| state.quiz.past[0].sheet.models.len() == 2);
    let sheet = app.state().quiz.past[0].sheet.clone();
    let path = |ending: &str| outputs.path().join(format!("quiz.{ending}"));
    for kind in [leukoscope::report::quiz::Kind::Csv, leukoscope::report::quiz::Kind::Json] {
        app.act([wish::Quiz::Save(sheet.clone(), kind, path(kind.extension()))]);
    }
    crate::common::until(&mut app, "both files", |_| path("csv").is_file() && path("json").is_file());
    let table = std::fs::read_to_string(path("csv")).unwrap();
    assert_eq!(table.lines().count(), 6);
    assert!(table.lines().skip(1).all(|row| row.contains(",basophil,") && row.contains("Not a medical device")));
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(path("json")).unwrap()).unwrap();
    assert_eq!((record["n"].as_u64(), record["cells"].as_array().unwrap().len()), (Some(5), 5));
    assert_eq!(record["models"][0]["model_hash"].as_str().unwrap().len(), 64);
    assert_eq!(record["dataset_hash"], serde_json::json!(sheet.quiz.dataset_hash));
}
