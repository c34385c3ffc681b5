//! `leuko watch`: images are classified as they are written, each once, until it is stopped.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use serde_json::Value;

use super::{
    program::{command, leuko, slides},
    train::TRAINED,
};

/// Lines of a stream as they come.
fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    let read = move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("lines".to_owned()).spawn(read).unwrap();
    lines
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let done = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(done.success());
}

#[cfg(unix)]
#[test]
fn what_is_written_is_classified_once_and_a_stop_is_no_failure() {
    let (home, folder, set) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), slides(2));
    let of =
        |class: &str| fs::read(fs::read_dir(set.path().join(class)).unwrap().next().unwrap().unwrap().path()).unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("before.jpg"), of("basophil")).unwrap();
    let run = TRAINED.run();
    let args = ["watch", run.to_str().unwrap(), folder.path().to_str().unwrap(), "--device", "cpu", "--json"];
    let mut child = command(&home, &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, err) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    let wait = Duration::from_secs(60);
    while !err.recv_timeout(wait).unwrap().contains("watching") {}
    let whole = of("monocyte");
    fs::write(at("a.jpg"), &whole[..whole.len() / 3]).unwrap();
    fs::write(at("b.jpg.tmp"), of("eosinophil")).unwrap();
    fs::rename(at("b.jpg.tmp"), at("b.jpg")).unwrap();
    let line =
        |receiver: &Receiver<String>| serde_json::from_str::<Value>(&receiver.recv_timeout(wait).unwrap()).unwrap();
    assert_eq!(line(&out)["path"], at("b.jpg").to_str().unwrap(), "the half one waits");
    fs::write(at("a.jpg"), &whole).unwrap();
    let answer = line(&out);
    assert_eq!(answer["path"], at("a.jpg").to_str().unwrap());
    assert!(answer["label"].is_string() && answer["confidences"].is_object(), "{answer}");
    fs::write(at("copy.jpg"), &whole).unwrap();
    fs::write(at("last.jpg"), of("platelet")).unwrap();
    assert_eq!(line(&out)["path"], at("last.jpg").to_str().unwrap(), "the copy is the same cell");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let rest: Vec<String> = err.iter().collect();
    assert!(rest.iter().any(|line| line.contains("3 images came")), "{rest:?}");
    assert_eq!(out.iter().count(), 0);
}

#[test]
fn a_folder_that_is_not_there_fails_in_one_line() {
    let output = leuko(&["watch", "mobilenet", "/no/such/folder", "--device", "cpu"]);
    assert_eq!(output.code, 1);
    assert!(output.last_line().contains("there is no such folder"), "{}", output.stderr);
}
