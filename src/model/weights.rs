//! Weights in and out of a network as burnpack.
//!
//! Whatever a source lacks, or holds in another shape, is listed and left as it was; nothing is filled in silently.

use burn::{
    module::{Module, ModuleVisitor, Param},
    store::{ApplyError, ApplyResult, FloatCastAdapter, ModuleAdapter, ModuleSnapshot, burn_pack},
    tensor::{Bytes, DType, Tensor},
};

use super::{
    classifier::Classifier,
    columns::{self, Classes},
    error::ModelError,
    position,
};

/// What stands in the names of an attention's parameters.
const ATTENTION: &str = "attention.";

/// How many bits a stored weight takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits, exact.
    Full,
    /// 16 bits, for bundled models.
    Half,
}

/// What came of loading weights into a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Parameters that got a value.
    pub applied: usize,
    /// Parameters that the source lacks.
    pub missing: Vec<String>,
    /// Parameters that the source holds in another shape, with both shapes.
    pub mismatched: Vec<String>,
    /// What a person should know about the source.
    pub notes: Vec<String>,
}

impl Applied {
    fn of(result: ApplyResult) -> Self {
        let mismatched: Vec<String> = result.errors.iter().map(ApplyError::to_string).collect();
        let missing = result.missing.into_iter().map(|(path, _)| path).collect();
        Self { applied: result.applied.len(), missing, mismatched, notes: Vec::new() }
    }

    /// Whether every parameter got its value.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.mismatched.is_empty()
    }
}

/// Serialises a network as burnpack.
///
/// # Errors
/// [`ModelError::Weights`] where a device fails to give a tensor back.
pub fn to_bytes(network: &Classifier, precision: Precision) -> Result<Vec<u8>, ModelError> {
    let broken = |why: burn_pack::Error| ModelError::Weights(why.to_string());
    let adapter: Option<Box<dyn ModuleAdapter>> = match precision {
        Precision::Full => None,
        Precision::Half => Some(Box::new(FloatCastAdapter::to(DType::F16))),
    };
    let mut tensors = network.collect(None, adapter, false);
    // Burn draws parameter ids at random; without them equal networks give equal bytes and so equal hashes.
    tensors.iter_mut().for_each(|tensor| tensor.param_id = None);
    Ok(burn_pack::Writer::new(tensors).into_bytes().map_err(broken)?.to_vec())
}

/// Loads burnpack of any precision into a network of the same architecture.
///
/// # Errors
/// [`ModelError::Weights`] where the bytes are no burnpack or hold values that are not finite.
pub fn apply_bytes(network: &mut Classifier, bytes: Vec<u8>) -> Result<Applied, ModelError> {
    let tensors = read(bytes).map_err(|why| ModelError::Weights(why.to_string()))?;
    let applied = apply(network, tensors, false);
    check_finite(network).map(|()| applied)
}

/// Loads burnpack as the first weights of a run, whose input may have another size than the source's and whose classes may
/// be others: the learned positions are brought to the network's map, the head's columns to its classes. Attention of
/// another number of `heads` splits its tokens otherwise and starts fresh.
///
/// # Errors
/// As [`apply_bytes`].
pub fn start_from(
    network: &mut Classifier,
    bytes: Vec<u8>,
    heads: usize,
    classes: Classes<'_>,
) -> Result<Applied, ModelError> {
    let [_, tokens, _] = network.attention.position.dims();
    let fitted = read(bytes).and_then(|tensors| position::fitted(tensors, tokens));
    let fitted = fitted.and_then(|tensors| columns::fitted(tensors, &network.head, classes));
    let mut tensors = fitted.map_err(|why| ModelError::Weights(why.to_string()))?;
    tensors.retain(|tensor| heads == network.attention.heads || !tensor.name.contains(ATTENTION));
    let mut applied = apply(network, tensors, false);
    let unknown = classes.unknown();
    if !unknown.is_empty() {
        applied.notes.push(format!("they do not know the class {}, which starts fresh", unknown.join(", ")));
    }
    check_finite(network).map(|()| applied)
}

fn read(bytes: Vec<u8>) -> Result<Vec<burn_pack::Tensor>, burn_pack::Error> {
    burn_pack::Reader::from_bytes(Bytes::from_bytes_vec(bytes))?.into_tensors()
}

fn apply(network: &mut Classifier, tensors: Vec<burn_pack::Tensor>, skip_variants: bool) -> Applied {
    let cast = FloatCastAdapter::to(DType::F32);
    Applied::of(network.apply(tensors, None, Some(Box::new(cast)), skip_variants))
}

/// Puts tensors, named as [`parameters`] names them, into a network.
pub(super) fn apply_tensors(network: &mut Classifier, tensors: Vec<burn_pack::Tensor>) -> Applied {
    apply(network, tensors, true)
}

/// Path and shape of every parameter, such as `backbone.blocks.0.pointwise`.
#[must_use]
pub fn parameters(network: &Classifier) -> Vec<(String, Vec<usize>)> {
    let mut names = Names(Vec::new(), Vec::new());
    network.visit(&mut names);
    names.1
}

/// Collects the path and shape of every parameter, enum variants left out.
struct Names(Vec<String>, Vec<(String, Vec<usize>)>);

impl ModuleVisitor for Names {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.0.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.0.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let path = self.0.iter().filter(|part| !is_variant(part)).cloned().collect::<Vec<_>>().join(".");
        self.1.push((path, param.val().dims().to_vec()));
    }
}

/// Fields are snake case or numbers, variants are camel case.
fn is_variant(part: &str) -> bool {
    part.chars().next().is_some_and(char::is_uppercase)
}

/// Refuses weights that would make every answer NaN: values that are not numbers, and running variances under 0.
pub(super) fn check_finite(network: &Classifier) -> Result<(), ModelError> {
    struct Check(Option<String>, Names);
    impl ModuleVisitor for Check {
        fn enter_module(&mut self, name: &str, kind: &str) {
            self.1.enter_module(name, kind);
        }
        fn exit_module(&mut self, name: &str, kind: &str) {
            self.1.exit_module(name, kind);
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let values = param.val().into_data().try_into_vec::<f32>().unwrap_or_else(|_| vec![f32::NAN]);
            let variance = self.1.0.last().is_some_and(|name| name == "variance");
            if values.iter().any(|value| !value.is_finite() || variance && *value < 0.0) {
                self.0.get_or_insert_with(|| self.1.0.join("."));
            }
        }
    }
    let mut check = Check(None, Names(Vec::new(), Vec::new()));
    network.visit(&mut check);
    check.0.map_or(Ok(()), |path| {
        Err(ModelError::Weights(format!("{path} holds a value that is not a number, or a variance under 0")))
    })
}
