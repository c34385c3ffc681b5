//! Cells that a model remembers, as the maps that its own late blocks read: it can then learn another lab's cells without
//! forgetting its own (latent replay, Pellegrini et al. 2020, arXiv 1912.01100).
//!
//! No image is kept. The maps stay true as long as the blocks before them do not change.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::error::ModelError;
use crate::domain::{classes::ClassList, hash::ContentHash};

/// Names of the tensors in a file.
const MAPS: &str = "maps";
const LOWEST: &str = "lowest";
const STEPS: &str = "steps";
const ANSWERS: &str = "answers";
/// Name in a file's metadata: the hash of the weights, then the classes, one a line. One name alone, since several are
/// written in an order that changes from run to run.
const OWNER: &str = "model";

/// Maps at the end of [`Stage::Late`](super::stage::Stage::Late) with the answers that the model gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// Height, width and channels of a map.
    shape: [usize; 3],
    /// `[n, h, w, c]`, in steps above the channel's lowest value.
    maps: Vec<u8>,
    /// `[c]` each.
    lowest: Vec<f32>,
    steps: Vec<f32>,
    /// `[n, classes]`, probabilities.
    answers: Vec<f32>,
    classes: usize,
    /// `None` in files of before it was kept.
    owner: Option<Owner>,
}

/// Whose memory it is.
#[derive(Clone, Debug, PartialEq)]
struct Owner {
    weights: ContentHash,
    classes: ClassList,
}

impl Memory {
    /// From maps `[n, h, w, c]` of this shape, finite, and `n` answers over the classes; keeps eight bits of each value.
    #[must_use]
    pub fn new(maps: &[f32], shape: [usize; 3], answers: &[Vec<f32>]) -> Self {
        let c = shape[2].max(1);
        let (mut lowest, mut highest) = (vec![f32::INFINITY; c], vec![f32::NEG_INFINITY; c]);
        for pixel in maps.chunks_exact(c) {
            for ((low, high), value) in lowest.iter_mut().zip(&mut highest).zip(pixel) {
                (*low, *high) = (low.min(*value), high.max(*value));
            }
        }
        let steps: Vec<f32> = lowest.iter().zip(&highest).map(|(low, high)| (high - low) / 255.0).collect();
        let quantised = |pixel: &[f32]| -> Vec<u8> {
            let of = |((value, low), step): ((&f32, &f32), &f32)| {
                if *step > 0.0 { ((value - low) / step).round().clamp(0.0, 255.0) as u8 } else { 0 }
            };
            pixel.iter().zip(&lowest).zip(&steps).map(of).collect()
        };
        let maps = maps.chunks_exact(c).flat_map(quantised).collect();
        let classes = answers.first().map_or(0, Vec::len);
        Self { shape, maps, lowest, steps, answers: answers.concat(), classes, owner: None }
    }

    /// The same memory as that of the model with these weights and classes.
    #[must_use]
    pub fn owned_by(self, weights: ContentHash, classes: &ClassList) -> Self {
        Self { owner: Some(Owner { weights, classes: classes.clone() }), ..self }
    }

    /// Why it cannot be the memory of the model with these weights and classes whose late maps have this shape; `None` where
    /// it can.
    #[must_use]
    pub fn misfit(&self, weights: ContentHash, classes: &ClassList, shape: [usize; 3]) -> Option<String> {
        match &self.owner {
            Some(owner) if owner.classes != *classes => Some("it is of other classes".to_owned()),
            Some(owner) if owner.weights != weights => Some("it is of other weights".to_owned()),
            _ if self.classes != classes.len() => Some(format!("it is of {} classes", self.classes)),
            _ if self.shape != shape => Some(format!("its maps are {:?}, the network's {shape:?}", self.shape)),
            _ => None,
        }
    }

    /// Cells remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answers.len() / self.classes.max(1)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Height, width and channels of a map.
    #[must_use]
    pub const fn shape(&self) -> [usize; 3] {
        self.shape
    }

    #[must_use]
    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Every map, `[n, h, w, c]`.
    #[must_use]
    pub fn maps(&self) -> Vec<f32> {
        let value = |((at, low), step): ((&u8, &f32), &f32)| low + f32::from(*at) * step;
        let pixel = |pixel: &[u8]| -> Vec<f32> { pixel.iter().zip(&self.lowest).zip(&self.steps).map(value).collect() };
        self.maps.chunks_exact(self.shape[2].max(1)).flat_map(pixel).collect()
    }

    /// The answers, one row a cell.
    pub fn answers(&self) -> impl Iterator<Item = &[f32]> {
        self.answers.chunks_exact(self.classes.max(1))
    }

    /// As safetensors.
    ///
    /// # Errors
    /// [`ModelError::Memory`], which a memory of whole maps never is.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let damaged = |why: safetensors::SafeTensorError| ModelError::Memory(why.to_string());
        let floats = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
        let (lowest, steps, answers) = (floats(&self.lowest), floats(&self.steps), floats(&self.answers));
        let [h, w, c] = self.shape;
        let view = |kind, shape, bytes| TensorView::new(kind, shape, bytes).map_err(damaged);
        let tensors = [
            (MAPS, view(Dtype::U8, vec![self.len(), h, w, c], &self.maps)?),
            (LOWEST, view(Dtype::F32, vec![c], &lowest)?),
            (STEPS, view(Dtype::F32, vec![c], &steps)?),
            (ANSWERS, view(Dtype::F32, vec![self.len(), self.classes], &answers)?),
        ];
        let metadata = self.owner.as_ref().map(|owner| {
            let lines: Vec<String> =
                std::iter::once(owner.weights.to_string()).chain(owner.classes.iter().map(str::to_owned)).collect();
            HashMap::from([(OWNER.to_owned(), lines.join("\n"))])
        });
        safetensors::serialize(tensors, metadata).map_err(damaged)
    }

    /// # Errors
    /// [`ModelError::Memory`] where the bytes are no memory.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let damaged = |why: safetensors::SafeTensorError| ModelError::Memory(why.to_string());
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let owner = header.metadata().as_ref().and_then(|metadata| {
            let mut lines = metadata.get(OWNER)?.lines().map(str::to_owned);
            Some(Owner { weights: lines.next()?.parse().ok()?, classes: ClassList::new(lines) })
        });
        let floats = |name: &str| -> Result<(Vec<f32>, Vec<usize>), ModelError> {
            let view = file.tensor(name).map_err(damaged)?;
            let (values, rest) = view.data().as_chunks::<4>();
            if view.dtype() != Dtype::F32 || !rest.is_empty() {
                return Err(ModelError::Memory(format!("{name} holds no 32-bit numbers")));
            }
            Ok((values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(), view.shape().to_vec()))
        };
        let maps = file.tensor(MAPS).map_err(damaged)?;
        let ((lowest, _), (steps, _), (answers, rows)) = (floats(LOWEST)?, floats(STEPS)?, floats(ANSWERS)?);
        match (maps.shape(), &rows[..]) {
            (&[n, h, w, c], &[m, classes])
                if n == m && maps.dtype() == Dtype::U8 && lowest.len() == c && steps.len() == c =>
            {
                Ok(Self { shape: [h, w, c], maps: maps.data().to_vec(), lowest, steps, answers, classes, owner })
            }
            _ => Err(ModelError::Memory("its tensors contradict each other".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_comes_back_from_its_bytes_within_half_a_step() {
        let maps: Vec<f32> =
            (0..3 * 2 * 2 * 5).map(|i| if i % 5 == 4 { 1.5 } else { (i * 7 % 31) as f32 / 4.0 - 2.0 }).collect();
        let memory = Memory::new(&maps, [2, 2, 5], &[vec![0.25, 0.75], vec![1.0, 0.0], vec![0.5, 0.5]]);
        let again = Memory::from_bytes(&memory.to_bytes().unwrap()).unwrap();
        assert_eq!(memory, again);
        assert_eq!((again.len(), again.shape(), again.classes()), (3, [2, 2, 5], 2));
        assert_eq!(again.answers().nth(1), Some(&[1.0, 0.0][..]));
        for (was, is) in maps.iter().zip(again.maps()) {
            assert!((was - is).abs() <= 7.75 / 255.0 / 2.0 + 1e-6, "{was} {is}");
        }
    }

    #[test]
    fn a_memory_knows_whose_it_is_and_an_old_one_is_judged_by_its_shape() {
        let list = |names: &[&str]| ClassList::new(names.iter().map(|name| (*name).to_owned()));
        let (own, classes) = (ContentHash([7; 32]), list(&["blast", "monocyte"]));
        let old = Memory::new(&[0.0; 8], [2, 2, 1], &[vec![1.0, 0.0], vec![0.0, 1.0]]);
        let kept = Memory::from_bytes(&old.clone().owned_by(own, &classes).to_bytes().unwrap()).unwrap();
        assert_eq!(kept.misfit(own, &classes, [2, 2, 1]), None);
        assert!(kept.misfit(ContentHash([8; 32]), &classes, [2, 2, 1]).unwrap().contains("other weights"));
        assert!(kept.misfit(own, &list(&["blast", "platelet"]), [2, 2, 1]).unwrap().contains("other classes"));
        let old = Memory::from_bytes(&old.to_bytes().unwrap()).unwrap();
        assert_eq!(old.misfit(own, &classes, [2, 2, 1]), None);
        for memory in [&kept, &old] {
            assert!(memory.misfit(own, &classes, [4, 4, 1]).unwrap().contains("maps"), "another size of input");
        }
        assert!(old.misfit(own, &list(&["blast"]), [2, 2, 1]).is_some());
    }

    #[test]
    fn bytes_that_are_cut_or_contradict_each_other_are_refused() {
        let memory = Memory::new(&[0.0; 8], [2, 2, 1], &[vec![1.0], vec![1.0]]);
        let bytes = memory.to_bytes().unwrap();
        assert!(Memory::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        assert!(Memory::from_bytes(b"no memory").is_err());
        let other = Memory { answers: vec![1.0; 3], ..memory };
        assert!(other.to_bytes().is_err() || Memory::from_bytes(&other.to_bytes().unwrap()).is_err());
    }
}
