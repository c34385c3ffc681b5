//! The Map page: cells as the model in use sees them, on a plane, with those that were picked beside it.

mod legend;
mod picks;

use std::path::PathBuf;

use egui::{Id, RichText, Ui};

pub use self::picks::MapView;
use crate::{
    app::{Actions, AppState, Wish, pages::map::Mapped, wish},
    domain::{
        classes,
        plane::{Method, Plane, Spot},
    },
    language, report,
    ui::{
        theme,
        widgets::{
            answer::Wanted,
            chart::Chart,
            confidence,
            gallery::{Cell, Gallery, Picture, Pictures, fitted},
            icons, parts,
            scatter::{Answer, Mark, Scatter},
        },
    },
};

/// Width of the gallery beside the plane in points.
const BESIDE: f32 = 320.0;

pub fn show(ui: &mut Ui, state: &AppState, (view, pictures): (&mut MapView, &mut Pictures), actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| super::which_cells(ui, state, state.map.scope, wish::Map::On, actions));
    let Some((mapped, plane)) = state.map.drawn.result().zip(state.map.plane()) else {
        return wanted(state).in_place(ui, state, actions);
    };
    wanted(state).above(ui, state, actions);
    view.refresh(mapped, plane);
    head(ui, state, mapped, actions);
    legend::show(ui, mapped, view);
    let room = ui.available_rect_before_wrap();
    let beside = if view.picked().is_empty() { 0.0 } else { BESIDE + 16.0 };
    let (left, right) = room.split_left_right_at_x(room.right() - beside);
    let mut plane_ui = ui.new_child(egui::UiBuilder::new().max_rect(left));
    let answer = draw(&mut plane_ui, mapped, plane, view, actions);
    if let Some(Answer { response, hovered, picked }) = answer {
        if let Some(picked) = picked {
            view.pick(picked);
            ui.ctx().request_repaint();
        }
        if let Some(path) = hovered.and_then(|index| file(mapped, index)) {
            let cell = hovered.and_then(|index| mapped.spot(index));
            response.on_hover_ui_at_pointer(|ui| hint(ui, &path, cell.map(|(_, spot, other)| (spot, other)), pictures));
        }
    }
    if !view.picked().is_empty() {
        let mut beside = ui.new_child(egui::UiBuilder::new().max_rect(right.shrink2(egui::vec2(8.0, 0.0))));
        gallery(&mut beside, state, mapped, (view, pictures), actions);
    }
    ui.advance_cursor_after_rect(room);
}

fn wanted(state: &AppState) -> Wanted<'_> {
    Wanted {
        icon: icons::MAP,
        doing: t!("Drawing the map"),
        nothing: t!("No map was drawn yet"),
        promise: t!("Every cell as the model sees it: alike ones lie near each other"),
        action: wish::Map::Draw.into(),
        running: state.map.drawn.running(),
        failure: state.map.drawn.failure(),
    }
}

/// What is drawn, by which method, and how far its unfolding is.
fn head(ui: &mut Ui, state: &AppState, mapped: &Mapped, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        for method in Method::ALL {
            let wish = wish::Map::By(method);
            let chosen = state.map.method == method;
            if ui.selectable_label(chosen, wish.text()).on_hover_text(wish.tooltip()).clicked() {
                actions.push(wish);
            }
        }
        if let Some(job) = state.map.unfolded.running() {
            let share = state.activity.task(job).and_then(crate::app::Task::share);
            let words = share.map_or_else(|| t!("waits").to_owned(), |share| format!("{:.0} %", 100.0 * share));
            ui.label(RichText::new(t!("t-SNE: {words}", words)).weak());
            parts::button(ui, state, actions, wish::Window::Stop(job), false);
        } else if let Some(failure) = state.map.unfolded.failure() {
            let words = crate::app::notices::sentence(&failure.what);
            ui.colored_label(ui.visuals().warn_fg_color, format!("{words}: {}", language::heard(&failure.why)));
        }
        ui.separator();
        let shares = mapped.pca.shares.filter(|_| state.map.method == Method::Pca);
        let seen = shares
            .map(|[first, second]| t!("the axes show {share:.0} % of the variance", share = 100.0 * (first + second)));
        let words = t!(
            "{model} on {dataset}, {cells}",
            model = mapped.home.model,
            dataset = mapped.home.cells.dataset,
            cells = language::heard(&mapped.home.cells.cells)
        );
        let words = seen.map_or(words.clone(), |seen| format!("{words}; {seen}"));
        ui.add(egui::Label::new(RichText::new(&words).weak()).truncate());
        let stale = state.chosen_map().is_some_and(|chosen| state.map.drawn.answered() != Some(&chosen));
        if stale && state.map.drawn.running().is_none() {
            let words = t!("Another model, dataset or choice of cells by now: draw the map again");
            ui.colored_label(ui.visuals().warn_fg_color, words);
        }
    });
}

/// The plane in the frame of every chart.
fn draw(ui: &mut Ui, mapped: &Mapped, plane: &Plane, view: &mut MapView, actions: &mut Actions) -> Option<Answer> {
    let mut answer = None;
    let folders: Vec<_> = mapped.folders().collect();
    let summary = t!(
        "{visible} of {all} cells by {method}",
        visible = view.visible(),
        all = mapped.len(),
        method = t!(plane.method.title())
    );
    let title = if plane.method == Method::Pca { t!("Cells by principal components") } else { t!("Cells by t-SNE") };
    let chart = Chart::new("map", title, summary.clone(), || report::plane::table(&folders, plane)).zooms();
    let ask = chart.show(ui, |ui, frame| {
        if frame.reset {
            view.scatter.reset();
        }
        let (faces, marks) = (view.faces().clone(), view.marks());
        let faces: Vec<&str> = faces.iter().collect();
        let mark = |index: usize| -> Option<Mark> { marks.get(index).copied().flatten() };
        let name = t!("{summary}; drag around cells to pick them", summary);
        let (version, places) = (view.version(), &plane.places);
        let scatter = Scatter { version, places, bounds: None, faces: &faces, mark: &mark, name: &name };
        let mut kept = std::mem::take(&mut view.scatter);
        answer = Some(scatter.show(ui, &mut kept));
        view.scatter = kept;
    });
    if let Some(ask) = ask {
        ask.act(actions);
    }
    answer
}

fn file(mapped: &Mapped, index: usize) -> Option<PathBuf> {
    let (of, spot, _) = mapped.spot(index)?;
    Some(of.root.join(crate::fault::path_text::path(&spot.path)))
}

/// The cell under the pointer.
fn hint(ui: &mut Ui, path: &std::path::Path, cell: Option<(&Spot, bool)>, pictures: &mut Pictures) {
    let Some((spot, other)) = cell else { return };
    let side = 128.0;
    let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(side), egui::Sense::hover());
    if let Some(Picture::Ready(texture)) = pictures.get(path, side * ui.ctx().pixels_per_point()) {
        fitted(ui.painter(), texture, rect);
    }
    let given = format!("{} {}", classes::title(&spot.given), confidence::percent(spot.confidence));
    ui.label(RichText::new(given).font(theme::strong(13.0)));
    if spot.is_mistake() {
        ui.label(t!("True: {truth}", truth = classes::title(&spot.truth)));
    }
    if other {
        ui.label(RichText::new(t!("Of the other lab")).weak());
    }
    ui.label(RichText::new(&spot.path).small().weak());
}

/// The cells that were picked.
fn gallery(
    ui: &mut Ui,
    state: &AppState,
    mapped: &Mapped,
    (view, pictures): (&mut MapView, &mut Pictures),
    actions: &mut Actions,
) {
    ui.horizontal(|ui| {
        ui.heading(t!("Picked cells ({count})", count = view.picked().len()));
        if ui.small_button(t!("Let go")).on_hover_text(t!("Picks nothing")).clicked() {
            view.pick(Vec::new());
        }
    });
    let picked = view.picked().to_vec();
    let cell = |place: usize| {
        let index = *picked.get(place)?;
        let (_, spot, other) = mapped.spot(index)?;
        let lab = if other { t!(", of the other lab") } else { "" };
        let share = confidence::percent(spot.confidence);
        let name = t!(
            "{path}: true {truth}, predicted {given}, {share}{lab}",
            path = spot.path,
            truth = spot.truth,
            given = spot.given,
            share,
            lab
        );
        let given = Some((spot.given.clone(), spot.confidence));
        Some(Cell { path: file(mapped, index)?, name, truth: Some(spot.truth.clone()), given })
    };
    let (id, (side, against_opening)) = (Id::unique("cells of the map"), super::gallery_looks(state));
    let (version, count) = (view.picks(), picked.len());
    let gallery = Gallery { id, version, count, cell: &cell, confidences: true, side, against_opening };
    super::gallery_wishes(gallery.show(ui, (&mut view.gallery, &state.selection), pictures), actions);
}
