//! SVG to PNG with the font that the program carries, so that a picture is the same on every machine.

use std::sync::{Arc, OnceLock};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use super::ReportError;

/// Inter, SIL Open Font License 1.1.
pub(super) static FONT: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.ttf");

/// Pixels of the longer side that no picture exceeds.
const LARGEST_PX: f32 = 12_000.0;

/// Draws an SVG at `scale` pixels a unit, smaller where the picture would grow past 12,000 pixels.
///
/// # Errors
/// [`ReportError::Picture`] when the text is no SVG or has no size.
pub fn render(svg: &str, scale: f32) -> Result<Vec<u8>, ReportError> {
    let tree = tree(svg)?;
    let size = tree.size();
    let scale = scale.min(LARGEST_PX / size.width().max(size.height()));
    let side = |units: f32| (units * scale).ceil().max(1.0) as u32;
    let mut pixels = Pixmap::new(side(size.width()), side(size.height()))
        .ok_or_else(|| ReportError::Picture("it has no size".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|why| ReportError::Picture(why.to_string()))
}

/// An SVG as shapes and laid out words, in the program's own font.
///
/// # Errors
/// [`ReportError::Picture`] when the text is no SVG or has no size.
pub(super) fn tree(svg: &str) -> Result<Tree, ReportError> {
    let options = Options { font_family: "Inter".to_owned(), fontdb: fonts(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|why| ReportError::Picture(why.to_string()))
}

fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        fonts.load_font_data(FONT.to_vec());
        fonts.set_sans_serif_family("Inter");
        Arc::new(fonts)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of dark pixels, 0 to 1.
    fn ink(svg: &str) -> f64 {
        let picture = image::load_from_memory(&render(svg, 2.0).unwrap()).unwrap().to_luma8();
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
        let tall = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='24000'/>";
        let picture = image::load_from_memory(&render(tall, 2.0).unwrap()).unwrap();
        assert_eq!(picture.height(), 12_000);
        assert!(matches!(render("no picture", 1.0), Err(ReportError::Picture(_))));
    }
}
