//! Where real cells lie, if they do, and small images for tests.

use std::{io::Write as _, path::PathBuf};

/// Says that a test did not test. Past the capture of output, which would keep it from everybody where the test passes.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "\nSKIPPED: {why}");
}

/// The folder of real data, or `None` with a loud line.
///
/// # Panics
/// Where `LEUKO_SHARED` names a folder that does not hold it.
pub fn shared_data() -> Option<PathBuf> {
    let named = std::env::var_os("LEUKO_SHARED");
    let found = named.clone().map(|dir| PathBuf::from(dir).join("data")).or_else(|| {
        let start = std::path::absolute(env!("CARGO_MANIFEST_DIR")).ok()?;
        start.ancestors().map(|parent| parent.join("shared/data")).find(|data| data.join("pbc").is_dir())
    });
    let found = found.filter(|data| data.join("pbc").is_dir());
    if found.is_none() {
        assert!(named.is_none(), "LEUKO_SHARED names a folder without data/pbc");
        skipped("no real cells at ../shared/data (set LEUKO_SHARED to the folder that holds data/)");
    }
    found
}

/// A small picture that `seed` makes different from others.
pub fn picture(seed: u32) -> image::RgbImage {
    image::RgbImage::from_fn(40, 36, |x, y| {
        image::Rgb([(x * 5 + seed * 31) as u8, (y * 7 + seed * 17) as u8, (x * y + seed * 57) as u8])
    })
}

/// The project's own slides.
pub fn slides() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/synthetic")
}
