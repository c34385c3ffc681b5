//! The runs that wait behind the one that trains, each with the way out of the queue.

use egui::{Button, RichText, Role, ScrollArea, Ui, WidgetInfo};

use crate::app::{Actions, Wish, pages::train::Queued, pages::train::TrainState, wish};

/// Height of a line of waiting runs in points.
const LINE: f32 = 24.0;
/// Height of the page's part from which on there is room for two lines beside the curves.
const ROOMY: f32 = 360.0;

/// Draws what still waited when the program ended last, with the ways on.
pub(super) fn left_over(ui: &mut Ui, train: &TrainState, actions: &mut Actions) {
    if train.left_over.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let titles: Vec<_> = train.left_over.iter().map(Queued::title).collect();
        ui.label(t!("Left over from before: {titles}", titles = titles.join(", ")));
        for action in [wish::Train::LineUpLeftOver, wish::Train::ForgetLeftOver] {
            if ui.link(action.text()).clicked() {
                actions.push(action);
            }
        }
    });
}

/// Draws the queue where a run waits.
pub(super) fn show(ui: &mut Ui, train: &TrainState, actions: &mut Actions) {
    if train.queue.is_empty() {
        return;
    }
    let lines = if ui.available_height() < ROOMY { 1.0 } else { 2.0 };
    ScrollArea::vertical().id_salt("queue").max_height(lines * LINE).auto_shrink([false, true]).show(ui, |ui| {
        (ui.spacing_mut().item_spacing.y, ui.spacing_mut().interact_size.y) = (4.0, LINE - 4.0);
        ui.horizontal_wrapped(|ui| {
            let waiting = train.queue.len();
            ui.label(RichText::new(if waiting == 1 {
                t!("1 run waits:").to_owned()
            } else {
                t!("{waiting} runs wait:", waiting)
            }));
            let clear = wish::Train::ClearQueue;
            if ui.link(clear.text()).on_hover_text(clear.tooltip()).clicked() {
                actions.push(clear);
            }
            for run in &train.queue {
                let name = t!("Remove {run} from the queue", run = run.title());
                let words = RichText::new(format!("{}  ×", run.title())).small();
                let chip = ui.add(Button::new(words).small()).on_hover_text(&name);
                chip.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
                if chip.clicked() {
                    actions.push(wish::Train::Unqueue(run.id));
                }
            }
        });
    });
}
