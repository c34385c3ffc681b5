//! Values between two networks of one shape: norm statistics of two labs, weights before and after tuning.

use std::collections::BTreeMap;

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    tensor::{Tensor, TensorData},
};

use super::{classifier::Classifier, mobilenet::MobileNet, xception::Xception};

/// The numbers of a network by the path of each parameter, enum variants included.
pub type Values = BTreeMap<String, Vec<f32>>;

/// Reads every parameter and running statistic. A tensor that a failed device does not give back is left out.
#[must_use]
pub fn values(network: &Classifier) -> Values {
    let mut read = Read { path: Vec::new(), values: Values::new() };
    network.visit(&mut read);
    read.values
}

/// Whether a path is that of a norm's running mean or variance.
#[must_use]
pub fn is_statistic(path: &str) -> bool {
    [".mean", ".variance"].iter().any(|leaf| path.ends_with(leaf))
}

/// Whether a path lies in a backbone's first blocks, whose statistics tell labs apart and less so mixes of cells.
#[must_use]
pub fn is_first(path: &str) -> bool {
    let of = |backbone: &str| path.split_once(backbone).map(|(_, rest)| rest);
    of("MobileNet.").is_some_and(MobileNet::is_first) || of("Xception.").is_some_and(Xception::is_first)
}

/// The part of `values` that [`is_first`] names.
#[must_use]
pub fn first(values: &Values) -> Values {
    values.iter().filter(|(path, _)| is_first(path)).map(|(path, own)| (path.clone(), own.clone())).collect()
}

/// A network of its own: a plain clone shares its running statistics with the original.
#[must_use]
pub fn copy(network: &Classifier) -> Classifier {
    network.valid()
}

/// Moves each parameter by its share towards `other`: 0 leaves it, 1 gives the other's value. Parameters that `other`
/// lacks, or holds in another length, stay.
///
/// The running statistics change in place, in every plain clone of the network too: give a [`copy`].
#[must_use]
pub fn mix(network: Classifier, other: &Values, share: impl Fn(&str) -> f64) -> Classifier {
    network.map(&mut Mix { path: Vec::new(), other, share })
}

struct Read {
    path: Vec<String>,
    values: Values,
}

impl ModuleVisitor for Read {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Ok(values) = param.val().into_data().try_into_vec::<f32>() {
            self.values.insert(self.path.join("."), values);
        }
    }
}

struct Mix<'a, F> {
    path: Vec<String>,
    other: &'a Values,
    share: F,
}

impl<F: Fn(&str) -> f64> ModuleMapper for Mix<'_, F> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = self.path.join(".");
        let (share, shape) = ((self.share)(&path), param.val().dims());
        let other = self.other.get(&path).filter(|other| other.len() == shape.iter().product::<usize>());
        match other {
            Some(other) if share != 0.0 => param.map(|own| {
                let other = Tensor::<D>::from_data(TensorData::new(other.clone(), shape), &own.device());
                own * (1.0 - share) + other * share
            }),
            _ => param,
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::{
        domain::{architecture::Architecture, config::TrainConfig},
        model::{classifier::NetworkConfig, initial},
    };

    fn network(seed: u64) -> Classifier {
        let config = TrainConfig { size: 64, width: 0.25, heads: 2, attention_width: 16, ..TrainConfig::default() };
        initial::draw(NetworkConfig::new(&config, 3).init(&Device::flex()), seed)
    }

    #[test]
    fn a_share_lies_between_the_two_and_only_where_it_is_asked_for() {
        let (first, second) = (network(1), network(2));
        let (from, to) = (values(&first), values(&second));
        let mixed = values(&mix(copy(&first), &to, |path| if path.ends_with("pointwise") { 0.25 } else { 0.0 }));
        assert_eq!(from.len(), mixed.len());
        for (path, own) in &from {
            let share = if path.ends_with("pointwise") { 0.25 } else { 0.0 };
            for ((a, b), between) in own.iter().zip(&to[path]).zip(&mixed[path]) {
                assert!((a * (1.0 - share) + b * share - between).abs() < 1e-6, "{path}");
            }
        }
    }

    #[test]
    fn the_first_blocks_are_named_in_either_network() {
        let of_mobilenet = first(&values(&network(1)));
        assert_eq!(
            of_mobilenet.keys().filter(|path| is_statistic(path)).count(),
            2 * 2 * 3,
            "{:?}",
            of_mobilenet.keys()
        );
        let train =
            TrainConfig { architecture: Architecture::Xception, size: 71, width: 0.1, ..TrainConfig::default() };
        let of_xception = first(&values(&NetworkConfig::new(&train, 3).init(&Device::flex())));
        // Two layers and the shortcut.
        assert_eq!(of_xception.keys().filter(|path| is_statistic(path)).count(), 2 * 3, "{:?}", of_xception.keys());
    }

    #[test]
    fn statistics_are_known_by_their_paths_and_a_copy_keeps_its_own() {
        let first = network(1);
        let before = values(&first);
        let statistics = before.keys().filter(|path| is_statistic(path)).count();
        // A stem and 13 blocks of two norms, each with a mean and a variance.
        assert_eq!(statistics, 2 * 27, "{:?}", before.keys().collect::<Vec<_>>());
        let ones: Values = before.iter().map(|(path, own)| (path.clone(), vec![7.0; own.len()])).collect();
        let moved = mix(copy(&first), &ones, |path| f64::from(u8::from(is_statistic(path))));
        assert!(values(&moved).iter().all(|(path, own)| !is_statistic(path) || own.iter().all(|v| *v == 7.0)));
        assert_eq!(values(&first), before);
    }
}
