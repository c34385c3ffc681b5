//! First weights, drawn on the CPU from the run's seed: each parameter from its own stream, named by its path.

use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Tensor, TensorData},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::noise::standard_normal;

/// Draws every kernel of a network anew; norms, biases and running statistics keep their ones and zeros.
///
/// Kernels that feed a relu are He-normal (He et al. 2015) by fan-in, dense ones Glorot-normal (Glorot and Bengio
/// 2010), positions normal with 0.02 (Dosovitskiy et al. 2021).
#[must_use]
pub fn draw<M: Module>(network: M, seed: u64) -> M {
    network.map(&mut Drawer { seed, path: Vec::new() })
}

struct Drawer {
    seed: u64,
    path: Vec<String>,
}

impl Drawer {
    fn deviation(&self, shape: &[usize]) -> Option<f64> {
        let leaf = self.path.last().map_or("", String::as_str);
        match (leaf, shape) {
            ("position", _) => Some(0.02),
            ("stem" | "stem2", [height, width, c_in, _]) => Some((2.0 / (height * width * c_in) as f64).sqrt()),
            ("depthwise", [height, width, _]) => Some((2.0 / (height * width) as f64).sqrt()),
            ("pointwise" | "shortcut", [c_in, _]) => Some((2.0 / *c_in as f64).sqrt()),
            ("weight", [c_in, c_out]) => Some((2.0 / (c_in + c_out) as f64).sqrt()),
            _ => None,
        }
    }
}

impl ModuleMapper for Drawer {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let shape = param.val().dims();
        if let Some(deviation) = self.deviation(&shape) {
            let name = blake3::hash(format!("{}/{}", self.seed, self.path.join(".")).as_bytes());
            let mut rng = ChaCha8Rng::from_seed(*name.as_bytes());
            let count = shape.iter().product();
            let values: Vec<f32> = (0..count).map(|_| (standard_normal(&mut rng) * deviation) as f32).collect();
            return param.map(|old| Tensor::from_data(TensorData::new(values, shape), &old.device()));
        }
        let keep_bias_zero = self.path.last().is_some_and(|leaf| leaf == "bias");
        if keep_bias_zero { param.map(|old| old.zeros_like()) } else { param }
    }
}
