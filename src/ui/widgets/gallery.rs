//! One grid of images for all pages: virtual, filtered, sorted, walked with arrows, with several chosen at once.

mod order;
mod paint;
mod pictures;

use std::path::PathBuf;

use egui::{
    ComboBox, EventFilter, Id, Key, PointerButton, Rect, Response, RichText, Role, ScrollArea, Sense, Slider, TextEdit,
    Ui, Vec2, WidgetInfo, vec2,
};

use self::{order::Pick, paint::CAPTION};
pub use self::{
    order::{GalleryView, Sort},
    paint::{filled, fitted},
    pictures::{Picture, Pictures},
};
use crate::{
    app::Selection,
    report::words::thousands,
    ui::{keys, widgets::parts},
};

/// Between two pictures in points.
const GAP: f32 = 8.0;

/// One image of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub path: PathBuf,
    /// What a person reads and a screen reader says.
    pub name: String,
    /// The true class, where it is known.
    pub truth: Option<String>,
    /// The class that it was given and with which confidence, where a model was asked; a person names no confidence, which
    /// then is not a number.
    pub given: Option<(String, f32)>,
}

impl Cell {
    /// The class that it goes by: the true one where it is known.
    #[must_use]
    pub fn class(&self) -> &str {
        self.truth.as_deref().or_else(|| self.given.as_ref().map(|(given, _)| given.as_str())).unwrap_or_default()
    }
}

/// The images of a page.
pub struct Gallery<'a> {
    pub id: Id,
    /// Changes whenever the images do.
    pub version: u64,
    pub count: usize,
    pub cell: &'a dyn Fn(usize) -> Option<Cell>,
    /// Whether a model was asked: its class and confidence stand under each picture.
    pub confidences: bool,
    /// Side of the pictures in points.
    pub side: f32,
    /// Why images cannot be opened in Classify.
    pub against_opening: Option<&'static str>,
}

/// What a person asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Other images are chosen.
    Select(Selection),
    /// Pictures of another size.
    Side(f32),
    /// These images in Classify.
    Open(Vec<PathBuf>),
    /// This image in Explain.
    Explain(PathBuf),
    Reveal(PathBuf),
    /// So many paths are in the clipboard.
    Copied(usize),
}

impl Gallery<'_> {
    /// Draws the bar and the grid into the room that is left. What was chosen on another page is chosen here, as far as it
    /// is here.
    pub fn show(
        &self,
        ui: &mut Ui,
        (view, selection): (&mut GalleryView, &Selection),
        pictures: &mut Pictures,
    ) -> Vec<Answer> {
        let mut answers = Vec::new();
        view.refresh(self.version, self.count, self.cell);
        self.bar(ui, view, &mut answers);
        view.refresh(self.version, self.count, self.cell);
        view.follow(selection, self.cell);
        if view.order.is_empty() {
            let words = if self.count == 0 { t!("No image here") } else { t!("No image matches the filter") };
            ui.label(RichText::new(words).weak());
            return answers;
        }
        self.grid(ui, view, pictures, &mut answers);
        // Passes are counted from 1 on, so that each choice has a number of its own.
        answers.extend(view.told(ui.ctx().cumulative_pass_nr() + 1, self.cell).map(Answer::Select));
        answers
    }

    fn bar(&self, ui: &mut Ui, view: &mut GalleryView, answers: &mut Vec<Answer>) {
        ui.horizontal_wrapped(|ui| {
            let edit =
                ui.add(TextEdit::singleline(&mut view.filter).hint_text(t!("Filter by name")).desired_width(128.0));
            parts::named(&edit, t!("Filter by name"));
            let combo = ComboBox::from_id_salt(self.id.with("sort")).width(120.0).selected_text(view.sort.title());
            let combo = combo.show_ui(ui, |ui| {
                for sort in Sort::offered(self.confidences) {
                    ui.selectable_value(&mut view.sort, *sort, sort.title());
                }
            });
            combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, t!("Sort the images")));
            let mut side = self.side;
            ui.spacing_mut().slider_width = 72.0;
            let slider = ui
                .add(Slider::new(&mut side, 48.0..=240.0).show_value(false))
                .on_hover_text(t!("Size of the pictures"));
            slider.widget_info(|| WidgetInfo::slider(true, f64::from(side), t!("Size of the pictures")));
            if slider.changed() {
                answers.push(Answer::Side(side));
            }
            let (shown, all) = (thousands(view.order.len() as u64), thousands(self.count as u64));
            let mut words = if shown == all {
                n!(self.count, "1 image", "{count} images", count = all)
            } else {
                n!(self.count, "{shown} of 1 image", "{shown} of {all} images", shown, all)
            };
            if view.chosen() > 1 {
                words = t!("{words}, {chosen} chosen", words, chosen = thousands(view.chosen() as u64));
            }
            ui.label(RichText::new(words).weak());
        });
    }

    fn grid(&self, ui: &mut Ui, view: &mut GalleryView, pictures: &mut Pictures, answers: &mut Vec<Answer>) {
        let size = vec2(self.side, if self.confidences { self.side + CAPTION } else { self.side });
        ui.spacing_mut().item_spacing = Vec2::splat(GAP);
        let bar = ui.spacing().scroll.allocated_width();
        let columns = ((ui.available_width() - bar + GAP) / (size.x + GAP)).floor().max(1.0) as usize;
        self.keys(ui, columns, view);
        let mut area = ScrollArea::vertical().id_salt(self.id).auto_shrink(false);
        if let Some(offset) = view.scroll_to(columns, size.y + GAP) {
            area = area.vertical_scroll_offset(offset);
        }
        let first = view.first;
        if ui.input(|input| input.pointer.primary_clicked()) {
            view.first = None;
        }
        let follow = std::mem::take(&mut view.bring);
        view.focused = None;
        let rows = view.order.len().div_ceil(columns);
        let shown = area.show_rows(ui, size.y, rows, |ui, range| {
            for row in range {
                ui.horizontal(|ui| {
                    for place in row * columns..((row + 1) * columns).min(view.order.len()) {
                        self.one(ui, place, (size, follow), view, pictures, answers);
                    }
                });
            }
        });
        (view.layout.offset, view.layout.height) = (shown.state.clamped_offset().y, shown.inner_rect.height());
        // The second of two clicks may find another image below it: what is opened is the one under the first.
        let (double, at) = ui
            .input(|input| (input.pointer.button_double_clicked(PointerButton::Primary), input.pointer.interact_pos()));
        let here = double && at.is_some_and(|at| shown.inner_rect.contains(at));
        if let Some(cell) = first.filter(|_| here).and_then(|index| (self.cell)(index)) {
            answers.push(Answer::Open(vec![cell.path]));
        }
    }

    fn one(
        &self,
        ui: &mut Ui,
        place: usize,
        (size, follow): (Vec2, bool),
        view: &mut GalleryView,
        pictures: &mut Pictures,
        answers: &mut Vec<Answer>,
    ) {
        let (_, rect) = ui.allocate_space(size);
        let Some(index) = view.order.get(place).copied() else { return };
        let Some(cell) = (self.cell)(index) else { return };
        let response = ui.interact(rect, self.id.with(index), Sense::click());
        if follow && view.place() == Some(place) {
            response.request_focus();
        }
        if response.has_focus() {
            view.focused = Some(response.id);
            let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: true };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        }
        let chosen = view.is_chosen(index);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &cell.name));
        let picture = Rect::from_min_size(rect.min, Vec2::splat(size.x));
        paint::picture(ui, pictures, &cell, picture, chosen, response.hovered() || response.has_focus());
        if self.confidences {
            paint::caption(ui, &cell, Rect::from_min_max(picture.left_bottom(), rect.max));
        }
        if response.clicked() && !response.double_clicked() {
            response.request_focus();
            view.first = Some(index);
            let modifiers = ui.input(|input| input.modifiers);
            view.pick(
                place,
                if modifiers.shift {
                    Pick::Range
                } else if modifiers.command {
                    Pick::Toggle
                } else {
                    Pick::Only
                },
            );
        }
        if response.secondary_clicked() && !chosen {
            view.clear();
            view.pick(place, Pick::Only);
        }
        response.context_menu(|ui| self.menu(ui, view, answers));
        enlarge(response, pictures, &cell);
    }

    /// What can be done with the chosen images.
    fn menu(&self, ui: &mut Ui, view: &GalleryView, answers: &mut Vec<Answer>) {
        let many = view.chosen();
        let paths =
            || -> Vec<PathBuf> { view.choice().filter_map(|index| (self.cell)(index)).map(|cell| cell.path).collect() };
        let (open, copy) = if many > 1 {
            (
                t!("Open {many} in Classify", many = thousands(many as u64)),
                t!("Copy {many} paths", many = thousands(many as u64)),
            )
        } else {
            (t!("Open in Classify").to_owned(), t!("Copy path").to_owned())
        };
        let obstacle = self.against_opening;
        let button = ui.add_enabled(obstacle.is_none(), egui::Button::new(open));
        if button.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
            answers.push(Answer::Open(paths()));
            ui.close();
        }
        if let Some(first) = view.current().and_then(|index| (self.cell)(index)) {
            let button = ui.add_enabled(obstacle.is_none(), egui::Button::new(t!("Explain this cell")));
            if button.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
                answers.push(Answer::Explain(first.path));
                ui.close();
            }
        }
        if ui.button(copy).clicked() {
            let lines: Vec<String> = paths().iter().map(|path| path.display().to_string()).collect();
            ui.ctx().copy_text(lines.join("\n"));
            answers.push(Answer::Copied(lines.len()));
            ui.close();
        }
        if let Some(first) = view.current().and_then(|index| (self.cell)(index))
            && ui.button(t!("Show in folder")).clicked()
        {
            answers.push(Answer::Reveal(first.path));
            ui.close();
        }
    }

    /// Arrows, page keys, Home, End and select all, while a picture has the keyboard.
    fn keys(&self, ui: &Ui, columns: usize, view: &mut GalleryView) {
        let focused = ui.memory(egui::Memory::focused);
        if focused.is_none() || view.focused != focused || !keys::free(ui.ctx()) {
            return;
        }
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        if ui.input(|input| input.modifiers.command && input.key_pressed(Key::A)) {
            view.pick_all();
            return;
        }
        if pressed(Key::Escape) {
            // A first press lets go of the images, a second one of the keyboard.
            match view.chosen() {
                0 => ui.memory_mut(|memory| focused.into_iter().for_each(|id| memory.surrender_focus(id))),
                _ => view.let_go(),
            }
            return;
        }
        let (Some(last), place) = (view.order.len().checked_sub(1), view.place().unwrap_or(0)) else { return };
        let page = columns * ((view.layout.height / view.layout.pitch.max(1.0)) as usize).max(1);
        let next = if pressed(Key::ArrowRight) {
            (place + 1).min(last)
        } else if pressed(Key::ArrowLeft) {
            place.saturating_sub(1)
        } else if pressed(Key::ArrowDown) {
            if place + columns <= last { place + columns } else { place }
        } else if pressed(Key::ArrowUp) {
            place.checked_sub(columns).unwrap_or(place)
        } else if pressed(Key::PageDown) {
            (place + page).min(last)
        } else if pressed(Key::PageUp) {
            place.saturating_sub(page)
        } else if pressed(Key::Home) {
            0
        } else if pressed(Key::End) {
            last
        } else {
            return;
        };
        view.walk(next, ui.input(|input| input.modifiers.shift));
    }
}

/// The picture larger, with everything that is known of it.
fn enlarge(response: Response, pictures: &mut Pictures, cell: &Cell) {
    response.on_hover_ui(|ui| {
        let px = 240.0 * ui.ctx().pixels_per_point();
        if let Some(Picture::Ready(texture)) = pictures.get(&cell.path, px) {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(240.0), Sense::hover());
            fitted(ui.painter(), texture, rect);
        }
        ui.set_max_width(240.0);
        ui.label(RichText::new(&cell.name).small());
    });
}
