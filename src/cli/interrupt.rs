//! Ctrl-C and termination: the first ends the work and keeps what is good, the second discards, the third leaves at once.

use std::{
    process,
    sync::atomic::{AtomicU8, Ordering},
};

use super::output::tell;
use crate::fault::{StopMode, StopToken};

/// A token that the person's interrupts stop.
pub(super) fn on_ctrl_c() -> StopToken {
    let stop = StopToken::default();
    let (asked, heard) = (AtomicU8::new(0), stop.clone());
    let set = ctrlc::set_handler(move || match asked.fetch_add(1, Ordering::Relaxed) {
        0 => {
            tell("stopping and keeping what is good; once more discards it");
            heard.stop(StopMode::Keep);
        }
        1 => heard.stop(StopMode::Discard),
        _ => process::exit(1),
    });
    if let Err(why) = set {
        tell(&format!("warning: Ctrl-C will end the program without saving: {why}"));
    }
    stop
}
