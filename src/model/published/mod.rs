//! Backbones that others trained: safetensors with the names of Keras or of timm, converted to this network's layout.
//!
//! What a file lacks, or holds in another shape, is listed with the file's own name for it and left as it was.

mod names;

use std::{collections::BTreeMap, path::Path};

use burn::store::burn_pack;
use burn::tensor::{Bytes, DType, bf16, f16};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use self::names::Naming;
use super::{
    classifier::Classifier,
    error::ModelError,
    foreign,
    norm::EPSILON,
    weights::{self, Applied},
};
use crate::domain::architecture::Architecture;

/// Networks share a name or two, such as `bn1`: a file with no more than this part of the names is of another network.
const FEW: usize = 10;
const BACKBONE: &str = "backbone.";
/// timm's epsilon of batch normalisation, PyTorch's own.
const TIMM_EPSILON: f64 = 1e-5;
/// What stays different whatever is converted.
const TIMM_PADDING: &str = "timm pads windows that move by two at both ends, this network at the far end as Keras does: until \
                            it has been trained, its answers differ from timm's";

/// Loads a backbone's weights from a safetensors file whose names are Keras's or timm's; the head stays as it is.
///
/// # Errors
/// [`ModelError::Read`] where the file cannot be read, [`ModelError::Weights`] where it is no safetensors file or
/// holds values that are not numbers, [`ModelError::Foreign`] where its tensors are not this architecture's.
pub fn apply(network: &mut Classifier, architecture: Architecture, file: &Path) -> Result<Applied, ModelError> {
    let bytes = std::fs::read(file).map_err(|why| ModelError::Read { path: file.to_owned(), why: why.to_string() })?;
    let source = Source::open(&bytes).map_err(|why| foreign::named(&bytes).map_or(why, ModelError::Format))?;
    let wanted: Vec<_> =
        weights::parameters(network).into_iter().filter(|(path, _)| path.starts_with(BACKBONE)).collect();
    let known = |naming| wanted.iter().filter(|(path, _)| source.find(naming, architecture, path).is_some()).count();
    let (keras, timm) = (known(Naming::Keras), known(Naming::Timm));
    if keras.max(timm) <= wanted.len() / FEW {
        return Err(ModelError::Foreign(architecture.title()));
    }
    let naming = if timm > keras { Naming::Timm } else { Naming::Keras };
    let mut applied = Applied::default();
    let mut tensors = Vec::new();
    for (path, shape) in &wanted {
        let name = naming.name(architecture, inner(path)).unwrap_or_default();
        let Some(view) = source.find(naming, architecture, path) else {
            applied.missing.push(format!("{path} ({name})"));
            continue;
        };
        match source.convert(naming, architecture, path, shape, &view)? {
            Some(values) => tensors.push(pack(path, shape, values)),
            None => {
                let found = view.shape();
                applied
                    .mismatched
                    .push(format!("{path} ({name}) has the shape {found:?}, which does not become {shape:?}"));
            }
        }
    }
    applied.applied = weights::apply_tensors(network, tensors).applied;
    if naming == Naming::Timm {
        applied.notes.push(TIMM_PADDING.to_owned());
    }
    weights::check_finite(network).map(|()| applied)
}

fn inner(path: &str) -> &str {
    path.strip_prefix(BACKBONE).unwrap_or(path)
}

fn pack(path: &str, shape: &[usize], values: Vec<f32>) -> burn_pack::Tensor {
    burn_pack::Tensor::new(path.to_owned(), DType::F32, shape.to_vec(), None, Bytes::from_elems(values))
}

/// An open file, its tensors by their names without what only some writers add.
struct Source<'a> {
    file: SafeTensors<'a>,
    names: BTreeMap<String, String>,
}

impl<'a> Source<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let file = SafeTensors::deserialize(bytes).map_err(|why| ModelError::Weights(why.to_string()))?;
        let names = file.names().into_iter().map(|name| (names::tidy(name), name.to_owned())).collect();
        Ok(Self { file, names })
    }

    fn find(&self, naming: Naming, architecture: Architecture, path: &str) -> Option<TensorView<'_>> {
        let name = naming.name(architecture, inner(path))?;
        let counts_from_zero = self.names.contains_key("conv2d/kernel");
        let own = naming.spellings(&name, counts_from_zero).into_iter().find_map(|name| self.names.get(&name))?;
        self.file.tensor(own).ok()
    }

    /// The values in this network's layout, or `None` where the shape is another one.
    fn convert(
        &self,
        naming: Naming,
        architecture: Architecture,
        path: &str,
        wanted: &[usize],
        view: &TensorView<'_>,
    ) -> Result<Option<Vec<f32>>, ModelError> {
        let values = decode(path, view)?;
        if naming == Naming::Keras {
            return Ok((squeezed(view.shape()) == squeezed(wanted)).then_some(values));
        }
        let Some(mut values) = to_channels_last(values, view.shape(), wanted) else { return Ok(None) };
        if let Some(norm) = path.strip_suffix("gamma") {
            // Folded with the epsilon of this network, the scale is again the one that it was with timm's.
            let path = format!("{norm}variance");
            let Some(view) = self.find(naming, architecture, &path) else { return Ok(Some(values)) };
            for (gamma, variance) in values.iter_mut().zip(decode(&path, &view)?) {
                let variance = f64::from(variance);
                *gamma = (f64::from(*gamma) * ((variance + EPSILON) / (variance + TIMM_EPSILON)).sqrt()) as f32;
            }
        }
        Ok(Some(values))
    }
}

/// A shape without the axes of length one, which Keras keeps and our kernels do without.
fn squeezed(shape: &[usize]) -> Vec<usize> {
    shape.iter().copied().filter(|&side| side != 1).collect()
}

fn decode(path: &str, view: &TensorView<'_>) -> Result<Vec<f32>, ModelError> {
    let bytes = view.data();
    let halves = || bytes.as_chunks::<2>().0.iter().copied();
    match view.dtype() {
        Dtype::F32 => Ok(bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect()),
        Dtype::F16 => Ok(halves().map(|two| f16::from_le_bytes(two).to_f32()).collect()),
        Dtype::BF16 => Ok(halves().map(|two| bf16::from_le_bytes(two).to_f32()).collect()),
        other => Err(ModelError::Weights(format!("{path} has elements of type {other:?}"))),
    }
}

/// `[c_out, c_in, h, w]` to `[h, w, c_in, c_out]`, of which `wanted` may leave out axes of length one.
fn to_channels_last(values: Vec<f32>, shape: &[usize], wanted: &[usize]) -> Option<Vec<f32>> {
    let [c_out, c_in, h, w] = *shape else { return (shape == wanted).then_some(values) };
    // One filter a channel: the channels stand first and are the last axis here.
    let moved = if c_in == 1 && wanted.len() == 3 { [h, w, c_out, 1] } else { [h, w, c_in, c_out] };
    if squeezed(&moved) != squeezed(wanted) {
        return None;
    }
    let area = h * w;
    let mut out = vec![0.0; values.len()];
    for (filter, block) in values.chunks_exact((c_in * area).max(1)).enumerate() {
        for (channel, window) in block.chunks_exact(area.max(1)).enumerate() {
            for (at, value) in window.iter().enumerate() {
                *out.get_mut((at * c_in + channel) * c_out + filter)? = *value;
            }
        }
    }
    Some(out)
}
