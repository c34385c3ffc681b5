//! The window's door.

use std::process::ExitCode;

#[cfg(feature = "gui")]
fn main() -> ExitCode {
    use std::path::PathBuf;

    use leukoscope::{
        app::Setup,
        store::{paths, preferences},
        ui::{Window, desktop},
    };

    let started = std::time::Instant::now();
    if cfg!(target_os = "linux") && ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| std::env::var_os(name).is_none()) {
        return without_window("there is no display");
    }
    // The window keeps a core to itself. A pool that is there already is as good.
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    let (mut open, mut frame_times) = (Vec::new(), None);
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    while let Some(argument) = arguments.next() {
        if argument.as_os_str() == "--frame-times" {
            frame_times = arguments.next();
        } else {
            open.push(argument);
        }
    }
    let (config, outputs) = (preferences::folder(), paths::outputs());
    let setup = Setup { config, outputs, open, started: Some(started), frame_times };
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("org.leukoscope.Leukoscope")
        .with_title("Leukoscope")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([1024.0, 700.0]);
    let options = desktop::options(viewport);
    match eframe::run_native("Leukoscope", options, Box::new(|cc| Ok(Box::new(Window::new(cc, setup)?)))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => without_window(&why.to_string()),
    }
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
