//! The colour, the shape and the letters of a class, the same in every chart, chip and list.

use std::{collections::HashMap, f32::consts::TAU, sync::Arc};

use egui::{Color32, Context, Id, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2};

use crate::{
    domain::{
        class_look::{self, ClassLook},
        classes::{self, ClassList, Marker},
    },
    ui::theme::{self, Tones},
};

/// What is drawn of one class.
#[derive(Clone)]
struct Face {
    look: ClassLook,
    code: String,
    /// On the light theme, on the dark one.
    tones: [Tones; 2],
}

/// The faces of the classes in sight.
#[derive(Default)]
struct Faces {
    /// The names outside the eight, in the order in which they were met.
    further: Vec<String>,
    by_name: HashMap<String, Face>,
}

fn id() -> Id {
    Id::unique("faces of the classes")
}

/// Learns which classes are in sight, the main list first, so that each one outside the eight gets a look of its own: by
/// its place in its list where no other class has that place already.
pub fn know<'a>(ctx: &Context, lists: impl IntoIterator<Item = &'a ClassList>) {
    let (mut names, mut places) = (Vec::<String>::new(), Vec::<usize>::new());
    for list in lists {
        for (place, name) in list.iter().enumerate() {
            if classes::find(name).is_some() || names.iter().any(|known| known == name) {
                continue;
            }
            let free = (place..).find(|place| !places.contains(place)).unwrap_or(place);
            names.push(name.to_owned());
            places.push(free);
        }
    }
    let known: Option<Arc<Faces>> = ctx.data(|data| data.get_temp(id()));
    if known.is_some_and(|known| known.further == names) {
        return;
    }
    let codes = class_look::codes(names.iter().map(String::as_str));
    let eight = classes::KNOWN.iter().map(|class| (class.name.to_owned(), face(class.name, 0, class.style.code)));
    let further = names.iter().zip(places).zip(&codes);
    let further = further.map(|((name, place), code)| (name.clone(), face(name, place, code)));
    let by_name = eight.chain(further).collect();
    ctx.data_mut(|data| data.insert_temp(id(), Arc::new(Faces { further: names, by_name })));
}

fn face(name: &str, place: usize, code: &str) -> Face {
    let look = ClassLook::of(name, place);
    Face { look, code: code.to_owned(), tones: [false, true].map(|dark| theme::class_tones(&look, dark)) }
}

/// The face of a class; one that no list in sight has is taken for the first of its list.
fn of(ctx: &Context, name: &str) -> Face {
    let faces: Option<Arc<Faces>> = ctx.data(|data| data.get_temp(id()));
    faces.and_then(|faces| faces.by_name.get(name).cloned()).unwrap_or_else(|| {
        let code = class_look::codes([name]).into_iter().next().unwrap_or_default();
        face(name, 0, &code)
    })
}

fn tones(ctx: &Context, face: &Face) -> Tones {
    let [light, dark] = face.tones;
    if ctx.theme() == egui::Theme::Dark { dark } else { light }
}

/// The letters that stand for a class where a name has no room.
#[must_use]
pub fn code(ctx: &Context, name: &str) -> String {
    of(ctx, name).code
}

/// The colour of a class's line, which stands out from card and page.
#[must_use]
pub fn line(ctx: &Context, name: &str) -> Color32 {
    tones(ctx, &of(ctx, name)).line
}

/// How the area of a class is filled and outlined; a class outside the eight is filled more thinly.
#[must_use]
pub fn area(ctx: &Context, name: &str) -> (Color32, Color32) {
    let face = of(ctx, name);
    let tones = tones(ctx, &face);
    (if face.look.open { tones.fill.gamma_multiply(0.55) } else { tones.fill }, tones.line)
}

/// The shape of a class as corners around the origin, for those who draw thousands of them.
pub struct Glyph {
    /// Convex polygons that reach a radius of about 1.
    pub parts: Vec<Vec<Vec2>>,
    pub fill: Color32,
    pub line: Color32,
}

/// The shape of a class and its two tones.
#[must_use]
pub fn glyph(ctx: &Context, name: &str) -> Glyph {
    let face = of(ctx, name);
    let tones = tones(ctx, &face);
    let corners = |count: usize, first: f32, reach: f32| -> Vec<Vec2> {
        (0..count).map(|corner| reach * Vec2::angled(first + TAU * corner as f32 / count as f32)).collect()
    };
    let parts = match face.look.marker {
        Marker::Circle => vec![corners(12, 0.0, 1.0)],
        Marker::Square => vec![corners(4, TAU / 8.0, 1.2)],
        Marker::Diamond => vec![corners(4, 0.0, 1.2)],
        Marker::Up => vec![corners(3, -TAU / 4.0, 1.25)],
        Marker::Down => vec![corners(3, TAU / 4.0, 1.25)],
        Marker::Left => vec![corners(3, TAU / 2.0, 1.25)],
        Marker::Right => vec![corners(3, 0.0, 1.25)],
        Marker::Cross => [TAU / 8.0, 3.0 * TAU / 8.0].map(arm).into(),
    };
    Glyph { parts, fill: tones.fill, line: tones.line }
}

/// One arm of a cross.
fn arm(angle: f32) -> Vec<Vec2> {
    let (along, across) = (1.1 * Vec2::angled(angle), 0.32 * Vec2::angled(angle + TAU / 4.0));
    vec![along + across, across - along, -along - across, along - across]
}

/// Paints the class's shape within a circle of `radius` points.
pub fn paint(painter: &Painter, centre: Pos2, radius: f32, name: &str) {
    let face = of(painter.ctx(), name);
    let tones = tones(painter.ctx(), &face);
    painter.add(shape(&face.look, centre, radius, tones));
}

/// Paints a bar of the class's colour, weaker where it is not the one that counts.
pub fn bar(painter: &Painter, rect: Rect, rounding: f32, name: &str, strength: f32) {
    if rect.width() <= 0.0 {
        return;
    }
    let (fill, line) = area(painter.ctx(), name);
    painter.rect_filled(rect, rounding, fill.gamma_multiply(strength));
    painter.rect_stroke(rect, rounding, Stroke::new(1.0, line), StrokeKind::Inside);
}

fn shape(look: &ClassLook, centre: Pos2, radius: f32, tones: Tones) -> Shape {
    let (fill, stroke) = if look.open {
        (Color32::TRANSPARENT, Stroke::new(radius * 0.4, tones.line))
    } else {
        (tones.fill, Stroke::new(1.0, tones.line))
    };
    // The outline lies half outside of its path.
    let radius = radius - stroke.width / 2.0;
    let corners = |count: usize, first: f32, reach: f32| -> Shape {
        let corner = |corner: usize| centre + radius * reach * Vec2::angled(first + TAU * corner as f32 / count as f32);
        Shape::convex_polygon((0..count).map(corner).collect(), fill, stroke)
    };
    match look.marker {
        Marker::Circle => egui::epaint::CircleShape { center: centre, radius, fill, stroke }.into(),
        Marker::Square => corners(4, TAU / 8.0, 1.2),
        Marker::Diamond => corners(4, 0.0, 1.2),
        Marker::Up => corners(3, -TAU / 4.0, 1.25),
        Marker::Down => corners(3, TAU / 4.0, 1.25),
        Marker::Left => corners(3, TAU / 2.0, 1.25),
        Marker::Right => corners(3, 0.0, 1.25),
        Marker::Cross => {
            // Upright where it is open, as there is no inside to leave empty.
            let (turn, width) = if look.open { (0.0, 0.4) } else { (TAU / 8.0, 0.6) };
            let arm = |angle: f32| {
                let reach = radius * Vec2::angled(turn + angle);
                Shape::line_segment([centre - reach, centre + reach], Stroke::new(radius * width, tones.line))
            };
            Shape::Vec(vec![arm(0.0), arm(TAU / 4.0)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> ClassList {
        ClassList::new(names.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn classes_outside_the_eight_are_told_apart_by_tone_shape_and_letters() {
        let ctx = Context::default();
        let (dataset, model) = (list(&["artefact", "blast_a", "blast_b", "ig"]), list(&["blast_b", "smudge"]));
        know(&ctx, [&dataset, &model]);
        let names = ["artefact", "blast_a", "blast_b", "smudge", "ig"];
        let faces: Vec<_> = names.iter().map(|name| of(&ctx, name)).collect();
        for (place, face) in faces.iter().enumerate() {
            for other in &faces[..place] {
                assert!(face.look != other.look && face.code != other.code, "{}", names[place]);
            }
        }
        assert_eq!(faces[2].look, ClassLook::of("blast_b", 2), "as the exports of its list draw it");
        know(&ctx, [&list(&["blast_b"])]);
        assert_eq!(of(&ctx, "blast_b").look, ClassLook::of("blast_b", 0));
    }
}
