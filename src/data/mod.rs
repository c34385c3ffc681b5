//! Disk to numbers: scan, decode, preprocess, augment, batch, and the synthetic slides.
//!
//! No network, no window and no model belong here.

pub mod augment;
pub mod batch;
pub mod decode;
pub mod fingerprint;
pub mod folder;
mod frames;
pub mod look;
pub mod microscope;
mod nucleus;
mod optics;
pub mod preprocess;
pub mod scan;
pub mod smear;
mod stain;
mod surroundings;
pub mod synthetic;

use std::{io, path::Path};

/// Writes a file whole or not at all: beside its target, flushed, then renamed.
pub(crate) fn write_whole(target: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|why| why.error)?;
    Ok(())
}
