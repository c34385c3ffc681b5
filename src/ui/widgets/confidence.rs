//! Confidence bars in the fixed order of the classes, so that the eye learns each one's place.

use egui::{Align2, FontId, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::marker;
use crate::{
    domain::{
        classes::{self, ClassList},
        prediction::Prediction,
    },
    report::csv::Table,
};

/// Height of a row in points.
const ROW: f32 = 30.0;

/// Draws one bar a class; the largest stands out by weight, not by place.
pub fn bars(ui: &mut Ui, classes: &ClassList, prediction: &Prediction) {
    let top = prediction.top().map(|(label, _)| label);
    for (label, name) in classes.iter().enumerate() {
        let share = prediction.0.get(label).copied().unwrap_or(0.0);
        bar(ui, name, share, top == Some(label));
    }
}

/// The rows behind the bars.
#[must_use]
pub fn table(classes: &ClassList, prediction: &Prediction) -> Table {
    let mut table = Table::new([key!("Class"), key!("Confidence")]);
    classes.iter().zip(&prediction.0).for_each(|(name, share)| table.push([name.to_owned(), percent(*share)]));
    table
}

/// One decimal, and never a rounded 100 or 0 where there is a doubt left.
#[must_use]
pub fn percent(share: f32) -> String {
    let percent = 100.0 * share;
    if share < 1.0 && percent >= 99.95 {
        ">99.9 %".to_owned()
    } else if share > 0.0 && percent < 0.05 {
        "<0.1 %".to_owned()
    } else {
        format!("{percent:.1} %")
    }
}

fn bar(ui: &mut Ui, name: &str, share: f32, top: bool) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let text = percent(share);
    response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, format!("{name} {text}")));
    let (painter, visuals) = (ui.painter(), ui.visuals());
    let ink = if top { visuals.strong_text_color() } else { visuals.text_color() };
    let weak = visuals.weak_text_color();
    marker::paint(painter, pos2(rect.left() + 6.0, rect.top() + 9.0), 4.5, name);
    let font = FontId::proportional(if top { 14.0 } else { 13.0 });
    let line = rect.top() + 9.0;
    let title = RichText::new(classes::title(name));
    let title = if top { title.strong() } else { title };
    let galley = egui::WidgetText::from(title).into_galley(
        ui,
        Some(egui::TextWrapMode::Truncate),
        rect.width() - 104.0,
        font.clone(),
    );
    painter.galley(pos2(rect.left() + 18.0, line - galley.size().y / 2.0), galley, ink);
    let letters = marker::code(ui.ctx(), name);
    painter.text(pos2(rect.right() - 58.0, line), Align2::RIGHT_CENTER, letters, FontId::proportional(11.0), weak);
    painter.text(pos2(rect.right(), line), Align2::RIGHT_CENTER, &text, font, ink);
    let track =
        Rect::from_min_max(pos2(rect.left() + 18.0, rect.bottom() - 10.0), pos2(rect.right(), rect.bottom() - 5.0));
    painter.rect_filled(track, 2.5, visuals.widgets.noninteractive.bg_stroke.color.gamma_multiply(0.6));
    let filled = Rect::from_min_size(track.min, vec2(track.width() * share.clamp(0.0, 1.0), track.height()));
    marker::bar(painter, filled, 2.5, name, if top { 1.0 } else { 0.75 });
    response.on_hover_text(format!("{}: {:.4} %", classes::title(name), 100.0 * share));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_never_rounded_away() {
        assert_eq!(percent(0.99999), ">99.9 %");
        assert_eq!(percent(0.0001), "<0.1 %");
        assert_eq!((percent(1.0), percent(0.0), percent(0.973)), ("100.0 %".into(), "0.0 %".into(), "97.3 %".into()));
    }
}
