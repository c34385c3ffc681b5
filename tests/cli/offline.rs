//! A machine without any network: everything works as elsewhere, and no socket of the internet is opened.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::program::{command, slides};

/// Lines of the kernel's tables of sockets in the network that a process lives in; the first of each is its heading.
fn sockets(process: u32) -> Vec<String> {
    let tables = ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"].map(|table| format!("/proc/{process}/net/{table}"));
    let rows = tables.iter().filter_map(|table| fs::read_to_string(table).ok());
    rows.flat_map(|table| table.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_network_all_works_and_nothing_listens_or_calls() {
    let may =
        Command::new("unshare").args(["--user", "--map-root-user", "--net", "true"]).stderr(Stdio::null()).status();
    if !may.is_ok_and(|status| status.success()) {
        // Past the capture of output, which would keep it from everybody where the test passes.
        let why = "this system lets nobody make a network of his own (unshare --user --net)";
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: {why}");
        return;
    }
    let (folder, home) = (slides(8), tempfile::tempdir().unwrap());
    let (path, out) = (folder.path().to_str().unwrap(), home.path().join("run"));
    let small = ["--size", "32", "--width", "0.125", "--attention-width", "16", "--heads", "2", "--batch", "8"];
    let train = ["train", path, "--epochs", "1", "--init", "random", "--device", "cpu", "--out", out.to_str().unwrap()];
    let calls = [
        vec!["devices"],
        vec!["scan", path],
        vec!["classify", "mobilenet", path, "--device", "cpu"],
        [&train[..], &small].concat(),
    ];
    for call in calls {
        let program = command(&home, &call);
        let mut alone = Command::new("unshare");
        alone.args(["--user", "--map-root-user", "--net"]).arg(program.get_program()).args(program.get_args());
        alone.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child = alone.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut seen = Vec::new();
        while child.try_wait().unwrap().is_none() {
            // Before `unshare` has done its work the process still lives in the network of this test.
            if fs::read_link(format!("/proc/{}/ns/net", child.id())).ok() != fs::read_link("/proc/self/ns/net").ok() {
                seen.extend(sockets(child.id()));
            }
            thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{call:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(seen.is_empty(), "{call:?} opened a socket: {seen:?}");
    }
}
