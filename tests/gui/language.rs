//! The window in another language: its first start, its pages, and a choice that counts at once.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable;
use leukoscope::{app::Setup, language::Language, store::preferences};

use crate::common::{Driven, click, command, press, slides, start, state, wait};

/// The slides in a window that speaks Spanish since the system does.
fn in_spanish(outputs: &tempfile::TempDir, config: Option<std::path::PathBuf>) -> Driven {
    let language = Language::Spanish;
    let setup =
        Setup { config, outputs: outputs.path().to_owned(), open: vec![slides()], language, ..Setup::default() };
    let mut harness = start(setup);
    assert!(harness.query_by_label("Welcome to Leukoscope").is_none());
    click(&mut harness, "Entendido");
    wait(&mut harness, "the slides", |state| state.dataset.opened.is_some() && state.models.current.is_some());
    harness
}

fn has(harness: &Driven, words: &str) {
    assert!(harness.query_all_by_label_contains(words).next().is_some(), "{words} is not there");
}

#[test]
fn pages_speak_spanish_and_english_as_soon_as_it_is_chosen() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = in_spanish(&outputs, None);
    let pages = [
        (Key::Num2, "Imágenes por clase", "Images per class"),
        (Key::Num3, "Iniciar el entrenamiento", "Start training"),
        (Key::Num4, "Aún no se evaluó nada", "Nothing was evaluated yet"),
        (Key::Num6, "Suelte células aquí", "Drop cells here"),
        (Key::E, "No hay ninguna sesión abierta", "No session is open"),
        (Key::L, "Las imágenes del laboratorio", "The lab's images"),
        (Key::Num7, "Solo de la ventana", "Of the window alone"),
    ];
    for (key, spanish, english) in pages {
        command(&mut harness, key);
        has(&harness, spanish);
        assert!(harness.query_by_label(english).is_none(), "{english}");
    }
    press(&mut harness, "English");
    has(&harness, "Of the window alone");
    for (key, spanish, english) in pages {
        command(&mut harness, key);
        has(&harness, english);
        assert!(harness.query_by_label(spanish).is_none(), "{spanish}");
    }
}

#[test]
fn commands_and_obstacles_are_translated() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = in_spanish(&outputs, None);
    command(&mut harness, Key::K);
    harness.get_by_label("Escriba un comando").type_text("idioma english");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(state(&harness).settings.language(), Language::English);
    command(&mut harness, Key::Num3);
    assert!(harness.query_by_role_and_label(Role::ComboBox, "Network").is_some());
}

#[test]
fn the_choice_is_remembered_and_comes_before_the_systems() {
    let outputs = tempfile::tempdir().unwrap();
    let config = tempfile::tempdir().unwrap();
    let mut harness = in_spanish(&outputs, Some(config.path().to_owned()));
    assert_eq!(state(&harness).settings.preferences.language, None, "until a person has chosen");
    command(&mut harness, Key::Num7);
    press(&mut harness, "English");
    wait(&mut harness, "the preferences", |_| preferences::load(config.path()).0.language == Some(Language::English));
    drop(harness);
    let setup = Setup {
        config: Some(config.path().to_owned()),
        outputs: outputs.path().to_owned(),
        language: Language::Spanish,
        ..Setup::default()
    };
    let mut harness = start(setup);
    command(&mut harness, Key::Num7);
    has(&harness, "Of the window alone");
}
