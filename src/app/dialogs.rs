//! File dialogs: made on the window's thread, awaited on a thread of their own.

use std::{
    future::Future,
    path::PathBuf,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use crate::{
    job::{Picked, Update},
    report::{Format, chart::Chart},
};

const IMAGES: [&str; 11] = ["jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "gif", "ppm", "pgm", "pnm"];

/// Opens the dialog; the choice comes back as [`Update::Picked`].
///
/// # Errors
/// When the system gives no thread.
#[expect(clippy::disallowed_methods, reason = "this is the one place of file dialogs")]
pub(super) fn open(purpose: Picked, report: impl Fn(Update) + Send + 'static) -> std::io::Result<()> {
    let dialog = rfd::AsyncFileDialog::new();
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
        Picked::ExternalSet => wait(purpose, dialog.set_title("Judge on another lab").pick_folder(), report, one),
        Picked::EvaluationReport | Picked::ComparisonReport => {
            wait(purpose, dialog.set_title("Save the report in").pick_folder(), report, one)
        }
        Picked::OtherLab => wait(purpose, dialog.set_title("Add another lab").pick_folder(), report, one),
    }
}

/// Asks where a chart goes; the answer comes back as [`Update::SaveChart`], and nothing where it was cancelled.
///
/// # Errors
/// When the system gives no thread.
#[expect(clippy::disallowed_methods, reason = "this is the one place of file dialogs")]
pub(super) fn save(chart: Box<Chart>, format: Format, report: impl Fn(Update) + Send + 'static) -> std::io::Result<()> {
    let ending = format.extension();
    let dialog = rfd::AsyncFileDialog::new().set_title("Save the chart").add_filter(ending.to_uppercase(), &[ending]);
    let answer = dialog.set_file_name(format!("{}.{ending}", chart.name)).save_file();
    let work = move || {
        if let Some(file) = block_on(answer) {
            let mut path = file.path().to_owned();
            if path.extension().is_none() {
                path.set_extension(ending);
            }
            report(Update::SaveChart(chart, format, path));
        }
    };
    thread::Builder::new().name("dialog".to_owned()).spawn(work).map(|_| ())
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
