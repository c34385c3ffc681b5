//! What can be set, and what the machine answers.

use std::path::PathBuf;

use crate::{
    app::{AppState, action::Wish},
    device::DeviceInfo,
    domain::config::DeviceChoice,
    job::JobId,
    progress::Halt,
    store::preferences::ThemeChoice,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Theme(ThemeChoice),
    Scale(f32),
    ReducedMotion(bool),
    Device(DeviceChoice),
    Outputs(Option<PathBuf>),
    ChooseOutputs,
    NoticeRead,
    ToggleInspector,
    InspectorWidth(f32),
    ThumbSide(f32),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// The devices of this machine.
    Devices(Vec<DeviceInfo>),
    /// What was chosen, and the device that a job works on.
    InUse(DeviceChoice, DeviceInfo),
    /// The preferences, or the runs that wait, were written or not.
    Kept(JobId),
    NotKept(JobId, Halt),
}

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Theme(theme) => return format!("Theme: {}", theme.title()),
            Self::ReducedMotion(_) => "Reduced motion",
            Self::ChooseOutputs => "Choose the outputs folder…",
            Self::NoticeRead => "I understand",
            Self::ToggleInspector => "Show or hide the inspector",
            Self::Scale(_) | Self::Device(_) | Self::Outputs(_) | Self::InspectorWidth(_) | Self::ThumbSide(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        ""
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::ChooseOutputs => state.dialog_open(),
            Self::Theme(_)
            | Self::Scale(_)
            | Self::ReducedMotion(_)
            | Self::Device(_)
            | Self::Outputs(_)
            | Self::NoticeRead
            | Self::ToggleInspector
            | Self::InspectorWidth(_)
            | Self::ThumbSide(_) => None,
        }
    }
}
