//! What images look like before any model is asked: the size of nuclei, the background, the strength of the stain.

use serde::{Deserialize, Serialize};

/// Images that must show a nucleus before their median is believed.
const FEWEST_NUCLEI: usize = 8;

/// One image's look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageLook {
    /// Diameter of the nucleus as a share of the image's shorter side; `None` where none is found.
    pub nucleus: Option<f64>,
    /// Background of each channel, from 0 to 1.
    pub white: [f64; 3],
    /// Natural optical density of strong stain over the background.
    pub strength: f64,
}

/// The look of a lab's images: medians over many of them. A model's card carries that of its training images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Images that were measured.
    pub images: usize,
    /// Diameter of the middle nucleus as a share of the image's shorter side; `None` where too few show one.
    pub nucleus: Option<f64>,
    /// Background of each channel, from 0 to 1.
    pub white: [f64; 3],
    /// Natural optical density of strong stain over the background.
    pub strength: f64,
}

impl Look {
    /// The medians of single looks; `None` without any.
    #[must_use]
    pub fn of(looks: &[ImageLook]) -> Option<Self> {
        let channel = |index: usize| median(looks.iter().filter_map(|look| look.white.get(index).copied()));
        let nuclei = without_small(looks.iter().filter_map(|look| look.nucleus).collect());
        Some(Self {
            images: looks.len(),
            nucleus: if nuclei.len() < FEWEST_NUCLEI { None } else { median(nuclei) },
            white: [channel(0)?, channel(1)?, channel(2)?],
            strength: median(looks.iter().map(|look| look.strength))?,
        })
    }

    /// How large these nuclei are against another look's, in their frames; `None` where either is unknown.
    #[must_use]
    pub fn scale_against(&self, other: &Self) -> Option<f64> {
        Some(self.nucleus? / other.nucleus.filter(|nucleus| *nucleus > 0.0)?)
    }

    /// Distance of two backgrounds: the root mean square over the channels of the difference in natural optical density.
    #[must_use]
    pub fn background_distance(&self, other: &Self) -> f64 {
        let density = |white: f64| -white.max(1.0 / 255.0).ln();
        let squares = self.white.iter().zip(other.white).map(|(a, b)| (density(*a) - density(b)).powi(2));
        (squares.sum::<f64>() / 3.0).sqrt()
    }

    /// Distance of two strengths of stain: the difference of their logarithms.
    #[must_use]
    pub fn stain_distance(&self, other: &Self) -> f64 {
        let log = |strength: f64| strength.max(0.01).ln();
        (log(self.strength) - log(other.strength)).abs()
    }
}

/// Leaves out what is smaller than half of the large ones: platelets, of which one lab has many and another has none.
fn without_small(mut nuclei: Vec<f64>) -> Vec<f64> {
    nuclei.sort_by(f64::total_cmp);
    let large = nuclei.get(nuclei.len() * 4 / 5).copied().unwrap_or(0.0);
    nuclei.retain(|nucleus| *nucleus > large / 2.0);
    nuclei
}

/// The middle of some values, or what lies between the middle two; `None` without any.
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2)?;
    let lower = values.get(values.len().saturating_sub(1) / 2)?;
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(nucleus: Option<f64>) -> ImageLook {
        ImageLook { nucleus, white: [0.9, 0.8, 0.7], strength: 1.0 }
    }

    #[test]
    fn platelets_do_not_move_the_middle_nucleus() {
        let cells = (0..40).map(|i| look(Some(0.25 + f64::from(i % 10) / 100.0)));
        let platelets = (0..20).map(|_| look(Some(0.12)));
        let alone = Look::of(&cells.clone().collect::<Vec<_>>()).unwrap();
        let among = Look::of(&cells.chain(platelets).collect::<Vec<_>>()).unwrap();
        assert_eq!(alone.nucleus, among.nucleus);
        assert_eq!((alone.images, among.images), (40, 60));
    }

    #[test]
    fn too_few_nuclei_give_no_scale() {
        let few: Vec<_> = (0..FEWEST_NUCLEI - 1).map(|_| look(Some(0.3))).chain([look(None); 30]).collect();
        let few = Look::of(&few).unwrap();
        assert_eq!((few.nucleus, few.scale_against(&few)), (None, None));
        assert_eq!(Look::of(&[]), None);
    }

    #[test]
    fn distances_are_zero_to_oneself_and_grow_with_a_cast() {
        let home = Look::of(&[look(None)]).unwrap();
        let blue = Look { white: [0.6, 0.7, 0.7], strength: 2.0, ..home };
        assert!(home.background_distance(&home) < 1e-12 && home.stain_distance(&home) < 1e-12);
        let expected = (((1.5_f64).ln().powi(2) + (8.0_f64 / 7.0).ln().powi(2)) / 3.0).sqrt();
        assert!((blue.background_distance(&home) - expected).abs() < 1e-12);
        assert!((blue.stain_distance(&home) - 2.0_f64.ln()).abs() < 1e-12);
    }
}
