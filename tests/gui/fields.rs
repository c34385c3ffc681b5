//! A field of view on the Classify page: its boxes, a click, a deletion taken back, a box drawn, what it is taken for.

use egui::{Event, Key, PointerButton, Pos2, accesskit::Role};
use egui_kittest::kittest::{By, Queryable};
use leukoscope::{
    data::synthetic,
    domain::field::{Kind, Portion, ShownAs},
};

use crate::common::{Driven, command, copied, drop_files, press, slide, state, wait, window};

/// A synthetic field in a folder, dropped and classified.
fn dropped(outputs: &tempfile::TempDir, folder: &tempfile::TempDir) -> Driven {
    let file = folder.path().join("field.png");
    synthetic::field::draw(7).image.save(&file).unwrap();
    let mut harness = window(outputs, Vec::new());
    drop_files(&mut harness, &[file]);
    wait(&mut harness, "the field", |state| !state.classify.items.is_empty() && state.classify.running.is_empty());
    shown(&mut harness);
    harness
}

/// Waits until the picture of the field stands in its place.
fn shown(harness: &mut Driven) {
    for _ in 0..500 {
        if harness.query_all_by_role(Role::Image).count() > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        harness.step();
    }
    harness.run_steps(3);
}

fn drag(harness: &mut Driven, from: Pos2, to: Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    let halfway = from + (to - from) / 2.0;
    for event in [
        Event::PointerMoved(from),
        button(from, true),
        Event::PointerMoved(halfway),
        Event::PointerMoved(to),
        button(to, false),
    ] {
        harness.input_mut().events.push(event);
        harness.step();
    }
    harness.run_steps(3);
}

#[test]
fn boxes_of_a_field_are_clicked_deleted_brought_back_and_drawn() {
    let (outputs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let drawn = synthetic::field::draw(7).cells.len();
    let mut harness = dropped(&outputs, &folder);
    let cells = state(&harness).classify.items.len();
    assert_eq!(cells, drawn, "each cell that was drawn");
    assert!(state(&harness).classify.items.iter().all(|item| item.portion.spot().is_some()));
    let sorted = state(&harness).classify.sorted(&folder.path().join("field.png")).map(|sorted| sorted.kind);
    assert_eq!(sorted, Some(Kind::Field));

    // A click on a box chooses its cell; the strip has a row of the same name.
    let box_of = |harness: &Driven, number: usize| {
        let name = format!("field.png, cell {number}");
        let found = harness.query_all(By::new().role(Role::Button).label_contains(&name)).map(|node| node.rect());
        found.max_by(|a, b| a.left().total_cmp(&b.left())).expect("a box")
    };
    let second = box_of(&harness, 2);
    drag(&mut harness, second.center(), second.center());
    assert_eq!(state(&harness).classify.current, 1);

    let before = state(&harness).classify.items.clone();
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    assert_eq!(state(&harness).classify.items.len(), cells - 1);
    harness.get_all_by_label("Undo").last().unwrap().click();
    harness.run_steps(3);
    assert_eq!(state(&harness).classify.items, before);
    assert_eq!(state(&harness).classify.current, 1, "it is shown again");

    // Deleted again, and drawn by hand where it was.
    let at = box_of(&harness, 2);
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    harness.key_press(Key::B);
    harness.run_steps(3);
    drag(&mut harness, at.left_top(), at.right_bottom());
    wait(&mut harness, "the cell", |state| state.classify.items.len() == cells);
    let drawn = state(&harness).classify.items.last().unwrap().clone();
    let (spot, of) = (*drawn.portion.spot().unwrap(), *before[1].portion.spot().unwrap());
    assert_eq!(spot.at.width, of.at.width, "cut as wide as its neighbours");
    assert!(of.cell.bounds.holds(spot.cell.bounds.middle()), "{spot:?} {of:?}");
    assert!((i64::from(spot.cell.bounds.xmin) - i64::from(of.cell.bounds.xmin)).abs() <= 4, "{spot:?} {of:?}");
    assert_eq!(state(&harness).classify.current, cells - 1, "it is shown");
    let table = copied(&mut harness, "Copy as CSV");
    assert!(table.starts_with("path,xmin,ymin,xmax,ymax,edge,touching,label,"), "{table}");
    assert_eq!(table.lines().count(), cells + 1);
}

#[test]
fn an_image_is_taken_for_what_a_person_says_and_back() {
    let (outputs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut harness = dropped(&outputs, &folder);
    let before = state(&harness).classify.items.clone();
    press(&mut harness, "This image is: A single cell");
    wait(&mut harness, "one answer", |state| state.classify.running.is_empty() && state.classify.items.len() == 1);
    assert_eq!(state(&harness).classify.items[0].portion, Portion::Whole);
    // By key: the toast that offers it goes by itself while the answer is waited for.
    command(&mut harness, Key::Z);
    wait(&mut harness, "its cells", |state| state.classify.running.is_empty() && state.classify.items.len() > 1);
    assert_eq!(state(&harness).classify.items, before);

    // A slide of one cell among them, then all as fields.
    drop_files(&mut harness, &[slide("monocyte")]);
    wait(&mut harness, "the slide", |state| {
        state.classify.items.len() == before.len() + 1 && state.classify.running.is_empty()
    });
    assert_eq!(state(&harness).classify.items.last().unwrap().portion, Portion::Whole);
    press(&mut harness, "The images are: A field");
    wait(&mut harness, "all anew", |state| {
        state.classify.running.is_empty() && state.classify.images() == 2 && state.classify.taken.all == ShownAs::Field
    });
    assert!(state(&harness).classify.items.iter().all(|item| item.portion.is_field()));
}
