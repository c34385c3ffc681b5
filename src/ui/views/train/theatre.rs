//! A run replayed: the validation matrix and the map of every epoch, moved by a slider or by itself.

use std::time::Duration;

use egui::{Id, Label, RichText, Slider, SliderClamping, Ui, WidgetInfo};

use crate::{
    app::AppState,
    domain::{confusion::Confusion, run::RunRecord},
    ui::widgets::parts,
};

/// Seconds that an epoch stands while the run plays by itself.
const STAND: f64 = 0.5;

/// Where a person is in the replay of a run; kept by the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Place {
    /// From 1; 0 for the test matrix of the finished run, and the map of the epoch that was kept.
    epoch: usize,
    /// When the next epoch comes, on the window's clock.
    next: Option<f64>,
}

/// The matrix that is chosen, with its name: of an epoch on the validation split, or of the kept weights on the test split.
pub(super) fn chosen(ui: &Ui, run: &RunRecord) -> (String, Option<Confusion>) {
    let place: Place = ui.data(|data| data.get_temp(id(run))).unwrap_or_default();
    match run.matrices.get(place.epoch.wrapping_sub(1)) {
        Some(counts) => {
            let labels = run.classes.clone();
            (
                t!("Validation split, epoch {epoch}", epoch = place.epoch),
                Some(Confusion { labels, counts: counts.clone() }),
            )
        }
        None => (t!("Test split, kept weights").to_owned(), run.test.as_ref().map(|test| test.confusion.clone())),
    }
}

/// The epoch whose map is shown: the chosen one, else the one whose weights were kept.
pub(super) fn epoch(ui: &Ui, run: &RunRecord) -> Option<usize> {
    let place: Place = ui.data(|data| data.get_temp(id(run))).unwrap_or_default();
    let kept = || run.best().map(|of| of.epoch);
    if place.epoch > 0 { Some(place.epoch) } else { kept() }
}

/// The slider, and the button that plays; nothing for a run that kept neither matrices nor a map as far as `mapped`.
pub(super) fn show(ui: &mut Ui, state: &AppState, run: &RunRecord, mapped: usize) {
    let last = run.matrices.len().max(mapped).min(run.history.len());
    if last == 0 {
        return;
    }
    let mut place: Place = ui.data(|data| data.get_temp(id(run))).unwrap_or_default();
    place.epoch = place.epoch.min(last);
    let now = ui.input(|input| input.time);
    if place.next.is_some_and(|next| now >= next) {
        place.epoch += 1;
        place.next = (place.epoch < last).then_some(now + STAND);
    }
    let plays = place.next.is_some();
    let words = if plays { t!("Pause") } else { t!("Replay") };
    if ui.small_button(words).on_hover_text(t!("How the validation split was sorted, epoch by epoch")).clicked() {
        let again = place.epoch >= last || place.epoch == 0;
        place.epoch = if again && !plays { 1 } else { place.epoch };
        place.next = (!plays && last > 1).then_some(now + STAND);
    }
    ui.spacing_mut().slider_width = 140.0;
    let mut epoch = place.epoch;
    let slider = Slider::new(&mut epoch, 0..=last).show_value(false).clamping(SliderClamping::Always);
    let slider = ui.add(slider);
    parts::named(&slider, t!("Epoch of the replay"));
    slider.widget_info(|| WidgetInfo::slider(true, epoch as f64, t!("Epoch of the replay")));
    if slider.changed() {
        place = Place { epoch, next: None };
    }
    let words = run.history.get(place.epoch.wrapping_sub(1)).map_or_else(
        || {
            run.best()
                .map_or_else(|| t!("kept weights").to_owned(), |of| t!("kept weights, epoch {epoch}", epoch = of.epoch))
        },
        |of| {
            let kept = if of.best { t!(", kept") } else { "" };
            t!(
                "epoch {epoch} of {last}: {share:.1} %{kept}",
                epoch = of.epoch,
                last,
                share = 100.0 * of.validation_accuracy,
                kept
            )
        },
    );
    ui.add(Label::new(RichText::new(words).weak()).truncate());
    if let Some(next) = place.next {
        let wait = if state.settings.preferences.reduced_motion { STAND } else { (next - now).max(0.0) };
        ui.ctx().request_repaint_after(Duration::from_secs_f64(wait));
    }
    ui.data_mut(|data| data.insert_temp(id(run), place));
}

fn id(run: &RunRecord) -> Id {
    Id::unique(("replay", &run.path))
}
