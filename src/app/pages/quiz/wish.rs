//! How what can be asked of the quiz is worded, and what stands in its way.

use super::{Message, Source};
use crate::{
    app::{AppState, Wish, no},
    domain::quiz::Pool,
    report::quiz::Kind,
};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::From(Source::Opened) => t!("The open dataset"),
            Self::From(Source::Synthetic) => t!("Synthetic slides"),
            Self::Pool(pool) => t!(pool.title()),
            Self::Start => t!("Start the quiz"),
            Self::Back => t!("Take the last answer back"),
            Self::Leave => t!("Leave the quiz"),
            Self::Resume(_) => t!("Go on with the quiz"),
            Self::Close => t!("New quiz"),
            Self::ChooseFile(Kind::Csv) => t!("Save as CSV…"),
            Self::ChooseFile(Kind::Json) => t!("Save as JSON…"),
            Self::Cells(_) | Self::Seed(_) | Self::Answer(_) | Self::Show(_) | Self::Save(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::From(Source::Synthetic) => t!("Drawn by Leukoscope: all eight classes, no download"),
            Self::Pool(Pool::Test) => t!("Images that no run under the present split learns from"),
            Self::Pool(Pool::All) => t!("Every image but those whose labels contradict each other"),
            Self::Start => t!("Cells without a name, one after the other"),
            Self::Leave => t!("Nothing is scored; it can be gone on with"),
            Self::ChooseFile(Kind::Csv) => t!("One row a cell: truth, answer and what each model says"),
            Self::ChooseFile(Kind::Json) => t!("Everything of the result, for programs"),
            Self::From(_)
            | Self::Back
            | Self::Resume(_)
            | Self::Close
            | Self::Cells(_)
            | Self::Seed(_)
            | Self::Answer(_)
            | Self::Show(_)
            | Self::Save(..) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let quiz = &state.quiz;
        let asks = no(quiz.running.is_some(), t!("A quiz is under way: answer its cells, or leave it"));
        match self {
            Self::From(Source::Opened) => state.without_dataset(),
            Self::Start => asks.or_else(|| no(quiz.drawing().is_some(), t!("The cells are being drawn"))),
            Self::Resume(_) => asks,
            Self::Answer(_) | Self::Leave => no(quiz.running.is_none(), t!("No quiz is under way")),
            Self::Back => {
                let answered = quiz.running.as_ref().is_some_and(|running| !running.answers().is_empty());
                no(!answered, t!("No cell is answered yet"))
            }
            Self::ChooseFile(_) => {
                state.dialog_open().or_else(|| no(quiz.result().is_none(), t!("Answer the cells of a quiz first")))
            }
            Self::From(_)
            | Self::Pool(_)
            | Self::Cells(_)
            | Self::Seed(_)
            | Self::Show(_)
            | Self::Close
            | Self::Save(..) => None,
        }
    }
}
