//! The Settings page: look, device and folders.

use egui::{Slider, Ui};

use crate::{
    app::{Actions, AppState, wish},
    domain::config::DeviceChoice,
    store::preferences::ThemeChoice,
    ui::{theme, widgets::parts},
};

pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let preferences = &state.settings.preferences;
    section(ui, "Look", |ui| {
        ui.horizontal(|ui| {
            for theme in ThemeChoice::ALL {
                if ui.radio(preferences.theme == theme, theme.title()).clicked() {
                    actions.push(wish::Settings::Theme(theme));
                }
            }
        });
        let mut scale = preferences.scale;
        let slider = Slider::new(&mut scale, 0.75..=2.0).step_by(0.05).text("Scale").update_while_editing(false);
        let response = ui.add(slider);
        if (response.drag_stopped() || response.lost_focus() || !response.dragged()) && scale != preferences.scale {
            actions.push(wish::Settings::Scale(scale));
        }
        let mut still = preferences.reduced_motion;
        if ui.checkbox(&mut still, "Reduced motion").changed() {
            actions.push(wish::Settings::ReducedMotion(still));
        }
    });
    section(ui, "Device", |ui| {
        let choices = [
            (DeviceChoice::Auto, "Automatic: the best GPU that passes its self-test, else the CPU"),
            (DeviceChoice::Cpu, "CPU"),
            (DeviceChoice::Gpu, "GPU, and an error where there is none"),
        ];
        for (choice, words) in choices {
            if ui.radio(preferences.device == choice, words).clicked() {
                actions.push(wish::Settings::Device(choice));
            }
        }
    });
    section(ui, "Devices of this machine", |ui| {
        for device in &state.settings.devices {
            let picked = if device.default { "picked by Automatic: " } else { "" };
            ui.label(&device.name);
            ui.label(egui::RichText::new(format!("{picked}{}", device.why)).small().weak());
        }
        parts::button(ui, state, actions, wish::Settings::TestDevices, false);
    });
    section(ui, "Outputs", |ui| {
        ui.label(state.settings.outputs().display().to_string());
        ui.horizontal(|ui| {
            parts::button(ui, state, actions, wish::Settings::ChooseOutputs, false);
            parts::button(ui, state, actions, wish::Files::Reveal(state.settings.outputs()), false);
        });
    });
}

fn section(ui: &mut Ui, title: &str, body: impl FnOnce(&mut Ui)) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width().min(640.0));
        ui.heading(title);
        body(ui);
    });
}
