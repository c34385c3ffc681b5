//! What is inside of a network: its blocks in a row down the page, the chosen one's maps of the cell, the first kernels, and what
//! noise and dropout do.

use std::sync::Arc;

use egui::{
    Align2, Color32, ColorImage, FontId, Label, Rect, RichText, Role, ScrollArea, Sense, Stroke, TextureHandle,
    TextureOptions, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::{
    app::AppState,
    domain::classes::{ClassList, title},
    explain::{
        colours::Scale,
        inside::{Block, Channel, Inside, PASSES},
    },
    report::words::thousands,
    ui::{
        theme,
        widgets::{confidence::percent, marker, parts},
    },
};

/// Width of the blocks' column, height of a block, and side of a channel's and of a kernel's picture, in points.
const BLOCKS: f32 = 200.0;
const BLOCK: f32 = 30.0;
const CHANNEL: f32 = 64.0;
const KERNEL: f32 = 24.0;
/// Pixels of a kernel on one side.
const TAPS: usize = 3;

/// What the eye keeps of it.
#[derive(Default)]
pub(super) struct InsideView {
    /// The block that was chosen; the first where none was.
    block: usize,
    /// Pictures of the channels and kernels, by what they were made of.
    channels: Option<((usize, usize), Vec<TextureHandle>)>,
    kernels: Option<(usize, Vec<TextureHandle>)>,
}

pub(super) fn show(ui: &mut Ui, state: &AppState, side: usize, view: &mut InsideView) {
    let answer = state.explain.found.answers.get(side).and_then(Option::as_ref);
    let inside = state.explain.inside.as_ref().filter(|(of, _)| *of == side);
    let (Some((_, inside)), Some(answer)) = (inside, answer) else {
        parts::busy(ui, state);
        return;
    };
    let room = ui.available_rect_before_wrap();
    let left = Rect::from_min_size(room.min, vec2(BLOCKS, room.height()));
    let right = Rect::from_min_max(left.right_top() + vec2(theme::GRID * 2.0, 0.0), room.max);
    let part = |rect| egui::UiBuilder::new().max_rect(rect).layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(part(left), |ui| blocks(ui, inside, view));
    ui.scope_builder(part(right), |ui| {
        ScrollArea::vertical().id_salt("inside").auto_shrink(false).show(ui, |ui| {
            channels(ui, inside, view);
            ui.add_space(theme::GRID);
            kernels(ui, inside, view);
            ui.add_space(theme::GRID);
            spread(ui, inside, &answer.card.classes);
        });
    });
}

/// The network from the image down to the answer; a bar's width is the logarithm of its channels.
fn blocks(ui: &mut Ui, inside: &Inside, view: &mut InsideView) {
    let parameters: usize = inside.blocks.iter().map(|block| block.parameters).sum();
    let words = t!("{parameters} parameters", parameters = thousands(parameters as u64));
    ui.add(Label::new(RichText::new(words).strong()).truncate());
    ScrollArea::vertical().id_salt("blocks").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let most = inside.blocks.iter().map(|block| block.shape[2]).max().unwrap_or(1);
        for (index, block) in inside.blocks.iter().enumerate() {
            one_block(ui, block, (index, most), view);
        }
    });
}

fn one_block(ui: &mut Ui, block: &Block, (index, most): (usize, usize), view: &mut InsideView) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BLOCK), Sense::click());
    let [height, width, channels] = block.shape;
    let shape = format!("{width} × {height} × {channels}");
    let words = t!(
        "{name}: {shape}, {parameters} parameters",
        name = block.name,
        shape,
        parameters = thousands(block.parameters as u64)
    );
    let chosen = view.block == index;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &words));
    let (painter, visuals) = (ui.painter(), ui.visuals());
    let share = ((channels + 1) as f32).ln() / ((most + 1) as f32).ln();
    let bar = Rect::from_min_size(rect.min, vec2(rect.width() * share, rect.height()));
    painter.rect_filled(bar, 4.0, theme::accent(visuals).gamma_multiply(if chosen { 0.5 } else { 0.2 }));
    if chosen || response.hovered() || response.has_focus() {
        let stroke = Stroke::new(1.0, theme::accent(visuals));
        painter.rect_stroke(rect, 4.0, stroke, egui::StrokeKind::Inside);
    }
    let line = rect.center().y;
    let small = FontId::proportional(11.0);
    let ink = if chosen { visuals.strong_text_color() } else { visuals.text_color() };
    painter.text(pos2(rect.left() + 6.0, line), Align2::LEFT_CENTER, &block.name, small.clone(), ink);
    painter.text(pos2(rect.right() - 6.0, line), Align2::RIGHT_CENTER, shape, small, visuals.weak_text_color());
    if response.on_hover_text(words).clicked() {
        view.block = index;
    }
}

/// What the chosen block makes of the cell.
fn channels(ui: &mut Ui, inside: &Arc<Inside>, view: &mut InsideView) {
    let Some(block) = inside.blocks.get(view.block) else { return };
    ui.heading(t!("{name} sees", name = block.name));
    if block.maps.is_empty() {
        ui.label(RichText::new(t!("This block gives no map: places were mixed by attention or averaged")).weak());
        return;
    }
    let words = t!(
        "{count} of {all} channels, those that differ most over the image",
        count = block.maps.len(),
        all = block.shape[2]
    );
    ui.label(RichText::new(words).small().weak());
    let made = (Arc::as_ptr(inside) as usize, view.block);
    if view.channels.as_ref().is_none_or(|(of, _)| *of != made) {
        let texture = |channel: &Channel| ui.ctx().load_texture("channel", picture(channel), TextureOptions::NEAREST);
        view.channels = Some((made, block.maps.iter().map(texture).collect()));
    }
    let textures = view.channels.as_ref().map(|(_, textures)| textures.as_slice()).unwrap_or_default();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(4.0);
        for (channel, texture) in block.maps.iter().zip(textures) {
            let (low, high) = channel.range;
            let words = t!("Channel {number}: {low:.2} to {high:.2}", number = channel.number, low, high);
            tile(ui, texture, CHANNEL, &words);
        }
    });
}

fn picture(channel: &Channel) -> ColorImage {
    let bytes: Vec<u8> = channel.values.iter().flat_map(|value| Scale::Viridis.colour(*value)).collect();
    ColorImage::from_rgb([channel.width, channel.height], &bytes)
}

fn tile(ui: &mut Ui, texture: &TextureHandle, side: f32, words: &str) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), rect, whole, Color32::WHITE);
    response.on_hover_text(words);
}

fn kernels(ui: &mut Ui, inside: &Arc<Inside>, view: &mut InsideView) {
    ui.heading(t!("First kernels"));
    let words = t!("What the first layer looks for in red, green and blue; grey is a weight of 0");
    ui.label(RichText::new(words).small().weak());
    let made = Arc::as_ptr(inside) as usize;
    if view.kernels.as_ref().is_none_or(|(of, _)| *of != made) {
        let texture = |kernel: &Vec<[f32; 3]>| {
            let byte = |value: &f32| (value * 255.0).round() as u8;
            let bytes: Vec<u8> = kernel.iter().flatten().map(byte).collect();
            ui.ctx().load_texture("kernel", ColorImage::from_rgb([TAPS, TAPS], &bytes), TextureOptions::NEAREST)
        };
        view.kernels = Some((made, inside.kernels.iter().map(texture).collect()));
    }
    let textures = view.kernels.as_ref().map(|(_, textures)| textures.as_slice()).unwrap_or_default();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(4.0);
        for (number, texture) in textures.iter().enumerate() {
            tile(ui, texture, KERNEL, &t!("Kernel {number}", number));
        }
    });
}

/// The range of each class over passes with noise and dropout.
fn spread(ui: &mut Ui, inside: &Inside, classes: &ClassList) {
    ui.heading(t!("Noise and dropout"));
    let words = t!(
        "{passes} passes as in training: noise {noise} on the tokens, {share:.0} % of the pooled features dropped; from the 5th to \
         the 95th percentile, a line at the median",
        passes = PASSES,
        noise = inside.noise,
        share = 100.0 * inside.dropout
    );
    ui.add(Label::new(RichText::new(words).small().weak()).wrap());
    for (class, [low, middle, high]) in classes.iter().zip(&inside.spread) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width().min(420.0), 20.0), Sense::hover());
        let words = t!(
            "{class}: {low} to {high}, median {median}",
            class = title(class),
            low = percent(*low),
            high = percent(*high),
            median = percent(*middle)
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, &words));
        let (painter, visuals) = (ui.painter(), ui.visuals());
        let line = rect.center().y;
        marker::paint(painter, pos2(rect.left() + 6.0, line), 4.5, class);
        let code = marker::code(ui.ctx(), class);
        let font = FontId::proportional(11.0);
        painter.text(pos2(rect.left() + 16.0, line), Align2::LEFT_CENTER, code, font, visuals.text_color());
        let track = Rect::from_min_max(pos2(rect.left() + 52.0, line - 4.0), pos2(rect.right(), line + 4.0));
        painter.rect_filled(track, 2.0, visuals.widgets.noninteractive.bg_stroke.color.gamma_multiply(0.6));
        let at = |share: f32| track.left() + track.width() * share.clamp(0.0, 1.0);
        let range =
            Rect::from_min_max(pos2(at(*low), track.top()), pos2(at(*high).max(at(*low) + 1.0), track.bottom()));
        marker::bar(painter, range, 2.0, class, 1.0);
        let stroke = Stroke::new(2.0, visuals.strong_text_color());
        painter.line_segment([pos2(at(*middle), track.top() - 2.0), pos2(at(*middle), track.bottom() + 2.0)], stroke);
        response.on_hover_text(words);
    }
}
