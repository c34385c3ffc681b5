//! Devices of other machines: Burn's remote backend over Iroh, which is QUIC, from one address to another and through nobody.
//!
//! Relays, look-ups and port mapping are off. Without the feature `remote` such a device is an error that says how to get it.

#[cfg(feature = "remote")]
mod address;
#[cfg(feature = "remote")]
mod client;
#[cfg(feature = "remote")]
mod endpoint;
#[cfg(feature = "remote")]
mod secret;
#[cfg(feature = "remote")]
mod server;

use std::path::PathBuf;

use burn::tensor::Device;

use crate::fault::Failure;

#[cfg(feature = "remote")]
pub use client::{answers, connect};
#[cfg(feature = "remote")]
pub use secret::{VARIABLE, keep_token_in, token};
#[cfg(feature = "remote")]
pub use server::{Place, Serving};

/// What the id of a device of another machine begins with.
pub const PREFIX: &str = "remote:";

/// Whether this program can use such devices.
pub const BUILT: bool = cfg!(feature = "remote");

/// Why a device of another machine cannot be used, or one of this machine not be offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    #[error("this program was built without devices of other machines")]
    NotBuilt,
    #[error("`{0}` is no address of a device")]
    Address(String),
    #[error("a WebSocket is not encrypted, so it does not leave this machine")]
    Unencrypted,
    #[error("there is no token")]
    NoToken,
    #[error("others than you can read the file")]
    Readable(PathBuf),
    #[error("the file cannot be used: {why}")]
    Secret { file: PathBuf, why: String },
    #[error("nothing answers at {at} ({why})")]
    Silent { at: String, why: String },
    #[error("the machine at {at} refuses the token")]
    Refused { at: String },
    #[error("the machine at {at} does not do its part: {why}")]
    Handshake { at: String, why: String },
    #[error("the link to {at} is too slow: a self-test of some kilobytes did not end in {secs} s")]
    Slow { at: String, secs: u64 },
    #[error("the connection to {at} is lost, and a WebSocket is opened once in the life of a program")]
    Lost { at: String },
    #[error("the port {port} cannot be opened: {why}")]
    Port { port: u16, why: String },
    #[error("the device of this machine cannot be offered: {0}")]
    Serve(String),
}

impl RemoteError {
    fn hint(&self) -> &'static str {
        match self {
            Self::NotBuilt => "build it with `cargo build --release --features remote`",
            Self::Address(_) => "give the line that `leuko serve` prints there, remote:ID@ADDRESS",
            Self::Unencrypted => "leave `--loopback` out of `leuko serve`, and give the line that it prints then",
            Self::NoToken => {
                "put one into LEUKO_TOKEN, or into the file `token` beside the settings, the same here and there"
            }
            Self::Readable(_) => "make it yours alone: chmod 600",
            Self::Secret { .. } => "name another file, or make this one anew",
            Self::Silent { .. } => "see that `leuko serve` runs there and that its UDP port is open",
            Self::Refused { .. } => "LEUKO_TOKEN must be the same here and there",
            Self::Handshake { .. } => "use the same version of the program here and there",
            Self::Slow { .. } => "use a faster link, or a device of this machine",
            Self::Lost { .. } => "start the program again",
            Self::Port { .. } => "name another with `--port`, or 0 for any",
            Self::Serve(_) => "choose another with `--device`",
        }
    }
}

impl From<RemoteError> for Failure {
    fn from(error: RemoteError) -> Self {
        let hint = error.hint();
        let failure = Self::new("the device cannot be used", &error, hint);
        match error {
            RemoteError::Readable(file) | RemoteError::Secret { file, .. } => failure.at(file),
            _ => failure,
        }
    }
}

/// Whether an id means a device of another machine.
#[must_use]
pub fn is_remote(id: &str) -> bool {
    id.starts_with(PREFIX)
}

/// Whether a device is one of another machine.
#[cfg(feature = "remote")]
#[must_use]
pub fn is_away(device: &Device) -> bool {
    use burn::backend::DispatchDevice;

    match device.as_dispatch() {
        DispatchDevice::Autodiff(inner) => matches!(&**inner, DispatchDevice::Remote(_)),
        device => matches!(device, DispatchDevice::Remote(_)),
    }
}

/// Without the feature none is.
#[cfg(not(feature = "remote"))]
#[must_use]
pub fn is_away(_: &Device) -> bool {
    false
}

/// Without the feature there is none to ask.
#[cfg(not(feature = "remote"))]
pub fn answers(_: &Device) -> bool {
    true
}

/// Without the feature there is none to connect to.
#[cfg(not(feature = "remote"))]
pub fn connect(_: &str) -> Result<super::Compute, super::DeviceError> {
    Err(RemoteError::NotBuilt.into())
}
