//! Walking a picture with the keyboard: arrows go from stop to stop, Enter picks, and what is read out is shown and said.

use egui::{EventFilter, Id, Key, Rect, Response, RichText, Sense, Stroke, StrokeKind, Ui, accesskit, vec2};

use crate::ui::{keys, theme};

/// Height of the line of words below a picture in points: two lines of small text.
pub const READOUT: f32 = 36.0;
/// Stops that the page keys skip.
const PAGE: isize = 10;

/// The points, bins or thresholds of a picture that arrows walk.
pub struct Stops<'a> {
    /// How many each line of the picture has, in the order of their numbers.
    pub lines: Vec<usize>,
    /// What stands there in words, the heading first; for the pointer and the keyboard alike.
    pub read: Box<dyn Fn(usize) -> Vec<String> + 'a>,
    /// What a picture without the keyboard says of how it is used.
    pub hint: &'a str,
}

/// One press of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    By(isize),
    Line(isize),
    First,
    Last,
}

impl Stops<'_> {
    fn count(&self) -> usize {
        self.lines.iter().sum()
    }

    /// The line of a stop, the number of the line's first stop, and how many it has.
    fn line(&self, stop: usize) -> Option<(usize, usize, usize)> {
        let mut first = 0;
        for (line, len) in self.lines.iter().enumerate() {
            if stop < first + len {
                return Some((line, first, *len));
            }
            first += len;
        }
        None
    }

    /// Where a step leads; never off the line that is walked, and onto the same part of another one.
    fn step(&self, from: usize, step: Step) -> usize {
        let Some((line, first, len)) = self.line(from) else { return 0 };
        let last = first + len.saturating_sub(1);
        match step {
            Step::By(by) => from.saturating_add_signed(by).clamp(first, last),
            Step::First => first,
            Step::Last => last,
            Step::Line(by) => {
                let wanted = line.saturating_add_signed(by).min(self.lines.len().saturating_sub(1));
                let before: usize = self.lines.iter().take(wanted).sum();
                let there = self.lines.get(wanted).copied().unwrap_or(0);
                let part = (from - first) as f64 / len.saturating_sub(1).max(1) as f64;
                before + (part * there.saturating_sub(1) as f64).round() as usize
            }
        }
    }
}

/// The words below a picture, which take the keyboard for it.
pub(super) struct Walk<'a> {
    id: Id,
    name: String,
    stops: Stops<'a>,
}

impl<'a> Walk<'a> {
    /// `None` for a picture without a stop.
    pub(super) fn new(id: Id, title: &str, stops: Stops<'a>) -> Option<Self> {
        (stops.count() > 0).then(|| Self { id, name: t!("Walk {title}", title), stops })
    }

    fn at(&self, ui: &Ui) -> usize {
        let kept: usize = ui.data(|data| data.get_temp(self.id)).unwrap_or_default();
        kept.min(self.stops.count().saturating_sub(1))
    }

    /// Takes this frame's keys; gives back the stop that the picture marks, none while the keyboard is elsewhere.
    pub(super) fn cursor(&self, ui: &Ui) -> Option<usize> {
        let asked = |action| ui.input(|input| input.num_accesskit_action_requests(self.id, action)) as isize;
        let spoken = asked(accesskit::Action::Increment) - asked(accesskit::Action::Decrement);
        let focused = keys::free(ui.ctx()) && ui.memory(|memory| memory.has_focus(self.id));
        let mut at = self.at(ui);
        let steps = [(spoken != 0).then_some(Step::By(spoken)), focused.then(|| self.pressed(ui)).flatten()];
        for step in steps.into_iter().flatten() {
            at = self.stops.step(at, step);
        }
        ui.data_mut(|data| data.insert_temp(self.id, at));
        if focused {
            let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(self.id, filter));
        }
        focused.then_some(at)
    }

    fn pressed(&self, ui: &Ui) -> Option<Step> {
        let one_line = self.stops.lines.iter().filter(|len| **len > 0).count() < 2;
        let across = |by: isize| if one_line { Step::By(-by) } else { Step::Line(by) };
        let keys = [
            (Key::ArrowRight, Step::By(1)),
            (Key::ArrowLeft, Step::By(-1)),
            (Key::ArrowUp, across(-1)),
            (Key::ArrowDown, across(1)),
            (Key::PageUp, Step::By(PAGE)),
            (Key::PageDown, Step::By(-PAGE)),
            (Key::Home, Step::First),
            (Key::End, Step::Last),
        ];
        keys.into_iter().find(|(key, _)| ui.input(|input| input.key_pressed(*key))).map(|(_, step)| step)
    }

    /// Draws the words below the picture and frames the one that has the keyboard; gives back a stop that was picked.
    pub(super) fn show(self, ui: &mut Ui, picture: Rect) -> Option<usize> {
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), READOUT));
        let response = ui.interact(rect, self.id, Sense::click());
        let (at, focused) = (self.at(ui), response.has_focus());
        let read = self.sentence(at);
        self.tell(&response, at, &read);
        let words = if focused { RichText::new(&read).small() } else { RichText::new(self.stops.hint).small().weak() };
        let inner = rect.shrink2(vec2(4.0, 2.0));
        ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| ui.add(egui::Label::new(words).wrap()));
        if focused {
            let stroke = Stroke::new(1.5, theme::accent(ui.visuals()));
            ui.painter().rect_stroke(picture.union(rect), 4.0, stroke, StrokeKind::Inside);
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        let by_pointer = response.clicked_by(egui::PointerButton::Primary);
        if by_pointer {
            // A click on the words only takes the keyboard: what it would pick was not in sight.
            response.request_focus();
        }
        (response.clicked() && !by_pointer).then_some(at)
    }

    fn sentence(&self, at: usize) -> String {
        let mut lines = (self.stops.read)(at).into_iter();
        let heading = lines.next().unwrap_or_default();
        let rest: Vec<String> = lines.collect();
        if rest.is_empty() { heading } else { format!("{heading}: {}", rest.join(", ")) }
    }

    /// A slider over the stops, whose value is what is read out.
    fn tell(&self, response: &Response, at: usize, read: &str) {
        response.ctx.accesskit_node_builder(response.id, |node| {
            node.set_role(accesskit::Role::Slider);
            node.set_label(self.name.as_str());
            node.set_value(read);
            node.set_numeric_value(at as f64 + 1.0);
            node.set_min_numeric_value(1.0);
            node.set_max_numeric_value(self.stops.count() as f64);
            node.set_numeric_value_step(1.0);
            node.add_action(accesskit::Action::Increment);
            node.add_action(accesskit::Action::Decrement);
        });
    }
}

/// The same words beside the pointer.
pub fn readout(ui: &mut Ui, lines: &[String]) {
    for (place, line) in lines.iter().enumerate() {
        if place == 0 {
            ui.strong(line);
        } else {
            ui.label(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stops(lines: &[usize]) -> Stops<'static> {
        Stops { lines: lines.to_vec(), read: Box::new(|_| Vec::new()), hint: "" }
    }

    #[test]
    fn arrows_stay_on_their_line_and_change_it_at_the_same_part() {
        let stops = stops(&[3, 0, 5]);
        assert_eq!(stops.count(), 8);
        assert_eq!(stops.step(2, Step::By(1)), 2, "the end of the first line");
        assert_eq!(stops.step(3, Step::By(-PAGE)), 3, "the start of the last line");
        assert_eq!(stops.step(1, Step::Line(2)), 5, "the middle of another line");
        assert_eq!((stops.step(4, Step::First), stops.step(4, Step::Last)), (3, 7));
        assert_eq!(stops.step(4, Step::Line(9)), 4);
        assert_eq!(stops.step(99, Step::By(1)), 0);
    }

    #[test]
    fn a_picture_without_stops_cannot_be_walked() {
        assert!(Walk::new(Id::unique("none"), "Nothing", stops(&[0])).is_none());
    }
}
