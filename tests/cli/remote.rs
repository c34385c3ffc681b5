//! Devices of other machines, played by real processes of this one: what is computed there, what goes over the wire, and what a
//! person reads when something is wrong.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read, Write as _},
    net::{Shutdown, TcpListener, TcpStream, UdpSocket},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    program::{Output, command, document},
    train::{TINY, TRAINED},
};

const TOKEN: &str = "between us";

/// A process that offers its CPU until it is dropped.
struct Server {
    child: Child,
    /// What `--device` takes.
    line: String,
    home: TempDir,
}

impl Server {
    fn start(more: &[&str]) -> Self {
        Self::at_home(tempfile::tempdir().unwrap(), more)
    }

    /// With what an earlier one left, its key among it.
    fn at_home(home: TempDir, more: &[&str]) -> Self {
        let call = [&["serve", "--device", "cpu", "--port", "0"], more].concat();
        let mut command = command(&home, &call);
        command.env("LEUKO_TOKEN", TOKEN).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, line: line.trim().to_owned(), home }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A call by somebody who has a token.
fn asked(home: &TempDir, token: &str, args: &[&str]) -> Command {
    let mut command = command(home, args);
    command.env("LEUKO_TOKEN", token).env("LEUKO_CONFIG_DIR", home.path().join("config"));
    command
}

fn ask(token: &str, args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let output = asked(&home, token, args).output().unwrap();
    Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The call of the run that [`TRAINED`] is, on another device.
fn training<'a>(line: &'a str, out: &'a Path) -> Vec<&'a str> {
    let mut args = vec!["train", TRAINED.slides.path().to_str().unwrap(), "--out", out.to_str().unwrap()];
    args.extend(TINY.map(|word| if word == "cpu" { line } else { word }));
    args.extend(["--seed", "7", "--events", "jsonl"]);
    args
}

fn history(run: &Path) -> String {
    fs::read_to_string(run.join("history.csv")).unwrap()
}

/// The one line of a call that fails with it and with nothing else.
fn one_line(output: &Output, words: &[&str]) {
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert_eq!(output.stderr.matches("error: ").count(), 1, "{}", output.stderr);
    assert!(output.last_line().starts_with("error: "), "{}", output.stderr);
    for words in words {
        assert!(output.last_line().contains(words), "{words:?}: {}", output.last_line());
    }
}

/// The lines of a run that trains, each with what was counted when it came.
fn watched(mut child: Child, counted: &AtomicU64) -> Vec<(Value, u64)> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let heard = lines.map(|line| (serde_json::from_str(&line).unwrap(), counted.load(Ordering::Relaxed))).collect();
    assert!(child.wait().unwrap().success());
    heard
}

/// A port that passes everything on to another one and counts the bytes of both directions.
fn counting(to: &str) -> (String, Arc<AtomicU64>) {
    let (listener, counted) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(AtomicU64::new(0)));
    let (at, to, count) = (listener.local_addr().unwrap(), to.to_owned(), Arc::clone(&counted));
    thread::Builder::new()
        .spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&to).unwrap();
                pass(client.try_clone().unwrap(), server.try_clone().unwrap(), Arc::clone(&count));
                pass(server, client, Arc::clone(&count));
            }
        })
        .unwrap();
    (format!("remote:ws://{at}"), counted)
}

fn pass(mut from: TcpStream, mut to: TcpStream, count: Arc<AtomicU64>) {
    let pass = move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(n @ 1..) = from.read(&mut buffer) {
            count.fetch_add(n as u64, Ordering::Relaxed);
            if buffer.get(..n).is_none_or(|read| to.write_all(read).is_err()) {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    };
    thread::Builder::new().spawn(pass).unwrap();
}

#[test]
fn two_ways_to_another_machine_give_one_history_and_a_model_is_judged_there_as_here() {
    let (open, sealed) = (Server::start(&["--loopback"]), Server::start(&[]));
    assert!(open.line.starts_with("remote:ws://127.0.0.1:") && sealed.line.contains('@'), "{}", sealed.line);
    let (home, none) = (tempfile::tempdir().unwrap(), AtomicU64::new(0));
    let run = |name: &str| home.path().join(name);
    let (through, bytes) = counting(open.line.trim_start_matches("remote:ws://"));
    let began = Instant::now();
    for (line, out, counted) in [(&through, run("open"), &*bytes), (&sealed.line, run("sealed"), &none)] {
        let args = training(line, &out);
        let child = asked(&home, TOKEN, &args).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let heard = watched(child, counted);
        let ends: Vec<u64> =
            heard.iter().filter(|(line, _)| line["event"] == "epoch").map(|(_, bytes)| *bytes).collect();
        assert_eq!(ends.len(), 3);
        if ends[0] > 0 {
            // 128 images of the training split and 16 of the validation split, as numbers of four bytes.
            let images = 144 * 32 * 32 * 3 * 4;
            let epoch = ends[2] - ends[1];
            println!("bytes: {} before the first epoch ended, {epoch} an epoch, {images} of them images", ends[0]);
            assert!(epoch > images && epoch < 40 * images, "{epoch}");
        }
        let device = heard.last().unwrap().0["device"].as_str().unwrap().to_owned();
        assert!(device.starts_with("the machine at "), "{device}");
        println!("{:.1} s", began.elapsed().as_secs_f64());
    }
    assert_eq!(history(&run("open")), history(&run("sealed")), "both compute the same");
    let judged = |device: &str| {
        let (run, slides) = (TRAINED.run(), TRAINED.slides.path());
        let call = ["evaluate", run.to_str().unwrap(), slides.to_str().unwrap(), "--device", device, "--json"];
        document(&ask(TOKEN, &call))
    };
    let (here, there) = (judged("cpu"), judged(&sealed.line));
    assert_eq!((&here["n"], &here["confusion"]), (&there["n"], &there["confusion"]));
}

#[test]
fn a_wrong_token_is_refused_in_one_line() {
    let out = tempfile::tempdir().unwrap();
    for more in [&["--loopback"][..], &[]] {
        let server = Server::start(more);
        let output = ask("somebody else's", &training(&server.line, &out.path().join("run")));
        one_line(&output, &["refuses the token", "LEUKO_TOKEN"]);
    }
    assert!(!out.path().join("run").exists(), "nothing was begun");
    let args = training("remote:ws://127.0.0.1:9", out.path());
    one_line(&ask("", &args), &["there is no token"]);
}

#[test]
fn a_machine_that_does_not_answer_is_told_in_one_line() {
    let out = tempfile::tempdir().unwrap();
    let id = Server::start(&[]).line.trim_start_matches("remote:").split('@').next().unwrap().to_owned();
    // Ports that take what comes and say nothing.
    let (deaf, dumb) = (UdpSocket::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let (udp, tcp) = (deaf.local_addr().unwrap(), dumb.local_addr().unwrap());
    // Nobody listens at the last one.
    for line in [format!("remote:{id}@{udp}"), format!("remote:ws://{tcp}"), format!("remote:{id}@127.0.0.1:9")] {
        let run = out.path().join("run");
        let call = training(&line, &run);
        let began = Instant::now();
        let output = ask(TOKEN, &call);
        println!("{:.1} s: {}", began.elapsed().as_secs_f64(), output.last_line());
        one_line(&output, &["nothing answers at 127.0.0.1:", "leuko serve"]);
    }
    for (line, words) in [("remote:somewhere", "no address"), ("remote:ws://10.0.0.1:80", "not encrypted")] {
        one_line(&ask(TOKEN, &training(line, &out.path().join("run"))), &[words]);
    }
}

#[test]
fn a_run_whose_machine_is_lost_goes_on_there_or_here() {
    let (home, server) = (tempfile::tempdir().unwrap(), Server::start(&[]));
    let whole = home.path().join("whole");
    let output = ask(TOKEN, &training(&server.line, &whole));
    assert_eq!(output.code, 0, "{}", output.stderr);
    let (out, server) = broken(&home, server);
    let copy = home.path().join("copy");
    copied(&out, &copy);
    let again = Server::at_home(tempfile::tempdir().unwrap(), &["--key", server.to_str().unwrap()]);
    for (run, device) in [(&out, again.line.as_str()), (&copy, "cpu")] {
        let slides = TRAINED.slides.path().to_str().unwrap();
        let call = ["train", slides, "--device", device, "--json", "--resume", run.to_str().unwrap()];
        let resumed = ask(TOKEN, &call);
        assert_eq!(resumed.code, 0, "{}", resumed.stderr);
        assert_eq!(document(&resumed)["history"].as_array().unwrap().len(), 3);
    }
    assert_eq!(history(&whole), history(&out), "as if nothing had happened");
    let first = |run: &Path| history(run).lines().take(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(first(&whole), first(&copy), "what was done stays");
}

/// A run whose server is killed in its second epoch, and the file with the server's key.
fn broken(home: &TempDir, mut server: Server) -> (PathBuf, PathBuf) {
    let out = home.path().join("lost");
    let args = training(&server.line, &out);
    let mut child = asked(home, TOKEN, &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let first = lines.find(|line| line.contains("\"event\":\"epoch\"")).is_some();
    assert!(first, "the run ended before its server could be killed");
    server.kill();
    let mut said = String::new();
    // Whatever it still says has to be read, or it could not say more.
    let rest = thread::Builder::new().spawn(move || lines.count()).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    rest.join().unwrap();
    let output = Output { code: child.wait().unwrap().code().unwrap_or(-1), stdout: String::new(), stderr: said };
    one_line(&output, &["the connection to the machine at ", "is lost", "resume"]);
    // It outlives the server's folder.
    let key = home.path().join("key");
    fs::copy(server.home.path().join("data/serve.key"), &key).unwrap();
    (out, key)
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn secrets_are_ones_own_and_a_machine_keeps_its_name() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |file: &Path, mode| fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let (token, key) = (home.path().join("token"), home.path().join("key"));
    fs::write(&token, format!("{TOKEN}\n")).unwrap();
    mode(&token, 0o644);
    let call = ["serve", "--device", "cpu", "--port", "0", "--token-file", token.to_str().unwrap()];
    one_line(&ask("", &call), &["the device cannot be offered", "others than you can read", "chmod 600"]);
    one_line(&ask("", &call[..5]), &["the device cannot be offered", "there is no token"]);
    mode(&token, 0o600);
    let more = ["--key", key.to_str().unwrap(), "--token-file", token.to_str().unwrap()];
    let id = |server: &Server| server.line.split('@').next().unwrap().to_owned();
    let first = id(&Server::start(&more));
    assert_eq!(first.len(), "remote:".len() + 64, "{first}");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(id(&Server::start(&more)), first);
    mode(&key, 0o640);
    one_line(&ask(TOKEN, &["serve", "--device", "cpu", "--key", more[1]]), &["others than you can read"]);
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    one_line(&ask(TOKEN, &["serve", "--device", "cpu", "--loopback", "--port", &port]), &["cannot be opened"]);
}
