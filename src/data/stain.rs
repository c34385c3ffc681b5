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
    let mut densities = [[0.0_f32; 256]; 3];
    for (channel, table) in densities.iter_mut().enumerate() {
        let white = percentile_level(pixels, channel).max(1.0) / 255.0;
        for (level, density) in table.iter_mut().enumerate() {
            let light = (level as f32 / 255.0 * WHITE / white).clamp(DARKEST, 1.0);
            *density = -light.ln();
        }
    }
    let strength = strength(pixels, &densities);
    let scale = if strength > 0.0 { STRENGTH / strength } else { 1.0 };
    densities.map(|table| table.map(|density| (-density * scale).exp()))
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
