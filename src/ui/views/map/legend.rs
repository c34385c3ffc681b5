//! The classes of the map: each shows or hides its cells.

use egui::{Align2, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::MapView;
use crate::{app::pages::map::Mapped, domain::classes, report::words::thousands, ui::widgets::marker};

pub(super) fn show(ui: &mut Ui, mapped: &Mapped, view: &mut MapView) {
    let names: Vec<String> = view.faces().iter().map(str::to_owned).collect();
    let count = |class: &str| mapped.folders().flat_map(|of| &of.spots).filter(|spot| spot.truth == class).count();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        for class in &names {
            let response = chip(ui, class, count(class), !view.is_hidden(class));
            let hint = t!("Click shows or hides the class, a double click shows it alone");
            let response = response.on_hover_text(hint);
            if response.double_clicked() {
                view.only(class);
            } else if response.clicked() {
                view.toggle(class);
            }
        }
        ui.separator();
        let mut wrong = view.mistakes_only;
        let hint = t!("Only cells that the model gave another class than their label");
        if ui.checkbox(&mut wrong, t!("Mistakes only")).on_hover_text(hint).changed() {
            view.mistakes_only = wrong;
        }
        if let Some(other) = &mapped.other {
            let mut alone = view.without_home;
            let name = t!("Only {dataset} (hollow)", dataset = other.cells.dataset);
            if ui.checkbox(&mut alone, name).on_hover_text(t!("Hides the home lab's cells")).changed() {
                view.without_home = alone;
            }
        }
        let all = ui.small_button(t!("Pick all shown"));
        if all.on_hover_text(t!("Shows every cell of the plane in the gallery")).clicked() {
            view.pick_all();
        }
    });
}

/// A class with its marker and how many cells it has; pale where it is hidden.
fn chip(ui: &mut Ui, class: &str, count: usize, shown: bool) -> egui::Response {
    let words = format!("{} {}", classes::title(class), thousands(count as u64));
    let ink = if shown { ui.visuals().text_color() } else { ui.visuals().weak_text_color().gamma_multiply(0.6) };
    let galley = ui.painter().layout_no_wrap(words.clone(), FontId::proportional(12.0), ink);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 32.0, 24.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, shown, &words));
    let widgets = ui.visuals().widgets.style(&response);
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect(rect, 6.0, widgets.weak_bg_fill, widgets.bg_stroke, egui::StrokeKind::Inside);
    }
    let at = pos2(rect.left() + 12.0, rect.center().y);
    if shown {
        marker::paint(painter, at, 5.0, class);
    } else {
        let dash = Rect::from_center_size(at, vec2(8.0, 1.5));
        painter.rect_filled(dash, 0.0, ink);
    }
    painter.text(
        pos2(rect.left() + 24.0, rect.center().y),
        Align2::LEFT_CENTER,
        words,
        FontId::proportional(12.0),
        ink,
    );
    response
}
