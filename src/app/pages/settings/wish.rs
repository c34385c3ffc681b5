//! How what can be asked of the settings is worded, and what stands in its way.

use super::Message;
use crate::app::{AppState, Wish};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Theme(theme) => return t!("Theme: {theme}", theme = t!(theme.title())),
            // In its own words, so that who cannot read the others finds it.
            Self::Language(language) => return format!("{}: {}", t!("Language"), language.title()),
            Self::ReducedMotion(_) => t!("Reduced motion"),
            Self::ChooseOutputs => t!("Choose the outputs folder…"),
            Self::NoticeRead => t!("I understand"),
            Self::ToggleInspector => t!("Show or hide the inspector"),
            Self::TestDevices => t!("Test the devices"),
            Self::Scale(_) | Self::Device(_) | Self::Outputs(_) | Self::InspectorWidth(_) | Self::ThumbSide(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::TestDevices => t!("Trains one step on each device and compares it with the CPU's"),
            Self::Theme(_)
            | Self::Language(_)
            | Self::Scale(_)
            | Self::ReducedMotion(_)
            | Self::Device(_)
            | Self::Outputs(_)
            | Self::ChooseOutputs
            | Self::NoticeRead
            | Self::ToggleInspector
            | Self::InspectorWidth(_)
            | Self::ThumbSide(_) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::ChooseOutputs => state.dialog_open(),
            Self::Theme(_)
            | Self::Language(_)
            | Self::Scale(_)
            | Self::ReducedMotion(_)
            | Self::Device(_)
            | Self::Outputs(_)
            | Self::NoticeRead
            | Self::ToggleInspector
            | Self::InspectorWidth(_)
            | Self::ThumbSide(_)
            | Self::TestDevices => None,
        }
    }
}
