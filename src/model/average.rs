//! A moving average of a network's weights over its training steps, which answers better than the last step's weights do
//! (Polyak and Juditsky 1992; Izmailov et al. 2018, arXiv 1803.05407).
//!
//! It stays on the device, where `blend` would read every weight back between two steps.

use std::collections::BTreeMap;

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    tensor::Tensor,
};

use super::classifier::Classifier;

/// Weights and running statistics, on the network's device and without gradients.
#[derive(Clone, Debug)]
pub struct Average {
    /// By the path of each parameter, laid out flat.
    values: BTreeMap<String, Tensor<1>>,
    /// How often the average followed the network.
    updates: u32,
}

impl Average {
    /// Begins at a network that trains.
    #[must_use]
    pub fn of(network: &Classifier) -> Self {
        let mut average = Self { values: BTreeMap::new(), updates: 0 };
        average.follow(network, 1.0);
        average.updates = 0;
        average
    }

    /// Goes on from an average that was saved after so many updates.
    #[must_use]
    pub fn resumed(average: &Classifier, updates: u32) -> Self {
        Self { updates, ..Self::of(average) }
    }

    /// How often the average followed the network.
    #[must_use]
    pub const fn updates(&self) -> u32 {
        self.updates
    }

    /// Moves by `share` of the way towards the network as it is now; at first by more, so that where it began is forgotten.
    pub fn follow(&mut self, network: &Classifier, share: f64) {
        self.updates += 1;
        let share = share.max(1.0 / f64::from(self.updates)).min(1.0);
        network.valid().visit(&mut Follow { path: Vec::new(), values: &mut self.values, share });
    }

    /// A network of these weights, without gradients; `like` is the one that trains.
    #[must_use]
    pub fn network(&self, like: &Classifier) -> Classifier {
        like.valid().map(&mut Replace { path: Vec::new(), values: &self.values })
    }
}

struct Follow<'a> {
    path: Vec<String>,
    values: &'a mut BTreeMap<String, Tensor<1>>,
    share: f64,
}

impl ModuleVisitor for Follow<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let (path, now) = (self.path.join("."), param.val());
        let now = now.reshape([-1]);
        let moved = match self.values.remove(&path) {
            Some(before) if self.share < 1.0 => before * (1.0 - self.share) + now * self.share,
            // Numbers of its own: running statistics may change in place.
            _ => now * 1.0,
        };
        self.values.insert(path, moved);
    }
}

struct Replace<'a> {
    path: Vec<String>,
    values: &'a BTreeMap<String, Tensor<1>>,
}

impl ModuleMapper for Replace<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.values.get(&self.path.join(".")) {
            Some(value) => param.map(|own| value.clone().reshape(own.dims())),
            None => param,
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::{
        domain::config::TrainConfig,
        model::{blend, classifier::NetworkConfig, initial},
    };

    fn network(seed: u64) -> Classifier {
        let config = TrainConfig { size: 64, width: 0.25, heads: 2, attention_width: 16, ..TrainConfig::default() };
        let device = Device::flex();
        initial::draw(NetworkConfig::new(&config, 3).init(&device), seed).to_device(&device.autodiff()).train()
    }

    #[test]
    fn it_begins_as_a_plain_mean_and_then_follows_by_its_share() {
        let networks = [network(1), network(2), network(3)];
        let [a, b, c] = networks.each_ref().map(blend::values);
        let mut average = Average::of(&networks[0]);
        assert_eq!(blend::values(&average.network(&networks[1])), a);
        for (network, share) in networks.iter().zip([0.25; 3]) {
            average.follow(network, share);
        }
        // Shares 1, 1/2 and 1/3.
        let mean = blend::values(&average.network(&networks[0]));
        assert_eq!(mean.len(), a.len());
        for (path, values) in &mean {
            for (i, value) in values.iter().enumerate() {
                let expected = (a[path][i] + b[path][i] + c[path][i]) / 3.0;
                assert!((value - expected).abs() < 1e-6, "{path}: {value} {expected}");
            }
        }
        average.updates = 100;
        average.follow(&networks[1], 0.25);
        let moved = blend::values(&average.network(&networks[0]));
        for (path, values) in &moved {
            for (i, value) in values.iter().enumerate() {
                assert!((value - (mean[path][i] * 0.75 + b[path][i] * 0.25)).abs() < 1e-6, "{path}");
            }
        }
        assert_eq!(blend::values(&networks[0]), a, "the network that trains is left as it is");
    }
}
