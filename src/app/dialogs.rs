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
    files,
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

/// Opens the dialog; what follows from the choice goes to `report`, nothing where it was cancelled.
///
/// # Errors
/// When the system gives no thread.
pub(super) fn open(
    from: AsyncFileDialog,
    dialog: Dialog,
    report: impl FnOnce(Option<Action>) + Send + 'static,
) -> std::io::Result<()> {
    let Dialog { title, offer, name, then, hint } = dialog;
    let began = Instant::now();
    let then = move |paths: Vec<PathBuf>| match was_unseen(&paths, began.elapsed()) {
        true => Some(files::Message::NoDialog(hint).into()),
        false => then(paths),
    };
    let from = from.set_title(title);
    let one = |file: Option<FileHandle>| file.into_iter().collect();
    match offer {
        Offer::Folder => wait(from.pick_folder(), one, then, report),
        Offer::File(what, endings) => wait(from.add_filter(what, endings).pick_file(), one, then, report),
        Offer::Files(what, endings) => {
            wait(from.add_filter(what, endings).pick_files(), Option::unwrap_or_default, then, report)
        }
        Offer::Save(ending) => {
            let from = from.add_filter(ending.to_uppercase(), &[ending]).set_file_name(format!("{name}.{ending}"));
            let ended =
                move |paths: Vec<PathBuf>| then(paths.into_iter().map(|path| with_ending(path, ending)).collect());
            wait(from.save_file(), one, ended, report)
        }
    }
}

fn was_unseen(paths: &[PathBuf], open: Duration) -> bool {
    cfg!(target_os = "linux") && paths.is_empty() && open < UNSEEN
}

/// The path with an ending. The system asked about a file of the name that was typed, so that one of the whole name is not
/// written over: the new file gets a number.
fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_some() {
        return path;
    }
    let stem = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2..1000).map(|n| path.with_file_name(format!("{stem}-{n}.{ending}")));
    let first = path.with_file_name(format!("{stem}.{ending}"));
    std::iter::once(first.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(first)
}

fn wait<T: 'static>(
    answer: impl Future<Output = T> + Send + 'static,
    files: impl FnOnce(T) -> Vec<FileHandle> + Send + 'static,
    then: impl FnOnce(Vec<PathBuf>) -> Option<Action> + Send + 'static,
    report: impl FnOnce(Option<Action>) + Send + 'static,
) -> std::io::Result<()> {
    let work = move || {
        let files = files(block_on(answer));
        report(then(files.iter().map(|file| file.path().to_owned()).collect()));
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

    #[test]
    fn a_file_that_nobody_was_asked_about_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let typed = folder.path().join("curve");
        assert_eq!(with_ending(typed.clone(), "png"), folder.path().join("curve.png"));
        std::fs::write(folder.path().join("curve.png"), b"").unwrap();
        assert_eq!(with_ending(typed, "png"), folder.path().join("curve-2.png"));
        let whole = folder.path().join("curve.png");
        assert_eq!(with_ending(whole.clone(), "png"), whole, "the system asked about this one");
    }
}
