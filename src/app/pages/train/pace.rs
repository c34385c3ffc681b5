//! How fast the form's networks train here, measured while a person looks at the form.

use super::{News, same_pace};
use crate::{
    app::{AppState, Effects, Page},
    domain::config::TrainConfig,
    fault::{Halt, StopMode},
    job::{Desk, JobId, Lane, Work},
    train::pace::{self, Pace},
};

/// Seconds for which a form must be as it is before its speed is measured.
const STILL: f64 = 0.5;

/// Measures each network of the form once for each kind. A form that still changes is left alone; the answer is the seconds
/// until it will have been still for long enough.
pub fn measure(state: &mut AppState, effects: &mut Effects) -> Option<f64> {
    let train = &state.train;
    if state.page != Page::Train || !train.running.is_empty() || train.measuring.is_some() {
        return None;
    }
    let classes = state.dataset.opened.as_ref()?.dataset.classes.len();
    if classes < 2 || !state.training_problems().is_empty() {
        return None;
    }
    let unknown = |config: &TrainConfig| train.pace(config).is_none();
    let config = state.chosen_trainings().into_iter().find(unknown).map(Box::new)?;
    let restless = train.edited + STILL - state.notices.now;
    if train.edited > 0.0 && restless > 0.0 {
        return Some(restless);
    }
    let of = config.clone();
    let deed = move |desk: &Desk<'_>| Ok(News::Paced(desk.job, pace::measure(&of, classes, desk.stop)?).into());
    let job = effects.submit(Work::new(Lane::Trainer(0), deed, halted));
    state.train.measuring = Some((job, config));
    None
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::NotPaced(job, halt).into()
}

/// Ends a measurement that the form no longer asks for.
pub(super) fn give_up(state: &AppState, effects: &mut Effects) {
    let wanted = state.chosen_trainings();
    if let Some((job, config)) = &state.train.measuring
        && !wanted.iter().any(|wanted| same_pace(wanted, config))
    {
        effects.stop(*job, StopMode::Discard);
    }
}

/// A speed was measured, or not; a stopped one is measured again when the form is looked at.
pub(super) fn take(state: &mut AppState, job: JobId, measured: Result<Pace, Halt>) {
    let Some((_, config)) = state.train.measuring.take_if(|(of, _)| *of == job) else { return };
    match measured {
        Ok(pace) => state.train.remember(*config, Ok(pace)),
        Err(Halt::Failed(why)) => state.train.remember(*config, Err(why.to_string())),
        Err(Halt::Stopped) => {}
    }
}
