//! The map that a run keeps of its epochs: read once a person looks at that run.

use super::{News, OfRun};
use crate::{
    app::{AppState, Effects, Page},
    fault::Halt,
    job::{Desk, JobId, Lane, Work},
    store::moving_map,
};

/// Reads the map of the run that is drawn, unless that was done or failed before.
pub fn read(state: &mut AppState, effects: &mut Effects) {
    let train = &state.train;
    if state.page != Page::Train || !train.running.is_empty() {
        return;
    }
    let Some(of) = train.drawn().filter(|run| !run.history.is_empty()).map(OfRun::new) else { return };
    if train.map.last() == Some(&of) {
        return;
    }
    let folder = of.folder().to_owned();
    let deed = move |desk: &Desk<'_>| Ok(News::Mapped(desk.job, moving_map::load(&folder)?).into());
    let job = effects.submit(Work::new(Lane::Quick, deed, halted));
    state.train.map.ask(job, of);
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::NotMapped(job, halt).into()
}
