//! File dialogs: made on the window's thread, awaited on a thread of their own.

use std::{
    future::Future,
    path::PathBuf,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use rfd::AsyncFileDialog;

use crate::{
    job::{Picked, Update},
    report::{Format, chart::Chart},
};

const IMAGES: [&str; 11] = ["jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "gif", "ppm", "pgm", "pnm"];

/// What every dialog is made from: it lies before the window and not behind.
#[expect(clippy::disallowed_methods, reason = "this is the one place of file dialogs")]
pub(super) fn before(window: &eframe::CreationContext<'_>) -> AsyncFileDialog {
    AsyncFileDialog::new().set_parent(window)
}

/// Opens the dialog; the choice comes back as [`Update::Picked`].
///
/// # Errors
/// When the system gives no thread.
pub(super) fn open(
    dialog: AsyncFileDialog,
    purpose: Picked,
    report: impl Fn(Update) + Send + 'static,
) -> std::io::Result<()> {
    let one = |file: Option<rfd::FileHandle>| file.map(|file| file.path().to_owned()).into_iter().collect();
    match purpose {
        Picked::Images => {
            let answer = dialog.set_title("Open images").add_filter("Images", &IMAGES).pick_files();
            wait(purpose, answer, report, |files| {
                files.unwrap_or_default().iter().map(|file| file.path().to_owned()).collect()
            })
        }
        Picked::InitialWeights => {
            let answer = dialog.set_title("Choose weights").add_filter("Weights", &["safetensors"]).pick_file();
            wait(purpose, answer, report, one)
        }
        Picked::Dataset => wait(purpose, dialog.set_title("Open a dataset").pick_folder(), report, one),
        Picked::ImageFolder => wait(purpose, dialog.set_title("Open a folder of images").pick_folder(), report, one),
        Picked::Outputs => wait(purpose, dialog.set_title("Choose the outputs folder").pick_folder(), report, one),
        Picked::Model => wait(purpose, dialog.set_title("Open a model").pick_folder(), report, one),
        Picked::ExternalSet => wait(purpose, dialog.set_title("Judge on another lab").pick_folder(), report, one),
        Picked::EvaluationReport | Picked::ComparisonReport => {
            wait(purpose, dialog.set_title("Save the report in").pick_folder(), report, one)
        }
        Picked::OtherLab => wait(purpose, dialog.set_title("Add another lab").pick_folder(), report, one),
    }
}

/// Asks where a chart goes; the answer comes back as [`Update::SaveChart`], without a path where it was cancelled.
///
/// # Errors
/// When the system gives no thread.
pub(super) fn save(
    dialog: AsyncFileDialog,
    chart: Box<Chart>,
    format: Format,
    report: impl Fn(Update) + Send + 'static,
) -> std::io::Result<()> {
    let ending = format.extension();
    let dialog = dialog.set_title("Save the chart").add_filter(ending.to_uppercase(), &[ending]);
    let answer = dialog.set_file_name(format!("{}.{ending}", chart.name)).save_file();
    let work = move || {
        let path = block_on(answer).map(|file| with_ending(file.path().to_owned(), ending));
        report(Update::SaveChart(chart, format, path));
    };
    thread::Builder::new().name("dialog".to_owned()).spawn(work).map(|_| ())
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
    purpose: Picked,
    answer: impl Future<Output = T> + Send + 'static,
    report: impl Fn(Update) + Send + 'static,
    paths: impl FnOnce(T) -> Vec<PathBuf> + Send + 'static,
) -> std::io::Result<()> {
    let work = move || report(Update::Picked(purpose, paths(block_on(answer))));
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
