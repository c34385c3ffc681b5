//! What can be set, and what the machine answers.

use std::path::PathBuf;

use crate::{
    device::DeviceInfo, domain::config::DeviceChoice, fault::Halt, job::JobId, language::Language,
    store::preferences::ThemeChoice,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Theme(ThemeChoice),
    Language(Language),
    Scale(f32),
    ReducedMotion(bool),
    Device(DeviceChoice),
    Outputs(Option<PathBuf>),
    ChooseOutputs,
    NoticeRead,
    ToggleInspector,
    InspectorWidth(f32),
    ThumbSide(f32),
    TestDevices,
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
