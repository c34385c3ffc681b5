//! How what can be asked of a dataset is worded, and what stands in its way.

use super::{Message, Phase};
use crate::app::{AppState, Wish, no};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Open(root) => return t!("Open {root}", root = root.display()),
            Self::Choose => t!("Open a dataset…"),
            Self::OpenSynthetic => t!("Try the synthetic slides"),
            Self::Rescan => t!("Check again"),
            Self::Close => t!("Close the dataset"),
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Choose => t!("A folder with one sub-folder for each class"),
            Self::OpenSynthetic => t!("Drawn by Leukoscope: all eight classes, no download"),
            Self::Rescan => t!("Reads the folder again; unchanged files are not decoded twice"),
            Self::Open(_) | Self::Close => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let loading = matches!(state.dataset.phase, Phase::Loading { .. });
        match self {
            Self::Open(_) => None,
            Self::Choose => state.dialog_open(),
            Self::OpenSynthetic => no(loading, t!("Another dataset is opening")),
            Self::Rescan => state.without_dataset(),
            Self::Close => state.without_dataset().filter(|_| !loading),
        }
    }
}
