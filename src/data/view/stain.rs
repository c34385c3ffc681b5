//! Background brought to one white and stain to one strength, per image, as tables from 8 bits to 0..1.

/// Where the background of each channel is put.
const WHITE: f32 = 0.9;
/// Share of pixels darker than the background.
const WHITE_SHARE: f64 = 0.90;
/// Natural optical density that strong stain is put to.
const STRENGTH: f32 = 1.2;
/// Share of pixels paler than strong stain.
const STRENGTH_SHARE: f64 = 0.97;
/// Darkest transmission that is told apart, so that its logarithm is finite.
const DARKEST: f32 = 1.0 / 255.0;

/// One table a channel: the value of each of the 256 levels.
pub(crate) type Tables = [[f32; 256]; 3];

/// `x / 255` for each channel.
pub(crate) fn plain() -> Tables {
    [std::array::from_fn(|level| level as f32 / 255.0); 3]
}

/// Scales each channel so that its 90th percentile is 0.9, then optical density so that the 97th percentile of its
/// channel mean is 1.2. `pixels` are RGB triples of one image.
pub(crate) fn level(pixels: &[u8]) -> Tables {
    let densities = densities(white(pixels));
    let strength = strength(pixels, &densities);
    let scale = if strength > 0.0 { STRENGTH / strength } else { 1.0 };
    densities.map(|table| table.map(|density| (-density * scale).exp()))
}

/// Background of each channel from 0 to 1, and the natural optical density of strong stain over it.
pub(crate) fn measure(pixels: &[u8]) -> ([f32; 3], f32) {
    let white = white(pixels);
    (white, strength(pixels, &densities(white)))
}

fn white(pixels: &[u8]) -> [f32; 3] {
    [0, 1, 2].map(|channel| percentile_level(pixels, channel).max(1.0) / 255.0)
}

/// The optical density of each level where the background is put to one white.
fn densities(white: [f32; 3]) -> Tables {
    white.map(|white| std::array::from_fn(|level| -(level as f32 / 255.0 * WHITE / white).clamp(DARKEST, 1.0).ln()))
}

/// The level below which 90 % of a channel's pixels lie.
fn percentile_level(pixels: &[u8], channel: usize) -> f32 {
    let mut histogram = [0_u32; 256];
    for value in pixels.iter().skip(channel).step_by(3) {
        if let Some(count) = histogram.get_mut(usize::from(*value)) {
            *count += 1;
        }
    }
    let wanted = ((pixels.len() / 3) as f64 * WHITE_SHARE).ceil() as u32;
    let mut below = 0;
    let at = histogram.iter().position(|count| {
        below += count;
        below >= wanted
    });
    at.unwrap_or(255) as f32
}

/// The 97th percentile of the pixels' mean density.
fn strength(pixels: &[u8], [red, green, blue]: &Tables) -> f32 {
    let at = |table: &[f32; 256], level: u8| table.get(usize::from(level)).copied().unwrap_or_default();
    let mut means: Vec<f32> = pixels
        .chunks_exact(3)
        .filter_map(|pixel| match pixel {
            [r, g, b] => Some((at(red, *r) + at(green, *g) + at(blue, *b)) / 3.0),
            _ => None,
        })
        .collect();
    if means.is_empty() {
        return 0.0;
    }
    let rank = (((means.len() - 1) as f64) * STRENGTH_SHARE).round() as usize;
    *means.select_nth_unstable_by(rank, f32::total_cmp).1
}
