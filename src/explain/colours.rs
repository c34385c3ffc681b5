//! Colours for figures from 0 to 1: scales whose lightness rises evenly, so that they are read without colour vision too.

use serde::Serialize;

/// A scale of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    #[default]
    Viridis,
    Magma,
    Grey,
}

/// Coefficients of `t^0` to `t^6` for red, green and blue.
type Polynomial = [[f32; 3]; 7];

/// Fitted to matplotlib's scale of this name (Smith and van der Walt 2015) by Zucker, shadertoy.com/view/WlfXRN, CC0.
const VIRIDIS: Polynomial = [
    [0.277_727_33, 0.005_407_345, 0.334_099_8],
    [0.105_093_04, 1.404_613_5, 1.384_590_2],
    [-0.330_861_83, 0.214_847_56, 0.095_095_16],
    [-4.634_230_5, -5.799_101, -19.332_441],
    [6.228_27, 14.179_934, 56.690_55],
    [4.776_385, -13.745_146, -65.353_035],
    [-5.435_456, 4.645_853, 26.312_435],
];
/// The same source.
const MAGMA: Polynomial = [
    [-0.002_136_485, -0.000_749_655, -0.005_386_128],
    [0.251_660_5, 0.677_523_2, 2.494_026_5],
    [8.353_717, -3.577_719_5, 0.314_467_9],
    [-27.668_733, 14.264_731, -13.649_213],
    [52.176_14, -27.943_606, 12.944_17],
    [-50.768_525, 29.046_583, 4.234_153],
    [18.655_705, -11.489_774, -5.601_961_5],
];

impl Scale {
    pub const ALL: [Self; 3] = [Self::Viridis, Self::Magma, Self::Grey];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Viridis => "Viridis",
            Self::Magma => "Magma",
            Self::Grey => "Grey",
        }
    }

    /// Red, green and blue of a figure; beyond 0 and 1 those of the end.
    #[must_use]
    pub fn colour(self, figure: f32) -> [u8; 3] {
        let t = if figure.is_finite() { figure.clamp(0.0, 1.0) } else { 0.0 };
        let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
        let polynomial = match self {
            Self::Viridis => &VIRIDIS,
            Self::Magma => &MAGMA,
            Self::Grey => return [byte(t); 3],
        };
        let horner = |sum: [f32; 3], [r, g, b]: &[f32; 3]| [sum[0] * t + r, sum[1] * t + g, sum[2] * t + b];
        polynomial.iter().rev().fold([0.0; 3], horner).map(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_meet_their_published_ends_and_grow_lighter() {
        let far = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap();
        assert!(far(Scale::Viridis.colour(0.0), [68, 1, 84]) <= 4, "{:?}", Scale::Viridis.colour(0.0));
        assert!(far(Scale::Viridis.colour(0.5), [33, 145, 140]) <= 4, "{:?}", Scale::Viridis.colour(0.5));
        assert!(far(Scale::Viridis.colour(1.0), [253, 231, 37]) <= 6, "{:?}", Scale::Viridis.colour(1.0));
        assert!(far(Scale::Magma.colour(0.0), [0, 0, 4]) <= 4, "{:?}", Scale::Magma.colour(0.0));
        assert!(far(Scale::Magma.colour(1.0), [252, 253, 191]) <= 6, "{:?}", Scale::Magma.colour(1.0));
        for scale in Scale::ALL {
            let light = |step: u8| {
                let [r, g, b] = scale.colour(f32::from(step) / 16.0).map(f32::from);
                0.2126 * r + 0.7152 * g + 0.0722 * b
            };
            assert!((0..16).all(|step| light(step) < light(step + 1)), "{scale:?}");
        }
        assert_eq!(Scale::Grey.colour(f32::NAN), [0; 3]);
    }
}
