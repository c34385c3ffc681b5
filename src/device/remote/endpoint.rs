//! This machine's end of a connection: a UDP port and a key, and nobody on the network is asked for anything.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, UdpSocket},
    sync::OnceLock,
};

use iroh::{
    Endpoint, RelayMode, SecretKey,
    endpoint::{BindOpts, NetReportConfig, PortmapperConfig, QuicTransportConfig, VarInt, presets},
};
use tokio::runtime::{Builder, Runtime};

/// After so long without a sign of life the other side counts as gone, in milliseconds; one is given every 5 s.
const IDLE_MS: u32 = 15_000;

/// Binds a port on all of this machine's addresses, any free one for 0.
///
/// # Errors
/// What the system says.
pub async fn bind(key: SecretKey, port: u16) -> Result<Endpoint, String> {
    let transport = QuicTransportConfig::builder()
        .max_idle_timeout(Some(VarInt::from_u32(IDLE_MS).into()))
        // As Burn sets it: a kernel that refuses such a batch stalls the connection (iroh#4555).
        .enable_segmentation_offload(false)
        .build();
    let builder = Endpoint::builder(presets::Minimal)
        .relay_mode(RelayMode::Disabled)
        .clear_address_lookup()
        .portmapper_config(PortmapperConfig::Disabled)
        .net_report_config(NetReportConfig::minimal())
        .transport_config(transport)
        .secret_key(key)
        .clear_ip_transports()
        .bind_addr(format!("0.0.0.0:{port}"))
        .map_err(|why| why.to_string())?;
    // A machine may have no IPv6.
    let also = BindOpts::default().set_is_required(false);
    let builder = builder.bind_addr_with_opts(format!("[::]:{port}"), also).map_err(|why| why.to_string())?;
    builder.bind().await.map_err(|why| why.to_string())
}

/// The address of this machine by which others in its network reach it. The socket says which one the system would send
/// from; nothing is sent.
#[must_use]
pub fn own_address() -> IpAddr {
    let from = |bind: &str, towards: &str| -> io::Result<IpAddr> {
        let socket = UdpSocket::bind(bind)?;
        socket.connect(towards)?;
        Ok(socket.local_addr()?.ip())
    };
    // Addresses of documentation (RFC 5737, RFC 3849), which belong to nobody.
    let found = from("0.0.0.0:0", "192.0.2.1:9").or_else(|_| from("[::]:0", "[2001:db8::1]:9"));
    found.unwrap_or(Ipv4Addr::LOCALHOST.into())
}

/// Threads that keep connections going.
///
/// # Errors
/// What the system says.
pub fn runtime(name: &str) -> Result<Runtime, String> {
    Builder::new_multi_thread().thread_name(name).enable_all().build().map_err(|why| why.to_string())
}

/// Those of the connections that this process opens, for as long as it lives.
///
/// # Errors
/// What the system said.
pub fn of_clients() -> Result<&'static Runtime, String> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    RUNTIME.get_or_init(|| runtime("remote")).as_ref().map_err(Clone::clone)
}
