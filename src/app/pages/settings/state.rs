//! The preferences, and what the machine has to offer.

use std::path::PathBuf;

use crate::{
    device::{DeviceInfo, DeviceKind},
    domain::config::DeviceChoice,
    job::JobId,
    language::Language,
    store::preferences::Preferences,
};

/// What the Settings page shows and changes.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub preferences: Preferences,
    pub devices: Vec<DeviceInfo>,
    /// The device that the last job worked on, with what had been chosen then.
    pub in_use: Option<(DeviceChoice, DeviceInfo)>,
    /// The job that writes the preferences now; further changes wait for it.
    pub(in crate::app) keeping: Option<JobId>,
    /// Where runs go when the preferences name no folder.
    pub usual_outputs: PathBuf,
    /// What the window speaks until a person has chosen.
    pub usual_language: Language,
    /// The log of this start, where there is one.
    pub log: Option<PathBuf>,
}

impl Settings {
    /// Where runs are written and looked for.
    #[must_use]
    pub fn outputs(&self) -> PathBuf {
        self.preferences.outputs.clone().unwrap_or_else(|| self.usual_outputs.clone())
    }

    /// What the window speaks.
    #[must_use]
    pub fn language(&self) -> Language {
        self.preferences.language.unwrap_or(self.usual_language)
    }

    /// The device that jobs run on: what the last one got for the present choice, else what the choice promises.
    #[must_use]
    pub fn device(&self) -> Option<&DeviceInfo> {
        let choice = &self.preferences.device;
        let used = self.in_use.as_ref().filter(|(chosen, _)| chosen == choice).map(|(_, device)| device);
        used.or_else(|| {
            self.devices.iter().find(|device| match choice {
                DeviceChoice::Auto => device.default,
                DeviceChoice::Cpu => device.kind == DeviceKind::Cpu,
                DeviceChoice::Gpu => device.kind.is_real_gpu(),
                DeviceChoice::Id(id) => device.id == *id,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, kind: DeviceKind, default: bool) -> DeviceInfo {
        let (name, why) = (id.to_owned(), String::new());
        DeviceInfo { id: id.to_owned(), name, kind, backend: String::new(), default, why }
    }

    #[test]
    fn the_device_that_a_job_got_is_named_and_not_the_one_that_was_promised() {
        let devices = vec![device("gpu", DeviceKind::DiscreteGpu, true), device("cpu", DeviceKind::Cpu, false)];
        let mut settings = Settings { devices, ..Settings::default() };
        assert_eq!(settings.device().map(|device| device.id.as_str()), Some("gpu"));
        let fell_back =
            DeviceInfo { why: "the GPU failed its self-test".to_owned(), ..device("cpu", DeviceKind::Cpu, true) };
        settings.in_use = Some((DeviceChoice::Auto, fell_back.clone()));
        assert_eq!(settings.device(), Some(&fell_back));
        settings.preferences.device = DeviceChoice::Gpu;
        assert_eq!(settings.device().map(|device| device.id.as_str()), Some("gpu"), "another choice, another promise");
    }
}
