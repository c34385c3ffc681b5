//! The Welcome page: three doors and the recent datasets.

use egui::{Align, Layout, RichText, Ui, vec2};

use crate::{
    app::{Action, Actions, AppState, wish},
    ui::{
        theme,
        widgets::{icons, parts},
    },
};

/// What stands where files cannot be dropped.
pub const NO_DROPS: &str = key!("This desktop hands no dropped files on; open or paste them");

pub fn show(ui: &mut Ui, state: &AppState, takes_drops: bool, actions: &mut Actions) {
    ui.add_space(theme::GRID * 2.0);
    let classify =
        if takes_drops { t!("Drop images or folders anywhere in the window, or paste them") } else { t!(NO_DROPS) };
    let doors = [
        (icons::MICROSCOPE, t!("Classify cells"), classify, Action::from(wish::Classify::ChooseImages)),
        (
            icons::FOLDER_OPEN,
            t!("Open a dataset"),
            t!("A folder with one sub-folder for each class"),
            wish::Dataset::Choose.into(),
        ),
        (
            icons::FLASK,
            t!("Synthetic slides and fields"),
            t!("All eight classes, and fields of view, drawn by Leukoscope; no download"),
            wish::Dataset::OpenSynthetic.into(),
        ),
    ];
    ui.columns_const(|columns: &mut [Ui; 3]| {
        for (index, (ui, (icon, title, text, action))) in columns.iter_mut().zip(doors).enumerate() {
            theme::card(ui.style()).show(ui, |ui| {
                ui.set_min_size(vec2(ui.available_width(), 176.0));
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.label(RichText::new(icon).size(28.0).color(theme::accent(ui.visuals())));
                    ui.heading(title);
                    // Where files cannot be dropped, the button is the way, and the text says why.
                    let button_first = index == 0 && !takes_drops;
                    if button_first {
                        parts::button(ui, state, actions, action.clone(), true);
                        ui.add_space(theme::GRID);
                    }
                    ui.label(RichText::new(text).weak());
                    if !button_first {
                        ui.add_space(theme::GRID);
                        parts::button(ui, state, actions, action, index == 0);
                    }
                    if index == 2 {
                        parts::button(ui, state, actions, wish::Classify::TrySynthetic, false);
                    }
                });
            });
        }
    });
    ui.add_space(theme::GRID);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("{icon}  New here?", icon = icons::QUIZ)).weak());
        parts::button(ui, state, actions, wish::Tour::Start, false);
    });
    recents(ui, &state.settings.preferences.recents, actions);
}

/// The datasets that were opened lately.
fn recents(ui: &mut Ui, recents: &[std::path::PathBuf], actions: &mut Actions) {
    if recents.is_empty() {
        return;
    }
    ui.add_space(theme::GRID * 2.0);
    ui.heading(t!("Recent datasets"));
    for root in recents {
        let name =
            root.file_name().map_or_else(|| root.display().to_string(), |name| name.to_string_lossy().into_owned());
        let words = format!("{} {name}", icons::FOLDER_OPEN);
        let button = ui.add(
            egui::Button::new(words)
                .frame_when_inactive(false)
                .right_text(RichText::new(root.display().to_string()).weak()),
        );
        if button.clicked() {
            actions.push(wish::Dataset::Open(root.clone()));
        }
    }
}
