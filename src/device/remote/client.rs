//! Connections to devices of other machines, each opened once, looked at again whenever it is asked for, and opened anew where
//! it was lost.

use std::{
    collections::BTreeMap,
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use burn::{
    remote::{ConnectError, EndpointAddr, IrohHost, RemoteHost},
    tensor::{Device, Tensor},
};
use iroh::SecretKey;

use super::{RemoteError, address::Address, endpoint, secret};
use crate::device::{Compute, DeviceError, DeviceInfo, DeviceKind, note, self_test};

/// How long a machine may take to answer the first call.
const CALL: Duration = Duration::from_secs(10);
/// How long a self-test may take, and a sign of life; a lost connection shows itself before.
const TEST: Duration = Duration::from_secs(30);

/// Open connections by the line that names them.
static OPEN: Mutex<BTreeMap<String, Device>> = Mutex::new(BTreeMap::new());

/// Connects to the device that `leuko serve` offers under this line, and lets it train one step.
///
/// # Errors
/// [`DeviceError`] where the line is none, nobody answers in time, the token is refused, or the device computes wrongly.
pub fn connect(line: &str) -> Result<Compute, DeviceError> {
    let address = Address::parse(line)?;
    let (at, info) = (address.at().to_string(), describe(&address));
    let known = OPEN.lock().unwrap_or_else(PoisonError::into_inner).get(line).cloned();
    if let Some(device) = known {
        if answers(&device) {
            return Ok(Compute { info, device });
        }
        if matches!(address, Address::Loopback(_)) {
            return Err(RemoteError::Lost { at }.into());
        }
        OPEN.lock().unwrap_or_else(PoisonError::into_inner).remove(line);
    }
    let token = secret::token(None)?;
    let late = || RemoteError::Silent { at: at.clone(), why: format!("for {} s", CALL.as_secs()) };
    let device = within(CALL, move || dial(&address, &token)).ok_or_else(late)??;
    let tested = device.clone();
    let slow = || RemoteError::Slow { at: at.clone(), secs: TEST.as_secs() };
    let found = within(TEST, move || self_test::run(&tested)).ok_or_else(slow)?;
    note(&info.id, found.clone().err());
    found.map_err(|why| DeviceError::SelfTest { name: info.name.clone(), why })?;
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).insert(line.to_owned(), device.clone());
    Ok(Compute { info, device })
}

fn describe(address: &Address) -> DeviceInfo {
    DeviceInfo {
        id: address.to_string(),
        name: format!("the machine at {}", address.at()),
        kind: DeviceKind::Remote,
        backend: "remote".to_owned(),
        default: false,
        why: "asked for by its address".to_owned(),
    }
}

/// Whether a device still computes, which one of another machine does not once its connection is lost.
#[must_use]
pub fn answers(device: &Device) -> bool {
    let device = device.clone();
    let ask = move || {
        let there_and_back = || Tensor::<1>::from_floats([1.0], &device).try_into_data().is_ok();
        panic::catch_unwind(AssertUnwindSafe(there_and_back)).unwrap_or(false)
    };
    within(TEST, ask).unwrap_or(false)
}

/// Does what may wait for another machine; `None` where it takes longer. It is not called back then and ends by itself.
fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = mpsc::channel();
    let call = move || drop(done.send(work()));
    thread::Builder::new().name("remote call".to_owned()).spawn(call).ok()?;
    wait.recv_timeout(limit).ok()
}

/// Opens a connection. Burn keeps what it once opened to a machine for the life of the process, dead or not, and tells
/// connections apart by the key of this side: so each has a key of its own.
fn dial(address: &Address, token: &str) -> Result<Device, RemoteError> {
    let at = address.at().to_string();
    let here = |why: String| RemoteError::Silent { at: at.clone(), why };
    let host = match address {
        Address::Loopback(at) => RemoteHost::websocket(&format!("ws://{at}")),
        Address::Direct { id, at } => {
            let runtime = endpoint::of_clients().map_err(here)?;
            let own = runtime.block_on(endpoint::bind(SecretKey::generate(), 0)).map_err(here)?;
            RemoteHost::iroh(IrohHost::new(EndpointAddr::new(*id).with_ip_addr(*at)).with_endpoint(own))
        }
    };
    let opened = Device::remote_options(&host.with_credential(token)).init();
    opened.map_err(|error| match error {
        ConnectError::Unauthorized => RemoteError::Refused { at: at.clone() },
        ConnectError::Unreachable { reason } => here(said(&reason)),
        other => RemoteError::Handshake { at: at.clone(), why: other.to_string() },
    })
}

/// What a person can use of the reason: those of a connection that was not answered speak of relays, which there are none of.
fn said(reason: &str) -> String {
    if reason.contains("timed out") { "no answer".to_owned() } else { reason.to_owned() }
}
