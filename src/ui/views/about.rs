//! The About page: version, notice, licences.

use egui::Ui;

use crate::ui::{frames::FrameTimes, theme};

/// The sentence of the first start, of this page and of every export.
pub const NOTICE: &str = key!("Research and education only. Not a medical device.");

pub fn show(ui: &mut Ui, frames: &FrameTimes) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width().min(640.0));
        ui.heading("Leukoscope");
        ui.label(t!("Version {version}", version = env!("CARGO_PKG_VERSION")));
        ui.label(t!(NOTICE));
        ui.label(t!("Leukoscope opens no network connection of its own"));
        ui.separator();
        ui.label("Leukoscope: MIT licence");
        ui.label("Inter: SIL Open Font License 1.1");
        ui.label("Lucide icons: ISC licence");
        ui.label(t!("Class colours: Okabe and Ito"));
    });
    let Some(summary) = frames.summary() else { return };
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width().min(640.0));
        ui.heading(t!("How fluent this window is"));
        ui.label(t!("Of the last {frames} frames, half took up to {p50:.1} ms, 95 % up to {p95:.1} ms, the longest {longest:.1} ms", frames = summary.frames, p50 = summary.p50, p95 = summary.p95, longest = summary.longest));
        if let Some(secs) = frames.first_secs() {
            ui.label(t!("The first frame was there {secs:.2} s after the start", secs));
        }
        let words = t!("Started with --frame-times FILE, the window writes the time of every frame when it closes");
        ui.label(egui::RichText::new(words).small().weak());
    });
}
