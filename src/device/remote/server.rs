//! Offers a device of this machine to whoever has the token.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use burn::server::{BURN_REMOTE_ALPN, RemoteServer, ServeError, TokenAuthorizer, WebSocketTransport};
use iroh::protocol::Router;
use tokio::{runtime::Runtime, task::JoinHandle};

use super::{RemoteError, address::Address, endpoint, secret};
use crate::{
    device::{Compute, DeviceKind},
    fault::StopToken,
};

/// From one look at whether to stop to the next.
const PAUSE: Duration = Duration::from_millis(100);

/// Where a device is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// To every machine that reaches this one, over QUIC; the file holds the key by which this one is known.
    Network { key: PathBuf },
    /// To programs of this machine over a WebSocket, which is not encrypted: for tests.
    Loopback,
}

/// An open port behind which a device waits for clients.
pub struct Serving {
    runtime: Runtime,
    address: Address,
    way: Way,
}

enum Way {
    Network(Router),
    Loopback(JoinHandle<Result<(), ServeError>>),
}

impl Serving {
    /// Opens the port, any free one for 0; clients are answered from now on.
    ///
    /// # Errors
    /// [`RemoteError`] where the port or the key's file cannot be used, or the device is none of this machine.
    pub fn begin(compute: &Compute, token: &str, port: u16, place: &Place) -> Result<Self, RemoteError> {
        if compute.info.kind == DeviceKind::Remote {
            return Err(RemoteError::Serve("it is another machine's".to_owned()));
        }
        let authorizer = TokenAuthorizer::new(token).map_err(|_| RemoteError::NoToken)?;
        let server = RemoteServer::new([compute.device.clone()]).with_authorizer(authorizer);
        let runtime = endpoint::runtime("serve").map_err(RemoteError::Serve)?;
        let (address, way) = match place {
            Place::Network { key } => network(server, &runtime, port, key)?,
            Place::Loopback => loopback(&server, &runtime, port)?,
        };
        Ok(Self { runtime, address, way })
    }

    /// What `--device` takes on another machine.
    #[must_use]
    pub fn line(&self) -> String {
        self.address.to_string()
    }

    /// By what this machine is known, and where it listens.
    #[must_use]
    pub fn parts(&self) -> (Option<String>, String) {
        match &self.address {
            Address::Direct { id, at } => (Some(id.to_string()), at.to_string()),
            Address::Loopback(at) => (None, at.to_string()),
        }
    }

    /// Answers clients until it is stopped.
    ///
    /// # Errors
    /// [`RemoteError`] where the port is lost before.
    pub fn until(self, stop: &StopToken) -> Result<(), RemoteError> {
        let Self { runtime, way, .. } = self;
        let ended = || match &way {
            Way::Network(router) => router.endpoint().is_closed(),
            Way::Loopback(task) => task.is_finished(),
        };
        let broken = runtime.block_on(async {
            while stop.requested().is_none() && !ended() {
                tokio::time::sleep(PAUSE).await;
            }
            stop.requested().is_none()
        });
        let closed = match way {
            // Clients hear that it ends, in place of waiting for signs of life.
            Way::Network(router) => runtime.block_on(router.shutdown()).map_err(|why| why.to_string()),
            Way::Loopback(task) => {
                task.abort();
                Ok(())
            }
        };
        runtime.shutdown_timeout(PAUSE);
        match closed {
            _ if broken => Err(RemoteError::Serve("its port was closed".to_owned())),
            Err(why) => Err(RemoteError::Serve(why)),
            Ok(()) => Ok(()),
        }
    }
}

fn network(server: RemoteServer, runtime: &Runtime, port: u16, key: &Path) -> Result<(Address, Way), RemoteError> {
    let key = secret::key(key)?;
    let id = key.public();
    let bound = runtime.block_on(endpoint::bind(key, port)).map_err(|why| RemoteError::Port { port, why })?;
    let listens = bound.bound_sockets().into_iter().find(SocketAddr::is_ipv4).map_or(port, |at| at.port());
    let protocol = server.into_protocol(&bound).map_err(|why| RemoteError::Serve(why.to_string()))?;
    let _within = runtime.enter();
    let router = Router::builder(bound).accept(BURN_REMOTE_ALPN, protocol).spawn();
    let at = SocketAddr::new(endpoint::own_address(), listens);
    Ok((Address::Direct { id, at }, Way::Network(router)))
}

fn loopback(server: &RemoteServer, runtime: &Runtime, port: u16) -> Result<(Address, Way), RemoteError> {
    let taken = |why: std::io::Error| RemoteError::Port { port, why: why.to_string() };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(taken)?;
    let at = listener.local_addr().map_err(taken)?;
    let task = runtime.spawn(server.serve_async(WebSocketTransport::from_listener(listener)));
    Ok((Address::Loopback(at), Way::Loopback(task)))
}
