//! The guided tour, presentation mode, and a picture of the view.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use egui::{FullOutput, Key, TexturesDelta, ViewportCommand, ViewportId};
use egui_kittest::{
    Harness, TestRenderer,
    kittest::{NodeT, Queryable},
};
use leukoscope::app::{Page, Setup, tour::STOPS};

use crate::common::{Driven, begin, click, state, wait, window};

/// Counts the frames that are drawn, and draws nothing, so that no Vulkan is needed.
struct Counting(Arc<AtomicUsize>);

impl TestRenderer for Counting {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        delta.clear();
    }

    fn render(&mut self, _: &egui::Context, _: &FullOutput) -> Result<image::RgbaImage, String> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(image::RgbaImage::new(4, 3))
    }
}

#[test]
fn the_tour_goes_through_six_pages_and_back_and_can_be_left() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    click(&mut harness, "Take the tour");
    wait(&mut harness, "the slides", |state| state.dataset.opened.is_some());
    for (place, stop) in STOPS.iter().enumerate() {
        assert_eq!((state(&harness).page, state(&harness).tour.at), (stop.page, Some(place)));
        assert!(harness.query_by_label(stop.title).is_some() && harness.query_by_label(stop.text).is_some());
        let last = place + 1 == STOPS.len();
        assert_eq!(harness.get_by_label("Next").accesskit_node().is_disabled(), last);
        if !last {
            click(&mut harness, "Next");
        }
    }
    assert!(!state(&harness).classify.items.is_empty() || !state(&harness).classify.running.is_empty());
    assert!(state(&harness).evaluate.home.last().is_some() && state(&harness).map.drawn.last().is_some());
    click(&mut harness, "Back");
    assert_eq!(state(&harness).page, Page::Map);
    click(&mut harness, "Leave the tour");
    assert!(harness.query_by_label(STOPS[4].title).is_none() && state(&harness).tour.at.is_none());
    assert_eq!(state(&harness).page, Page::Map, "one stays where one is");
}

fn commands(harness: &Driven) -> Vec<ViewportCommand> {
    harness.output().viewport_output.get(&ViewportId::ROOT).map(|view| view.commands.clone()).unwrap_or_default()
}

/// What the window asks of the system within a few frames.
fn asked(harness: &mut Driven) -> Vec<ViewportCommand> {
    let step = |_| {
        harness.step();
        commands(harness)
    };
    (0..12).flat_map(step).collect()
}

#[test]
fn a_presentation_is_the_page_alone_in_large_type_until_escape() {
    let outputs = tempfile::tempdir().unwrap();
    let mut harness = window(&outputs, Vec::new());
    let usual = harness.ctx.zoom_factor();
    harness.key_press(Key::F11);
    let wanted = asked(&mut harness);
    assert!(wanted.contains(&ViewportCommand::Fullscreen(true)), "{wanted:?}");
    assert!(state(&harness).presenting && harness.ctx.zoom_factor() > usual);
    assert!(harness.query_by_label("Settings").is_none() && harness.query_by_label("Activity").is_none());
    assert!(harness.query_by_label("Classify cells").is_some());
    harness.key_press(Key::Escape);
    let wanted = asked(&mut harness);
    assert!(wanted.contains(&ViewportCommand::Fullscreen(false)), "{wanted:?}");
    assert!(!state(&harness).presenting && harness.query_by_label("Settings").is_some());
    assert!((harness.ctx.zoom_factor() - usual).abs() < 1e-3);
}

#[test]
fn a_picture_of_the_view_is_written_as_it_was_seen() {
    let outputs = tempfile::tempdir().unwrap();
    let setup = || Setup { outputs: outputs.path().to_owned(), ..Setup::default() };
    let mut app = crate::common::headless(setup());
    let mut seen = image::RgbImage::new(5, 3);
    seen.put_pixel(4, 2, image::Rgb([1, 2, 3]));
    let path = outputs.path().join("view.png");
    app.act([leukoscope::app::wish::Window::SavePicture(Arc::new(seen.clone()), path.clone())]);
    crate::common::until(&mut app, "the file", |_| path.is_file());
    assert_eq!(image::open(&path).unwrap().to_rgb8(), seen);

    // The key has one frame taken; then a person is asked where it goes.
    let drawn = Arc::new(AtomicUsize::new(0));
    let mut harness = begin(Harness::builder().renderer(Counting(Arc::clone(&drawn))), setup());
    harness.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, Key::S);
    wait(&mut harness, "the question", |state| state.choosing || state.notices.toasts().count() > 0);
    assert_eq!((drawn.load(Ordering::Relaxed), state(&harness).picturing), (1, false));
}
