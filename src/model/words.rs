//! What a network's features say of a cell in words: one linear head an attribute, over the means of its maps.
//!
//! The heads are fitted after the network and change nothing in it, so that the answers of a model with them and without
//! are the same.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::error::ModelError;
use crate::domain::{
    attributes::{Attribute, ByClass, Said},
    hash::ContentHash,
};

/// Names of the tensors in a file, and of the rest in its metadata.
const WEIGHT: &str = "weight";
const BIAS: &str = "bias";
const MANNERS: &str = "manners";

/// Everything about the heads but their numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manners {
    /// In the order of the columns.
    pub attributes: Vec<Attribute>,
    /// Divides the logits of each attribute (Guo et al. 2017).
    pub temperatures: Vec<f64>,
    /// What the cells that they were fitted on are like, in the order of the model's classes.
    pub by_class: ByClass,
    /// Of the weights whose features they read.
    pub owner: ContentHash,
}

/// The heads of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    manners: Manners,
    /// `[features, columns]`, a column a value.
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Words {
    /// # Errors
    /// [`ModelError::Words`] where the shapes do not belong together or a number is none.
    pub fn new(manners: Manners, weight: Vec<f32>, bias: Vec<f32>) -> Result<Self, ModelError> {
        let columns: usize = manners.attributes.iter().map(|attribute| attribute.values.len()).sum();
        let whole = columns > 0
            && bias.len() == columns
            && weight.len().is_multiple_of(columns)
            && manners.temperatures.len() == manners.attributes.len()
            && manners.temperatures.iter().all(|temperature| *temperature > 0.0 && temperature.is_finite())
            && weight.iter().chain(&bias).all(|value| value.is_finite());
        whole
            .then_some(Self { manners, weight, bias })
            .ok_or_else(|| ModelError::Words("its numbers do not belong to its attributes".to_owned()))
    }

    #[must_use]
    pub const fn manners(&self) -> &Manners {
        &self.manners
    }

    /// Whether they were made of the model with these weights.
    #[must_use]
    pub fn is_of(&self, weights: ContentHash) -> bool {
        self.manners.owner == weights
    }

    /// The same with other temperatures.
    ///
    /// # Errors
    /// [`ModelError::Words`] where there is not one for each attribute.
    pub fn with_temperatures(self, temperatures: Vec<f64>) -> Result<Self, ModelError> {
        Self::new(Manners { temperatures, ..self.manners }, self.weight, self.bias)
    }

    /// The logits of one attribute's values; `None` for features of another length and without such an attribute.
    #[must_use]
    pub fn logits(&self, features: &[f32], place: usize) -> Option<Vec<f32>> {
        let sizes = self.manners.attributes.iter().map(|attribute| attribute.values.len());
        let first: usize = sizes.clone().take(place).sum();
        let size = sizes.clone().nth(place)?;
        Some(self.all_logits(features)?.get(first..first + size)?.to_vec())
    }

    fn all_logits(&self, features: &[f32]) -> Option<Vec<f32>> {
        let columns = self.bias.len();
        if features.len() * columns != self.weight.len() {
            return None;
        }
        let mut logits = self.bias.clone();
        for (value, row) in features.iter().zip(self.weight.chunks_exact(columns)) {
            logits.iter_mut().zip(row).for_each(|(sum, weight)| *sum += value * weight);
        }
        Some(logits)
    }

    /// The likeliest value of each attribute with its calibrated confidence; nothing for features of another length.
    #[must_use]
    pub fn values(&self, features: &[f32]) -> Vec<(usize, f32)> {
        let Some(logits) = self.all_logits(features) else { return Vec::new() };
        let mut rest = logits.as_slice();
        let mut values = Vec::with_capacity(self.manners.attributes.len());
        for (attribute, temperature) in self.manners.attributes.iter().zip(&self.manners.temperatures) {
            let (own, others) = rest.split_at(attribute.values.len().min(rest.len()));
            values.extend(likeliest(own, *temperature));
            rest = others;
        }
        values
    }

    /// The same in words.
    #[must_use]
    pub fn said(&self, values: &[(usize, f32)]) -> Vec<Said> {
        let one = |(attribute, (value, confidence)): (&Attribute, &(usize, f32))| {
            let (name, value) = (attribute.name.clone(), attribute.values.get(*value)?.clone());
            Some(Said { name, value, confidence: *confidence })
        };
        self.manners.attributes.iter().zip(values).filter_map(one).collect()
    }

    /// What is said of a cell and hardly ever true of its class, the surest in words; `None` where nothing is.
    #[must_use]
    pub fn contradiction(&self, class: usize, values: &[(usize, f32)]) -> Option<String> {
        let place = *self.manners.by_class.contradictions(class, values).first()?;
        let (attribute, (value, _)) = (self.manners.attributes.get(place)?, values.get(place)?);
        Some(format!("{}: {}", attribute.name.replace('_', " "), attribute.values.get(*value)?))
    }

    /// As safetensors.
    ///
    /// # Errors
    /// [`ModelError::Words`], which a whole one never is.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let damaged = |why: safetensors::SafeTensorError| ModelError::Words(why.to_string());
        let bytes = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
        let (weight, bias) = (bytes(&self.weight), bytes(&self.bias));
        let columns = self.bias.len();
        let shape = vec![self.weight.len() / columns.max(1), columns];
        let tensors = [
            (WEIGHT, TensorView::new(Dtype::F32, shape, &weight).map_err(damaged)?),
            (BIAS, TensorView::new(Dtype::F32, vec![columns], &bias).map_err(damaged)?),
        ];
        let manners = serde_json::to_string(&self.manners).map_err(|why| ModelError::Words(why.to_string()))?;
        safetensors::serialize(tensors, Some(HashMap::from([(MANNERS.to_owned(), manners)]))).map_err(damaged)
    }

    /// # Errors
    /// [`ModelError::Words`] where the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let damaged = |why: safetensors::SafeTensorError| ModelError::Words(why.to_string());
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let manners = header.metadata().as_ref().and_then(|metadata| metadata.get(MANNERS));
        let manners = manners.ok_or_else(|| ModelError::Words("it does not say what it is".to_owned()))?;
        let manners = serde_json::from_str(manners).map_err(|why| ModelError::Words(why.to_string()))?;
        let floats = |name: &str| -> Result<Vec<f32>, ModelError> {
            let view = file.tensor(name).map_err(damaged)?;
            let (values, rest) = view.data().as_chunks::<4>();
            if view.dtype() != Dtype::F32 || !rest.is_empty() {
                return Err(ModelError::Words("it holds no 32-bit numbers".to_owned()));
            }
            Ok(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        };
        Self::new(manners, floats(WEIGHT)?, floats(BIAS)?)
    }
}

/// The largest of some logits, with its share after the softmax.
fn likeliest(logits: &[f32], temperature: f64) -> Option<(usize, f32)> {
    let mut best = (0, *logits.first()?);
    for (place, &value) in logits.iter().enumerate() {
        if value > best.1 {
            best = (place, value);
        }
    }
    let sum: f64 = logits.iter().map(|value| (f64::from(value - best.1) / temperature).exp()).sum();
    Some((best.0, (1.0 / sum) as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let attribute = |name: &str, values: &[&str]| Attribute {
            name: name.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        let attributes = vec![attribute("shape", &["lobed", "round"]), attribute("granules", &["nil", "pink", "red"])];
        let mut by_class = ByClass::new(2, &attributes);
        (0..100).for_each(|_| by_class.add(0, &[Some(0), Some(1)]));
        let manners =
            Manners { attributes, temperatures: vec![1.0, 2.0], by_class, owner: ContentHash::of(b"weights") };
        let weight = vec![1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0, 0.0, 2.0];
        Words::new(manners, weight, vec![0.0; 5]).unwrap()
    }

    #[test]
    fn values_are_read_by_their_own_columns_and_survive_a_file() {
        let words = Words::from_bytes(&words().to_bytes().unwrap()).unwrap();
        assert_eq!(words, self::words());
        let values = words.values(&[3.0, 4.0]);
        assert_eq!([values[0].0, values[1].0], [0, 2]);
        assert!((values[0].1 - 0.997_527).abs() < 1e-5, "{}", values[0].1);
        // At a temperature of 2: 1 / (1 + e^-4 + e^-8).
        assert!((values[1].1 - 0.981_689).abs() < 1e-5, "{}", values[1].1);
        assert_eq!(words.said(&values)[1].value, "red");
        assert_eq!(words.contradiction(0, &values).as_deref(), Some("granules: red"));
        assert_eq!(words.contradiction(1, &values), None, "no cell of that class was described");
        assert!(words.values(&[3.0]).is_empty(), "features of another network");
        assert!(words.is_of(ContentHash::of(b"weights")) && !words.is_of(ContentHash::of(b"others")));
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let bytes = words().to_bytes().unwrap();
        assert!(Words::from_bytes(&bytes[..bytes.len() - 4]).is_err());
        assert!(Words::from_bytes(b"no such file").is_err());
        let Words { manners, weight, .. } = words();
        assert!(Words::new(manners.clone(), weight.clone(), vec![0.0; 4]).is_err());
        assert!(Words::new(manners, vec![f32::NAN; weight.len()], vec![0.0; 5]).is_err());
    }
}
