//! What surrounds every page: keys, doors of the Welcome page, command list.

use egui::Key;
use egui_kittest::kittest::Queryable;
use leukoscope::app::Page;

use crate::common::{Driven, click, command, press, state, wait, window};

#[test]
fn each_page_has_its_key() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    assert_eq!(state(&harness).page, Page::Welcome);
    for page in Page::all().skip(1) {
        command(&mut harness, page.key());
        assert_eq!(state(&harness).page, page);
    }
}

#[test]
fn the_synthetic_slides_are_one_click_away() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    for door in ["Open images…", "Open a dataset…"] {
        assert!(harness.query_by_label(door).is_some(), "{door}");
    }
    click(&mut harness, "Try the synthetic slides");
    wait(&mut harness, "the slides", |state| state.dataset.opened.is_some());
    assert_eq!(state(&harness).page, Page::Dataset);
}

#[test]
fn the_command_list_finds_an_action_and_does_it() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    command(&mut harness, Key::K);
    harness.get_by_label("Type a command").type_text("go to sett");
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(state(&harness).page, Page::Settings);
    assert!(harness.query_by_label("Type a command").is_none(), "the list closes once something was chosen");
}

#[test]
fn the_card_of_the_model_in_use_says_its_limits_and_closes() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    wait(&mut harness, "the bundled models", |state| state.models.current.is_some());
    click(&mut harness, "Model card");
    wait(&mut harness, "the card", |state| state.models.card.result().is_some());
    for words in ["What it must not be trusted with", "Research and education only. Not a medical device."] {
        assert!(harness.query_by_label(words).is_some(), "{words}");
    }
    let last = |harness: &Driven| harness.get_by_label("Where it comes from").rect();
    let (start, floor) = (last(&harness), harness.get_by_label("Close").rect().top());
    assert!(start.top() > floor, "the card is longer than the window: {start}");
    for (key, times, reached) in [(Key::End, 1, true), (Key::Home, 1, false), (Key::PageDown, 2, true)] {
        for _ in 0..times {
            harness.key_press(key);
            harness.run_steps(3);
        }
        let now = last(&harness);
        assert_eq!(now.bottom() < floor, reached, "{key:?}: {now} over {floor}");
    }
    press(&mut harness, "Close");
    assert!(state(&harness).models.card.result().is_none());
}
