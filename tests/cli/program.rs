//! Calls of the real program, with folders of their own for caches and results.

use std::process::{Command, Stdio};

use leukoscope::{data::synthetic, fault::StopToken, progress::Silent};
use serde_json::Value;
use tempfile::TempDir;

/// What a finished call left.
pub struct Output {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    pub fn last_line(&self) -> &str {
        self.stderr.lines().last().unwrap_or("")
    }
}

/// A call that reads and writes nothing of the person's own.
pub fn command(home: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leuko"));
    // Without a folder for sockets, graphics drivers complain on standard error.
    command.args(args).stdin(Stdio::null()).env("XDG_RUNTIME_DIR", home.path());
    for (variable, folder) in [("LEUKO_CACHE_DIR", "cache"), ("LEUKO_DATA_DIR", "data"), ("LEUKO_OUTPUTS", "outputs")] {
        command.env(variable, home.path().join(folder));
    }
    command
}

/// Runs a call to its end.
pub fn leuko(args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let output = command(&home, args).output().unwrap();
    Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The one JSON document on standard output.
pub fn document(output: &Output) -> Value {
    let parsed = serde_json::from_str(&output.stdout);
    parsed.unwrap_or_else(|why| panic!("{why}: {:?}, {}", output.stdout, output.stderr))
}

/// A fresh set of synthetic slides.
pub fn slides(per_class: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    synthetic::write_set(folder.path(), per_class, 5, &Silent, &StopToken::default()).unwrap();
    folder
}
