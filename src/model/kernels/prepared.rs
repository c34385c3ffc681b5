//! Convolutions prepared for answering: weights packed and norms folded once, not in every forward pass.

use std::sync::Arc;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::{
    Activation, Padding, conv, depthwise,
    extension::KernelOps,
    head::{Attend, Dense, Encode, LayerNorm, Layers},
    is_ours,
    layer::{Kind, Layer},
    matrix::{Packed, Right},
    separable::Filter,
};

/// A convolution with the norm and the activation behind it, for the CPU and without gradients.
#[derive(Clone, Debug)]
pub struct Prepared(Arc<Layer>);

/// Scale and shift of a norm, per channel.
pub type Folded = (Tensor<1>, Tensor<1>);

/// The depthwise half of a separable convolution.
pub struct Depthwise {
    /// `[3, 3, c]`
    pub weight: Tensor<3>,
    pub stride: usize,
    /// What the input goes through first.
    pub before: Activation,
    /// The norm and the activation behind it, where there are any.
    pub after: Option<(Folded, Activation)>,
}

impl Prepared {
    /// See [`super::pointwise_fused`]; `None` where the weight does not lie on the CPU.
    #[must_use]
    pub fn pointwise(weight: Tensor<2>, folded: Folded, activation: Activation) -> Option<Self> {
        let [c, n] = weight.dims();
        let packed = Packed::new(Right::Plain(&read(weight)?), c, n);
        Self::new(packed, c, Kind::Pointwise, folded, activation)
    }

    /// See [`super::conv`] and [`super::scale_shift`]; `None` where the weight does not lie on the CPU.
    #[must_use]
    pub fn conv(
        weight: Tensor<4>,
        stride: usize,
        padding: Padding,
        folded: Folded,
        activation: Activation,
    ) -> Option<Self> {
        let [_, _, c, _] = weight.dims();
        let packed = conv::pack(&read(weight)?, c);
        Self::new(packed, c, Kind::Dense { stride, padding }, folded, activation)
    }

    /// See [`super::depthwise_fused`] and [`super::pointwise_fused`]; `None` where the weights do not lie on the CPU.
    #[must_use]
    pub fn separable(depthwise: Depthwise, weight: Tensor<2>, folded: Folded, activation: Activation) -> Option<Self> {
        let [c, n] = weight.dims();
        let packed = Packed::new(Right::Plain(&read(weight)?), c, n);
        let Depthwise { weight, stride, before, after } = depthwise;
        let before = (before != Activation::None).then(|| before.bounds());
        let weight = read(weight)?;
        let filter = match after {
            Some(((scale, shift), activation)) => {
                let (scale, shift, bounds) = (read(scale)?, read(shift)?, activation.bounds());
                Filter::new(&weight, before, Some(depthwise::Folded { scale: &scale, shift: &shift, bounds }))
            }
            None => Filter::new(&weight, before, None),
        };
        Self::new(packed, c, Kind::Separable { filter, stride }, folded, activation)
    }

    fn new(packed: Packed, c: usize, kind: Kind, folded: Folded, activation: Activation) -> Option<Self> {
        let (scale, shift, bounds) = (read(folded.0)?, read(folded.1)?, activation.bounds());
        Some(Self(Arc::new(Layer { packed, c, kind, scale, shift, bounds })))
    }

    /// `[n, h, w, c]` on the CPU to `[n, oh, ow, c_out]`.
    #[must_use]
    pub fn run(&self, x: Tensor<4>) -> Tensor<4> {
        Tensor::from_dispatch(<Dispatch as KernelOps>::prepared(x.into_dispatch(), Arc::clone(&self.0)))
    }

    /// [`Self::run`] added to `base`, of the result's size; without the layer's activation.
    #[must_use]
    pub fn run_onto(&self, x: Tensor<4>, base: Tensor<4>) -> Tensor<4> {
        let (x, base) = (x.into_dispatch(), base.into_dispatch());
        Tensor::from_dispatch(<Dispatch as KernelOps>::prepared_onto(x, base, Arc::clone(&self.0)))
    }
}

/// Everything behind a backbone, for the CPU and without gradients.
#[derive(Clone, Debug)]
pub struct PreparedHead(Arc<Layers>);

/// The layers of a head as its network holds them; a dense layer is weight `[k, n]` and bias `[n]`, a norm gamma and beta.
pub struct HeadLayers {
    pub project: DenseLayer,
    pub encoder: Vec<EncoderLayers>,
    pub attention: AttentionLayers,
    pub after: Folded,
    pub classify: DenseLayer,
    /// What all norms add to the variance.
    pub epsilon: f64,
}

/// The layers of a self-attention.
pub struct AttentionLayers {
    /// `[1, tokens, width]`
    pub position: Tensor<3>,
    pub before: Folded,
    pub query: DenseLayer,
    pub key: DenseLayer,
    pub value: DenseLayer,
    pub output: DenseLayer,
    pub heads: usize,
}

/// The layers of an encoder's layer.
pub struct EncoderLayers {
    pub attention: AttentionLayers,
    pub norm: Folded,
    pub widen: DenseLayer,
    pub narrow: DenseLayer,
}

/// Weight `[k, n]` and bias `[n]`.
pub type DenseLayer = (Tensor<2>, Tensor<1>);

impl PreparedHead {
    /// `None` where the weights do not lie on the CPU.
    #[must_use]
    pub fn new(layers: HeadLayers) -> Option<Self> {
        let epsilon = layers.epsilon;
        let encode = |layer: EncoderLayers| {
            Some(Encode {
                attention: attend(layer.attention, epsilon)?,
                norm: norm(layer.norm, epsilon)?,
                widen: dense(layer.widen)?,
                narrow: dense(layer.narrow)?,
            })
        };
        Some(Self(Arc::new(Layers {
            project: dense(layers.project)?,
            encoder: layers.encoder.into_iter().map(encode).collect::<Option<_>>()?,
            attention: attend(layers.attention, epsilon)?,
            after: norm(layers.after, epsilon)?,
            classify: dense(layers.classify)?,
        })))
    }

    /// The last feature map `[n, h, w, c]` to logits `[n, classes]` and attention `[n, heads, tokens, tokens]`.
    #[must_use]
    pub fn run(&self, features: Tensor<4>) -> (Tensor<2>, Tensor<4>) {
        let (logits, weights) = <Dispatch as KernelOps>::head(features.into_dispatch(), Arc::clone(&self.0));
        (Tensor::from_dispatch(logits), Tensor::from_dispatch(weights))
    }
}

fn attend(layers: AttentionLayers, epsilon: f64) -> Option<Attend> {
    Some(Attend {
        position: read(layers.position)?,
        before: norm(layers.before, epsilon)?,
        attend: Dense::joined(&[pair(layers.query)?, pair(layers.key)?, pair(layers.value)?]),
        output: dense(layers.output)?,
        heads: layers.heads,
    })
}

fn pair((weight, bias): DenseLayer) -> Option<(Vec<f32>, Vec<f32>)> {
    Some((read(weight)?, read(bias)?))
}

fn dense(layer: DenseLayer) -> Option<Dense> {
    pair(layer).map(|(weight, bias)| Dense::new(&weight, bias))
}

fn norm((gamma, beta): Folded, epsilon: f64) -> Option<LayerNorm> {
    Some(LayerNorm { gamma: read(gamma)?, beta: read(beta)?, epsilon })
}

fn read<const D: usize>(x: Tensor<D>) -> Option<Vec<f32>> {
    if !is_ours(&x) {
        return None;
    }
    x.into_data().try_into_vec().ok()
}
