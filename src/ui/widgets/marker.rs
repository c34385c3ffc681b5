//! The colour and the shape of a class, the same in every chart, chip and list.

use std::f32::consts::TAU;

use egui::{Color32, Painter, Pos2, Shape, Stroke, Vec2};

use crate::domain::classes::{self, Marker};

/// The class's own colour; grey for a class that is not known.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that turns the lab's class colours into screen colours")]
pub fn colour(name: &str) -> Color32 {
    let [r, g, b] = classes::find(name).map_or([0x80, 0x80, 0x80], |class| class.style.colour);
    Color32::from_rgb(r, g, b)
}

/// Paints the class's shape within a circle of `radius` points.
pub fn paint(painter: &Painter, centre: Pos2, radius: f32, name: &str) {
    let marker = classes::find(name).map_or(Marker::Circle, |class| class.style.marker);
    painter.add(shape(marker, centre, radius, colour(name)));
}

fn shape(marker: Marker, centre: Pos2, radius: f32, fill: Color32) -> Shape {
    let corners = |count: usize, first: f32, radius: f32| -> Vec<Pos2> {
        (0..count).map(|corner| centre + radius * Vec2::angled(first + TAU * corner as f32 / count as f32)).collect()
    };
    let solid = |points| Shape::convex_polygon(points, fill, Stroke::NONE);
    match marker {
        Marker::Circle => Shape::circle_filled(centre, radius * 0.95, fill),
        Marker::Square => solid(corners(4, TAU / 8.0, radius * 1.15)),
        Marker::Diamond => solid(corners(4, 0.0, radius * 1.15)),
        Marker::Up => solid(corners(3, -TAU / 4.0, radius * 1.2)),
        Marker::Down => solid(corners(3, TAU / 4.0, radius * 1.2)),
        Marker::Left => solid(corners(3, TAU / 2.0, radius * 1.2)),
        Marker::Right => solid(corners(3, 0.0, radius * 1.2)),
        Marker::Cross => {
            let arm = |angle: f32| {
                let reach = radius * Vec2::angled(angle);
                Shape::line_segment([centre - reach, centre + reach], Stroke::new(radius * 0.6, fill))
            };
            Shape::Vec(vec![arm(TAU / 8.0), arm(-TAU / 8.0)])
        }
    }
}
