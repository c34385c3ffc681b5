//! The live laboratory: sliders, brush and eraser. Every change is a wish, and the maps follow.

use egui::{Label, RichText, ScrollArea, Sense, Slider, Ui};

use super::ExplainView;
use crate::{
    app::{Actions, AppState, wish},
    explain::alter::Alteration,
    ui::{theme, widgets::parts},
};

/// What the pointer does on the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Brush,
    Eraser,
}

/// Radius of the brush as a share of the image's shorter side.
pub(super) const RADIUS: f32 = 0.06;

/// One slider: its name, how its value reads, its range, and where the value lies.
struct Row {
    name: &'static str,
    hint: &'static str,
    range: std::ops::RangeInclusive<f32>,
    words: fn(f32) -> String,
    get: fn(&Alteration) -> f32,
    set: fn(&mut Alteration, f32),
}

const ROWS: [Row; 9] = [
    Row {
        name: key!("Noise"),
        hint: key!("Gaussian noise of the camera, in levels of 255"),
        range: 0.0..=60.0,
        words: |value| format!("{value:.0}"),
        get: |of| of.noise,
        set: |of, value| of.noise = value,
    },
    Row {
        name: key!("Blur"),
        hint: key!("Out of focus, in pixels"),
        range: 0.0..=12.0,
        words: |value| format!("{value:.1} px"),
        get: |of| of.blur,
        set: |of, value| of.blur = value,
    },
    Row {
        name: key!("Hue"),
        hint: key!("Colours turned round the colour circle"),
        range: -180.0..=180.0,
        words: |value| format!("{value:.0}°"),
        get: |of| of.hue,
        set: |of, value| of.hue = value,
    },
    Row {
        name: key!("Saturation"),
        hint: key!("0 is grey"),
        range: 0.0..=2.5,
        words: share,
        get: |of| of.saturation,
        set: |of, value| of.saturation = value,
    },
    Row {
        name: key!("Brightness"),
        hint: key!("More or less light; networks whose card says that the background is levelled see less of it"),
        range: 0.3..=1.7,
        words: share,
        get: |of| of.brightness,
        set: |of, value| of.brightness = value,
    },
    Row {
        name: key!("Stain"),
        hint: key!("Strength of the stain, as optical density over the background"),
        range: 0.2..=2.5,
        words: share,
        get: |of| of.stain,
        set: |of, value| of.stain = value,
    },
    Row {
        name: key!("Rotation"),
        hint: key!("A smear has no up: the answer should stay"),
        range: -180.0..=180.0,
        words: |value| format!("{value:.0}°"),
        get: |of| of.rotation,
        set: |of, value| of.rotation = value,
    },
    Row {
        name: key!("Crop"),
        hint: key!("How much of the image is seen: less is closer, and beyond all of it the border is mirrored"),
        range: 0.4..=1.8,
        words: share,
        get: |of| of.crop,
        set: |of, value| of.crop = value,
    },
    Row {
        name: "JPEG",
        hint: key!("Quality of the compression; 100 leaves the image as it is"),
        range: 1.0..=100.0,
        words: |value| format!("{value:.0}"),
        get: |of| f32::from(of.jpeg),
        set: |of, value| of.jpeg = value.round() as u8,
    },
];

fn share(value: f32) -> String {
    format!("{:.0} %", 100.0 * value)
}

pub(super) fn show(ui: &mut Ui, state: &AppState, view: &mut ExplainView, actions: &mut Actions) {
    ScrollArea::vertical().id_salt("laboratory").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            ui.heading(t!("Laboratory"));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                parts::button(ui, state, actions, wish::Explain::Reset, false);
            });
        });
        ui.spacing_mut().interact_size.y = 16.0;
        for row in &ROWS {
            slider(ui, state, row, actions);
        }
        ui.add_space(theme::GRID);
        brush(ui, view);
    });
}

fn slider(ui: &mut Ui, state: &AppState, row: &Row, actions: &mut Actions) {
    let before = (row.get)(&state.explain.alteration);
    let mut value = before;
    let usual = (row.get)(&Alteration::default());
    ui.horizontal(|ui| {
        ui.add(Label::new(RichText::new(t!(row.name)).small()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let words = RichText::new((row.words)(value)).small();
            if (value - usual).abs() <= f32::EPSILON {
                ui.label(words.weak());
                return;
            }
            let back = ui.add(Label::new(words.strong()).sense(Sense::click()));
            if back.on_hover_text(t!("A click brings it back to {usual}", usual = (row.words)(usual))).clicked() {
                value = usual;
            }
        });
    });
    ui.spacing_mut().slider_width = ui.available_width();
    let slider = ui.add(Slider::new(&mut value, row.range.clone()).show_value(false));
    parts::named(&slider, t!(row.name));
    slider.on_hover_text(t!(row.hint));
    if (value - before).abs() > f32::EPSILON {
        let mut alteration = state.explain.alteration.clone();
        (row.set)(&mut alteration, value);
        actions.push(wish::Explain::Alter(alteration));
    }
}

fn brush(ui: &mut Ui, view: &mut ExplainView) {
    ui.label(RichText::new(t!("On the cell")).small().weak());
    ui.horizontal(|ui| {
        let tools = [
            (Tool::Brush, t!("Brush"), t!("Hides what you drag over behind the image's own background")),
            (Tool::Eraser, t!("Eraser"), t!("Brings back what the brush hid")),
        ];
        for (tool, word, hint) in tools {
            if ui.selectable_label(view.tool == Some(tool), word).on_hover_text(hint).clicked() {
                view.tool = if view.tool == Some(tool) { None } else { Some(tool) };
            }
        }
    });
    if view.tool.is_some() {
        ui.spacing_mut().slider_width = ui.available_width();
        let mut radius = view.radius.unwrap_or(RADIUS);
        let slider = ui.add(Slider::new(&mut radius, 0.01..=0.25).show_value(false));
        parts::named(&slider, t!("Size of the brush"));
        slider.on_hover_text(t!("Size of the brush"));
        view.radius = Some(radius);
    }
}
