//! Points on a plane by the thousand: zoom, pan, the point under the pointer, and a lasso around several.

mod sight;

use std::sync::Arc;

use egui::{
    Color32, Event, Key, Mesh, PointerButton, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

pub use self::sight::Sight;
use super::{
    lasso::Lasso,
    marker::{self, Glyph},
};
use crate::ui::{keys, theme};

/// Radius of a point in points of the screen, of few and of many.
const RADII: (f32, f32) = (5.0, 3.2);
/// The same in a frame whose shorter side is less than so many points.
const SMALL: (f32, f32) = (360.0, 3.8);
/// Above so many points each is drawn plainly, so that a frame stays short.
const MANY: usize = 4000;
/// How near the pointer must be to a point, in points of the screen.
const NEAR: f32 = 9.0;
/// One press of the plus and minus keys, and of an arrow as a share of the plane.
const STEP: (f32, f32) = (1.25, 0.1);

/// How one point is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which of the faces.
    pub face: usize,
    /// An outline only.
    pub hollow: bool,
    pub chosen: bool,
}

/// Points, and how each is drawn.
pub struct Scatter<'a> {
    /// Changes whenever a place or a mark does.
    pub version: u64,
    pub places: &'a [[f32; 2]],
    /// What is in sight at first; `None` for all places. Points that move stay within one frame.
    pub bounds: Option<Rect>,
    /// The classes that marks are of, by name.
    pub faces: &'a [&'a str],
    /// `None` where a point is not shown.
    pub mark: &'a dyn Fn(usize) -> Option<Mark>,
    /// What a screen reader says of it.
    pub name: &'a str,
}

/// What a scatter keeps between frames.
#[derive(Default)]
pub struct ScatterView {
    sight: Sight,
    lasso: Lasso,
    drawn: Option<(Drawn, Arc<Mesh>)>,
}

impl ScatterView {
    /// Shows all points again.
    pub fn reset(&mut self) {
        self.sight = Sight::default();
    }
}

/// What a mesh was drawn of.
#[derive(Clone, Copy, PartialEq)]
struct Drawn {
    version: u64,
    count: usize,
    frame: Rect,
    sight: Sight,
    dark: bool,
    pixels: f32,
}

/// What a person did.
pub struct Answer {
    pub response: Response,
    /// The point under the pointer.
    pub hovered: Option<usize>,
    /// The points that were picked by a lasso or a click; none of them where a click met none.
    pub picked: Option<Vec<usize>>,
}

impl Scatter<'_> {
    /// Fills the room that is left.
    pub fn show(&self, ui: &mut Ui, view: &mut ScatterView) -> Answer {
        let (frame, response) =
            ui.allocate_exact_size(ui.available_size().max(Vec2::splat(64.0)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, self.name));
        let bounds = self.bounds.unwrap_or_else(|| sight::bounds(self.places));
        self.moved(ui, &response, (frame, bounds), &mut view.sight);
        let at = |place: &[f32; 2]| view.sight.screen(*place, frame, bounds);
        let visible = || self.places.iter().enumerate().filter(|(index, _)| (self.mark)(*index).is_some());
        let near = |pointer: Pos2| {
            let far = |(index, place): (usize, &[f32; 2])| (at(place).distance(pointer), index);
            let nearest = visible().map(far).min_by(|a, b| a.0.total_cmp(&b.0));
            nearest.filter(|(far, _)| *far <= NEAR).map(|(_, index)| index)
        };
        let hovered = response.hover_pos().and_then(near);
        let mut picked = view.lasso.follow(&response).map(|drawn| {
            let (bounds, within) = (drawn.bounds(), |at: Pos2| drawn.holds(at));
            visible()
                .filter(|(_, place)| bounds.contains(at(place)) && within(at(place)))
                .map(|(index, _)| index)
                .collect()
        });
        if response.clicked() {
            picked = Some(hovered.into_iter().collect());
        }
        let place = hovered.and_then(|index| self.places.get(index)).map(at);
        self.paint(ui, (frame, bounds), view);
        let painter = ui.painter().with_clip_rect(frame);
        if let Some(place) = place {
            painter.circle_stroke(place, RADII.0 + 4.0, Stroke::new(2.0, theme::accent(ui.visuals())));
        }
        if response.has_focus() {
            painter.rect_stroke(frame, 6.0, ui.visuals().selection.stroke, StrokeKind::Inside);
        }
        view.lasso.paint(ui);
        Answer { response, hovered, picked }
    }

    /// Wheel and pinch zoom at the pointer, the second and third button pan; with the keyboard arrows, plus, minus and 0.
    fn moved(&self, ui: &Ui, response: &Response, (frame, bounds): (Rect, Rect), sight: &mut Sight) {
        if [PointerButton::Secondary, PointerButton::Middle].iter().any(|button| response.dragged_by(*button)) {
            sight.pan(response.drag_delta(), frame, bounds);
        }
        if let Some(pointer) = response.hover_pos() {
            let factor = ui.input(|input| input.zoom_delta() * (input.smooth_scroll_delta().y / 240.0).exp());
            if (factor - 1.0).abs() > 1e-4 {
                sight.zoom(factor, pointer, frame, bounds);
            }
        }
        if !response.has_focus() || !keys::untyped(ui.ctx()) {
            return;
        }
        let filter = egui::EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed: Vec<Key> = ui.input(|input| {
            let key = |event: &Event| match event {
                Event::Key { key, pressed: true, .. } => Some(*key),
                _ => None,
            };
            input.events.iter().filter_map(key).collect()
        });
        let step = frame.size() * STEP.1;
        for key in pressed {
            match key {
                Key::ArrowLeft => sight.pan(vec2(step.x, 0.0), frame, bounds),
                Key::ArrowRight => sight.pan(vec2(-step.x, 0.0), frame, bounds),
                Key::ArrowUp => sight.pan(vec2(0.0, step.y), frame, bounds),
                Key::ArrowDown => sight.pan(vec2(0.0, -step.y), frame, bounds),
                Key::Plus | Key::Equals => sight.zoom(STEP.0, frame.center(), frame, bounds),
                Key::Minus => sight.zoom(1.0 / STEP.0, frame.center(), frame, bounds),
                Key::Num0 => *sight = Sight::default(),
                _ => {}
            }
        }
    }

    fn paint(&self, ui: &Ui, (frame, bounds): (Rect, Rect), view: &mut ScatterView) {
        let visuals = ui.visuals();
        ui.painter().rect(
            frame,
            6.0,
            visuals.faint_bg_color,
            visuals.widgets.noninteractive.bg_stroke,
            StrokeKind::Inside,
        );
        let (dark, pixels) = (visuals.dark_mode, ui.pixels_per_point());
        let of = Drawn { version: self.version, count: self.places.len(), frame, sight: view.sight, dark, pixels };
        if view.drawn.as_ref().is_none_or(|(drawn, _)| *drawn != of) {
            view.drawn = Some((of, Arc::new(self.mesh(ui, (frame, bounds), &view.sight))));
        }
        if let Some((_, mesh)) = &view.drawn {
            ui.painter().with_clip_rect(frame).add(Shape::mesh(Arc::clone(mesh)));
        }
    }

    /// All points in one mesh. Their order is mixed, so that no class covers the others, and chosen ones come last.
    fn mesh(&self, ui: &Ui, (frame, bounds): (Rect, Rect), sight: &Sight) -> Mesh {
        let glyphs: Vec<Glyph> = self.faces.iter().map(|name| marker::glyph(ui.ctx(), name)).collect();
        let mut order: Vec<(u64, usize, Mark)> = (0..self.places.len())
            .filter_map(|index| (self.mark)(index).map(|mark| (mixed(index), index, mark)))
            .collect();
        order.sort_unstable_by_key(|(mixed, _, mark)| (mark.chosen, *mixed));
        let plain = order.len() > MANY;
        let small = frame.size().min_elem() < SMALL.0;
        let radius = match (plain, small) {
            (true, _) => RADII.1,
            (false, true) => SMALL.1,
            (false, false) => RADII.0,
        };
        let (accent, ground) = (theme::accent(ui.visuals()), ui.visuals().faint_bg_color);
        let mut mesh = Mesh::default();
        let reach = frame.expand(2.0 * radius);
        for (_, index, mark) in order {
            let Some(at) = self.places.get(index).map(|place| sight.screen(*place, frame, bounds)) else { continue };
            let Some(glyph) = glyphs.get(mark.face).filter(|_| reach.contains(at)) else { continue };
            if mark.chosen {
                glyph.parts.iter().for_each(|part| polygon(&mut mesh, part, at, radius + 3.0, accent));
            }
            for part in &glyph.parts {
                if mark.hollow {
                    polygon(&mut mesh, part, at, radius, glyph.line);
                    polygon(&mut mesh, part, at, radius - 1.6, ground);
                } else if plain {
                    polygon(&mut mesh, part, at, radius, glyph.fill);
                } else {
                    polygon(&mut mesh, part, at, radius, glyph.line);
                    polygon(&mut mesh, part, at, radius - 1.0, glyph.fill);
                }
            }
        }
        mesh
    }
}

/// A number that has nothing to do with an index's neighbours, the same every time.
const fn mixed(index: usize) -> u64 {
    let bits = (index as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (bits ^ (bits >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

/// A convex polygon within a circle of `radius`.
fn polygon(mesh: &mut Mesh, corners: &[Vec2], at: Pos2, radius: f32, colour: Color32) {
    let first = mesh.vertices.len() as u32;
    for corner in corners {
        mesh.colored_vertex(pos2(at.x + radius * corner.x, at.y + radius * corner.y), colour);
    }
    for corner in 1..(corners.len() as u32).saturating_sub(1) {
        mesh.add_triangle(first, first + corner, first + corner + 1);
    }
}
