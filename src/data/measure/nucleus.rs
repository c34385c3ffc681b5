//! The nucleus in the middle of a single-cell image: how large it is in its frame, whatever the stain.
//!
//! One score of optical density tells nuclei from red cells and background; Otsu's threshold (1979) cuts it.

use image::RgbImage;

use super::threshold::otsu;

/// Least difference of mean score between a nucleus and what is around it. Below, the first threshold has cut the cell
/// from the background (platelets, strong casts), and a second one is sought inside the cell.
const CONTRAST: f32 = 0.35;
/// How fast a component counts less with its distance from the middle, as a share of the side.
const CENTRAL: f32 = 0.15;
/// A piece belongs to the nucleus where it has at least this share of the main piece's area...
const PIECE: f32 = 0.1;
/// ... and lies within so many of its radii: lobes lie apart.
const NEAR: f32 = 2.4;

/// Diameter of a disc of the nucleus's area as a share of the side; `None` where the image is flat.
///
/// `square` is a square of any side; about 96 pixels are enough. `white` is the background of each channel, 0 to 1.
#[must_use]
pub(crate) fn share(square: &RgbImage, white: [f32; 3]) -> Option<f64> {
    let scores = scores(square, white);
    let mut cut = otsu(scores.iter().copied())?;
    if contrast(&scores, cut) < CONTRAST {
        cut = otsu(scores.iter().copied().filter(|score| *score > cut)).unwrap_or(cut);
    }
    let mask: Vec<bool> = scores.iter().map(|score| *score > cut).collect();
    let side = square.width() as usize;
    let area = central_area(&components(&mask, side), side as f32)?;
    Some(f64::from(2.0 * (area / std::f32::consts::PI).sqrt()) / side as f64)
}

/// `(OD_R - OD_B) + OD_G / 4` of each pixel.
fn scores(square: &RgbImage, white: [f32; 3]) -> Vec<f32> {
    let density = |value: u8, white: f32| -(f32::from(value) / (255.0 * white.max(0.01))).clamp(1.0 / 255.0, 1.0).ln();
    let pixels = square.pixels().map(|pixel| {
        let [r, g, b] = [0, 1, 2].map(|c: usize| match (pixel.0.get(c), white.get(c)) {
            (Some(value), Some(white)) => density(*value, *white),
            _ => 0.0,
        });
        r - b + g / 4.0
    });
    pixels.collect()
}

/// Mean above the threshold less the mean below it.
fn contrast(scores: &[f32], cut: f32) -> f32 {
    let mean = |above: bool| {
        let of = scores.iter().filter(|score| (**score > cut) == above);
        let (n, sum) = of.fold((0.0, 0.0), |(n, sum), score| (n + 1.0, sum + score));
        sum / f32::max(n, 1.0)
    };
    mean(true) - mean(false)
}

/// Pixels that hang together by their sides.
struct Component {
    area: f32,
    x: f32,
    y: f32,
}

fn components(mask: &[bool], side: usize) -> Vec<Component> {
    let mut left = mask.to_vec();
    let mut found = Vec::new();
    for start in 0..left.len() {
        let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if !left.get_mut(at).is_some_and(std::mem::take) {
                continue;
            }
            let (column, row) = (at % side, at / side);
            area += 1.0;
            x += column as f32 + 0.5;
            y += row as f32 + 0.5;
            let beside = [(column > 0).then(|| at - 1), (column + 1 < side).then_some(at + 1)];
            open.extend(beside.into_iter().flatten());
            // A row above the first or below the last is outside the list.
            open.extend(at.checked_sub(side).into_iter().chain([at + side]));
        }
        if area > 0.0 {
            found.push(Component { area, x: x / area, y: y / area });
        }
    }
    found
}

/// Area of the large component in the middle with the pieces near it.
fn central_area(components: &[Component], side: f32) -> Option<f32> {
    let weight = |one: &Component| {
        let away = ((one.x / side - 0.5).powi(2) + (one.y / side - 0.5).powi(2)) / (2.0 * CENTRAL * CENTRAL);
        one.area * (-away).exp()
    };
    let main = components.iter().max_by(|a, b| weight(a).total_cmp(&weight(b)))?;
    let reach = NEAR * (main.area / std::f32::consts::PI).sqrt();
    let belongs = |one: &&Component| one.area >= PIECE * main.area && (one.x - main.x).hypot(one.y - main.y) <= reach;
    Some(components.iter().filter(belongs).map(|one| one.area).sum())
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// A violet disc, pink red cells in two corners, background of `white`.
    fn slide(radius: f32, white: [f32; 3]) -> RgbImage {
        RgbImage::from_fn(96, 96, |x, y| {
            let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
            let light = if (x - 48.0).hypot(y - 50.0) < radius {
                [0.35, 0.2, 0.6]
            } else if (x - 8.0).hypot(y - 8.0) < 14.0 || (x - 90.0).hypot(y - 84.0) < 14.0 {
                [0.9, 0.6, 0.65]
            } else {
                [1.0; 3]
            };
            Rgb([0, 1, 2].map(|c: usize| (light[c] * white[c] * 255.0) as u8))
        })
    }

    #[test]
    fn a_disc_is_measured_under_any_light_and_at_any_size() {
        for white in [[0.95, 0.93, 0.9], [0.6, 0.7, 0.95], [0.9, 0.7, 0.5]] {
            for radius in [8.0_f32, 14.0, 24.0] {
                let share = share(&slide(radius, white), white).unwrap();
                let expected = f64::from(radius) / 48.0;
                assert!((share / expected - 1.0).abs() < 0.05, "{share} for {expected} under {white:?}");
            }
        }
    }

    #[test]
    fn lobes_are_one_nucleus_and_a_neighbour_at_the_border_is_not() {
        let image = RgbImage::from_fn(96, 96, |x, y| {
            let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
            let lobes = [(40.0, 48.0, 8.0), (58.0, 48.0, 8.0), (94.0, 5.0, 20.0)];
            let dark = lobes.iter().any(|(cx, cy, radius)| (x - cx).hypot(y - cy) < *radius);
            Rgb(if dark { [80, 50, 150] } else { [240, 235, 230] })
        });
        let share = share(&image, [0.94, 0.92, 0.9]).unwrap();
        assert!((share / (2.0_f64.sqrt() * 8.0 / 48.0) - 1.0).abs() < 0.06, "{share}");
    }

    #[test]
    fn a_flat_image_has_no_nucleus() {
        assert_eq!(share(&RgbImage::from_pixel(96, 96, Rgb([200, 190, 180])), [0.8; 3]), None);
    }
}
