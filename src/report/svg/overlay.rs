//! One quantity of several runs over their epochs, each run with its own colour and dashes and a ring at the epoch that is kept.

use crate::report::chart::Overlay;

use super::{
    WIDTH,
    canvas::{Canvas, Colour, Words, hex},
    curves::{LEFT, axes, line},
    empty,
};

/// Tones of viridis, which belong to no class.
const TONES: [Colour; 4] = [[0x44, 0x01, 0x54], [0x3B, 0x52, 0x8B], [0x21, 0x91, 0x8C], [0x4F, 0xA8, 0x3A]];
/// Repeat at another distance than the tones, so that a pair comes twice only after twelve runs.
const DASHES: [&str; 3] = ["", "8 4", "2 4"];
/// Height of a line of the legend.
const PITCH: f64 = 22.0;

/// Draws axes, curves and legend below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, overlay: &Overlay) -> f64 {
    let lines: Vec<_> =
        overlay.runs.iter().map(|run| line(&run.points, overlay.quantity, |point| point.validation)).collect();
    let epochs = overlay.runs.iter().flat_map(|run| &run.points).map(|point| point.epoch).max();
    let Some(last) = epochs else { return empty(canvas, "No epoch has ended yet") };
    let Some(scale) = axes(canvas, overlay.quantity, [1.0, last as f64], &lines) else {
        return empty(canvas, "No finite value");
    };
    let mut y = scale.bottom + 66.0;
    for (place, (run, points)) in overlay.runs.iter().zip(&lines).enumerate() {
        let (colour, dash) = look(place);
        let at = |[epoch, value]: &[f64; 2]| [scale.x(*epoch), scale.y(*value)];
        canvas.polyline(&points.iter().map(at).collect::<Vec<_>>(), colour, dash);
        for point in points {
            let [x, y] = at(point);
            let best = run.best.is_some_and(|best| point[0] == best as f64);
            let (radius, fill) = if best { (5.5, "none".to_owned()) } else { (2.2, hex(colour)) };
            let stroke = hex(colour);
            canvas.raw(&format!(
                r#"<circle cx="{x:.2}" cy="{y:.2}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>"#
            ));
        }
        canvas.polyline(&[[LEFT, y - 4.0], [LEFT + 34.0, y - 4.0]], colour, dash);
        let best = run.best.map_or_else(String::new, |epoch| format!(", kept: epoch {epoch}"));
        canvas.text(LEFT + 42.0, y, &format!("{}{best}", run.name), Words::sized(12.0).fitting(WIDTH - LEFT - 80.0));
        y += PITCH;
    }
    y
}

fn look(place: usize) -> (Colour, &'static str) {
    let colour = TONES.get(place % TONES.len()).copied().unwrap_or([0x99; 3]);
    (colour, DASHES.get(place % DASHES.len()).copied().unwrap_or(""))
}
