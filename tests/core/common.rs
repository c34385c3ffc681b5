//! Where real cells lie, if they do, and small images for tests.

use std::path::PathBuf;

/// The folder of real data, or `None` with a loud line.
pub fn shared_data() -> Option<PathBuf> {
    let found = std::env::var_os("LEUKO_SHARED").map(|dir| PathBuf::from(dir).join("data")).or_else(|| {
        let start = std::path::absolute(env!("CARGO_MANIFEST_DIR")).ok()?;
        start.ancestors().map(|parent| parent.join("shared/data")).find(|data| data.join("pbc").is_dir())
    });
    let found = found.filter(|data| data.join("pbc").is_dir());
    if found.is_none() {
        eprintln!("SKIPPED: no real cells at ../shared/data (set LEUKO_SHARED to the folder that holds data/)");
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
