//! Work that is prepared ahead on its own thread and handed over in order, a few pieces at a time.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

use crate::fault::Failure;

/// Pieces that wait ready.
const AHEAD: usize = 3;

/// Hands pieces to who takes them.
pub struct Handing<T>(SyncSender<Result<T, Failure>>);

impl<T> Handing<T> {
    /// Waits until there is room for it; whether anybody still wants more.
    #[must_use]
    pub fn hand(&self, piece: Result<T, Failure>) -> bool {
        self.0.send(piece).is_ok()
    }
}

/// The pieces in order; ends its thread when dropped.
pub struct Ahead<T> {
    ready: Option<Receiver<Result<T, Failure>>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Ahead<T> {
    /// Starts `work`, which ends once nobody wants more of it.
    #[must_use]
    pub fn start(work: impl FnOnce(Handing<T>) + Send + 'static) -> Self {
        let (sender, ready) = sync_channel(AHEAD);
        let failed = sender.clone();
        let thread = match std::thread::Builder::new().name("prefetch".to_owned()).spawn(|| work(Handing(sender))) {
            Ok(thread) => Some(thread),
            Err(why) => {
                let failure = Failure::new("images could not be loaded", why, "close other programs and try again");
                // The channel is empty and has room, so this neither waits nor fails.
                let _ = failed.try_send(Err(failure));
                None
            }
        };
        Self { ready: Some(ready), thread }
    }
}

impl<T> Iterator for Ahead<T> {
    type Item = Result<T, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Ok(piece) = self.ready.as_ref()?.recv() {
            return Some(piece);
        }
        self.ready = None;
        let panicked = self.thread.take().is_some_and(|thread| thread.join().is_err());
        panicked.then(|| {
            let why = "the loading thread ended unexpectedly";
            Err(Failure::new("images could not be loaded", why, "try again, and report it if it happens again"))
        })
    }
}

impl<T> Drop for Ahead<T> {
    fn drop(&mut self) {
        // Without a receiver the thread's next piece finds nobody, and it ends.
        self.ready = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_breaks_off_is_a_failure_after_what_it_had_done() {
        let mut ahead = Ahead::start(|handing| {
            let _ = handing.hand(Ok(1));
            panic!("on purpose");
        });
        assert_eq!(ahead.next().unwrap().unwrap(), 1);
        assert!(ahead.next().unwrap().is_err());
        assert!(ahead.next().is_none());
    }
}
