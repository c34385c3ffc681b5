//! The settings that a preset leaves alone: how the network learns, what it sees, and what it is made of.

use egui::{DragValue, Ui};

use super::{Form, number, real};
use crate::domain::config::Background;

pub(super) fn show(form: &mut Form, ui: &mut Ui) {
    learning(form, ui);
    limits(form, ui);
    variation(form, ui);
    network(form, ui);
}

fn learning(form: &mut Form, ui: &mut Ui) {
    form.field(ui, "batch", (t!("Batch"), t!("Images a step; halved when memory runs out")), |ui, wish| {
        number(ui, &mut wish.config.batch, 0.5);
    });
    form.field(ui, "rate", (t!("Learning rate"), t!("Adam's highest, reached after the warm-up")), |ui, wish| {
        ui.add(DragValue::new(&mut wish.config.learning_rate).speed(1e-5).max_decimals(6));
    });
    let help = t!("Epochs without a better validation loss before it ends; 0 never ends early and keeps the last");
    form.field(ui, "patience", (t!("Patience"), help), |ui, wish| number(ui, &mut wish.config.patience, 0.1));
    form.field(ui, "noise", (t!("Noise"), t!("Gaussian, on the features, in training only")), |ui, wish| {
        real(ui, &mut wish.config.noise);
    });
    form.field(ui, "dropout", (t!("Dropout"), t!("Share of features dropped before the head")), |ui, wish| {
        real(ui, &mut wish.config.dropout);
    });
    form.field(
        ui,
        "warmup-epochs",
        (t!("Warm-up epochs"), t!("The rate rises to its highest over these")),
        |ui, wish| {
            real(ui, &mut wish.config.warmup_epochs);
        },
    );
    form.field(ui, "clip-norm", (t!("Gradient norm"), t!("Larger gradients are scaled down to this")), |ui, wish| {
        real(ui, &mut wish.config.clip_norm);
    });
    let help = t!("Share of the run's steps over which the weights that are kept are averaged");
    form.field(ui, "average", (t!("Weight average"), help), |ui, wish| real(ui, &mut wish.config.average));
}

fn limits(form: &mut Form, ui: &mut Ui) {
    let help = t!("Training images only; validation and test stay whole");
    form.field(ui, "per-class", (t!("Images per class"), help), |ui, wish| {
        let most = &mut wish.config.per_class;
        let mut limited = most.is_some();
        if let Some(most) = most {
            number(ui, most, 2.0);
        }
        if ui.checkbox(&mut limited, t!("limit")).changed() {
            *most = limited.then_some(300);
        }
    });
    let help = t!("Weigh each class by the inverse of its share");
    form.field(ui, "class-weights", (t!("Class weights"), help), |ui, wish| {
        ui.checkbox(&mut wish.config.class_weights, "");
    });
    let help = t!("Share of each label spread over all classes");
    form.field(ui, "label-smoothing", (t!("Label smoothing"), help), |ui, wish| {
        real(ui, &mut wish.config.label_smoothing);
    });
}

fn variation(form: &mut Form, ui: &mut Ui) {
    form.field(ui, "augment", (t!("Augmentation"), t!("0 for none, 1 for the default strength")), |ui, wish| {
        real(ui, &mut wish.config.augment);
    });
    let help = t!("Share of images seen as through another lab's microscope");
    form.field(ui, "microscope", (t!("Other microscopes"), help), |ui, wish| real(ui, &mut wish.config.microscope));
    let help = t!("Share of images that get the surroundings of another one");
    form.field(ui, "surroundings", (t!("Other surroundings"), help), |ui, wish| {
        real(ui, &mut wish.config.surroundings)
    });
    let help = t!("Each image's background to one white and its stain to one strength");
    form.field(ui, "background", (t!("Level backgrounds"), help), |ui, wish| {
        let mut level = wish.config.background == Background::Levelled;
        if ui.checkbox(&mut level, "").changed() {
            wish.config.background = if level { Background::Levelled } else { Background::AsIs };
        }
    });
    let help = t!("Side of the centred square, as a share of the shorter side");
    form.field(ui, "crop", (t!("Crop"), help), |ui, wish| real(ui, &mut wish.config.crop));
}

fn network(form: &mut Form, ui: &mut Ui) {
    form.field(ui, "heads", (t!("Attention heads"), t!("Each looks at the cell in its own way")), |ui, wish| {
        number(ui, &mut wish.config.heads, 0.1);
    });
    form.field(ui, "attention-width", (t!("Attention width"), t!("A multiple of the heads")), |ui, wish| {
        number(ui, &mut wish.config.attention_width, 2.0);
    });
    form.field(ui, "width", (t!("Backbone width"), t!("Multiplier of the backbone's channels")), |ui, wish| {
        real(ui, &mut wish.config.width);
    });
}
