//! How the window behaves under hands: double clicks, keys behind a modal, zoom, pasted paths, a desktop without drops.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, accesskit::Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable},
};
use leukoscope::{
    app::{Page, Setup},
    domain::config::Init,
    ui::Window,
};

use crate::common::{Driven, click, command, press, slide, slides, state, wait, window, with_slides};

/// The slides in a window whose frames follow each other as on a screen, so that two clicks can be one double click.
fn at_screen_speed(outputs: &tempfile::TempDir) -> Driven {
    let setup = Setup { outputs: outputs.path().to_owned(), open: vec![slides()], ..Setup::default() };
    let builder = Harness::builder().with_size([1280.0, 800.0]).with_step_dt(1.0 / 60.0);
    let mut harness = builder.build_eframe(|cc| Window::new(cc, setup).unwrap());
    harness.step();
    harness.get_by_label("I understand").click();
    wait(&mut harness, "the slides", |state| state.dataset.opened.is_some() && state.models.current.is_some());
    harness.run_steps(60);
    harness
}

fn button(harness: &mut Driven, pos: Pos2, pressed: bool) {
    harness.event(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE });
    harness.step();
}

fn press_at(harness: &mut Driven, pos: Pos2) {
    harness.event(Event::PointerMoved(pos));
    harness.step();
    button(harness, pos, true);
    button(harness, pos, false);
}

/// Where a picture stands, by the slide's file name.
fn picture(harness: &Driven, name: &str) -> Rect {
    harness.get_by_role_and_label(Role::Button, name).rect()
}

/// The name of a slide in the gallery, relative to the dataset.
fn name_of(class: &str) -> String {
    slide(class).strip_prefix(slides()).unwrap().display().to_string().replace('\\', "/")
}

#[test]
fn a_first_click_moves_no_picture_and_a_double_click_opens_that_one() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = at_screen_speed(&outputs);
    let name = name_of("eosinophil");
    let before = picture(&harness, &name);
    assert!(harness.query_by_label_contains("Select a cell").is_some(), "the inspector keeps its room");
    press_at(&mut harness, before.center());
    harness.run_steps(3);
    assert_eq!(picture(&harness, &name), before);
    press_at(&mut harness, before.center());
    wait(&mut harness, "the cell", |state| !state.classify.items.is_empty());
    assert_eq!(state(&harness).page, Page::Classify);
    assert_eq!(state(&harness).classify.items[0].path, slide("eosinophil"));
}

#[test]
fn a_double_click_opens_the_first_cell_even_where_the_grid_moved_between_the_clicks() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = at_screen_speed(&outputs);
    let name = name_of("eosinophil");
    let before = picture(&harness, &name);
    press_at(&mut harness, before.center());
    // Folding the inspector away gives the grid other columns.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::I);
    harness.run_steps(2);
    let after = picture(&harness, &name);
    assert!((after.top() - before.top()).abs() < 1.0, "its row keeps its height: {before} and {after}");
    assert!(!after.contains(before.center()), "another picture lies there now");
    press_at(&mut harness, before.center());
    wait(&mut harness, "the cell", |state| !state.classify.items.is_empty());
    assert_eq!(state(&harness).classify.items[0].path, slide("eosinophil"));
}

#[test]
fn escape_lets_the_pictures_go() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = at_screen_speed(&outputs);
    let at = picture(&harness, &name_of("eosinophil")).center();
    press_at(&mut harness, at);
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Select a cell").is_none());
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Select a cell").is_some());
}

#[test]
fn no_key_reaches_a_page_through_a_modal() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, vec![slide("ig"), slide("platelet"), slide("monocyte")]);
    wait(&mut harness, "three slides", |state| state.classify.items.len() == 3 && state.classify.running.is_empty());
    harness.key_press(Key::End);
    harness.run_steps(2);
    assert_eq!(state(&harness).classify.current, 2);
    click(&mut harness, "Model card");
    wait(&mut harness, "the card", |state| state.models.card.result().is_some());
    for key in [Key::Home, Key::ArrowUp, Key::N] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    command(&mut harness, Key::Num3);
    command(&mut harness, Key::K);
    assert_eq!((state(&harness).classify.current, state(&harness).page), (2, Page::Classify));
    assert!(harness.query_by_label("Type a command").is_none());
    press(&mut harness, "Close");
    harness.run_steps(2);
    harness.key_press(Key::Home);
    harness.run_steps(2);
    assert_eq!(state(&harness).classify.current, 0, "and they are back once it is closed");
}

#[test]
fn the_zoom_keys_change_the_scale_that_is_remembered() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    for (key, scale) in [(Key::Plus, 1.1), (Key::Plus, 1.2), (Key::Minus, 1.1), (Key::Num0, 1.0)] {
        command(&mut harness, key);
        let kept = state(&harness).settings.preferences.scale;
        assert!((kept - scale).abs() < 1e-3 && (harness.ctx.zoom_factor() - scale).abs() < 1e-3, "{key:?}: {kept}");
    }
}

#[test]
fn pasted_files_are_classified() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    harness.event(Event::Paste("a word".to_owned()));
    harness.run_steps(2);
    assert!(state(&harness).activity.tasks.is_empty());
    let files = [slide("ig"), slide("platelet")].map(|path| format!("file://{}", path.display()));
    harness.event(Event::Paste(files.join("\r\n")));
    harness.run_steps(2);
    wait(&mut harness, "two slides", |state| state.classify.items.len() == 2);
}

#[test]
fn a_desktop_without_drops_is_told_and_the_button_comes_first() {
    let outputs = tempfile::tempdir().unwrap();
    let setup = Setup { outputs: outputs.path().to_owned(), ..Setup::default() };
    let builder = Harness::builder().with_size([1280.0, 800.0]);
    let mut harness = builder.build_eframe(|cc| Window::new(cc, setup).unwrap().without_drops());
    harness.step();
    harness.get_by_label("I understand").click();
    wait(&mut harness, "the bundled models", |state| state.models.current.is_some());
    let words = "This desktop hands no dropped files on";
    assert!(harness.query_by_label_contains(words).is_some());
    assert!(harness.query_by_label_contains("Drop ").is_none());
    command(&mut harness, Key::Num6);
    let text = harness.get_by_label_contains(words).rect();
    // One stands beside the page's title, the other one in its middle.
    let doors: Vec<Rect> = harness.query_all_by_label("Open images…").map(|door| door.rect()).collect();
    assert!(doors.len() == 2 && doors.iter().all(|door| door.bottom() < text.top()), "{doors:?} above {text}");
}

#[test]
fn the_command_list_is_walked_with_arrows_and_letters_may_be_left_out() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    let choose = |harness: &mut Driven, query: &str, downs: usize| {
        command(harness, Key::K);
        harness.get_by_label("Type a command").type_text(query);
        harness.run_steps(2);
        (0..downs).for_each(|_| harness.key_press(Key::ArrowDown));
        harness.run_steps(2);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
    };
    choose(&mut harness, "go to", 2);
    assert_eq!(state(&harness).page, Page::Train);
    choose(&mut harness, "gstt", 0);
    assert_eq!(state(&harness).page, Page::Settings);
}

#[test]
fn a_toast_waits_under_the_pointer() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, vec![slide("ig")]);
    wait(&mut harness, "the slide", |state| state.classify.items.len() == 1 && state.classify.running.is_empty());
    click(&mut harness, "Copy as CSV");
    let at = harness.get_all_by_label("Dismiss").last().unwrap().rect().center();
    harness.event(Event::PointerMoved(at));
    // A quarter of a second each.
    harness.run_steps(60);
    assert!(harness.query_all_by_label("Dismiss").count() > 0);
    harness.event(Event::PointerMoved(Pos2::new(200.0, 300.0)));
    harness.run_steps(60);
    assert_eq!(harness.query_all_by_label("Dismiss").count(), 0);
}

#[test]
fn the_inspector_is_offered_where_something_can_be_selected() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_slides(&outputs);
    assert!(!harness.get_by_label("Inspector").accesskit_node().is_disabled());
    command(&mut harness, Key::Num1);
    assert!(harness.get_by_label("Inspector").accesskit_node().is_disabled());
}

#[test]
fn the_usual_start_is_the_bundled_model_of_each_network_and_a_preset_sets_the_epochs() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = with_slides(&outputs);
    command(&mut harness, Key::Num3);
    assert_eq!(state(&harness).train.form.init, Init::Bundled);
    let field = harness.get_by_role_and_label(Role::ComboBox, "Start from");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("Bundled model"));
    harness.get_by_role_and_label(Role::ComboBox, "Network").click();
    harness.run_steps(3);
    click(&mut harness, "Each, one after the other");
    assert!(!harness.get_by_label("Start training").accesskit_node().is_disabled(), "each from its own bundled model");
    harness.get_by_label_contains("Quick training").click();
    harness.run_steps(3);
    let form = &state(&harness).train.form;
    assert_eq!((form.epochs, form.per_class), (5, Some(300)));
}
