//! Files are written and shown.

use std::path::{Path, PathBuf};

use super::{Message, News, Typing};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer},
    fault::Halt,
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
        Message::Type(text) => {
            if let Some(typing) = &mut state.typing {
                typing.text = text;
            }
        }
        Message::TakeTyped => {
            if let Some(Typing { dialog, text }) = state.typing.take() {
                let deed =
                    move |_: &Desk<'_>| Ok(crate::app::News::Chosen(dialog.answered(vec![typed(&text)]).map(Box::new)));
                effects.submit(Work::new(Lane::Quick, deed, halted));
            }
        }
        Message::LeaveTyped => state.typing = None,
    }
}

pub fn hear(state: &mut AppState, news: News, _: &mut Effects) {
    match news {
        News::Saved(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            state.notices.offer(Level::Success, t!("Saved {name}", name), t!("Show in folder"), Message::Reveal(path));
        }
        News::NoDialog(dialog) => {
            state.choosing = false;
            let text = match dialog.offer {
                Offer::Save(ending) => state.settings.outputs().join(format!("{}.{ending}", dialog.name)),
                Offer::Folder | Offer::File(..) | Offer::Files(..) => PathBuf::new(),
            };
            state.typing = Some(Typing { dialog: *dialog, text: text.display().to_string() });
        }
        News::Done | News::Halted(_, Halt::Stopped) => {}
        News::Halted(_, Halt::Failed(failure)) => state.notices.failed(&failure),
    }
}

/// The path that a person means, who may have put it in quotes, as a terminal does, or begun it at home.
fn typed(text: &str) -> PathBuf {
    let bare = text.trim().trim_matches(['"', '\'']);
    let home = || directories::UserDirs::new().map(|dirs| dirs.home_dir().to_owned());
    match bare.strip_prefix("~/").zip(home()) {
        Some((below, home)) => home.join(below),
        None => bare.into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_path_may_be_in_quotes_and_begin_at_home() {
        assert_eq!(typed(" '/cells/my slides' "), PathBuf::from("/cells/my slides"));
        assert_eq!(typed("\"C:\\cells\""), PathBuf::from("C:\\cells"));
        let home = directories::UserDirs::new().map(|dirs| dirs.home_dir().join("cells"));
        assert_eq!(typed("~/cells"), home.unwrap_or("~/cells".into()));
    }

    #[test]
    fn what_was_typed_is_what_the_dialog_would_have_given() {
        let (mut state, mut effects) = (AppState::default(), Effects::default());
        let dialog = Dialog::first("Open", Offer::Folder, |path| Message::Reveal(path).into());
        hear(&mut state, News::NoDialog(Box::new(dialog)), &mut effects);
        update(&mut state, Message::Type("/cells".to_owned()), &mut effects);
        update(&mut state, Message::TakeTyped, &mut effects);
        assert!(state.typing.is_none());
        assert_eq!(effects.take().len(), 1, "the rest is done by a job, since a disk may be asked");
    }
}
