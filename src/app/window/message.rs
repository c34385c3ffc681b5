//! What can be asked of the window, and what its jobs bring.

use std::{path::PathBuf, sync::Arc};

use image::RgbImage;

use crate::{
    app::{Page, Selection},
    fault::Halt,
    job::{Found, JobId},
};

/// Names a step that was done, for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepId(pub u64);

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Go(Page),
    /// Files or folders dropped on the window.
    Drop(Vec<PathBuf>),
    /// Files held over the window; none once they are gone.
    Hover(Vec<PathBuf>),
    /// Other images are chosen.
    Select(Selection),
    Stop(JobId),
    /// Says that the window did something by itself, such as filling the clipboard.
    Announce(String),
    Dismiss(u64),
    /// Does what the message of this number offers.
    TakeOffer(u64),
    /// Takes the newest step back.
    Undo,
    /// Does the step again that was taken back last.
    Redo,
    /// Takes this step back.
    TakeBack(StepId),
    /// One page over the whole screen in large type, or back to the window.
    Present,
    /// Takes a picture of what the window shows.
    Picture,
    /// The picture is there: asks where it goes.
    Pictured(Arc<RgbImage>),
    /// Writes it there.
    SavePicture(Arc<RgbImage>, PathBuf),
    /// The activity list was looked at.
    ReadActivity,
    /// The window should close: asks first where something runs or waits.
    Close,
    /// The window stays open.
    StayOpen,
    /// The window closes, whatever runs or waits.
    CloseNow,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// What was dropped or given at the start.
    Sorted(Found),
    /// What is held over the window.
    Looked(JobId, Arc<Found>),
    /// What paths are could not be found out.
    Halted(JobId, Halt),
}
