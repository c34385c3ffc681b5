//! `leuko serve`: this machine's device for other machines.

use std::path::PathBuf;

use serde::Serialize;

use super::{Failed, Session, output::tell};
use crate::{
    device::{
        self,
        remote::{self, Place, Serving},
    },
    domain::config::DeviceChoice,
    fault::Failure,
    store::paths,
};

/// Where nobody names a port. A constant one, so that the line stays the same from one start to the next.
const PORT: u16 = 50_110;

/// Offer this machine's device to other machines that have the token, which use it as `--device remote:ID@ADDRESS`
#[derive(clap::Args)]
pub(super) struct Serve {
    /// The UDP port to listen on; 0 for any free one
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
    /// The file with the key by which others know this machine; made where it is not there [default: with the program's data]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The file with the token, readable by you alone [default: the variable `LEUKO_TOKEN`]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// To programs of this machine alone, over a WebSocket (TCP) that is not encrypted: for tests
    #[arg(long, conflicts_with = "key")]
    loopback: bool,
}

#[derive(Serialize)]
struct Offered<'a> {
    /// The public key; none on this machine alone.
    id: Option<String>,
    address: String,
    /// What `--device` takes.
    device: String,
    /// What computes.
    offers: &'a device::DeviceInfo,
}

impl Serve {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let cannot = |error: remote::RemoteError| {
            let Failure { why, hint, paths, .. } = error.into();
            Failure { paths, ..Failure::new("the device cannot be offered", why, hint) }
        };
        let token = remote::token(self.token_file.as_deref()).map_err(cannot)?;
        let compute = device::choose(&self.device)?;
        let place = match self.loopback {
            true => Place::Loopback,
            false => Place::Network { key: self.key.unwrap_or_else(paths::serving_key) },
        };
        let serving = Serving::begin(&compute, &token, self.port, &place).map_err(cannot)?;
        let (id, address) = serving.parts();
        let offered = Offered { id, address, device: serving.line(), offers: &compute.info };
        session.output.result(&offered, || serving.line())?;
        tell(&format!("offers {} to whoever has the token; Ctrl-C ends it", compute.info.name));
        serving.until(&session.stop).map_err(cannot)?;
        Ok(())
    }
}
