//! The activity list: what runs and waits, what has ended with its warnings, and everything that was said.

use egui::{Align2, Area, Context, Id, Label, Order, RichText, ScrollArea, Ui, vec2};

use crate::{
    app::{Actions, AppState, Level, Notice, Task, activity::Standing, notices, wish},
    fault::Failure,
    language,
    ui::{
        UiState,
        widgets::{icons, parts},
    },
};

/// Width in points.
const WIDTH: f32 = 360.0;

pub(super) fn show(ctx: &Context, state: &AppState, view: &UiState, actions: &mut Actions) {
    if !view.activity_open {
        return;
    }
    if state.unread() > 0 {
        actions.push(wish::Window::ReadActivity);
    }
    let height = (ctx.content_rect().height() - 160.0).max(200.0);
    Area::new(Id::unique("activity")).order(Order::Foreground).anchor(Align2::RIGHT_TOP, vec2(-16.0, 48.0)).show(
        ctx,
        |ui| {
            egui::Frame::popup(ui.style()).inner_margin(16).show(ui, |ui| {
                ui.set_width(WIDTH);
                ScrollArea::vertical().max_height(height).show(ui, |ui| lists(ui, state, actions));
            });
        },
    );
}

fn lists(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.heading(t!("Activity"));
    let (alive, ended): (Vec<_>, Vec<_>) = state.activity.tasks.iter().partition(|task| task.alive());
    if alive.is_empty() {
        ui.label(
            RichText::new(if ended.is_empty() { t!("Nothing has been done yet") } else { t!("Nothing runs") }).weak(),
        );
    }
    alive.into_iter().for_each(|task| row(ui, state, task, actions));
    if !ended.is_empty() {
        ui.heading(t!("Ended"));
        ended.into_iter().for_each(|task| row(ui, state, task, actions));
    }
    if !state.notices.log().is_empty() {
        ui.heading(t!("Messages"));
        state.notices.log().iter().rev().for_each(|notice| message(ui, state, notice, actions));
    }
}

fn row(ui: &mut Ui, state: &AppState, task: &Task, actions: &mut Actions) {
    ui.add(Label::new(&task.title).wrap());
    let left = task.secs_left(state.notices.now).map(|secs| t!(", {secs:.0} s left", secs));
    let standing = match &task.standing {
        Standing::Done => t!("Done").to_owned(),
        Standing::Stopped => t!("Stopped").to_owned(),
        Standing::Failed(why) => why.to_string(),
        Standing::Waiting | Standing::Running if task.stopping => t!("Stopping").to_owned(),
        Standing::Waiting | Standing::Running => format!("{}{}", t!(task.doing), left.unwrap_or_default()),
    };
    ui.add(Label::new(RichText::new(standing).small().weak()).wrap());
    task.warnings.iter().for_each(|warning| caution(ui, warning));
    if task.alive() && !task.stopping {
        parts::button(ui, state, actions, wish::Window::Stop(task.job), false);
    }
    ui.separator();
}

/// What a job said though it went on.
fn caution(ui: &mut Ui, warning: &Failure) {
    let words = format!("{}  {}: {}", icons::ALERT, notices::sentence(&warning.what), language::heard(&warning.why));
    let line = Label::new(RichText::new(words).small().color(ui.visuals().warn_fg_color)).wrap();
    ui.add(line).on_hover_text(notices::reasons(warning));
}

fn message(ui: &mut Ui, state: &AppState, notice: &Notice, actions: &mut Actions) {
    words(ui, notice);
    if let Some((word, action)) = &notice.offer {
        let obstacle = action.obstacle(state);
        let button = ui.add_enabled(obstacle.is_none(), egui::Button::new(word).small());
        if button.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
            actions.push(wish::Window::TakeOffer(notice.id));
        }
    }
    ui.separator();
}

/// A message with its reasons.
pub(super) fn words(ui: &mut Ui, notice: &Notice) {
    let text = match notice.level {
        Level::Error => RichText::new(&notice.text).color(ui.visuals().error_fg_color),
        Level::Warning => RichText::new(format!("{}  {}", icons::ALERT, notice.text)).color(ui.visuals().warn_fg_color),
        Level::Info | Level::Success => RichText::new(&notice.text),
    };
    ui.add(Label::new(text).wrap());
    if let Some(detail) = &notice.detail {
        ui.add(Label::new(RichText::new(detail).small().weak()).wrap());
    }
}
