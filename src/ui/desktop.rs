//! How the window meets the desktop: its icon, and whether files can be dropped on it.

use std::ffi::OsStr;

/// The icon of the window and of its button in the task bar.
const ICON: &[u8] = include_bytes!("../../assets/icon/leukoscope.png");

/// Settings of the window that depend on the desktop.
#[must_use]
pub fn options(viewport: egui::ViewportBuilder) -> eframe::NativeOptions {
    let mut options = eframe::NativeOptions { viewport, ..Default::default() };
    if let Ok(icon) = eframe::icon_data::from_png_bytes(ICON) {
        options.viewport = options.viewport.with_icon(icon);
    }
    #[cfg(target_os = "linux")]
    if prefers_x11() {
        use winit::platform::x11::EventLoopBuilderExtX11 as _;
        options.event_loop_builder = Some(Box::new(|builder| {
            builder.with_x11();
        }));
    }
    options
}

/// Whether files that are dropped on the window reach it: winit hands none on from Wayland.
#[must_use]
pub fn takes_drops() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let wayland = set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET");
    !cfg!(target_os = "linux") || !wayland || prefers_x11()
}

/// Whether an X server answers, XWayland included, and nobody asked for Wayland with `LEUKO_WAYLAND`.
fn prefers_x11() -> bool {
    std::env::var_os("LEUKO_WAYLAND").is_none() && std::env::var_os("DISPLAY").is_some_and(|name| answers(&name))
}

/// A display of this machine answers at its socket; one elsewhere is taken at its word.
fn answers(display: &OsStr) -> bool {
    let name = display.to_string_lossy();
    match name.strip_prefix(':').map(|rest| rest.split('.').next().unwrap_or(rest)) {
        #[cfg(unix)]
        Some(number) => std::os::unix::net::UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).is_ok(),
        #[cfg(not(unix))]
        Some(_) => false,
        None => !name.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_is_a_picture() {
        let icon = eframe::icon_data::from_png_bytes(ICON).unwrap();
        assert_eq!((icon.width, icon.height), (256, 256));
    }

    #[cfg(unix)]
    #[test]
    fn a_display_that_nobody_serves_does_not_answer() {
        assert!(!answers(OsStr::new(":7654")) && !answers(OsStr::new("")));
        assert!(answers(OsStr::new("elsewhere:0")));
    }
}
