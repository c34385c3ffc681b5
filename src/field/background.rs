//! The light of a slide where nothing lies on it.

use image::RgbImage;

/// Share of pixels that are darker than the background.
const SHARE: f64 = 0.9;
/// Darkest background in levels: below, a channel says nothing.
const DARKEST: f32 = 8.0;

/// Level of each channel, 0 to 255.
pub(super) fn levels(image: &RgbImage) -> [f32; 3] {
    let mut counts = [[0_u64; 256]; 3];
    for pixel in image.pixels() {
        for (count, value) in counts.iter_mut().zip(pixel.0) {
            if let Some(count) = count.get_mut(usize::from(value)) {
                *count += 1;
            }
        }
    }
    let wanted = (f64::from(image.width()) * f64::from(image.height()) * SHARE).ceil() as u64;
    counts.map(|counts| {
        let mut below = 0;
        let at = counts.iter().position(|count| {
            below += count;
            below >= wanted
        });
        (at.unwrap_or(255) as f32).max(DARKEST)
    })
}
