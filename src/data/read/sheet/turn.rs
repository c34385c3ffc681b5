//! Where pixels of an upright picture lie in its file, which a camera may have turned or mirrored.

use image::metadata::Orientation;

use crate::domain::field::Place;

/// Width and height of the upright picture, or from those of it the file's.
pub(super) const fn size(orientation: Orientation, (width, height): (u32, u32)) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            (height, width)
        }
        _ => (width, height),
    }
}

/// Where a place inside the upright picture lies in the file, whose picture has this width and height.
pub(super) fn place(orientation: Orientation, at: Place, (width, height): (u32, u32)) -> Place {
    let Place { x, y, width: wide, height: high } = at;
    let [from_right, from_bottom] =
        [(width, x, wide), (height, y, high)].map(|(all, low, part)| opposite(all, low, part));
    // Where width and height change places, rows of one are columns of the other.
    let (low_row, low_column) = (opposite(width, y, high), opposite(height, x, wide));
    let (x, y) = match orientation {
        Orientation::NoTransforms => (x, y),
        Orientation::FlipHorizontal => (from_right, y),
        Orientation::FlipVertical => (x, from_bottom),
        Orientation::Rotate180 => (from_right, from_bottom),
        Orientation::Rotate90 => (y, low_column),
        Orientation::Rotate270 => (low_row, x),
        Orientation::Rotate90FlipH => (y, x),
        Orientation::Rotate270FlipH => (low_row, low_column),
    };
    let (width, height) = size(orientation, (wide, high));
    Place { x, y, width, height }
}

/// How far from the other end a part lies.
fn opposite(all: u32, low: i32, part: u32) -> i32 {
    (i64::from(all) - i64::from(low) - i64::from(part)) as i32
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgb, RgbImage};

    use super::*;
    use crate::data::view::raster;

    #[test]
    fn a_piece_of_the_file_turned_is_the_piece_of_what_was_turned() {
        let file = RgbImage::from_fn(23, 14, |x, y| Rgb([x as u8, y as u8, 0]));
        for orientation in (1..=8).filter_map(Orientation::from_exif) {
            let turned = |image: &RgbImage| {
                let mut image = DynamicImage::from(image.clone());
                image.apply_orientation(orientation);
                image.into_rgb8()
            };
            let upright = turned(&file);
            assert_eq!(upright.dimensions(), size(orientation, file.dimensions()));
            let at = Place { x: 3, y: 5, width: 7, height: 4 };
            let there = raster::piece(&file, place(orientation, at, file.dimensions()), [9; 3]);
            assert_eq!(turned(&there), raster::piece(&upright, at, [8; 3]), "{orientation:?}");
        }
    }
}
