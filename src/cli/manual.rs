//! `leuko manual`: man pages and shell completions, written from the commands themselves so that neither falls behind them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::CommandFactory as _;
use clap_complete::{Shell, generate_to};

use super::{Cli, Failed, Session};
use crate::fault::Failure;

/// Write man pages and completions for bash, zsh and fish into a folder
#[derive(clap::Args)]
#[command(hide = true)]
pub(super) struct Manual {
    /// The folder; it is made where there is none
    out: PathBuf,
}

impl Manual {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let failed = |why: io::Error| {
            Failure::new("the manual could not be written", why, "choose a folder that can be written to")
        };
        let files = write(&self.out).map_err(|why| failed(why).at(&self.out))?;
        let lines = || files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join("\n");
        Ok(session.output.result(&files, lines)?)
    }
}

/// The files that were written: `man/leuko.1`, a page for each command beside it, and `completions/`.
fn write(out: &Path) -> io::Result<Vec<PathBuf>> {
    let (pages, completions) = (out.join("man"), out.join("completions"));
    fs::create_dir_all(&pages)?;
    fs::create_dir_all(&completions)?;
    clap_mangen::generate_to(Cli::command(), &pages)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        generate_to(shell, &mut Cli::command(), "leuko", &completions)?;
    }
    let mut files = Vec::new();
    for folder in [pages, completions] {
        for entry in fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    Ok(files)
}
