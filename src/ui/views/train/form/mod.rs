//! The settings of the next run: a preset and what it is trained on first, everything else below Advanced; each setting has
//! a line of help, and its problem in place of it.

mod advanced;
mod group;
mod others;
mod preset;
mod start;

use egui::{ComboBox, DragValue, Frame, Margin, Panel, RichText, ScrollArea, Ui};

use crate::{
    app::{Actions, AppState, pages::train::LineUp, wish},
    domain::{
        architecture::Architecture,
        config::{DeviceChoice, TrainConfig},
    },
    language,
    ui::widgets::parts,
};

/// Draws the form; a changed setting becomes an action at once.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let train = &state.train;
    let wish = Wish { config: train.form.clone(), line_up: train.line_up.clone() };
    let mut form = Form { wish, problems: state.training_problems(), drawn: Vec::new() };
    let below = Frame::new().inner_margin(Margin { top: 8, ..Margin::ZERO });
    Panel::bottom("start").resizable(false).show_separator_line(false).frame(below).show(ui, |ui| {
        super::forecast::show(ui, state);
        parts::button(ui, state, actions, wish::Train::Start, true);
    });
    ScrollArea::vertical().id_salt("form").auto_shrink(false).show(ui, |ui| {
        preset::show(ui, state, &mut form.wish.config);
        form.what(ui, state, actions);
        form.place(ui);
        form.advanced(ui, state, actions);
        form.rest(ui);
    });
    let Wish { config, line_up } = form.wish;
    if config != train.form {
        actions.push(wish::Train::Edit(Box::new(config)));
    }
    if line_up != train.line_up {
        actions.push(wish::Train::EditLineUp(line_up));
    }
}

/// What a person asks for.
struct Wish {
    config: TrainConfig,
    line_up: LineUp,
}

struct Form {
    wish: Wish,
    problems: Vec<(&'static str, String)>,
    /// The settings that have had their field, by the keys of their problems.
    drawn: Vec<&'static str>,
}

impl Form {
    /// One setting: its name, its control, a line of help, and what is wrong with it.
    fn field(
        &mut self,
        ui: &mut Ui,
        key: &'static str,
        (title, help): (&str, &str),
        control: impl FnOnce(&mut Ui, &mut Wish),
    ) {
        self.drawn.push(key);
        let wish = &mut self.wish;
        ui.horizontal(|ui| {
            let label = ui.label(title);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label_inputs_by(label.id, |ui| control(ui, wish))
            });
        });
        let mut wrong = self.problems.iter().filter(|(field, _)| *field == key).peekable();
        if wrong.peek().is_none() {
            ui.label(RichText::new(help).small().weak());
        }
        for (_, why) in wrong {
            ui.label(RichText::new(language::heard(why)).small().color(ui.visuals().error_fg_color));
        }
        ui.add_space(6.0);
    }

    fn what(&mut self, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
        self.field(ui, "arch", (t!("Network"), t!("Backbone that feeds the attention heads")), network);
        let help = start::help(&self.wish.config);
        self.field(ui, "init", (t!("Start from"), help), |ui, wish| start::show(ui, &mut wish.config, state, actions));
        let name = state.dataset.opened.as_ref().map_or_else(|| t!("none").to_owned(), |opened| opened.dataset.name());
        let help = t!("80 % train, 10 % validation, 10 % test, by content and seed");
        self.field(ui, "dataset", (t!("Dataset"), help), |ui, _| {
            if ui.button(name).on_hover_text(t!("Open another dataset")).clicked() {
                actions.push(wish::Dataset::Choose);
            }
        });
        others::also_set(ui, &mut self.wish.config);
        self.field(ui, "epochs", (t!("Epochs"), t!("Passes over the training images")), |ui, wish| {
            number(ui, &mut wish.config.epochs, 0.2);
        });
        self.field(ui, "size", (t!("Image size"), t!("Side of the network's input in pixels")), |ui, wish| {
            ui.label("px");
            number(ui, &mut wish.config.size, 2.0);
        });
    }

    fn place(&mut self, ui: &mut Ui) {
        self.field(ui, "device", (t!("Device"), t!("Auto takes the best real GPU, else the CPU")), |ui, wish| {
            let device = &mut wish.config.device;
            ComboBox::from_id_salt("device").width(120.0).selected_text(device.to_string()).show_ui(ui, |ui| {
                for one in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Gpu] {
                    let text = one.to_string();
                    ui.selectable_value(device, one, text);
                }
            });
        });
        self.field(ui, "seed", (t!("Seed"), t!("The same seed gives the same split and the same run")), |ui, wish| {
            ui.add(DragValue::new(&mut wish.config.seed).speed(0.1));
        });
        let help = t!("Runs of consecutive seeds, which tell how far chance reaches");
        self.field(ui, "seeds", (t!("Seeds"), help), |ui, wish| number(ui, &mut wish.line_up.seeds, 0.1));
    }

    /// Whether a problem's field has not been drawn yet.
    fn is_hidden(&self, key: &str) -> bool {
        !self.drawn.contains(&key)
    }

    fn advanced(&mut self, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
        let wrong = self.problems.iter().any(|(field, _)| self.is_hidden(field));
        egui::CollapsingHeader::new(t!("Advanced")).open(wrong.then_some(true)).show_unindented(ui, |ui| {
            advanced::show(self, ui);
            others::show(self, ui, state, actions);
            group::show(self, ui, state);
        });
    }

    /// Whatever is wrong with a setting that has no field, so that Start never waits for something that nobody sees.
    fn rest(&self, ui: &mut Ui) {
        for (field, why) in self.problems.iter().filter(|(field, _)| self.is_hidden(field)) {
            ui.label(RichText::new(format!("{field} {why}")).small().color(ui.visuals().error_fg_color));
        }
    }
}

fn number(ui: &mut Ui, value: &mut usize, speed: f64) {
    ui.add(DragValue::new(value).speed(speed));
}

fn real(ui: &mut Ui, value: &mut f64) {
    ui.add(DragValue::new(value).speed(0.01).max_decimals(3));
}

/// One network, or each of them one after the other.
fn network(ui: &mut Ui, Wish { config, line_up }: &mut Wish) {
    const EACH: &str = key!("Each, one after the other");
    let words = if line_up.all_networks { t!(EACH) } else { config.architecture.title() };
    ComboBox::from_id_salt("network").width(180.0).selected_text(words).show_ui(ui, |ui| {
        for one in Architecture::ALL {
            let chosen = !line_up.all_networks && config.architecture == one;
            if ui.selectable_label(chosen, one.title()).clicked() {
                (config.architecture, line_up.all_networks) = (one, false);
            }
        }
        ui.selectable_value(&mut line_up.all_networks, true, t!(EACH));
    });
}

#[cfg(test)]
mod tests {
    use egui_kittest::{Harness, kittest::Queryable};

    use super::*;

    /// Settings that are all out of range.
    fn wrong() -> TrainConfig {
        TrainConfig {
            size: 1,
            epochs: 0,
            batch: 0,
            learning_rate: 9.0,
            noise: 9.0,
            dropout: 9.0,
            per_class: Some(0),
            label_smoothing: 9.0,
            warmup_epochs: -1.0,
            clip_norm: -1.0,
            average: 9.0,
            heads: 0,
            attention_width: 0,
            width: 0.0,
            crop: 9.0,
            augment: 9.0,
            microscope: 9.0,
            surroundings: 9.0,
            also_share: 9.0,
            teaching: 9.0,
            group: Some("(".to_owned()),
            ..TrainConfig::default()
        }
    }

    #[test]
    fn every_problem_stands_below_the_field_of_its_setting() {
        let mut state = AppState::default();
        state.train.form = wrong();
        state.train.line_up.seeds = 0;
        let problems = state.training_problems();
        let mut form =
            Form { wish: Wish { config: wrong(), line_up: state.train.line_up.clone() }, problems, drawn: Vec::new() };
        let hidden = {
            let mut actions = Actions::default();
            let mut hidden = Vec::new();
            let mut harness = Harness::builder().with_size([336.0, 4000.0]).build_ui(|ui| {
                form.drawn.clear();
                form.what(ui, &state, &mut actions);
                form.place(ui);
                form.advanced(ui, &state, &mut actions);
                hidden = form.problems.iter().map(|(key, _)| *key).filter(|key| form.is_hidden(key)).collect();
            });
            harness.run_steps(20);
            for (_, why) in &state.training_problems() {
                assert!(harness.query_all_by_label(why).count() > 0, "{why}");
            }
            drop(harness);
            hidden
        };
        assert!(hidden.is_empty(), "problems without a field: {hidden:?}");
        // A setting that joins `problems` has to join the ones above too.
        let keys: std::collections::BTreeSet<_> = form.problems.iter().map(|(key, _)| *key).collect();
        assert!(keys.len() >= 22, "{keys:?}");
    }
}
