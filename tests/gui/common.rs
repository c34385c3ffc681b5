//! A window with nothing remembered, and the ways in which a test waits for it and speaks to it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use egui::{Key, accesskit::Role};
use egui_kittest::{Harness, HarnessBuilder, kittest::Queryable};
use leukoscope::{
    app::{App, AppState, Setup},
    domain::config::{DeviceChoice, Init, TrainConfig},
    fault::StopToken,
    progress::Silent,
    store::paths,
    train::TrainRequest,
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
    leukoscope::data::read::folder::images(&[slides().join(class)]).swap_remove(0)
}

/// Two slides of each class as under a yellow lamp and in a stronger stain, each class in a folder of its own.
pub fn recoloured(place: &Path) -> Vec<PathBuf> {
    let light = |value: u8, power: f32, lamp: f32| ((f32::from(value) / 255.0).powf(power) * lamp * 255.0) as u8;
    let files = leukoscope::data::read::folder::images(&[slides()]);
    let files = files.into_iter().step_by(6).map(|file| {
        let mut image = image::open(&file).unwrap().to_rgb8();
        for pixel in image.pixels_mut() {
            let [r, g, b] = pixel.0;
            pixel.0 = [light(r, 1.5, 0.8), light(g, 1.4, 0.75), light(b, 1.2, 0.55)];
        }
        let path = place.join(file.strip_prefix(slides()).unwrap()).with_extension("png");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        image.save(&path).unwrap();
        path
    });
    files.collect()
}

/// The window with nothing remembered and its results in a folder of its own.
pub fn window(outputs: &tempfile::TempDir, open: Vec<PathBuf>) -> Driven {
    start(Setup { outputs: outputs.path().to_owned(), open, ..Setup::default() })
}

/// The window as it is set up, past the notice of its first start.
pub fn start(setup: Setup) -> Driven {
    begin(Harness::builder(), setup)
}

/// The same with another renderer.
pub fn begin(builder: HarnessBuilder<Window>, setup: Setup) -> Driven {
    // What tests cache and draw stays out of the person's own folders.
    paths::keep_below(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let mut harness = builder.with_size([1280.0, 800.0]).build_eframe(|cc| Window::new(cc, setup).unwrap());
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
    small_form(&mut harness, epochs);
    harness
}

/// Fills the form of the Train page so that a run takes a second an epoch.
pub fn small_form(harness: &mut Driven, epochs: usize) {
    command(harness, Key::Num3);
    harness.get_by_label("Advanced").click_accesskit();
    harness.run_steps(12);
    for (field, value) in [("Epochs", epochs as f64), ("Batch", 16.0), ("Image size", 32.0), ("Backbone width", 0.25)] {
        set(harness, field, value);
    }
    let form = &state(harness).train.form;
    assert_eq!((form.epochs, form.batch, form.size, form.width), (epochs, 16, 32, 0.25));
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

/// Presses a Copy button and gives what lies in the clipboard then.
pub fn copied(harness: &mut Driven, button: &str) -> String {
    harness.get_by_label(button).click_accesskit();
    for _ in 0..3 {
        harness.step();
        for wish in &harness.output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = wish {
                return text.clone();
            }
        }
    }
    panic!("nothing was copied");
}

/// The program without a window, driven until it knows what a test waits for.
pub fn until(app: &mut App, what: &str, ready: impl Fn(&AppState) -> bool) {
    let start = Instant::now();
    while !ready(app.state()) {
        assert!(start.elapsed() < Duration::from_secs(180), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
        app.drain(start.elapsed().as_secs_f64());
    }
}

/// The program without a window; its folders are those of the test.
pub fn headless(setup: Setup) -> App {
    paths::keep_below(Path::new(env!("CARGO_TARGET_TMPDIR")));
    App::start(setup, || {}).unwrap()
}

/// A run of the smallest network, in a folder of this name.
pub fn trained(outputs: &tempfile::TempDir, name: &str, seed: u64) {
    let config = TrainConfig { seed, ..smallest() };
    let request = TrainRequest { dataset: slides(), config, out: Some(outputs.path().join(name)), resume: None };
    leukoscope::train::run(&request, &Silent, &StopToken::default()).unwrap();
}
