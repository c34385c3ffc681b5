//! How what can be asked of the window is worded, and what stands in its way.

use super::{Closing, Message};
use crate::app::{AppState, Wish, no};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Go(page) => return t!("Go to {page}", page = page.title()),
            Self::Stop(_) => t!("Stop"),
            Self::Dismiss(_) => t!("Dismiss"),
            Self::Undo | Self::TakeBack(_) => t!("Undo"),
            Self::Redo => t!("Redo"),
            Self::Present => t!("Presentation mode"),
            Self::Picture => t!("Save a picture of the view…"),
            Self::Close => t!("Quit"),
            Self::StayOpen => t!("Go on"),
            Self::CloseNow => t!("Stop and close"),
            Self::Drop(_)
            | Self::Hover(_)
            | Self::Select(_)
            | Self::Announce(_)
            | Self::TakeOffer(_)
            | Self::ReadActivity
            | Self::Pictured(_)
            | Self::SavePicture(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Present => t!("This page alone, in large type over the whole screen; Esc leaves"),
            Self::Picture => t!("What the window shows now, as PNG"),
            _ => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Undo => {
                state.history.last().map_or(Some(t!("There is nothing to undo")), |step| step.undo.obstacle(state))
            }
            Self::TakeBack(id) => {
                state.history.get(*id).map_or(Some(t!("This was taken back already")), |step| step.undo.obstacle(state))
            }
            Self::Redo => {
                let redo = state.history.last_undone().and_then(|step| step.redo.as_ref());
                redo.map_or(Some(t!("There is nothing to do again")), |action| action.obstacle(state))
            }
            Self::Picture => state.dialog_open().or_else(|| no(state.picturing, t!("A picture is being taken"))),
            Self::Pictured(_) => state.dialog_open(),
            Self::CloseNow | Self::StayOpen => no(state.closing != Closing::Asked, t!("The window stays open")),
            Self::Go(_)
            | Self::Drop(_)
            | Self::Hover(_)
            | Self::Select(_)
            | Self::Stop(_)
            | Self::Announce(_)
            | Self::Dismiss(_)
            | Self::TakeOffer(_)
            | Self::ReadActivity
            | Self::Present
            | Self::SavePicture(..)
            | Self::Close => None,
        }
    }
}
