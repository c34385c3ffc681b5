//! One layer of a transformer encoder over the tokens of a feature map (Vaswani et al. 2017, 3.1).

use burn::{
    module::Module,
    nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig},
    tensor::{Device, Tensor, activation::relu},
};

use super::attention::{EPSILON, SelfAttention};

/// How many times as wide as a token the layer between the two dense ones is.
const WIDER: usize = 2;

/// Self-attention, then two dense layers for each token by itself, both pre-norm and with a residual (Xiong et al. 2020).
/// Each layer has positions of its own.
#[derive(Module, Debug)]
pub struct EncoderLayer {
    pub attention: SelfAttention,
    pub norm: LayerNorm,
    pub widen: Linear,
    pub narrow: Linear,
}

impl EncoderLayer {
    /// For so many tokens of this width, a multiple of `heads`.
    #[must_use]
    pub fn new(tokens: usize, width: usize, heads: usize, device: &Device) -> Self {
        Self {
            attention: SelfAttention::new(tokens, width, heads, device),
            norm: LayerNormConfig::new(width).with_epsilon(EPSILON).init(device),
            widen: LinearConfig::new(width, WIDER * width).init(device),
            narrow: LinearConfig::new(WIDER * width, width).init(device),
        }
    }

    /// `[n, tokens, width]` in and out.
    #[must_use]
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = self.attention.forward(x).tokens;
        let wide = relu(self.widen.forward(self.norm.forward(x.clone())));
        x + self.narrow.forward(wide)
    }
}
