//! Files are written and shown.

use std::path::{Path, PathBuf};

use super::{Message, News};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer},
    fault::{Failure, Halt},
    job::{
        Desk, JobId, Lane, Work,
        tasks::{self, files::Reported},
    },
    report::{self, Format, chart::Chart},
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Reveal(path) => {
            let deed = move |_: &Desk<'_>| Ok(tasks::files::reveal(&path).map(|()| News::Done.into())?);
            effects.submit(Work::new(Lane::Quick, deed, halted));
        }
        Message::Export(chart, format) => effects.ask(ask_where(chart, format)),
        Message::SaveChart(chart, format, path) => {
            let deed = move |_: &Desk<'_>| {
                report::write_chart(&path, &chart, format)?;
                Ok(News::Saved(path).into())
            };
            effects.submit(Work::new(Lane::Quick, deed, halted));
        }
        Message::NoDialog(hint) => {
            let why = key!("this desktop answered with none");
            let hint = t!(
                "install xdg-desktop-portal and xdg-desktop-portal-gtk, or zenity; or {hint}, or paste a path",
                hint = t!(hint)
            );
            state.notices.failed(&Failure::new(key!("the file dialog could not open"), why, hint));
        }
    }
}

pub fn hear(state: &mut AppState, news: News, _: &mut Effects) {
    match news {
        News::Saved(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            state.notices.offer(Level::Success, t!("Saved {name}", name), t!("Show in folder"), Message::Reveal(path));
        }
        News::Done | News::Halted(_, Halt::Stopped) => {}
        News::Halted(_, Halt::Failed(failure)) => state.notices.failed(&failure),
    }
}

/// How housekeeping ends that did not come to its end.
pub fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// The last part of a path, for words.
pub fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Writes plots, tables, page and PDF into a new folder below this one.
pub fn save_report(of: Reported, below: PathBuf, effects: &mut Effects) {
    let deed = move |desk: &Desk<'_>| Ok(News::Saved(tasks::files::report(&of, &below, desk)?).into());
    effects.submit(Work::new(Lane::Batch, deed, halted).titled(t!("Write the report")));
}

fn ask_where(chart: Box<Chart>, format: Format) -> Dialog {
    let name = chart.name.to_owned();
    let then = move |path| Message::SaveChart(chart, format, path).into();
    Dialog {
        name,
        hint: t!("copy the table instead"),
        ..Dialog::first(t!("Save the chart"), Offer::Save(format.extension()), then)
    }
}
