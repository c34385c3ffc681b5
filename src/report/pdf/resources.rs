//! What instructions refer to by name: opacities, hatchings; and how bytes and codes stand in the file.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Name, Str, types::SystemInfo};

/// Codes that are glyphs.
pub(super) const IDENTITY: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The name of a thing that instructions refer to.
pub(super) struct Resource(String);

impl Resource {
    pub(super) fn as_name(&self) -> Name<'_> {
        Name(self.0.as_bytes())
    }
}

/// A hatching: its instructions, where it starts, and the size of its tile.
#[derive(PartialEq)]
pub(super) struct Tile {
    pub content: Vec<u8>,
    pub matrix: [f32; 6],
    pub size: [f32; 2],
}

/// What the instructions of all pages refer to.
#[derive(Default)]
pub(super) struct Resources {
    /// Opacity of fills and of strokes.
    pub opacities: Vec<[f32; 2]>,
    pub tiles: Vec<Tile>,
}

impl Resources {
    pub(super) fn opacity(&mut self, of: [f32; 2]) -> Resource {
        let same = |known: &[f32; 2]| known.map(f32::to_bits) == of.map(f32::to_bits);
        Resource(format!("G{}", place(&mut self.opacities, of, same)))
    }

    pub(super) fn pattern(&mut self, content: Vec<u8>, matrix: [f32; 6], size: [f32; 2]) -> Resource {
        let tile = Tile { content, matrix, size };
        let found = self.tiles.iter().position(|known| *known == tile);
        let index = found.unwrap_or_else(|| {
            self.tiles.push(tile);
            self.tiles.len() - 1
        });
        Resource(format!("P{index}"))
    }
}

/// Where a value stands in a list, at whose end it is put where it is new.
fn place<T>(list: &mut Vec<T>, value: T, same: impl Fn(&T) -> bool) -> usize {
    list.iter().position(same).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    })
}

/// Bytes as `FlateDecode` unpacks them.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
