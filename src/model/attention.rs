//! Multi-head self-attention over the tokens of a feature map, with position, norm and residual (Vaswani et al. 2017).

use burn::{
    module::{Module, Param},
    nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig},
    tensor::{Device, Tensor, activation::softmax},
};

/// What layer norms add to the variance.
pub const EPSILON: f64 = 1e-5;

/// A pre-norm block: `x + output(heads(norm(x + position)))`, the position added for queries, keys and values alike.
#[derive(Module, Debug)]
pub struct SelfAttention {
    /// `[1, tokens, width]`, learned.
    pub position: Param<Tensor<3>>,
    pub norm: LayerNorm,
    pub query: Linear,
    pub key: Linear,
    pub value: Linear,
    pub output: Linear,
    pub heads: usize,
}

/// What a block gives back.
pub struct Attended {
    /// `[n, tokens, width]`.
    pub tokens: Tensor<3>,
    /// How much each token (row) looks at each (column): `[n, heads, tokens, tokens]`, rows sum to 1.
    pub weights: Tensor<4>,
}

impl SelfAttention {
    /// `width` must be a multiple of `heads`, which the form and the terminal check.
    #[must_use]
    pub fn new(tokens: usize, width: usize, heads: usize, device: &Device) -> Self {
        let linear = || LinearConfig::new(width, width).init(device);
        Self {
            position: Param::from_tensor(Tensor::zeros([1, tokens, width], device)),
            norm: LayerNormConfig::new(width).with_epsilon(EPSILON).init(device),
            query: linear(),
            key: linear(),
            value: linear(),
            output: linear(),
            heads,
        }
    }

    /// `[n, tokens, width]` in and out.
    #[must_use]
    pub fn forward(&self, x: Tensor<3>) -> Attended {
        let [n, tokens, width] = x.dims();
        let depth = width / self.heads;
        let placed = x + self.position.val();
        let normed = self.norm.forward(placed.clone());
        let split = |x: Tensor<3>| x.reshape([n, tokens, self.heads, depth]).swap_dims(1, 2);
        let query = split(self.query.forward(normed.clone()));
        let key = split(self.key.forward(normed.clone()));
        let value = split(self.value.forward(normed));
        let scores = query.matmul(key.swap_dims(2, 3)) / (depth as f64).sqrt();
        let weights = softmax(scores, 3);
        let mixed = weights.clone().matmul(value).swap_dims(1, 2).reshape([n, tokens, width]);
        Attended { tokens: placed + self.output.forward(mixed), weights }
    }
}
