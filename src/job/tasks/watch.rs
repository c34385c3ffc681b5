//! A folder that is watched: what is written into it is classified as it comes, until a person stops it.

use std::{convert::Infallible, path::Path, sync::Arc};

use super::models::Classifying;
use crate::{
    data::read::watch::FolderWatch,
    domain::{config::DeviceChoice, field::Taken, occurring::Occurring, prediction::Outcome},
    eval::stream::{Said, Stream},
    fault::{Failure, Halt},
    job::desk::Desk,
    progress::{Event, Silent, Task, Watch},
};

/// Classifies what is written into a folder; images that are there already are left alone.
///
/// # Errors
/// [`Halt::Stopped`] in the end; or when there is no such folder or model, or the device fails.
pub fn watch(
    (model, occurring): (&str, &Occurring),
    (folder, taken): (&Path, &Taken),
    device: &DeviceChoice,
    desk: &Desk<'_>,
    say: &dyn Fn(Classifying),
) -> Result<Infallible, Halt> {
    // What is written while the model loads is new.
    let mut watch = FolderWatch::open(folder, false)?;
    let predictor = desk.model_among(model, device, occurring)?;
    say(Classifying::Began(Arc::new(predictor.card().clone()), Vec::new()));
    if !watch.is_told() {
        let (what, why) = ("new images are seen a second late", "the system tells nothing of this folder");
        let warning = Failure::new(what, why, "nothing needs to be done").at(folder);
        desk.observer.tell(Event::Warning { warning });
    }
    let (mut done, mut stream) = (0, Stream::new(&predictor, taken.clone()));
    loop {
        desk.observer.tell(Event::Progress { task: Task::Watching, done, total: 0 });
        let arrived = watch.next(Watch { observer: desk.observer, stop: desk.stop })?;
        let files: Vec<_> = arrived.iter().map(|one| one.path.clone()).collect();
        let mut came = Vec::new();
        let mut hear = |said| {
            came.push(said);
            Ok(())
        };
        stream.feed(&files, &mut hear, &Silent, &desk.stop.for_discarding())?;
        came.retain(|said| {
            let Said::Cell(one) = said else { return true };
            let is_missed = matches!(one.outcome, Outcome::Refused(_)) && !one.path.exists();
            if is_missed {
                // It was renamed before it was read: it comes again under its name.
                arrived.iter().filter(|of| of.path == one.path).for_each(|of| watch.missed(of));
            }
            !is_missed
        });
        done += files.len() as u64;
        say(Classifying::Came(came));
    }
}
