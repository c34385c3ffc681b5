//! File dialogs: made on the window's thread, awaited on a thread of their own.

use std::{
    future::Future,
    path::PathBuf,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use rfd::{AsyncFileDialog, FileHandle};

use super::{
    Action,
    effects::{Dialog, Offer},
};

/// The endings of images that dialogs offer.
pub(super) const IMAGES: [&str; 11] = ["jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "gif", "ppm", "pgm", "pnm"];

/// What every dialog is made from: it lies before the window and not behind.
#[expect(clippy::disallowed_methods, reason = "this is the one place of file dialogs")]
pub(super) fn before(window: &eframe::CreationContext<'_>) -> AsyncFileDialog {
    AsyncFileDialog::new().set_parent(window)
}

/// Nobody closes a dialog within this time: there was none. Linux alone has desktops without dialogs, and no word for it.
const UNSEEN: Duration = Duration::from_millis(300);

/// What became of a dialog.
pub(super) enum Answer {
    /// What follows from the choice; nothing where it was cancelled.
    Chosen(Option<Action>),
    /// It was closed sooner than anybody could see it.
    Unseen(Dialog),
}

/// Opens the dialog; its answer goes to `report`.
///
/// # Errors
/// When the system gives no thread.
pub(super) fn open(
    from: AsyncFileDialog,
    dialog: Dialog,
    report: impl FnOnce(Answer) + Send + 'static,
) -> std::io::Result<()> {
    let (from, offer, began) = (from.set_title(dialog.title), dialog.offer, Instant::now());
    let name = dialog.name.clone();
    let answer = move |paths: Vec<PathBuf>| {
        report(match was_unseen(&paths, began.elapsed()) {
            true => Answer::Unseen(dialog),
            false => Answer::Chosen(dialog.answered(paths)),
        });
    };
    let one = |file: Option<FileHandle>| file.into_iter().collect();
    match offer {
        Offer::Folder => wait(from.pick_folder(), one, answer),
        Offer::File(what, endings) => wait(from.add_filter(what, endings).pick_file(), one, answer),
        Offer::Files(what, endings) => {
            wait(from.add_filter(what, endings).pick_files(), Option::unwrap_or_default, answer)
        }
        Offer::Save(ending) => {
            let from = from.add_filter(ending.to_uppercase(), &[ending]).set_file_name(format!("{name}.{ending}"));
            wait(from.save_file(), one, answer)
        }
    }
}

fn was_unseen(paths: &[PathBuf], open: Duration) -> bool {
    cfg!(target_os = "linux") && paths.is_empty() && open < UNSEEN
}

fn wait<T: 'static>(
    answer: impl Future<Output = T> + Send + 'static,
    files: impl FnOnce(T) -> Vec<FileHandle> + Send + 'static,
    answer_with: impl FnOnce(Vec<PathBuf>) + Send + 'static,
) -> std::io::Result<()> {
    let work = move || {
        let files = files(block_on(answer));
        answer_with(files.iter().map(|file| file.path().to_owned()).collect());
    };
    thread::Builder::new().name("dialog".to_owned()).spawn(work).map(|_| ())
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_dialog_that_was_closed_at_once_was_none_and_a_later_close_is_a_persons() {
        assert!(was_unseen(&[], Duration::from_millis(20)));
        assert!(!was_unseen(&["cell.png".into()], Duration::from_millis(20)));
        assert!(!was_unseen(&[], Duration::from_secs(2)));
    }
}
