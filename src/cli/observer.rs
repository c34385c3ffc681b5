//! Progress on standard error: bars on a terminal, plain lines elsewhere; events as JSON lines where asked for.

use std::{
    io::{self, IsTerminal as _},
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::output::{Output, tell};
use crate::{
    progress::{Event, Observer, Plan, Step, Task},
    report::words::{percent, thousands},
};

/// Between two plain lines of one task.
const QUIET: Duration = Duration::from_secs(15);

/// Tells a terminal, a log or a script what happens.
pub(super) struct TerminalObserver {
    events: bool,
    terminal: bool,
    now: Mutex<Option<Shown>>,
}

/// The task that is shown.
struct Shown {
    task: Task,
    bar: ProgressBar,
    said: Instant,
}

impl TerminalObserver {
    /// `events`: every event goes to standard output as a line of JSON too.
    pub(super) fn new(events: bool) -> Self {
        Self { events, terminal: io::stderr().is_terminal(), now: Mutex::new(None) }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Ok(mut now) = self.now.lock()
            && let Some(shown) = now.take()
        {
            shown.bar.finish_and_clear();
        }
    }

    fn progress(&self, task: Task, done: u64, total: u64, note: impl FnOnce() -> String) {
        let Ok(mut now) = self.now.lock() else { return };
        let fresh = now.as_ref().is_none_or(|shown| shown.task != task);
        if fresh {
            if let Some(old) = now.take() {
                old.bar.finish_and_clear();
            }
            let bar = if self.terminal { bar(task) } else { ProgressBar::hidden() };
            *now = Some(Shown { task, bar, said: Instant::now() });
        }
        let Some(shown) = now.as_mut() else { return };
        if self.terminal {
            shown.bar.set_length(total);
            shown.bar.set_position(done);
            shown.bar.set_message(note());
        } else if fresh || shown.said.elapsed() >= QUIET {
            shown.said = Instant::now();
            let of = if total > 0 { format!(" {} of {}", thousands(done), thousands(total)) } else { String::new() };
            tell(&format!("{}{of} {}", task.title(), note()));
        }
    }

    /// A line that stays, above the bar.
    fn say(&self, line: &str) {
        let now = self.now.lock();
        match now.as_deref() {
            Ok(Some(shown)) if self.terminal => shown.bar.suspend(|| tell(line)),
            _ => tell(line),
        }
    }
}

impl Observer for TerminalObserver {
    fn tell(&self, event: Event) {
        if self.events {
            // A closed pipe shows at the run record, which cannot be written then.
            let _ = Output::document(&event);
        }
        match event {
            Event::Progress { task, done, total } => self.progress(task, done, total, String::new),
            Event::Step(step) => {
                self.progress(Task::Training, step.step as u64, step.steps as u64, || step_note(&step));
            }
            Event::Warning { warning } => self.say(&format!("warning: {warning}")),
            Event::Plan(plan) => self.say(&plan_line(&plan)),
            Event::Epoch(report) => {
                let epoch = report.record;
                let elsewhere = epoch.elsewhere_accuracy.map(|share| format!("; other labs {}", percent(Some(share))));
                self.say(&format!(
                    "epoch {}: loss {:.4}, accuracy {}; validation loss {:.4}, accuracy {}{}{}",
                    epoch.epoch,
                    epoch.train_loss,
                    percent(Some(epoch.train_accuracy)),
                    epoch.validation_loss,
                    percent(Some(epoch.validation_accuracy)),
                    elsewhere.unwrap_or_default(),
                    if epoch.best { ", kept so far" } else { "" },
                ));
            }
        }
    }
}

fn bar(task: Task) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:32}] {pos}/{len} {msg} {elapsed}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.with_prefix(task.title())
}

fn plan_line(plan: &Plan) -> String {
    format!(
        "{} on {}: {} training, {} validation and {} test images in {} classes; epochs {} to {}, {} steps of {} images",
        plan.architecture.title(),
        plan.device,
        thousands(plan.train as u64),
        thousands(plan.validation as u64),
        thousands(plan.test as u64),
        plan.classes.len(),
        plan.first_epoch,
        plan.epochs,
        plan.steps_per_epoch,
        plan.batch,
    )
}

fn step_note(step: &Step) -> String {
    format!(
        "epoch {}, loss {:.3}, accuracy {}, {:.0} images/s, {} left",
        step.epoch,
        step.loss,
        percent(Some(step.accuracy)),
        step.images_per_sec,
        time_left(step.secs_left),
    )
}

/// `40 s`, `12 min` or `3 h 5 min`.
fn time_left(secs: f64) -> String {
    let secs = if secs.is_finite() { secs.max(0.0).round() as u64 } else { return "unknown".to_owned() };
    match secs {
        0..=119 => format!("{secs} s"),
        120..=7199 => format!("{} min", secs / 60),
        _ => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
    }
}
