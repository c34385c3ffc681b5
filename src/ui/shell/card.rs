//! The card of a model, over the page: what it must not be trusted with, how it did, where it comes from.

use egui::{Context, Grid, Id, Key, Label, Modal, RichText, ScrollArea, Ui, style::ScrollAnimation, vec2};

use crate::{
    app::{Actions, AppState, wish},
    model::card::ModelCard,
    report::card::{self, Section},
    ui::{theme, widgets::parts},
};

/// Width in points; two columns of facts fit beside each other.
const WIDTH: f32 = 560.0;
/// Points, more than any card is long.
const ALL: f32 = 1e6;

/// Draws the card that was asked for, once it was read.
pub(super) fn show(ctx: &Context, state: &AppState, actions: &mut Actions) {
    // It is read within a frame or two, and until then there is nothing to say.
    let Some(card) = state.models.card.result() else { return };
    let modal = Modal::new(Id::unique("model card")).show(ctx, |ui| {
        ui.set_width(WIDTH);
        full(ui, state, card, actions);
    });
    if modal.should_close() {
        actions.push(wish::Models::CloseCard);
    }
}

fn full(ui: &mut Ui, state: &AppState, of: &ModelCard, actions: &mut Actions) {
    ui.label(RichText::new(card::title(of)).font(theme::strong(16.0)));
    ui.add_space(theme::GRID);
    let height = (ui.ctx().content_rect().height() - 200.0).max(200.0);
    ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink(false).show(ui, |ui| {
        turn_pages(ui, height);
        card::sections(of).iter().for_each(|of| section(ui, of));
    });
    ui.add_space(theme::GRID);
    ui.horizontal(|ui| {
        parts::button(ui, state, actions, wish::Models::CloseCard, true);
        if ui.button(t!("Copy as text")).clicked() {
            ui.ctx().copy_text(card::text(of));
            actions.push(wish::Window::Announce(t!("Copied the model card").to_owned()));
        }
    });
}

/// Nothing in the text takes the focus, so that the keys that turn pages are the keyboard's only way through it.
fn turn_pages(ui: &Ui, height: f32) {
    let page = 0.9 * height;
    for (key, down) in [(Key::PageDown, page), (Key::PageUp, -page), (Key::End, ALL), (Key::Home, -ALL)] {
        if ui.input(|input| input.key_pressed(key)) {
            ui.scroll_with_delta_animation(vec2(0.0, -down), ScrollAnimation::none());
        }
    }
}

fn section(ui: &mut Ui, of: &Section) {
    ui.heading(&of.title);
    if !of.facts.is_empty() {
        Grid::new(&of.title).num_columns(2).spacing([16.0, 4.0]).show(ui, |ui| {
            for (name, value) in &of.facts {
                ui.label(RichText::new(name).weak());
                ui.add(Label::new(value).wrap());
                ui.end_row();
            }
        });
    }
    for line in &of.lines {
        ui.add(Label::new(line).wrap());
    }
    ui.add_space(theme::GRID);
}
