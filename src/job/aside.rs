//! One value that is worked out away from the window, for as long as it is wanted.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};

/// A value that is under way or there.
pub struct Aside<T>(Arc<OnceLock<Option<T>>>);

/// How far it is.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing<T> {
    UnderWay,
    There(T),
    /// The work broke off.
    Lost,
}

impl<T: Clone + Send + Sync + 'static> Aside<T> {
    /// Starts the work; `wake` is called from its thread once it has ended.
    pub fn start(work: impl FnOnce() -> T + Send + 'static, wake: impl FnOnce() + Send + 'static) -> Self {
        let place = Arc::new(OnceLock::new());
        let into = Arc::clone(&place);
        rayon::spawn(move || {
            let _ = into.set(catch_unwind(AssertUnwindSafe(work)).ok());
            wake();
        });
        Self(place)
    }

    #[must_use]
    pub fn standing(&self) -> Standing<T> {
        match self.0.get() {
            None => Standing::UnderWay,
            Some(Some(value)) => Standing::There(value.clone()),
            Some(None) => Standing::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_value_comes_once_and_broken_work_is_told() {
        let (done, ended) = channel();
        let wake = |done: std::sync::mpsc::Sender<()>| move || done.send(()).unwrap();
        let good = Aside::start(|| 7, wake(done.clone()));
        ended.recv().unwrap();
        assert_eq!(good.standing(), Standing::There(7));
        let bad = Aside::<u8>::start(|| panic!("on purpose"), wake(done));
        ended.recv().unwrap();
        assert_eq!(bad.standing(), Standing::Lost);
    }
}
