//! What can be asked of classified images, and what their jobs bring.

use std::path::PathBuf;

use crate::{
    app::{
        AppState,
        action::{Wish, no},
    },
    domain::shift::Shift,
    job::{JobId, tasks::models::Classifying},
    progress::Halt,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Classify(Vec<PathBuf>),
    /// Asks which images.
    ChooseImages,
    /// Asks which folder of images.
    ChooseFolder,
    /// Puts the images that are there to the model in use once more.
    Again,
    Clear,
    /// Brings back results of this number that were cleared or made way for another model's.
    Restore(u64),
    Show(usize),
    /// Ends all jobs of the page; what is classified stays.
    Stop,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// What a job says before its end.
    Told(JobId, Classifying),
    /// How many images were put to the model, and how far they are from what it learned from.
    Classified(JobId, usize, Box<Shift>),
    Halted(JobId, Halt),
}

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Classify(_) => "Classify",
            Self::ChooseImages => "Open images…",
            Self::ChooseFolder => "Open a folder of images…",
            Self::Again => "Classify again",
            Self::Clear => "Clear",
            Self::Restore(_) => "Bring the last results back",
            Self::Stop => "Stop",
            Self::Show(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        ""
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let classify = &state.classify;
        match self {
            Self::Classify(_) => state.without_model(),
            Self::ChooseImages | Self::ChooseFolder => state.dialog_open(),
            Self::Again => no(classify.items.is_empty(), "Drop images first")
                .or_else(|| no(!classify.running.is_empty(), "Images are being classified"))
                .or_else(|| state.without_model()),
            Self::Clear => no(classify.items.is_empty(), "There is nothing to clear"),
            Self::Restore(id) => no(!classify.can_restore(*id), "These results were replaced by newer ones since"),
            Self::Stop => no(classify.running.is_empty(), "Nothing is being classified"),
            Self::Show(_) => None,
        }
    }
}
