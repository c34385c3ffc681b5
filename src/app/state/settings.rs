//! The preferences, and what the machine has to offer.

use std::path::PathBuf;

use crate::{device::DeviceInfo, store::preferences::Preferences};

/// What the Settings page shows and changes.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub preferences: Preferences,
    pub devices: Vec<DeviceInfo>,
    /// Where runs go when the preferences name no folder.
    pub usual_outputs: PathBuf,
}

impl Settings {
    /// Where runs are written and looked for.
    #[must_use]
    pub fn outputs(&self) -> PathBuf {
        self.preferences.outputs.clone().unwrap_or_else(|| self.usual_outputs.clone())
    }
}
