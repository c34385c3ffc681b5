//! An explanation as files: a picture and a table of figures a map. Whoever asked writes them.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use super::{
    Explained,
    grid::Grid,
    layer::{Layer, Map, Question},
    occlusion::Occlusion,
    overlay::Paint,
};
use crate::fault::Failure;

/// One map in bytes.
pub struct Exported {
    pub map: Map,
    pub layer: Layer,
    /// The image with the map over it, as PNG; nothing where there is no evidence.
    pub picture: Option<Vec<u8>>,
    /// The figures over the square that the network saw, as CSV: a line a row from the top, without a header.
    pub figures: Vec<u8>,
}

/// These maps of an image, each laid over it; occlusion where it was worked out.
///
/// # Errors
/// [`Failure`] only where memory ends.
pub fn export(
    image: &RgbImage,
    (explained, occlusion): (&Explained, Option<&Occlusion>),
    question: Question,
    maps: &[Map],
    paint: &Paint,
) -> Result<Vec<Exported>, Failure> {
    let layer = |map: &Map| match map {
        Map::Occlusion => occlusion.map(|occlusion| occlusion.layer(question)),
        map => explained.layer(*map, question),
    };
    let found = maps.iter().filter_map(|map| Some((*map, layer(map)?)));
    found
        .map(|(map, layer)| {
            let over = || png(&paint.over(image, &layer, &explained.place));
            let picture = layer.evidence.then(over).transpose()?;
            Ok(Exported { map, figures: csv(&layer.figures), picture, layer })
        })
        .collect()
}

fn png(image: &RgbImage) -> Result<Vec<u8>, Failure> {
    let mut bytes = Cursor::new(Vec::new());
    let failed = |why| Failure::new("the picture could not be made", why, "close other programs and try again");
    image.write_to(&mut bytes, ImageFormat::Png).map_err(failed)?;
    Ok(bytes.into_inner())
}

/// A line a row of the grid.
fn csv(grid: &Grid) -> Vec<u8> {
    let line = |row: &[f32]| row.iter().map(f32::to_string).collect::<Vec<_>>().join(",") + "\n";
    grid.values.chunks_exact(grid.side.max(1)).map(line).collect::<String>().into_bytes()
}
