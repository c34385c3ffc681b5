//! The terminal's door.

use std::process::ExitCode;

fn main() -> ExitCode {
    leukoscope::cli::main_with(std::env::args_os())
}
