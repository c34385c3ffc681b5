//! What a microscope's optics do to a view: focus, and fringes of colour. Training only.

use image::{GrayImage, RgbImage};

use crate::data::view::raster::blur;

/// Rounds of blurring beyond the second, for the most blurred or sharpened views.
const WIDEST: f32 = 3.0;

/// Blurs (`focus` below 0) or sharpens (above 0) by the difference from a blurred view, whose circles grow with the distance
/// from 0: far from it a view loses its grain, or dark outlines get bright rims.
pub(super) fn focused(view: RgbImage, focus: f32) -> RgbImage {
    let far = focus.abs();
    if far < 0.05 {
        return view;
    }
    let wide = far > 0.5;
    let rounds = if wide { 2 + ((far - 0.5) * 2.0 * WIDEST).round() as usize } else { 1 };
    let soft = (0..rounds).fold(view.clone(), |soft, _| blur(&soft, 1.0));
    // Of the lost detail above 0, of the blur's own share below.
    let share = match focus {
        _ if focus > 0.0 => (1.5 * far).min(1.5),
        _ if wide => -(2.0 * far - 0.5).min(1.0),
        _ => -(1.5 * far).min(1.0),
    };
    let mut out = view;
    for (value, soft) in out.iter_mut().zip(soft.iter()) {
        let (sharp, soft) = (f32::from(*value), f32::from(*soft));
        *value = (sharp + share * (sharp - soft)).round().clamp(0.0, 255.0) as u8;
    }
    out
}

/// Red and blue moved apart by a lens that bends them unlike green: red by `shift` (pixels across and down), blue as far the
/// other way.
pub(super) fn fringed(view: &RgbImage, shift: [f32; 2]) -> RgbImage {
    let mut out = view.clone();
    for (channel, sign) in [(0, 1.0), (2, -1.0)] {
        let plane = GrayImage::from_fn(view.width(), view.height(), |x, y| {
            image::Luma([view.get_pixel(x, y).0.get(channel).copied().unwrap_or_default()])
        });
        let moved = Moved::new(&plane, shift.map(|part| part * sign));
        for (x, y, pixel) in out.enumerate_pixels_mut() {
            if let Some(value) = pixel.0.get_mut(channel) {
                *value = moved.at(x, y);
            }
        }
    }
    out
}

/// A plane read off its grid, with linear interpolation; beyond the border its outermost pixels go on.
struct Moved<'a> {
    plane: &'a GrayImage,
    whole: [i64; 2],
    part: [f32; 2],
}

impl<'a> Moved<'a> {
    fn new(plane: &'a GrayImage, shift: [f32; 2]) -> Self {
        Self { plane, whole: shift.map(|part| part.floor() as i64), part: shift.map(|part| part - part.floor()) }
    }

    fn at(&self, x: u32, y: u32) -> u8 {
        let [right, low] = self.part;
        let place = |at: u32, whole: i64, side: u32| (i64::from(at) + whole).clamp(0, i64::from(side) - 1) as u32;
        let pixel = |across: i64, down: i64| {
            let x = place(x, self.whole[0] + across, self.plane.width());
            let y = place(y, self.whole[1] + down, self.plane.height());
            f32::from(self.plane.get_pixel(x, y).0[0])
        };
        let row = |down| pixel(0, down) * (1.0 - right) + pixel(1, down) * right;
        (row(0) * (1.0 - low) + row(1) * low).round() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn focus_moves_contrast_both_ways() {
        let spread = |view: &RgbImage| {
            view.as_raw()
                .chunks_exact(3)
                .zip(view.as_raw().chunks_exact(3).skip(1))
                .map(|(a, b)| u32::from(a[0].abs_diff(b[0])))
                .sum::<u32>()
        };
        let checks = RgbImage::from_fn(16, 16, |x, y| image::Rgb([if (x + y) % 2 == 0 { 110 } else { 140 }; 3]));
        for far in [0.3, 0.9] {
            let (soft, sharp) = (focused(checks.clone(), -far), focused(checks.clone(), far));
            assert!(spread(&soft) < spread(&checks) && spread(&checks) < spread(&sharp), "{far}");
        }
    }

    #[test]
    fn the_further_from_focus_the_wider_an_edge() {
        let edge = RgbImage::from_fn(24, 8, |x, _| image::Rgb([if x < 12 { 60 } else { 200 }; 3]));
        let touched = |focus| {
            let seen = focused(edge.clone(), focus);
            (0..24).filter(|x| seen.get_pixel(*x, 4) != edge.get_pixel(*x, 4)).count()
        };
        assert!(touched(-0.3) < touched(-0.6) && touched(-0.6) < touched(-1.0), "{}", touched(-1.0));
        assert!(touched(0.3) < touched(1.0));
    }

    #[test]
    fn red_and_blue_move_apart_and_green_stays() {
        let dot = RgbImage::from_fn(9, 9, |x, y| image::Rgb([if (x, y) == (4, 4) { 200 } else { 0 }; 3]));
        let seen = fringed(&dot, [1.0, -2.0]);
        let channel = |x: u32, y: u32| seen.get_pixel(x, y).0;
        assert_eq!(channel(3, 6), [200, 0, 0]);
        assert_eq!(channel(4, 4), [0, 200, 0]);
        assert_eq!(channel(5, 2), [0, 0, 200]);
        let half = fringed(&dot, [0.5, 0.0]);
        assert_eq!((half.get_pixel(3, 4).0[0], half.get_pixel(4, 4).0[0]), (100, 100));
        assert_eq!(fringed(&dot, [0.0; 2]), dot);
    }
}
