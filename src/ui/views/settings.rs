//! The Settings page: look, language, device and folders.

use egui::{RichText, ScrollArea, Slider, TextEdit, Ui};

use crate::{
    app::{Actions, AppState, wish},
    device::remote,
    domain::config::DeviceChoice,
    language::{self, Language},
    store::preferences::{Preferences, ThemeChoice},
    ui::{theme, widgets::parts},
};

pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| sections(ui, state, actions));
}

fn sections(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let preferences = &state.settings.preferences;
    look(ui, preferences, actions);
    speech(ui, state, actions);
    section(ui, t!("Device"), |ui| {
        let choices = [
            (DeviceChoice::Auto, t!("Automatic: the best GPU that passes its self-test, else the CPU")),
            (DeviceChoice::Cpu, "CPU"),
            (DeviceChoice::Gpu, t!("GPU, and an error where there is none")),
        ];
        for (choice, words) in choices {
            if ui.radio(preferences.device == choice, words).clicked() {
                actions.push(wish::Settings::Device(choice));
            }
        }
        if remote::BUILT {
            elsewhere(ui, &preferences.device, actions);
        }
    });
    section(ui, t!("Devices of this machine"), |ui| {
        for device in &state.settings.devices {
            let picked = if device.default { t!("picked by Automatic: ") } else { "" };
            ui.label(language::heard(&device.name));
            ui.label(RichText::new(format!("{picked}{}", language::heard(&device.why))).small().weak());
        }
        parts::button(ui, state, actions, wish::Settings::TestDevices, false);
    });
    section(ui, t!("Outputs"), |ui| {
        ui.label(state.settings.outputs().display().to_string());
        ui.horizontal(|ui| {
            parts::button(ui, state, actions, wish::Settings::ChooseOutputs, false);
            parts::button(ui, state, actions, wish::Files::Reveal(state.settings.outputs()), false);
        });
    });
    let Some(log) = &state.settings.log else { return };
    section(ui, t!("Log"), |ui| {
        ui.label(log.display().to_string());
        let words = t!("What the program did and what failed, without the names of files and patients");
        ui.label(RichText::new(words).small().weak());
        parts::button(ui, state, actions, wish::Files::Reveal(log.clone()), false);
    });
}

fn look(ui: &mut Ui, preferences: &Preferences, actions: &mut Actions) {
    section(ui, t!("Look"), |ui| {
        ui.horizontal(|ui| {
            for theme in ThemeChoice::ALL {
                if ui.radio(preferences.theme == theme, t!(theme.title())).clicked() {
                    actions.push(wish::Settings::Theme(theme));
                }
            }
        });
        let mut scale = preferences.scale;
        let slider = Slider::new(&mut scale, 0.75..=2.0).step_by(0.05).text(t!("Scale")).update_while_editing(false);
        let response = ui.add(slider);
        if (response.drag_stopped() || response.lost_focus() || !response.dragged()) && scale != preferences.scale {
            actions.push(wish::Settings::Scale(scale));
        }
        let mut still = preferences.reduced_motion;
        if ui.checkbox(&mut still, t!("Reduced motion")).changed() {
            actions.push(wish::Settings::ReducedMotion(still));
        }
    });
}

fn speech(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    section(ui, t!("Language"), |ui| {
        ui.horizontal(|ui| {
            for language in Language::ALL {
                if ui.radio(state.settings.language() == language, language.title()).clicked() {
                    actions.push(wish::Settings::Language(language));
                }
            }
        });
        ui.label(RichText::new(t!("Of the window alone: reports and files stay in English")).small().weak());
    });
}

/// A device of another machine, by the line that `leuko serve` prints there.
fn elsewhere(ui: &mut Ui, chosen: &DeviceChoice, actions: &mut Actions) {
    let line = match chosen {
        DeviceChoice::Id(id) => id.strip_prefix(remote::PREFIX),
        DeviceChoice::Auto | DeviceChoice::Cpu | DeviceChoice::Gpu => None,
    };
    let choose = |line: &str| {
        let line = line.trim().trim_start_matches(remote::PREFIX);
        wish::Settings::Device(DeviceChoice::Id(format!("{}{line}", remote::PREFIX)))
    };
    ui.horizontal(|ui| {
        if ui.radio(line.is_some(), t!("A device of another machine")).clicked() && line.is_none() {
            actions.push(choose(""));
        }
        let mut text = line.unwrap_or_default().to_owned();
        let edit = TextEdit::singleline(&mut text).hint_text("ID@ADDRESS").desired_width(f32::INFINITY);
        let edit = ui.add_enabled(line.is_some(), edit).on_hover_text(t!("The line that leuko serve prints there"));
        parts::named(&edit, t!("Address of the device"));
        if edit.changed() {
            actions.push(choose(&text));
        }
    });
}

fn section(ui: &mut Ui, title: &str, body: impl FnOnce(&mut Ui)) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width().min(640.0));
        ui.heading(title);
        body(ui);
    });
}
