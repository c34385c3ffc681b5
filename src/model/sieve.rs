//! What tells a cell from what is none, by what the network sees: one direction among its features, found between a model's
//! own cells and pictures made to be none (outlier exposure, Hendrycks et al. 2019, arXiv 1812.04606).
//!
//! Of several scores this one carried over to other labs; `tests/bench/README.md` has them beside each other.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::error::ModelError;
use crate::domain::hash::ContentHash;

/// Names of the tensors in a file, and of the weights' hash in its metadata.
const MEAN: &str = "mean";
const SCALE: &str = "scale";
const WEIGHTS: &str = "weights";
const LEVELS: &str = "levels";
const HOME_MEAN: &str = "home_mean";
const HOME_SCALE: &str = "home_scale";
const ODD: &str = "odd";
const OWNER: &str = "model";
/// A feature this many deviations from the cells' mean is as odd as can be: one alone must not decide.
pub const FURTHEST: f32 = 6.0;

/// What an image is to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    Cell,
    /// Odder than nearly all of the model's own cells.
    Unlike,
    /// Far beyond any.
    NoCell,
}

/// The direction and how far along it cells lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Sieve {
    /// Of each feature over the cells, and one over its deviation.
    mean: Vec<f32>,
    scale: Vec<f32>,
    weights: Vec<f32>,
    /// Scores above which an image is unlike the cells, and no cell.
    levels: [f32; 2],
    home: AtHome,
    owner: ContentHash,
}

/// What the model's own lab looks like to its network, other labs' cells that it learned from left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AtHome {
    /// Of each feature over the cells, and one over its deviation.
    pub mean: Vec<f32>,
    pub scale: Vec<f32>,
    /// Mean and deviation of how odd a cell is, by the class that it is given.
    pub odd: Vec<[f32; 2]>,
}

impl AtHome {
    /// How odd an image is: the logarithm of the mean square of its features' deviations.
    #[must_use]
    pub fn oddness(&self, features: &[f32]) -> f32 {
        let all = features.iter().zip(self.mean.iter().zip(&self.scale));
        let sum: f32 = all.map(|(value, (mean, scale))| standard(*value, *mean, *scale).powi(2)).sum();
        (sum / features.len().max(1) as f32).max(f32::MIN_POSITIVE).ln()
    }
}

impl Sieve {
    /// From as many means, reciprocal deviations and weights as the model with these weights has features.
    #[must_use]
    pub fn new([mean, scale, weights]: [Vec<f32>; 3], levels: [f32; 2], home: AtHome, owner: ContentHash) -> Self {
        Self { mean, scale, weights, levels, home, owner }
    }

    /// How odd an image is among the own lab's cells that are given the same class, in their deviations; `None` where that
    /// was not measured.
    #[must_use]
    pub fn oddness(&self, features: &[f32], label: usize) -> Option<f32> {
        let [mean, deviation] = self.home.odd.get(label)?;
        (features.len() == self.home.mean.len()).then(|| (self.home.oddness(features) - mean) / deviation)
    }

    /// How far from cells an image lies; not a number where its features are not.
    #[must_use]
    pub fn score(&self, features: &[f32]) -> f32 {
        let terms = features.iter().zip(&self.mean).zip(self.scale.iter().zip(&self.weights));
        terms.map(|((value, mean), (scale, weight))| standard(*value, *mean, *scale) * weight).sum()
    }

    /// What the features say of an image; a cell where they are not those of this model's network.
    #[must_use]
    pub fn judge(&self, features: &[f32]) -> Sight {
        let [unlike, none] = self.levels;
        let score = self.score(features);
        match () {
            () if features.len() != self.mean.len() => Sight::Cell,
            () if score > none => Sight::NoCell,
            () if score > unlike => Sight::Unlike,
            () => Sight::Cell,
        }
    }

    /// Whether it was made of the model with these weights.
    #[must_use]
    pub fn is_of(&self, weights: ContentHash) -> bool {
        self.owner == weights
    }

    /// The same for other weights that give the same answers, such as halved ones.
    #[must_use]
    pub fn owned_by(self, owner: ContentHash) -> Self {
        Self { owner, ..self }
    }

    /// As safetensors.
    ///
    /// # Errors
    /// [`ModelError::Sieve`], which a whole one never is.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let damaged = |why: safetensors::SafeTensorError| ModelError::Sieve(why.to_string());
        let bytes = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
        let lists = [
            (MEAN, &self.mean[..]),
            (SCALE, &self.scale),
            (WEIGHTS, &self.weights),
            (LEVELS, &self.levels),
            (HOME_MEAN, &self.home.mean),
            (HOME_SCALE, &self.home.scale),
            (ODD, self.home.odd.as_flattened()),
        ];
        let parts = lists.map(|(name, values)| (name, values.len(), bytes(values)));
        let mut views = Vec::with_capacity(parts.len());
        for (name, count, bytes) in &parts {
            views.push((*name, TensorView::new(Dtype::F32, vec![*count], bytes).map_err(damaged)?));
        }
        let metadata = HashMap::from([(OWNER.to_owned(), self.owner.to_string())]);
        safetensors::serialize(views, Some(metadata)).map_err(damaged)
    }

    /// # Errors
    /// [`ModelError::Sieve`] where the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let damaged = |why: safetensors::SafeTensorError| ModelError::Sieve(why.to_string());
        let wrong = |why: &str| ModelError::Sieve(why.to_owned());
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let owner = header.metadata().as_ref().and_then(|metadata| metadata.get(OWNER)?.parse().ok());
        let floats = |name: &str| -> Result<Vec<f32>, ModelError> {
            let view = file.tensor(name).map_err(damaged)?;
            let (values, rest) = view.data().as_chunks::<4>();
            if view.dtype() != Dtype::F32 || !rest.is_empty() {
                return Err(wrong("it holds no 32-bit numbers"));
            }
            Ok(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        };
        let [mean, scale, weights] = [floats(MEAN)?, floats(SCALE)?, floats(WEIGHTS)?];
        let levels: [f32; 2] = floats(LEVELS)?.try_into().map_err(|_| wrong("it has not two levels"))?;
        let home = AtHome {
            mean: floats(HOME_MEAN)?,
            scale: floats(HOME_SCALE)?,
            odd: floats(ODD)?.as_chunks::<2>().0.to_vec(),
        };
        let lengths = [scale.len(), weights.len(), home.mean.len(), home.scale.len()];
        let is_whole = lengths.iter().all(|length| *length == mean.len());
        let mut all = mean.iter().chain(&scale).chain(&weights).chain(&levels).chain(home.odd.as_flattened());
        if !is_whole || !all.all(|value| value.is_finite()) || levels[0] > levels[1] {
            return Err(wrong("its tensors contradict each other"));
        }
        Ok(Self { mean, scale, weights, levels, home, owner: owner.ok_or_else(|| wrong("it names no model"))? })
    }
}

/// A feature in deviations from the cells' mean.
#[must_use]
pub fn standard(value: f32, mean: f32, scale: f32) -> f32 {
    ((value - mean) * scale).clamp(-FURTHEST, FURTHEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sieve() -> Sieve {
        let home = AtHome { mean: vec![0.0; 2], scale: vec![1.0; 2], odd: vec![[0.0, 1.0], [1.0, 2.0]] };
        Sieve::new([vec![1.0, 0.0], vec![2.0, 1.0], vec![1.0, -0.5]], [1.0, 3.0], home, ContentHash([7; 32]))
    }

    #[test]
    fn oddness_counts_deviations_of_the_class_that_is_given() {
        let e = 1.0_f32.exp().sqrt();
        assert!((sieve().oddness(&[e, e], 0).unwrap() - 1.0).abs() < 1e-5);
        assert!(sieve().oddness(&[e, e], 1).unwrap().abs() < 1e-5);
        assert_eq!((sieve().oddness(&[e, e], 2), sieve().oddness(&[e], 0)), (None, None));
    }

    #[test]
    fn a_sieve_sorts_by_its_levels_and_one_wild_feature_is_held_back() {
        let sieve = sieve();
        assert!((sieve.score(&[1.5, 1.0]) - 0.5).abs() < 1e-6);
        let seen = |features: &[f32]| sieve.judge(features);
        assert_eq!(
            [seen(&[1.5, 1.0]), seen(&[2.0, 1.0]), seen(&[3.0, 0.0])],
            [Sight::Cell, Sight::Unlike, Sight::NoCell]
        );
        assert!((sieve.score(&[1e9, 0.0]) - FURTHEST).abs() < 1e-6);
        assert_eq!(seen(&[9.0]), Sight::Cell, "another network's features say nothing");
    }

    #[test]
    fn a_sieve_comes_back_from_its_bytes_and_a_damaged_one_does_not() {
        let bytes = sieve().to_bytes().unwrap();
        let again = Sieve::from_bytes(&bytes).unwrap();
        assert_eq!(again, sieve());
        assert!(again.is_of(ContentHash([7; 32])) && !again.is_of(ContentHash([8; 32])));
        assert!(Sieve::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        for broken in [Sieve { levels: [3.0, 1.0], ..sieve() }, Sieve { mean: vec![f32::NAN; 2], ..sieve() }] {
            assert!(Sieve::from_bytes(&broken.to_bytes().unwrap()).is_err());
        }
        assert!(Sieve::from_bytes(&Sieve { mean: vec![0.0], ..sieve() }.to_bytes().unwrap()).is_err());
    }
}
