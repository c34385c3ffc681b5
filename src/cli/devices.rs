//! `leuko devices`: GPUs and the CPU, which one `auto` picks and why.

use super::{Failed, Session};
use crate::device;

/// List GPUs and the CPU, which one `auto` picks and why
#[derive(clap::Args)]
pub(super) struct Devices {}

impl Devices {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let devices = device::list();
        let text = || {
            let line = |device: &device::DeviceInfo| {
                let mark = if device.default { "*" } else { " " };
                format!("{mark} {:<10} {} ({}): {}", device.id, device.name, device.backend, device.why)
            };
            devices.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        Ok(session.output.result(&devices, text)?)
    }
}
