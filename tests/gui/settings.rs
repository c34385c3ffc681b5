//! The Settings and About pages; what is changed is there after the next start.

use eframe::App as _;
use egui::Key;
use egui_kittest::kittest::Queryable;
use leukoscope::{app::Setup, store::preferences::ThemeChoice};

use crate::common::{Driven, click, command, start, state, wait, window};

#[test]
fn a_theme_is_taken_at_once_and_remembered() {
    let (outputs, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let setup = Setup {
        config: Some(config.path().to_owned()),
        outputs: outputs.path().to_owned(),
        log: Some(config.path().join("leukoscope.log")),
        ..Setup::default()
    };
    let mut harness = start(setup.clone());
    command(&mut harness, Key::Num7);
    // The first start tests the devices, and the page says what came of it.
    let passed = |harness: &Driven| harness.query_all_by_label_contains("self-test passed").count() > 0;
    wait(&mut harness, "the self-test", |state| {
        state.settings.devices.iter().any(|device| device.why.contains("self-test"))
    });
    assert!(passed(&harness) && harness.query_by_label("Test the devices").is_some());
    // The last card lies below the window's edge until it is scrolled to.
    let bottom = |harness: &Driven| harness.get_by_label_contains("leukoscope.log").rect().bottom();
    assert!(bottom(&harness) > 800.0);
    harness.get_by_label_contains("leukoscope.log").scroll_to_me();
    harness.run_steps(30);
    assert!(bottom(&harness) < 800.0, "{}", bottom(&harness));
    harness.get_by_label("Light").scroll_to_me();
    harness.run_steps(30);
    for (name, theme, dark) in [("Light", ThemeChoice::Light, false), ("Dark", ThemeChoice::Dark, true)] {
        click(&mut harness, name);
        assert_eq!(state(&harness).settings.preferences.theme, theme);
        assert_eq!(harness.ctx.global_style().visuals.dark_mode, dark);
    }
    // The change of the very last frame is kept too.
    harness.state_mut().on_exit();
    let again = start(setup);
    assert_eq!(state(&again).settings.preferences.theme, ThemeChoice::Dark);
    assert!(again.query_by_label("I understand").is_none(), "the notice was read already");
}

#[test]
fn about_names_the_version_the_notice_and_the_licences() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    command(&mut harness, Key::Num8);
    for words in [env!("CARGO_PKG_VERSION"), "Not a medical device", "MIT licence", "Open Font License"] {
        assert!(harness.query_all_by_label_contains(words).count() > 0, "{words}");
    }
}

#[cfg(feature = "remote")]
#[test]
fn the_device_of_another_machine_is_asked_for_by_its_line() {
    use leukoscope::domain::config::DeviceChoice;
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    command(&mut harness, Key::Num7);
    click(&mut harness, "A device of another machine");
    let chosen = |harness: &Driven| state(harness).settings.preferences.device.clone();
    assert_eq!(chosen(&harness), DeviceChoice::Id("remote:".to_owned()));
    harness.get_by_label("Address of the device").focus();
    harness.run_steps(2);
    // As it is copied from a terminal, with its beginning.
    harness.get_by_label("Address of the device").type_text("remote:ws://127.0.0.1:9");
    harness.run_steps(2);
    assert_eq!(chosen(&harness), DeviceChoice::Id("remote:ws://127.0.0.1:9".to_owned()));
    click(&mut harness, "CPU");
    assert_eq!(chosen(&harness), DeviceChoice::Cpu);
}
