//! SVG to PNG with the program's own font, so that a picture is the same on every machine, and with the system's for letters
//! that it lacks.

use std::{io::Cursor, path::Path};

use image::{ImageFormat, RgbImage};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::Tree,
};

use super::{ReportError, fonts::Library};
use crate::data::atomic;

/// Pixels of the longer side that no picture exceeds.
const LARGEST_PX: f32 = 12_000.0;

/// Draws an SVG at `scale` pixels a unit, smaller where the picture would grow past 12,000 pixels.
///
/// # Errors
/// [`ReportError::Picture`] when the text is no SVG or has no size.
pub fn render(svg: &str, scale: f32, library: &Library) -> Result<Vec<u8>, ReportError> {
    let tree = tree(svg, library)?;
    let size = tree.size();
    let scale = scale.min(LARGEST_PX / size.width().max(size.height()));
    let side = |units: f32| (units * scale).ceil().max(1.0) as u32;
    let mut pixels = Pixmap::new(side(size.width()), side(size.height()))
        .ok_or_else(|| ReportError::Picture("it has no size".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|why| ReportError::Picture(why.to_string()))
}

/// Writes a picture whole or not at all.
///
/// # Errors
/// [`ReportError`] where the disk refuses.
pub fn save(path: &Path, picture: &RgbImage) -> Result<(), ReportError> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(|why| ReportError::Picture(why.to_string()))?;
    atomic::write(path, bytes.get_ref()).map_err(|why| ReportError::Save { path: path.to_owned(), why })
}

/// An SVG as shapes and laid out words, in the faces that it names.
///
/// # Errors
/// [`ReportError::Picture`] when the text is no SVG or has no size.
pub(super) fn tree(svg: &str, library: &Library) -> Result<Tree, ReportError> {
    Tree::from_str(svg, &library.options()).map_err(|why| ReportError::Picture(why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of dark pixels, 0 to 1.
    fn ink(svg: &str) -> f64 {
        let picture = render(svg, 2.0, &Library::given(Vec::new())).unwrap();
        let picture = image::load_from_memory(&picture).unwrap().to_luma8();
        picture.pixels().filter(|pixel| pixel.0[0] < 128).count() as f64 / picture.pixels().len() as f64
    }

    #[test]
    fn letters_are_drawn_with_the_bundled_font() {
        let page = |text: &str| {
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='40'><rect width='100' height='40' \
                 fill='#fff'/><text x='5' y='30' font-family='Inter' font-size='30'>{text}</text></svg>"
            )
        };
        assert!(ink(&page("")) < 1e-9);
        assert!((0.05..0.4).contains(&ink(&page("WBC"))));
    }

    #[test]
    fn huge_pictures_are_made_smaller_and_nonsense_is_an_error() {
        let library = Library::given(Vec::new());
        let tall = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='24000'/>";
        let picture = image::load_from_memory(&render(tall, 2.0, &library).unwrap()).unwrap();
        assert_eq!(picture.height(), 12_000);
        assert!(matches!(render("no picture", 1.0, &library), Err(ReportError::Picture(_))));
    }
}
