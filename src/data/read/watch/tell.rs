//! What the system tells of files in a folder, as it happens.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use notify::{
    EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};

/// Tells of files that were made, written or renamed.
pub(super) struct Teller {
    /// Ends with this.
    _watcher: RecommendedWatcher,
    told: Receiver<Told>,
}

/// Files that something happened to.
#[derive(Default)]
pub(super) struct Told {
    pub paths: HashSet<PathBuf>,
    /// Something happened that is not among them.
    pub lost: bool,
}

impl Teller {
    /// `None` where the system cannot tell, such as where it watches too many folders already.
    pub(super) fn of(root: &Path) -> Option<Self> {
        let (sender, told) = channel();
        let hear = move |event: notify::Result<notify::Event>| {
            let news = match event {
                Ok(event) if is_reading(event.kind) => return,
                Ok(event) => Told { lost: event.need_rescan(), paths: event.paths.into_iter().collect() },
                Err(_) => Told { lost: true, ..Told::default() },
            };
            // Nobody listens once the watch has ended.
            let _ = sender.send(news);
        };
        let mut watcher = notify::recommended_watcher(hear).ok()?;
        watcher.watch(root, RecursiveMode::Recursive).ok()?;
        Some(Self { _watcher: watcher, told })
    }

    /// What is told until a moment without news, or a moment altogether.
    pub(super) fn within(&self, moment: Duration) -> Told {
        let mut all = Told::default();
        match self.told.recv_timeout(moment) {
            Ok(news) => all.add(news),
            // The watcher's thread ended: the folder must be looked through.
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(moment);
                all.lost = true;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        self.told.try_iter().for_each(|news| all.add(news));
        all
    }
}

impl Told {
    fn add(&mut self, news: Self) {
        self.paths.extend(news.paths);
        self.lost |= news.lost;
    }
}

/// Whether nothing was written: looking into a file is told of as well.
fn is_reading(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}
