//! How what can be asked of classified images is worded, and what stands in its way.

use super::Message;
use crate::{
    app::{AppState, Wish, no},
    domain::field::ShownAs,
};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Classify(_) => t!("Classify"),
            Self::ChooseImages => t!("Open images…"),
            Self::ChooseFolder => t!("Open a folder of images…"),
            Self::TrySynthetic => t!("Try the synthetic fields"),
            Self::Again => t!("Classify again"),
            Self::Clear => t!("Clear"),
            Self::Restore(_) => t!("Bring the last results back"),
            Self::Stop => t!("Stop"),
            Self::TakeAll(shown_as) | Self::Take(_, shown_as) => words(*shown_as),
            Self::CountEdges(true) => t!("Count cells at the border"),
            Self::CountEdges(false) => t!("Leave out cells at the border"),
            Self::Remove(..) => t!("Delete this box"),
            Self::ChooseWatched => t!("Watch a folder…"),
            Self::StopWatching => t!("Stop watching"),
            Self::Show(_)
            | Self::Watch(_)
            | Self::Untake(..)
            | Self::Draw(..)
            | Self::Withdraw(..)
            | Self::PutBack(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::TakeAll(ShownAs::Auto) | Self::Take(_, ShownAs::Auto) => t!("Told by what is in the image"),
            Self::TakeAll(ShownAs::Cell) | Self::Take(_, ShownAs::Cell) => {
                t!("The whole image is put to the model as it is")
            }
            Self::TakeAll(ShownAs::Field) | Self::Take(_, ShownAs::Field) => {
                t!("Cells are looked for in it, and each is put to the model")
            }
            Self::CountEdges(_) => t!("Parts of such a cell may lie outside the field"),
            Self::TrySynthetic => t!("Fields of view with about a hundred cells, drawn by Leukoscope: no download"),
            Self::Remove(..) => t!("This is no cell that counts (Delete)"),
            Self::ChooseWatched => t!("Images that a camera writes into it are classified as they come"),
            Self::StopWatching => t!("What came stays; what is written from now on is left alone"),
            _ => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let classify = &state.classify;
        match self {
            Self::Classify(_) => state.without_model(),
            Self::TrySynthetic => {
                no(!classify.running.is_empty(), t!("Images are being classified")).or_else(|| state.without_model())
            }
            Self::ChooseImages | Self::ChooseFolder => state.dialog_open(),
            Self::Again => no(classify.items.is_empty(), t!("Drop images first"))
                .or_else(|| no(!classify.running.is_empty(), t!("Images are being classified")))
                .or_else(|| state.without_model()),
            Self::Clear => no(classify.items.is_empty(), t!("There is nothing to clear")),
            Self::Restore(id) => no(!classify.can_restore(*id), t!("These results were replaced by newer ones since")),
            Self::Stop => no(classify.running.is_empty(), t!("Nothing is being classified")),
            Self::TakeAll(_) if classify.items.is_empty() => None,
            Self::TakeAll(_) | Self::Take(..) | Self::Untake(..) | Self::Draw(..) => {
                no(!classify.running.is_empty(), t!("Images are being classified")).or_else(|| state.without_model())
            }
            Self::Show(_) | Self::CountEdges(_) | Self::Remove(..) | Self::Withdraw(..) | Self::PutBack(..) => None,
            Self::ChooseWatched => state
                .dialog_open()
                .or_else(|| state.without_model())
                .or_else(|| no(classify.watching.is_some(), t!("A folder is being watched: stop that first"))),
            Self::Watch(_) => state
                .without_model()
                .or_else(|| no(classify.watching.is_some(), t!("A folder is being watched: stop that first"))),
            Self::StopWatching => no(classify.watching.is_none(), t!("No folder is being watched")),
        }
    }
}

/// What an image is taken for.
fn words(shown_as: ShownAs) -> &'static str {
    match shown_as {
        ShownAs::Auto => t!("Automatic"),
        ShownAs::Cell => t!("A single cell"),
        ShownAs::Field => t!("A field"),
    }
}
