//! The terminal: commands that call the same functions as the window, and print what they give.
//!
//! Nothing is computed here. Standard output carries results only; progress and failures go to standard error.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod adapt;
mod bench;
mod call;
mod classify;
mod compare;
mod demo;
mod devices;
mod differential;
mod evaluate;
mod explain;
mod export;
mod find;
mod interrupt;
mod manual;
mod map;
mod models;
mod observer;
mod output;
mod report;
mod scan;
#[cfg(feature = "remote")]
mod serve;
mod session;
mod settings;
mod suggest;
mod train;
mod watch;

use std::{ffi::OsString, panic, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    device,
    fault::{Failure, Halt, StopToken},
    progress::Watch,
    store::{log, paths},
};
use observer::TerminalObserver;
use output::Output;

/// Train, question and use white-blood-cell classifiers, offline. Research and education only.
#[derive(Parser)]
#[command(name = "leuko", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print JSON on standard output and nothing else
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    Devices(devices::Devices),
    Models(models::Models),
    Scan(scan::Scan),
    Train(Box<train::Train>),
    Evaluate(evaluate::Evaluate),
    Classify(classify::Classify),
    Explain(explain::Explain),
    Watch(watch::Watch),
    Find(find::Find),
    Differential(differential::CountCells),
    Session(session::Review),
    Compare(compare::Compare),
    Map(map::Map),
    Report(report::Report),
    Suggest(suggest::Suggest),
    #[cfg(feature = "remote")]
    Serve(serve::Serve),
    Export(export::Export),
    Adapt(adapt::Adapt),
    Demo(demo::Demo),
    Bench(bench::Bench),
    Manual(manual::Manual),
}

/// How a command ends without having done its work.
enum Failed {
    /// The call itself was wrong; nothing was begun.
    Call(Failure),
    Work(Halt),
    /// Nobody reads the results any more.
    Unheard,
}

impl<E: Into<Halt>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Work(error.into())
    }
}

/// What every command is given.
struct Session {
    output: Output,
    observer: TerminalObserver,
    stop: StopToken,
}

impl Session {
    /// Who is told and who may stop what a command does.
    fn watch(&self) -> Watch<'_> {
        Watch { observer: &self.observer, stop: &self.stop }
    }
}

/// Runs one call; `args` start with the program's name.
///
/// 0: done. 1: the work failed or was stopped. 2: the call was wrong.
pub fn main_with<I>(args: I) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString>,
{
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return call::explain(&error, args.iter().any(|arg| arg == "--json")),
    };
    device::keep_tuned(paths::kernels());
    #[cfg(feature = "remote")]
    device::remote::keep_token_in(paths::token());
    log::to_terminal();
    let session = Session {
        output: Output { json: cli.json },
        observer: TerminalObserver::new(cli.command.streams_events()),
        stop: interrupt::on_ctrl_c(),
    };
    let json = cli.json || cli.command.streams_events();
    // A panic becomes one line like every other failure, so its own report is not wanted.
    panic::set_hook(Box::new(|_| {}));
    let ended = panic::catch_unwind(panic::AssertUnwindSafe(|| cli.command.run(&session)));
    session.observer.finish();
    match ended {
        Ok(Ok(()) | Err(Failed::Unheard)) => ExitCode::SUCCESS,
        Ok(Err(Failed::Call(failure))) => output::fail(&failure, json, 2),
        Ok(Err(Failed::Work(Halt::Failed(failure)))) => output::fail(&failure, json, 1),
        Ok(Err(Failed::Work(Halt::Stopped))) => {
            let hint = "call it again to start over, or with --resume for a run that was being trained";
            output::fail(&Failure::new("the work was stopped", "it was interrupted", hint), json, 1)
        }
        Err(panic) => output::fail(&call::panicked(panic.as_ref()), json, 1),
    }
}

/// What `leukoscope --version` and `--help` say.
#[must_use]
pub fn describe_window(at_length: bool) -> ExitCode {
    let name = concat!("leukoscope ", env!("CARGO_PKG_VERSION"));
    let usage = "Usage: leukoscope [FOLDER OR IMAGE]...\nOpens the window; `leuko --help` lists what a terminal can do";
    // A closed pipe is no failure of help.
    let _ = Output::line(&if at_length { format!("{name}\n{usage}") } else { name.to_owned() });
    ExitCode::SUCCESS
}

impl Command {
    fn streams_events(&self) -> bool {
        matches!(self, Self::Train(train) if train.events.is_some())
    }

    fn run(self, session: &Session) -> Result<(), Failed> {
        match self {
            Self::Devices(command) => command.run(session),
            Self::Models(command) => command.run(session),
            Self::Scan(command) => command.run(session),
            Self::Train(command) => command.run(session),
            Self::Evaluate(command) => command.run(session),
            Self::Classify(command) => command.run(session),
            Self::Explain(command) => command.run(session),
            Self::Watch(command) => command.run(session),
            Self::Find(command) => command.run(session),
            Self::Differential(command) => command.run(session),
            Self::Session(command) => command.run(session),
            Self::Compare(command) => command.run(session),
            Self::Map(command) => command.run(session),
            Self::Report(command) => command.run(session),
            Self::Suggest(command) => command.run(session),
            #[cfg(feature = "remote")]
            Self::Serve(command) => command.run(session),
            Self::Export(command) => command.run(session),
            Self::Adapt(command) => command.run(session),
            Self::Demo(command) => command.run(session),
            Self::Bench(command) => command.run(session),
            Self::Manual(command) => command.run(session),
        }
    }
}
