//! How what can be asked of one cell's explanation is worded, and what stands in its way.

use super::Message;
use crate::{
    app::{AppState, Wish, no},
    explain::alter::Alteration,
};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Open(_) => t!("Explain this cell"),
            Self::OpenSelected => t!("Explain the selected cell"),
            Self::Choose => t!("Explain an image…"),
            Self::OpenSynthetic => t!("Explain a synthetic slide"),
            Self::Ask(None) => t!("Its own answer"),
            Self::Against(None) => t!("No other class"),
            Self::LookInside(Some(_)) => t!("What is inside"),
            Self::LookInside(None) => t!("Maps"),
            Self::Reset => t!("Reset"),
            Self::Pin => t!("Pin"),
            Self::Unpin => t!("Unpin"),
            Self::ChooseFolder => t!("Save maps…"),
            Self::Use(..)
            | Self::Ask(Some(_))
            | Self::Against(Some(_))
            | Self::Show(..)
            | Self::Paint(_)
            | Self::Alter(_)
            | Self::SaveMaps(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Open(_) | Self::OpenSelected => t!("Where in the image both networks' answers come from"),
            Self::Choose => t!("Opens an image of one cell"),
            Self::OpenSynthetic => t!("One of the slides that come with the program; another one each time"),
            Self::Ask(None) => t!("Maps show what speaks for the class that the network chose itself"),
            Self::Against(None) => t!("Maps show what speaks for the class alone"),
            Self::LookInside(Some(_)) => {
                t!("The blocks of this network, what each makes of the cell, and what dropout does")
            }
            Self::LookInside(None) => t!("Where the answers come from"),
            Self::Reset => t!("The cell as it was: all sliders and the brush"),
            Self::Pin => t!("Keeps this state beside what you change next, in place of one that is pinned"),
            Self::Unpin => t!("Takes the pinned state away"),
            Self::ChooseFolder => t!("The maps of both networks as pictures and figures"),
            Self::Use(..)
            | Self::Ask(Some(_))
            | Self::Against(Some(_))
            | Self::Show(..)
            | Self::Paint(_)
            | Self::Alter(_)
            | Self::SaveMaps(_) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let explain = &state.explain;
        let nothing = || no(explain.found.answers.iter().all(Option::is_none), t!("Explain a cell first"));
        match self {
            Self::Choose => state.dialog_open(),
            Self::OpenSelected if state.selection.current().is_none() => {
                Some(t!("Select a cell on another page first"))
            }
            Self::Open(_) | Self::OpenSelected | Self::OpenSynthetic => {
                no(state.models.known.is_empty(), t!("Train or choose a model first"))
            }
            Self::Reset => no(explain.alteration == Alteration::default(), t!("Nothing was changed")),
            Self::Pin => nothing(),
            Self::Unpin => no(explain.pinned.is_none(), t!("Nothing is pinned")),
            Self::LookInside(side) => {
                side.and_then(|side| no(state.explaining(side).is_none(), t!("There is no such model")))
            }
            Self::ChooseFolder => state.dialog_open().or_else(nothing),
            Self::Use(_, id) => state.moving(id),
            Self::Ask(_) | Self::Against(_) | Self::Show(..) | Self::Paint(_) | Self::Alter(_) | Self::SaveMaps(_) => {
                None
            }
        }
    }
}
