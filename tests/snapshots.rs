//! A few pages as pictures, drawn by a software Vulkan and compared with those that lie in `tests/snapshots`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test snapshots` draws them anew; look at them before they are kept.
#![cfg(feature = "gui")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may panic, and says aloud what it skips"
)]

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, SnapshotOptions, kittest::Queryable};
use leukoscope::{
    app::{AppState, Setup, pages::explain},
    data::synthetic,
    device::{self, DeviceKind},
    domain::review::{
        entry::{Verdict, What},
        view::CellView,
    },
    store::preferences::{self, Preferences, ThemeChoice},
    ui::Window,
};

mod sessions;

const SIZE: Vec2 = Vec2::new(1024.0, 700.0);
/// Of the README's pictures.
const README: Vec2 = Vec2::new(1280.0, 820.0);

type Driven = Harness<'static, Window>;
type Ready = fn(&AppState) -> bool;

/// Whether pictures can be drawn here; where they must be, because CI brought a software Vulkan, their absence fails.
fn can_draw() -> bool {
    let found = device::list().iter().any(|device| device.kind == DeviceKind::Software && device.backend == "vulkan");
    if !found {
        assert!(std::env::var_os("CI").is_none(), "CI has no software Vulkan: install mesa-vulkan-drivers");
        eprintln!("SKIPPED: the pictures need a software Vulkan, such as mesa-vulkan-drivers");
    }
    found
}

/// As a path that says nothing of where the project lies, since pages show it.
fn slides() -> PathBuf {
    PathBuf::from("datasets/synthetic")
}

/// A window of a pinned theme and size, with what it opens read and decoded.
fn window(size: Vec2, theme: ThemeChoice, open: Vec<PathBuf>, ready: Ready) -> Driven {
    let place = tempfile::tempdir().unwrap();
    let kept = Preferences { theme, notice_read: true, ..Preferences::default() };
    preferences::save(place.path(), &kept).unwrap();
    let setup = Setup {
        config: Some(place.path().to_owned()),
        outputs: place.path().join("outputs"),
        open,
        ..Setup::default()
    };
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(1.0)
        .wgpu()
        .build_eframe(|cc| Window::new(cc, setup).unwrap());
    rest(&mut harness, ready);
    harness
}

/// Lets frames pass until what is waited for is there and nothing moves, then closes what announces it.
fn rest(harness: &mut Driven, ready: Ready) {
    let start = Instant::now();
    let mut still = 0;
    while still < 5 {
        assert!(start.elapsed() < Duration::from_secs(120), "the page never came to rest");
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
        still = if ready(harness.state().app().state()) && harness.state().is_still() { still + 1 } else { 0 };
    }
    while harness.query_all_by_label("Dismiss").next().is_some() {
        harness.get_all_by_label("Dismiss").next().unwrap().click();
        harness.run_steps(3);
    }
}

fn compare(harness: &mut Driven, name: &str) {
    harness.remove_cursor();
    harness.run_steps(20);
    // Versions of the driver round edges another way.
    let options = SnapshotOptions::new().threshold(2.0).max_failed_pixels(10);
    harness.try_snapshot_options(name, &options).unwrap();
}

#[test]
fn welcome() {
    if can_draw() {
        let mut harness = window(SIZE, ThemeChoice::Dark, Vec::new(), |state| !state.models.known.is_empty());
        compare(&mut harness, "welcome-dark");
    }
}

#[test]
fn dataset_with_a_class_and_an_image_chosen() {
    if can_draw() {
        let mut harness = window(SIZE, ThemeChoice::Light, vec![slides()], |state| state.dataset.opened.is_some());
        harness.get_by_label("monocyte: 12 images").click();
        harness.run_steps(5);
        let first = harness.query_all_by_label_contains("monocyte/").next().unwrap();
        first.click();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(2) || !harness.state().is_still() {
            harness.step();
            std::thread::sleep(Duration::from_millis(20));
        }
        compare(&mut harness, "dataset-light");
    }
}

#[test]
fn classify() {
    if can_draw() {
        let slide = leukoscope::data::read::folder::images(&[slides().join("eosinophil")]).swap_remove(0);
        let ready = |state: &AppState| state.classify.items.len() == 1 && state.classify.running.is_empty();
        let mut harness = window(SIZE, ThemeChoice::Dark, vec![slide.clone()], ready);
        // Where the slides lie is another place on every machine.
        let path = harness.get_by_label_contains(&slide.display().to_string()).rect();
        harness.mask(path);
        compare(&mut harness, "classify-dark");
    }
}

#[test]
fn review_with_a_few_cells_decided() {
    if can_draw() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("S-17");
        let mut session = sessions::begin(&folder, &slides(), 64);
        let at = session.case().created;
        let first: Vec<_> = session.view().cells().iter().take(9).map(CellView::id).collect();
        let confirmed = session.view().decision(&first, Verdict::Confirm, session.case().model.weights, "");
        let note = What::Note { cell: first[8], text: "a smudged nucleus".to_owned() };
        session.enter_at("Ada", at, vec![confirmed, note]).unwrap();
        drop(session);
        let mut harness = window(SIZE, ThemeChoice::Light, vec![folder], |state| state.review.open.is_some());
        compare(&mut harness, "review-light");
    }
}

#[test]
#[ignore = "draws the README's pictures anew; look at them before they are kept"]
fn readme() {
    assert!(can_draw());
    for (theme, name) in [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")] {
        let draw = |harness: &mut Driven, page: &str| {
            harness.remove_cursor();
            harness.run_steps(20);
            let picture = image::DynamicImage::from(harness.render().unwrap()).into_rgb8();
            // The README shows some pages in both themes; the others are looked at.
            let kept = theme == ThemeChoice::Light || !["map", "explain", "field", "review"].contains(&page);
            let folder = if kept { "assets/screenshots" } else { env!("CARGO_TARGET_TMPDIR") };
            picture.save(format!("{folder}/{page}-{name}.png")).unwrap();
        };
        let mut harness = window(README, theme, vec![slides()], |state| state.dataset.opened.is_some());
        draw(&mut harness, "dataset");
        let pages: [(Key, &str, Ready); 3] = [
            (Key::Num3, "train", |_| true),
            (Key::Num4, "evaluate", |state| state.evaluate.home.result().is_some()),
            (Key::Num5, "compare", |state| state.compare.pairing.result().is_some()),
        ];
        for (key, page, ready) in pages {
            harness.key_press_modifiers(Modifiers::COMMAND, key);
            rest(&mut harness, |_| true);
            let button = if page == "evaluate" { "Evaluate" } else { "Compare" };
            if page != "train" {
                harness.get_all_by_label(button).last().unwrap().click();
            }
            rest(&mut harness, ready);
            draw(&mut harness, page);
        }
        harness.key_press_modifiers(Modifiers::COMMAND, Key::M);
        rest(&mut harness, |_| true);
        harness.get_by_label("All images").click();
        harness.run_steps(3);
        harness.get_all_by_label("Draw the map").last().unwrap().click();
        rest(&mut harness, |state| state.map.unfolded.result().is_some());
        draw(&mut harness, "map");
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Num9);
        rest(&mut harness, |_| true);
        harness.get_all_by_label("Explain a synthetic slide").last().unwrap().click();
        rest(&mut harness, |state| {
            let hidden = |answer: &explain::Answer| answer.occlusion.as_ref().is_some_and(|found| found.is_whole());
            state.explain.found.answers.iter().all(|answer| answer.as_ref().is_some_and(hidden))
        });
        draw(&mut harness, "explain");
        let seen = |state: &AppState| !state.classify.items.is_empty() && state.classify.running.is_empty();
        let place = tempfile::tempdir().unwrap();
        let field = place.path().join("field.png");
        synthetic::field::draw(7).image.save(&field).unwrap();
        draw(&mut window(README, theme, vec![field], seen), "field");
        let folder = place.path().join("S-17");
        drop(sessions::begin(&folder, &slides(), 64));
        draw(&mut window(README, theme, vec![folder], |state| state.review.open.is_some()), "review");
        let slides = leukoscope::data::read::folder::images(&[slides().join("eosinophil")]);
        draw(&mut window(README, theme, slides, seen), "classify");
    }
}
