//! The map of a run on the Train page: its validation cells as the network sees them, moving from epoch to epoch.

use std::path::{Path, PathBuf};

use egui::{Align2, FontId, Label, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::{
    app::{Actions, AppState, Selection, pages::train::OfRun, wish},
    domain::{
        classes,
        moving_map::{MapEpoch, MovingCell, MovingMap},
        run::RunRecord,
    },
    fault::path_text,
    language, report,
    ui::{
        theme,
        widgets::{
            chart::Chart,
            gallery::{Picture, Pictures, fitted},
            marker,
            moving::{Laid, Moving},
            scatter::{Answer, Mark, Scatter, ScatterView},
        },
    },
};

/// Side of the picture of the cell under the pointer in points.
const PICTURE: f32 = 128.0;

/// What only the eye needs to keep of the map.
#[derive(Default)]
pub struct MapOfRun {
    moving: Moving,
    scatter: ScatterView,
    /// What the points were sent off to.
    shown: Option<Shown>,
}

/// The run by its folder, how many cells, the epoch, and how many there are.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    run: PathBuf,
    cells: usize,
    epoch: usize,
    epochs: usize,
}

/// What there is to draw.
pub(super) struct Map<'a> {
    /// The run's folder.
    pub run: &'a Path,
    pub map: &'a MovingMap,
    /// The number of the epoch.
    pub epoch: usize,
    /// Where the cells lie, if their dataset is open.
    pub root: Option<&'a Path>,
}

/// The map that an ended run keeps, or why there is none.
pub(super) fn kept<'a>(state: &'a AppState, run: &RunRecord) -> Result<&'a MovingMap, String> {
    let (known, of) = (&state.train.map, OfRun::new(run));
    if let Some(failure) = known.failure().filter(|_| known.last() == Some(&of)) {
        return Err(t!("The map of this run cannot be read: {why}", why = language::heard(&failure.why)));
    }
    let map = known.result().filter(|_| known.answered() == Some(&of)).ok_or(t!("Reading the map…"))?;
    let map = Option::as_ref(map).ok_or(t!("This run kept no map of its epochs"))?;
    if map.epochs.is_empty() { Err(t!("This run kept no map of its epochs").to_owned()) } else { Ok(map) }
}

impl Map<'_> {
    /// Draws the epoch, or says that there is none of it.
    pub(super) fn show(
        &self,
        ui: &mut Ui,
        state: &AppState,
        (view, pictures): (&mut MapOfRun, &mut Pictures),
        actions: &mut Actions,
    ) {
        let Some(of) = self.map.epoch(self.epoch) else {
            ui.label(RichText::new(t!("No map was kept of epoch {epoch}", epoch = self.epoch)).weak());
            return;
        };
        self.send(ui, state, of, view);
        let title = t!("Validation cells, epoch {epoch}", epoch = of.epoch);
        let (cells, right) = (self.map.cells.len(), self.map.right(of));
        let summary =
            t!("Map of {cells} validation cells after epoch {epoch}: {right} right", cells, epoch = of.epoch, right);
        let chart = Chart::new(("moving", self.run), &title, summary.clone(), || report::plane::moving(self.map, of));
        let mut answer = None;
        let ask = chart.zooms().show(ui, |ui, frame| {
            if frame.reset {
                view.scatter.reset();
            }
            legend(ui, self.map, of);
            answer = Some(self.scatter(ui, state, of, view, &summary));
        });
        ask.into_iter().for_each(|ask| ask.act(actions));
        if let Some(answer) = answer {
            self.heed(ui, answer, of, pictures, actions);
        }
    }

    /// Sends the points off where the epoch is another one, and keeps the frames coming while they are on their way.
    fn send(&self, ui: &Ui, state: &AppState, of: &MapEpoch, view: &mut MapOfRun) {
        let (cells, epochs) = (self.map.cells.len(), self.map.epochs.len());
        let shown = Shown { run: self.run.to_owned(), cells, epoch: of.epoch, epochs };
        let now = ui.input(|input| input.time);
        if view.shown.as_ref() != Some(&shown) {
            let same = view.shown.as_ref().is_some_and(|before| (&before.run, before.cells) == (&shown.run, cells));
            let laid = Laid { places: of.places(), bounds: bounds(self.map) };
            if same && !state.settings.preferences.reduced_motion {
                view.moving.go(laid, now);
            } else {
                view.moving.lay(laid);
            }
            if !same {
                view.scatter.reset();
            }
            view.shown = Some(shown);
        }
        if view.moving.tick(now) {
            ui.ctx().request_repaint();
        }
    }

    fn scatter(&self, ui: &mut Ui, state: &AppState, of: &MapEpoch, view: &mut MapOfRun, summary: &str) -> Answer {
        let faces: Vec<&str> = self.map.classes.iter().collect();
        let cells: Vec<(&MovingCell, &usize)> = self.map.cells.iter().zip(&of.given).collect();
        let chosen = |cell: &MovingCell| self.file(cell).is_some_and(|file| state.selection.holds(&file));
        let mark = |index: usize| {
            let (cell, given) = cells.get(index)?;
            Some(Mark { face: cell.truth, hollow: cell.truth != **given, chosen: chosen(cell) })
        };
        let name = t!("{summary}; drag around cells to choose them", summary);
        let now = view.moving.now();
        let scatter = Scatter {
            version: view.moving.version() ^ state.selection.stamp.rotate_left(32),
            places: &now.places,
            bounds: Some(now.bounds),
            faces: &faces,
            mark: &mark,
            name: &name,
        };
        scatter.show(ui, &mut view.scatter)
    }

    /// Names the cell under the pointer, and chooses those that were picked.
    fn heed(&self, ui: &Ui, answer: Answer, of: &MapEpoch, pictures: &mut Pictures, actions: &mut Actions) {
        let cell = |index: usize| self.map.cells.get(index);
        if let Some((cell, given)) = answer.hovered.and_then(|index| Some((cell(index)?, of.given.get(index)?))) {
            let (truth, given) = (self.map.classes.name(cell.truth), self.map.classes.name(*given));
            answer.response.on_hover_ui_at_pointer(|ui| {
                if let Some(file) = self.file(cell) {
                    let (rect, _) = ui.allocate_exact_size(Vec2::splat(PICTURE), Sense::hover());
                    if let Some(Picture::Ready(picture)) = pictures.get(&file, PICTURE * ui.ctx().pixels_per_point()) {
                        fitted(ui.painter(), picture, rect);
                    }
                }
                ui.label(RichText::new(classes::title(given)).font(theme::strong(13.0)));
                if truth != given {
                    ui.label(t!("True: {truth}", truth = classes::title(truth)));
                }
                ui.label(RichText::new(&cell.path).small().weak());
            });
        }
        if let Some(picked) = answer.picked.filter(|_| self.root.is_some()) {
            let files: Vec<PathBuf> = picked.into_iter().filter_map(|index| self.file(cell(index)?)).collect();
            let last = files.last().cloned();
            actions.push(wish::Window::Select(Selection::new(ui.ctx().cumulative_pass_nr() + 1, files, last)));
        }
    }

    fn file(&self, cell: &MovingCell) -> Option<PathBuf> {
        Some(self.root?.join(path_text::path(&cell.path)))
    }
}

/// The rectangle around the places of all epochs, so that the frame stands while cells move.
fn bounds(map: &MovingMap) -> Rect {
    let mut found = Rect::NOTHING;
    for [x, y] in map.epochs.iter().flat_map(MapEpoch::places) {
        found.extend_with(pos2(x, y));
    }
    if found.is_finite() { found } else { Rect::ZERO }
}

/// The classes with their markers, and what else the picture means.
fn legend(ui: &mut Ui, map: &MovingMap, of: &MapEpoch) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 2.0);
        let (font, ink) = (FontId::proportional(11.0), ui.visuals().text_color());
        for class in map.classes.iter() {
            let words = ui.painter().layout_no_wrap(marker::code(ui.ctx(), class), font.clone(), ink);
            let (rect, response) = ui.allocate_exact_size(vec2(words.size().x + 13.0, 16.0), Sense::hover());
            let title = classes::title(class);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, title));
            response.on_hover_text(title);
            marker::paint(ui.painter(), pos2(rect.left() + 5.0, rect.center().y), 4.5, class);
            let at = pos2(rect.left() + 13.0, rect.center().y);
            ui.painter().text(at, Align2::LEFT_CENTER, words.text(), font.clone(), ink);
        }
    });
    let words =
        t!("Hollow: given another class · the plane shows {shown:.0} % of the variance", shown = 100.0 * of.shown);
    ui.add(Label::new(RichText::new(words).small().weak()).truncate()).on_hover_text(
        t!("Each epoch has its own two principal components of what the last layer is given, drawn to one spread and turned to \
         lie nearest to the epoch before"),
    );
}
