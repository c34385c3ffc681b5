//! F1 of each class under both models as pairs of bars; a click shows the cells of the class that the models differ on.

use egui::{Align2, Color32, FontId, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::{
    app::Actions,
    domain::{classes, comparison::Comparison},
    report::{
        self,
        chart::{PairRow, Pairs, Provenance},
        words::figure,
    },
    ui::{
        theme,
        widgets::{chart::Chart, marker},
    },
};

use super::CompareView;

/// Room for names, and for the figures at the end of the bars.
const LEFT: f32 = 164.0;
const RIGHT: f32 = 48.0;

pub(super) fn show(ui: &mut Ui, comparison: &Comparison, view: &mut CompareView, actions: &mut Actions) {
    let pairs = Pairs::new(comparison);
    let summary = t!(
        "F1 of {count} classes under both models; macro F1 {a} for A and {b} for B",
        count = pairs.rows.len(),
        a = figure(comparison.a.metrics.macro_f1),
        b = figure(comparison.b.metrics.macro_f1)
    );
    let chart = Chart::new("f1 pairs", t!("F1 of each class"), summary, || pairs.table())
        .exports(|| vec![report::chart::Chart::f1_pairs(comparison, Provenance::of_comparison(comparison))]);
    let ask = chart.show(ui, |ui, _| {
        legend(ui, &pairs);
        let height = (ui.available_height() / pairs.rows.len().max(1) as f32 - 4.0).clamp(24.0, 46.0);
        ui.spacing_mut().item_spacing.y = 4.0;
        for (label, row) in pairs.rows.iter().enumerate() {
            if group(ui, row, height, view.class == Some(label)) {
                view.class = if view.class == Some(label) { None } else { Some(label) };
            }
        }
    });
    if let Some(ask) = ask {
        ask.act(actions);
    }
}

/// A in the accent, B in neutral grey: no class colour is borrowed for a model.
fn colours(ui: &Ui) -> [Color32; 2] {
    [theme::accent(ui.visuals()), ui.visuals().weak_text_color()]
}

fn legend(ui: &mut Ui, pairs: &Pairs) {
    ui.horizontal_wrapped(|ui| {
        for (name, colour) in pairs.names.iter().zip(colours(ui)) {
            let (rect, _) = ui.allocate_exact_size(vec2(16.0, 12.0), Sense::hover());
            ui.painter().rect_filled(rect, 2.0, colour);
            ui.small(name);
        }
    });
}

fn group(ui: &mut Ui, row: &PairRow, height: f32, selected: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let [(a, _), (b, _)] = row.f1;
    let said = t!("{class}: F1 {a} under A, {b} under B", class = row.class, a = figure(a), b = figure(b));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &said));
    let painter = ui.painter();
    if selected || response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 4.0, ui.visuals().widgets.hovered.weak_bg_fill);
    }
    let ink = ui.visuals().text_color();
    marker::paint(painter, pos2(rect.left() + 8.0, rect.center().y), 4.5, &row.class);
    let at = pos2(rect.left() + 20.0, rect.center().y);
    painter.text(at, Align2::LEFT_CENTER, classes::title(&row.class), FontId::proportional(13.0), ink);
    let (left, width) = (rect.left() + LEFT, (rect.width() - LEFT - RIGHT).max(20.0));
    let each = (height - 6.0) / 2.0;
    for (place, ((value, interval), colour)) in row.f1.into_iter().zip(colours(ui)).enumerate() {
        let top = rect.top() + 3.0 + each * place as f32;
        let x = |share: f64| left + width * share as f32;
        let end = x(value.unwrap_or(0.0));
        let bar = Rect::from_min_max(pos2(left, top + 1.0), pos2(end, top + each - 1.0));
        painter.rect_filled(bar, 2.0, colour);
        let mut edge = end;
        if let Some(ci) = interval {
            let (y, stroke) = (bar.center().y, Stroke::new(1.0, ink));
            painter.line_segment([pos2(x(ci.low), y), pos2(x(ci.high), y)], stroke);
            for at in [ci.low, ci.high] {
                painter.line_segment([pos2(x(at), y - 3.0), pos2(x(at), y + 3.0)], stroke);
            }
            edge = edge.max(x(ci.high));
        }
        let at = pos2(edge + 5.0, bar.center().y);
        painter.text(at, Align2::LEFT_CENTER, figure(value), FontId::proportional(11.0), ink);
    }
    let clicked = response.clicked();
    response.on_hover_ui_at_pointer(|ui| readout(ui, row));
    clicked
}

fn readout(ui: &mut Ui, row: &PairRow) {
    ui.strong(classes::title(&row.class));
    for (letter, (value, interval)) in ["A", "B"].into_iter().zip(row.f1) {
        let ci =
            interval.map_or_else(String::new, |ci| t!(" (95 %: {low:.3} to {high:.3})", low = ci.low, high = ci.high));
        ui.label(format!("{letter}: {}{ci}", figure(value)));
    }
    ui.weak(t!("{count} cells; click for those that the models differ on", count = row.support));
}
