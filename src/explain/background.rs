//! The colour of what lies behind a cell, in the numbers that the network sees.

/// Share of pixels that are darker than what counts as background.
const DARKER: f32 = 0.7;

/// The median of each channel over the lightest pixels of a normalised image `[size, size, 3]`.
pub(super) fn fill(image: &[f32]) -> [f32; 3] {
    let mut light: Vec<(f32, &[f32])> = image.chunks_exact(3).map(|pixel| (pixel.iter().sum::<f32>(), pixel)).collect();
    let dark = ((light.len() as f32 * DARKER) as usize).min(light.len().saturating_sub(1));
    if light.is_empty() {
        return [0.0; 3];
    }
    // All that are as light count, so that the order of the pixels does not.
    let from = light.select_nth_unstable_by(dark, |a, b| a.0.total_cmp(&b.0)).1.0;
    [0, 1, 2].map(|channel| {
        let background = light.iter().filter(|(sum, _)| *sum >= from);
        let mut values: Vec<f32> = background.filter_map(|(_, pixel)| pixel.get(channel).copied()).collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable_by(middle, f32::total_cmp).1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dark_cell_and_a_glare_are_no_background() {
        let pixel = |at: usize| match at {
            0..50 => [-0.8, -0.9, 0.1],
            50..98 => [0.6, 0.5, 0.55],
            _ => [1.0, 1.0, 1.0],
        };
        let image: Vec<f32> = (0..100).flat_map(pixel).collect();
        assert_eq!(fill(&image), [0.6, 0.5, 0.55]);
        assert_eq!(fill(&[]), [0.0; 3]);
    }
}
