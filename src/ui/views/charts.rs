//! Class bars, pie and split bar of the Dataset page, with one shared hover.

use std::{f32::consts::TAU, ops::Range};

use egui::{Align2, Color32, FontId, Mesh, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::{
    domain::{classes, part::Part},
    job::Opened,
    report::{
        chart::ClassCounts,
        csv::Table,
        words::{percent, thousands},
    },
    ui::{theme, widgets::marker},
};

/// One row a class: marker, name, bar, count and per cent; returns the hovered and the clicked class.
pub fn bars(ui: &mut Ui, opened: &Opened, hovered: Option<usize>) -> (Option<usize>, Option<usize>) {
    let most = opened.counts.iter().copied().max().unwrap_or(1).max(1) as f32;
    let total = opened.dataset.items.len().max(1) as f32;
    let (mut over, mut clicked) = (None, None);
    for (label, (name, count)) in opened.dataset.classes.iter().zip(&opened.counts).enumerate() {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::click());
        let said = format!("{}   {:>4.1} %", thousands(*count as u64), 100.0 * *count as f32 / total);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, t!("{name}: {count} images", name, count)));
        if response.hovered() {
            over = Some(label);
        }
        if response.clicked() {
            clicked = Some(label);
        }
        let painter = ui.painter();
        if hovered == Some(label) {
            painter.rect_filled(rect, 4.0, ui.visuals().widgets.hovered.weak_bg_fill);
        }
        let ink = ui.visuals().text_color();
        let line = rect.center().y;
        marker::paint(painter, pos2(rect.left() + 8.0, line), 4.5, name);
        let font = FontId::proportional(13.0);
        painter.text(pos2(rect.left() + 20.0, line), Align2::LEFT_CENTER, classes::title(name), font.clone(), ink);
        painter.text(pos2(rect.right() - 4.0, line), Align2::RIGHT_CENTER, said, font, ink);
        let track = Rect::from_min_max(pos2(rect.left() + 160.0, line - 5.0), pos2(rect.right() - 104.0, line + 5.0));
        let bar = Rect::from_min_size(track.min, vec2((track.width() * *count as f32 / most).max(1.0), 10.0));
        marker::bar(painter, bar, 3.0, name, 1.0);
    }
    (over, clicked)
}

/// The shares of the classes; returns the hovered class.
pub fn pie(ui: &mut Ui, opened: &Opened, hovered: Option<usize>) -> Option<usize> {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 168.0), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Figure, true, t!("Pie of the classes; the bars say the same in words"))
    });
    let (centre, radius) = (rect.center(), rect.width().min(rect.height()) / 2.0 - 6.0);
    let total = opened.dataset.items.len().max(1) as f32;
    let at = response.hover_pos().map(|pos| pos - centre).filter(|from| from.length() <= radius);
    let pointer = at.map(|from| (from.x.atan2(-from.y) / TAU).rem_euclid(1.0));
    let (mut start, mut over) = (0.0_f32, None);
    let mut gaps = Vec::new();
    for (label, (name, count)) in opened.dataset.classes.iter().zip(&opened.counts).enumerate() {
        let share = *count as f32 / total;
        let end = start + share;
        if pointer.is_some_and(|pointer| (start..end).contains(&pointer)) {
            over = Some(label);
        }
        let grown = if hovered == Some(label) { radius + 5.0 } else { radius };
        let (fill, line) = marker::area(ui.ctx(), name);
        ui.painter().add(slice(centre, radius * 0.5, grown, start..end, fill));
        ui.painter().add(Shape::line(arc(centre, grown, start..end), Stroke::new(1.0, line)));
        gaps.push(start);
        start = end;
    }
    let ground = ui.visuals().faint_bg_color;
    for turn in gaps {
        ui.painter().line_segment([centre, centre + at_turn(turn) * (radius + 6.0)], Stroke::new(1.5, ground));
    }
    ui.painter().circle_filled(centre, radius * 0.55, ground);
    let (big, small) = hovered
        .and_then(|label| Some((*opened.counts.get(label)?, classes::title(opened.dataset.classes.name(label)))))
        .unwrap_or((opened.dataset.items.len(), t!("images")));
    ui.painter().text(
        centre,
        Align2::CENTER_BOTTOM,
        thousands(big as u64),
        theme::strong(16.0),
        ui.visuals().text_color(),
    );
    ui.painter().text(centre, Align2::CENTER_TOP, small, FontId::proportional(11.0), ui.visuals().weak_text_color());
    over
}

/// A direction on the clock: 0 is up, 0.25 is right.
fn at_turn(turn: f32) -> Vec2 {
    vec2((turn * TAU).sin(), -(turn * TAU).cos())
}

/// Points along a part of a circle.
fn arc(centre: Pos2, radius: f32, turns: Range<f32>) -> Vec<Pos2> {
    let parts = (((turns.end - turns.start) * 180.0).ceil() as u32).max(1);
    let at = |part: u32| at_turn(turns.start + (turns.end - turns.start) * part as f32 / parts as f32);
    (0..=parts).map(|part| centre + at(part) * radius).collect()
}

/// One mesh a slice: polygons side by side would show their soft edges as streaks. Only the outer rim is softened.
fn slice(centre: Pos2, inner: f32, outer: f32, turns: Range<f32>, fill: Color32) -> Mesh {
    let parts = (((turns.end - turns.start) * 180.0).ceil() as u32).max(1);
    let mut mesh = Mesh::default();
    for part in 0..=parts {
        let way = at_turn(turns.start + (turns.end - turns.start) * part as f32 / parts as f32);
        mesh.colored_vertex(centre + way * inner, fill);
        mesh.colored_vertex(centre + way * (outer - 0.5), fill);
        mesh.colored_vertex(centre + way * (outer + 0.5), Color32::TRANSPARENT);
    }
    for corner in (0..parts).map(|part| part * 3) {
        for ring in 0..2 {
            let [a, b, c, d] = [corner + ring, corner + ring + 1, corner + ring + 3, corner + ring + 4];
            mesh.add_triangle(a, b, c);
            mesh.add_triangle(b, c, d);
        }
    }
    mesh
}

/// The rows behind bars and pie.
#[must_use]
pub fn table(counts: &ClassCounts) -> Table {
    let mut table = Table::new([key!("Class"), key!("Images"), key!("Share")]);
    for row in &counts.rows {
        table.push([row.title.clone(), thousands(row.count), percent(row.share)]);
    }
    table
}

/// Train, validation and test as one bar, with what is left out.
pub fn split(ui: &mut Ui, opened: &Opened) {
    let total = opened.dataset.items.len().max(1) as f32;
    let counts = Part::ALL.map(|part| (part.id(), opened.split.count(part)));
    let left_out = opened.dataset.items.len() - counts.iter().map(|(_, count)| count).sum::<usize>();
    let said = t!(
        "{parts}; {left_out} left out; seed {seed}",
        parts = counts.map(|(part, count)| format!("{} {}", t!(part), thousands(count as u64))).join(", "),
        left_out,
        seed = opened.split.seed
    );
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 10.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &said));
    let mut x = rect.left();
    for (index, (_, count)) in counts.iter().enumerate() {
        let width = rect.width() * *count as f32 / total;
        let fill = theme::accent(ui.visuals()).gamma_multiply([1.0, 0.6, 0.3].get(index).copied().unwrap_or(1.0));
        let part = Rect::from_min_size(pos2(x, rect.top()), vec2((width - 1.0).max(1.0), rect.height()));
        ui.painter().rect_filled(part, 2.0, fill);
        x += width;
    }
    ui.label(egui::RichText::new(said).small().weak());
}
