//! The window's door.

use std::process::ExitCode;
#[cfg(feature = "gui")]
use std::{ffi::OsString, path::PathBuf};

#[cfg(feature = "gui")]
use leukoscope::{
    app::Setup,
    device,
    language::Language,
    store::{self, crash::Running, paths},
    ui::{Window, desktop},
};

#[cfg(feature = "gui")]
fn main() -> ExitCode {
    let started = std::time::Instant::now();
    if let Some(asked) = std::env::args().nth(1).filter(|word| ["-h", "--help", "-V", "--version"].contains(&&**word)) {
        return leukoscope::cli::describe_window(matches!(&*asked, "-h" | "--help"));
    }
    if cfg!(target_os = "linux") && ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| std::env::var_os(name).is_none()) {
        return without_window("there is no display");
    }
    // The window keeps a core to itself. A pool that is there already is as good.
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    let Call { open, frame_times } = match read(std::env::args_os().skip(1)) {
        Ok(call) => call,
        Err(code) => return code,
    };
    device::keep_tuned(paths::kernels());
    #[cfg(feature = "remote")]
    device::remote::keep_token_in(paths::token());
    let (config, outputs) = (paths::config_dir(), paths::window_outputs());
    let language = Language::of_system();
    let log = store::log::to_file(&paths::log_dir()).ok();
    let (running, crash) = diary(log.clone());
    let setup = Setup { config, outputs, open, language, started: Some(started), log, crash, frame_times };
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("org.leukoscope.Leukoscope")
        .with_title("Leukoscope")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([1024.0, 700.0]);
    let options = desktop::options(viewport);
    let ended = eframe::run_native("Leukoscope", options, Box::new(|cc| Ok(Box::new(Window::new(cc, setup)?))));
    log::info!("ended after {:.0} s", started.elapsed().as_secs_f64());
    if let Some(running) = running {
        running.end();
    }
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => no_window(&why.to_string()),
    }
}

/// Marks that the window runs; the report of an earlier start that ended unexpectedly comes with it. The window works without.
#[cfg(feature = "gui")]
fn diary(log: Option<PathBuf>) -> (Option<Running>, Option<PathBuf>) {
    log::info!("Leukoscope {} on {}, {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let begun = Running::begin(&paths::crashes(), log).inspect_err(|why| log::warn!("no crash report: {why}"));
    let Ok((running, crash)) = begun else { return (None, None) };
    running.watch();
    if let Err(why) = running.end_when_asked() {
        log::warn!("a request to end would look like a crash: {why}");
    }
    (Some(running), crash)
}

/// What the window was called with.
#[cfg(feature = "gui")]
#[derive(Default)]
struct Call {
    open: Vec<PathBuf>,
    frame_times: Option<PathBuf>,
}

/// Files and folders to open; whatever starts with a dash and is no option of the window ends it with a line.
#[cfg(feature = "gui")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "there is no window yet to say it in")]
fn read(mut arguments: impl Iterator<Item = OsString>) -> Result<Call, ExitCode> {
    let mut call = Call::default();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--frame-times") => call.frame_times = arguments.next().map(PathBuf::from),
            Some("--version" | "-V") => {
                println!("leukoscope {}", env!("CARGO_PKG_VERSION"));
                return Err(ExitCode::SUCCESS);
            }
            Some("--help" | "-h") => {
                println!("Opens the window: leukoscope [DATASET | IMAGES...]\nCommands without a window: leuko --help");
                return Err(ExitCode::SUCCESS);
            }
            Some("--") => call.open.extend(arguments.by_ref().map(PathBuf::from)),
            Some(unknown) if unknown.starts_with('-') => {
                eprintln!(
                    "leukoscope has no option {unknown}: see leukoscope --help, or -- before a file of that name"
                );
                return Err(ExitCode::from(2));
            }
            _ => call.open.push(argument.into()),
        }
    }
    Ok(call)
}

/// The window could not be opened although there is a display: nothing is done behind a person's back.
#[cfg(feature = "gui")]
#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn no_window(why: &str) -> ExitCode {
    eprintln!("The window could not be opened: {why}; update the graphics driver, or work with leuko --help");
    ExitCode::FAILURE
}

#[cfg(not(feature = "gui"))]
fn main() -> ExitCode {
    without_window("this build has no window")
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn without_window(why: &str) -> ExitCode {
    eprintln!("No window, because {why}: running `leuko demo`");
    leukoscope::cli::main_with(["leuko", "demo"])
}
