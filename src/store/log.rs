//! The log: what the program did and what went wrong, in levels, without the names of anybody's files.
//!
//! `LEUKO_LOG` is `off`, `error`, `warn`, `info`, `debug` or `trace`. The window writes to a file, the terminal to standard
//! error where that is asked for. Libraries are heard from `warn` on, as they have much to say below it.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    str::FromStr as _,
};

use log::LevelFilter;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The level that a person asks for.
const VARIABLE: &str = "LEUKO_LOG";
/// A file that is longer when the program starts becomes the one before, in bytes.
const LONGEST: u64 = 1 << 20;

/// The level of `LEUKO_LOG`; an error that names the word where it is none.
fn asked() -> Result<Option<LevelFilter>, String> {
    let word = env::var_os(VARIABLE).map(|word| word.to_string_lossy().into_owned()).filter(|word| !word.is_empty());
    let level = |word: String| LevelFilter::from_str(&word).map_err(|_| word);
    word.map(level).transpose()
}

/// Begins the window's log and gives the file; `info` unless a person asks otherwise.
///
/// # Errors
/// Whatever the disk says; the program works without a log.
pub fn to_file(folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let file = folder.join("leukoscope.log");
    if fs::metadata(&file).is_ok_and(|of| of.len() > LONGEST) {
        fs::rename(&file, file.with_extension("1.log"))?;
    }
    let asked = asked();
    let level = asked.clone().ok().flatten().unwrap_or(LevelFilter::Info);
    begin(level, fern::log_file(&file)?.into());
    if let Err(word) = asked {
        log::warn!("{VARIABLE} is {word:?}, which is no level: info is used");
    }
    Ok(file)
}

/// Begins the terminal's log on standard error where `LEUKO_LOG` asks for one.
pub fn to_terminal() {
    if let Ok(Some(level)) = asked() {
        begin(level, io::stderr().into());
    }
}

/// Whoever was first in a process has the log.
fn begin(level: LevelFilter, into: fern::Output) {
    let line = |out: fern::FormatCallback<'_>, text: &std::fmt::Arguments<'_>, record: &log::Record<'_>| {
        let now = OffsetDateTime::now_utc().truncate_to_millisecond().format(&Rfc3339).unwrap_or_default();
        out.finish(format_args!("{now} {:5} {} {text}", record.level(), record.target()));
    };
    let own = env!("CARGO_PKG_NAME");
    let dispatch = fern::Dispatch::new().format(line).level(level.min(LevelFilter::Warn)).level_for(own, level);
    let _ = dispatch.chain(into).apply();
}
