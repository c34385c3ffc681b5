//! A window with nothing remembered, and the ways in which a test waits for it and speaks to it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use egui::{Key, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable};
use leukoscope::{
    app::{AppState, Setup},
    domain::config::{DeviceChoice, Init, TrainConfig},
    ui::Window,
};

/// The window under test.
pub type Driven = Harness<'static, Window>;

/// The project's own slides, twelve of each class.
pub fn slides() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/synthetic")
}

/// One slide of a class.
pub fn slide(class: &str) -> PathBuf {
    leukoscope::data::folder::images(&[slides().join(class)]).swap_remove(0)
}

/// The window with nothing remembered and its results in a folder of its own.
pub fn window(outputs: &tempfile::TempDir, open: Vec<PathBuf>) -> Driven {
    start(Setup { outputs: outputs.path().to_owned(), open, ..Setup::default() })
}

/// The window as it is set up, past the notice of its first start.
pub fn start(setup: Setup) -> Driven {
    let mut harness = Harness::builder().with_size([1280.0, 800.0]).build_eframe(|cc| Window::new(cc, setup).unwrap());
    harness.step();
    if harness.query_by_label("I understand").is_some() {
        harness.get_by_label("I understand").click();
    }
    harness.run_steps(3);
    harness
}

/// The window with the synthetic slides open.
pub fn with_slides(outputs: &tempfile::TempDir) -> Driven {
    let mut harness = window(outputs, vec![slides()]);
    wait(&mut harness, "the dataset", |state| state.dataset.opened.is_some());
    harness
}

/// What the window knows.
pub fn state(harness: &Driven) -> &AppState {
    harness.state().app().state()
}

/// Lets frames pass until the window knows what the test waits for.
pub fn wait(harness: &mut Driven, what: &str, ready: impl Fn(&AppState) -> bool) {
    let start = Instant::now();
    while !ready(state(harness)) {
        assert!(start.elapsed() < Duration::from_secs(180), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
    }
    harness.run_steps(3);
}

/// Presses the one thing of that name.
pub fn click(harness: &mut Driven, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

/// Presses the one thing of that name wherever it lies, as a screen reader does.
pub fn press(harness: &mut Driven, name: &str) {
    harness.get_by_label(name).click_accesskit();
    harness.run_steps(3);
}

/// Sets a number of the form, as a screen reader would.
pub fn set(harness: &mut Driven, field: &str, value: f64) {
    harness.get_by_role_and_label(Role::SpinButton, field).set_value_accesskit(value);
    harness.run_steps(2);
}

/// The Train page with a network that is small enough for a test.
pub fn with_small_form(outputs: &tempfile::TempDir, epochs: usize) -> Driven {
    let mut harness = with_slides(outputs);
    command(&mut harness, Key::Num3);
    harness.get_by_label("Advanced").click_accesskit();
    harness.run_steps(12);
    for (field, value) in [("Epochs", epochs as f64), ("Batch", 16.0), ("Image size", 32.0), ("Backbone width", 0.25)] {
        set(&mut harness, field, value);
    }
    let form = &state(&harness).train.form;
    assert_eq!((form.epochs, form.batch, form.size, form.width), (epochs, 16, 32, 0.25));
    harness
}

/// Presses a key with the command key held.
pub fn command(harness: &mut Driven, key: Key) {
    harness.key_press_modifiers(egui::Modifiers::COMMAND, key);
    harness.run_steps(3);
}

/// Lets files fall on the window.
pub fn drop_files(harness: &mut Driven, paths: &[PathBuf]) {
    #[derive(Debug)]
    struct File(PathBuf);
    impl egui::DroppedFile for File {
        fn path(&self) -> &Path {
            &self.0
        }
        fn bytes(&self) -> Result<Vec<u8>, String> {
            Err("files are read by their path".to_owned())
        }
    }
    for path in paths {
        harness.input_mut().dropped_files.push(Arc::new(File(path.clone())));
    }
    harness.run_steps(3);
}

/// A network that learns the program's own slides a little, in a second.
pub fn smallest() -> TrainConfig {
    TrainConfig {
        size: 32,
        width: 0.25,
        epochs: 1,
        batch: 16,
        heads: 2,
        attention_width: 32,
        device: DeviceChoice::Cpu,
        init: Init::Random,
        ..TrainConfig::default()
    }
}
