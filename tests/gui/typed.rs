//! A desktop without file dialogs: what would bring one is said, and a path is typed instead.

use std::{env, io::Write as _, path::Path};

use egui::{Event, Key};
use egui_kittest::kittest::Queryable;

use crate::common::{Driven, command, slides, state, wait, window};

/// Whether this machine may show a real dialog, which nobody would close.
fn may_have_dialogs() -> bool {
    let zenity =
        env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join("zenity").exists());
    let bus = env::var_os("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    !cfg!(target_os = "linux") || zenity || bus || env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
}

/// Asks for a dataset, by whichever of the page's buttons.
fn ask(harness: &mut Driven) {
    harness.get_all_by_label("Open a dataset…").next().unwrap().click();
    harness.run_steps(3);
}

#[test]
fn without_a_file_dialog_a_path_is_typed() {
    if may_have_dialogs() {
        // Past the capture of output, which would keep it from everybody where the test passes.
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: this desktop has file dialogs");
        return;
    }
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    command(&mut harness, Key::Num2);
    ask(&mut harness);
    wait(&mut harness, "the field", |state| state.typing.is_some());
    assert!(harness.query_by_label_contains("xdg-desktop-portal-gtk").is_some());
    harness.run_steps(2);
    harness.event(Event::Text(slides().display().to_string()));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    wait(&mut harness, "the dataset", |state| state.dataset.opened.is_some());
    assert!(state(&harness).typing.is_none() && !state(&harness).choosing);
    assert_eq!(state(&harness).dataset.opened.as_ref().unwrap().dataset.root, slides());
    // Left with Escape, nothing follows.
    ask(&mut harness);
    wait(&mut harness, "the field", |state| state.typing.is_some());
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(state(&harness).typing.is_none());
}
