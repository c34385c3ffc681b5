//! The About page: version, notice, licences.

use egui::Ui;

use crate::ui::{frames::FrameTimes, theme};

/// The sentence of the first start, of this page and of every export.
pub const NOTICE: &str = "Research and education only. Not a medical device.";

pub fn show(ui: &mut Ui, frames: &FrameTimes) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width().min(640.0));
        ui.heading("Leukoscope");
        ui.label(format!("Version {}", env!("CARGO_PKG_VERSION")));
        ui.label(NOTICE);
        ui.label("Leukoscope opens no network connection of its own");
        ui.separator();
        ui.label("Leukoscope: MIT licence");
        ui.label("Inter: SIL Open Font License 1.1");
        ui.label("Lucide icons: ISC licence");
        ui.label("Class colours: Okabe and Ito");
    });
    let Some(summary) = frames.summary() else { return };
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width().min(640.0));
        ui.heading("How fluent this window is");
        ui.label(format!(
            "Of the last {} frames, half took up to {:.1} ms, 95 % up to {:.1} ms, the longest {:.1} ms",
            summary.frames, summary.p50, summary.p95, summary.longest
        ));
        if let Some(secs) = frames.first_secs() {
            ui.label(format!("The first frame was there {secs:.2} s after the start"));
        }
        let words = "Started with --frame-times FILE, the window writes the time of every frame when it closes";
        ui.label(egui::RichText::new(words).small().weak());
    });
}
