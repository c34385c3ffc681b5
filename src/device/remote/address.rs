//! Where a device of another machine is: whose key answers for it and at which address, as `leuko serve` prints it.

use std::{fmt, net::SocketAddr};

use iroh::EndpointId;

use super::{PREFIX, RemoteError};

/// What follows `remote:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// The public key of the machine that is meant, and where it listens.
    Direct { id: EndpointId, at: SocketAddr },
    /// A WebSocket of this machine, not encrypted.
    Loopback(SocketAddr),
}

impl Address {
    /// Reads `remote:ID@ADDRESS:PORT` or `remote:ws://127.0.0.1:PORT`. Addresses are numbers: no name is looked up.
    ///
    /// # Errors
    /// [`RemoteError`] where it is neither, or a WebSocket of another machine.
    pub fn parse(text: &str) -> Result<Self, RemoteError> {
        let wrong = || RemoteError::Address(text.to_owned());
        let rest = text.strip_prefix(PREFIX).ok_or_else(wrong)?;
        if let Some(at) = rest.strip_prefix("ws://") {
            let at: SocketAddr = at.trim_end_matches('/').parse().map_err(|_| wrong())?;
            return if at.ip().is_loopback() { Ok(Self::Loopback(at)) } else { Err(RemoteError::Unencrypted) };
        }
        let (id, at) = rest.split_once('@').ok_or_else(wrong)?;
        Ok(Self::Direct { id: id.parse().map_err(|_| wrong())?, at: at.parse().map_err(|_| wrong())? })
    }

    /// Where it listens.
    #[must_use]
    pub const fn at(&self) -> SocketAddr {
        match self {
            Self::Direct { at, .. } | Self::Loopback(at) => *at,
        }
    }
}

impl fmt::Display for Address {
    /// As `--device` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct { id, at } => write!(f, "{PREFIX}{id}@{at}"),
            Self::Loopback(at) => write!(f, "{PREFIX}ws://{at}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_printed() {
        let id = iroh::SecretKey::from_bytes(&[7; 32]).public();
        for at in ["192.168.1.5:4433", "[2001:db8::1]:9"] {
            let line = format!("remote:{id}@{at}");
            assert_eq!(Address::parse(&line).map(|address| address.to_string()), Ok(line));
        }
        let line = "remote:ws://127.0.0.1:3000";
        assert_eq!(Address::parse(line).map(|address| address.to_string()).as_deref(), Ok(line));
    }

    #[test]
    fn what_is_none_is_refused_and_a_websocket_of_elsewhere_too() {
        let id = iroh::SecretKey::from_bytes(&[7; 32]).public();
        let none = ["remote:", "remote:abc@1.2.3.4:5", "cpu", "remote:ws://somewhere:3000"].map(str::to_owned);
        for text in none.into_iter().chain([format!("remote:{id}"), format!("remote:{id}@host.example:4433")]) {
            assert_eq!(Address::parse(&text), Err(RemoteError::Address(text)));
        }
        assert_eq!(Address::parse("remote:ws://192.168.1.5:3000"), Err(RemoteError::Unencrypted));
    }
}
