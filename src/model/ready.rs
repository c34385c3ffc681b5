//! A network prepared for answering: on the CPU, norms folded and weights packed once instead of in every forward pass.

use burn::{
    nn::{LayerNorm, Linear},
    tensor::Tensor,
};

use rayon::prelude::*;

use super::{
    attention::{EPSILON, SelfAttention},
    classifier::{Backbone, Classifier, Output, pooled},
    encoder::EncoderLayer,
    kernels::{
        self, Activation, AttentionLayers, DenseLayer, Depthwise, EncoderLayers, HeadLayers, Padding, Prepared,
        PreparedHead,
    },
    mobilenet::MobileNet,
    noise::Pass,
    separable::Separable,
    xception::{Residual, SeparableNorm, Shrinking, Xception},
};

/// At most this many images, and an operation is over before a thread that fell asleep would be awake.
const FEW: usize = 4;
/// Blocks of MobileNet whose maps are large and whose weights are few; [`Stage::Early`](super::stage::Stage::Early) ends there.
const EARLY: usize = 5;

/// A classifier whose weights stay as they are; gives what [`Classifier::forward`] gives in inference.
pub struct Ready(Way);

enum Way {
    /// On the CPU.
    Prepared { backbone: Box<Folded>, head: PreparedHead },
    /// On a device that prepares its own way.
    Plain(Box<Classifier>),
}

/// A backbone of prepared layers.
enum Folded {
    MobileNet {
        stem: Prepared,
        blocks: Vec<Prepared>,
    },
    Xception {
        stem: [Prepared; 2],
        entry: Vec<Halving>,
        middle: Vec<Vec<Prepared>>,
        last: Halving,
        exit: Vec<Prepared>,
    },
}

/// Separable convolutions and a pooling beside a shortcut.
struct Halving {
    blocks: Vec<Prepared>,
    shortcut: Prepared,
}

impl Ready {
    /// Prepares a network; later changes to it do not reach what is prepared.
    #[must_use]
    pub fn new(network: &Classifier) -> Self {
        let backbone = match &network.backbone {
            Backbone::MobileNet(backbone) => mobilenet(backbone),
            Backbone::Xception(backbone) => xception(backbone),
        };
        match (backbone, head(network)) {
            (Some(backbone), Some(head)) => Self(Way::Prepared { backbone: Box::new(backbone), head }),
            _ => Self(Way::Plain(Box::new(network.clone()))),
        }
    }

    /// `[n, size, size, 3]`, normalised as the card says, to logits.
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Output {
        match &self.0 {
            Way::Prepared { backbone, head } => awake(images.dims()[0], || answer(head, backbone.forward(images).1)),
            Way::Plain(network) => network.forward(images, Pass::Infer),
        }
    }

    /// The same as [`Classifier::looking`].
    #[must_use]
    pub fn looking(&self, images: Tensor<4>) -> (Output, Tensor<2>) {
        let (output, features, _) = self.in_full(images);
        (output, features)
    }

    /// The same with the backbone's last feature map `[n, side, side, channels]`.
    #[must_use]
    pub fn in_full(&self, images: Tensor<4>) -> (Output, Tensor<2>, Tensor<4>) {
        match &self.0 {
            Way::Prepared { backbone, head } => awake(images.dims()[0], || {
                let (early, last) = backbone.forward(images);
                let features = Tensor::cat(vec![pooled(early), pooled(last.clone())], 1);
                (answer(head, last.clone()), features, last)
            }),
            Way::Plain(network) => network.looking(images),
        }
    }

    /// `[n, size, size, 3]` to the backbone's last feature map `[n, side, side, channels]`.
    #[must_use]
    pub fn features(&self, images: Tensor<4>) -> Tensor<4> {
        match &self.0 {
            Way::Prepared { backbone, .. } => kernels::on_the_pool(|| backbone.forward(images).1),
            Way::Plain(network) => network.features(images, &Pass::Infer),
        }
    }

    /// From what [`Self::features`] gives to logits; both together are [`Self::forward`].
    #[must_use]
    pub fn classify(&self, features: Tensor<4>) -> Output {
        match &self.0 {
            Way::Prepared { head, .. } => answer(head, features),
            Way::Plain(network) => network.classify(features, Pass::Infer),
        }
    }
}

fn awake<T: Send>(images: usize, pass: impl FnOnce() -> T + Send) -> T {
    if images <= FEW { kernels::on_the_awake_pool(pass) } else { kernels::on_the_pool(pass) }
}

fn answer(head: &PreparedHead, last: Tensor<4>) -> Output {
    let (logits, attention) = head.run(last);
    Output { logits, attention }
}

impl Folded {
    /// The maps at the end of [`Stage::Early`](super::stage::Stage::Early) and of the backbone.
    fn forward(&self, images: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        match self {
            Self::MobileNet { stem, blocks } => {
                let (early, late) = blocks.split_at(EARLY.min(blocks.len()));
                let map = each(images, |image| run(early, stem.run(image)));
                (map.clone(), run(late, map))
            }
            Self::Xception { stem: [first, second], entry, middle, last, exit } => {
                let early = |image| entry.iter().fold(second.run(first.run(image)), |x, block| block.forward(x));
                let (half, rest) = middle.split_at(middle.len() / 2);
                let map = half.iter().fold(each(images, early), |x, blocks| residual(blocks, x));
                let x = rest.iter().fold(map.clone(), |x, blocks| residual(blocks, x));
                (map, run(exit, last.forward(x)))
            }
        }
    }
}

/// Large maps one image at a time, each from the first layer to the last while it lies in a core's own cache.
fn each(images: Tensor<4>, layers: impl Fn(Tensor<4>) -> Tensor<4> + Send + Sync) -> Tensor<4> {
    if images.dims()[0] == 1 {
        return layers(images);
    }
    Tensor::cat(images.split(1, 0).into_par_iter().map(layers).collect(), 0)
}

fn run(blocks: &[Prepared], x: Tensor<4>) -> Tensor<4> {
    blocks.iter().fold(x, |x, block| block.run(x))
}

/// `x` and what the blocks make of it.
fn residual(blocks: &[Prepared], x: Tensor<4>) -> Tensor<4> {
    match blocks.split_last() {
        Some((last, first)) => last.run_onto(run(first, x.clone()), x),
        None => x,
    }
}

fn of_separable(block: &Separable) -> Option<Prepared> {
    let depthwise = Depthwise {
        weight: block.depthwise.val(),
        stride: block.stride(),
        before: Activation::None,
        after: Some((block.depthwise_norm.folded(), Activation::Relu6)),
    };
    Prepared::separable(depthwise, block.pointwise.val(), block.pointwise_norm.folded(), Activation::Relu6)
}

fn of_norm(layer: &SeparableNorm, before: Activation, activation: Activation) -> Option<Prepared> {
    let depthwise = Depthwise { weight: layer.depthwise.val(), stride: 1, before, after: None };
    Prepared::separable(depthwise, layer.pointwise.val(), layer.norm.folded(), activation)
}

/// Layers of which all but the last end in a relu, fused with their norm.
fn sequence(layers: &[SeparableNorm], before: Activation) -> Option<Vec<Prepared>> {
    let last = layers.len().saturating_sub(1);
    let before = |index| if index == 0 { before } else { Activation::None };
    let after = |index| if index == last { Activation::None } else { Activation::Relu };
    layers.iter().enumerate().map(|(index, layer)| of_norm(layer, before(index), after(index))).collect()
}

impl Halving {
    fn new(block: &Shrinking, before: Activation) -> Option<Self> {
        let folded = block.shortcut_norm.folded();
        let shortcut = Prepared::pointwise(block.shortcut.val(), folded, Activation::None)?;
        Some(Self { blocks: sequence(&block.layers, before)?, shortcut })
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let aside = kernels::halve(x.clone());
        self.shortcut.run_onto(aside, kernels::max_pool(run(&self.blocks, x)))
    }
}

fn head(network: &Classifier) -> Option<PreparedHead> {
    let encoder = |layer: &EncoderLayer| {
        Some(EncoderLayers {
            attention: attention(&layer.attention)?,
            norm: norm(&layer.norm)?,
            widen: dense(&layer.widen)?,
            narrow: dense(&layer.narrow)?,
        })
    };
    PreparedHead::new(HeadLayers {
        project: dense(&network.project)?,
        encoder: network.encoder.iter().map(encoder).collect::<Option<_>>()?,
        attention: attention(&network.attention)?,
        after: norm(&network.norm)?,
        classify: dense(&network.head)?,
        epsilon: EPSILON,
    })
}

fn attention(block: &SelfAttention) -> Option<AttentionLayers> {
    Some(AttentionLayers {
        position: block.position.val(),
        before: norm(&block.norm)?,
        query: dense(&block.query)?,
        key: dense(&block.key)?,
        value: dense(&block.value)?,
        output: dense(&block.output)?,
        heads: block.heads,
    })
}

fn dense(layer: &Linear) -> Option<DenseLayer> {
    Some((layer.weight.val(), layer.bias.as_ref()?.val()))
}

fn norm(norm: &LayerNorm) -> Option<kernels::Folded> {
    Some((norm.gamma.val(), norm.beta.as_ref()?.val()))
}

fn mobilenet(backbone: &MobileNet) -> Option<Folded> {
    let folded = backbone.stem_norm.folded();
    let stem = Prepared::conv(backbone.stem.val(), 2, Padding::Same, folded, Activation::Relu6)?;
    let blocks = backbone.blocks.iter().map(of_separable).collect::<Option<_>>()?;
    Some(Folded::MobileNet { stem, blocks })
}

fn xception(backbone: &Xception) -> Option<Folded> {
    let (first, second) = (backbone.stem_norm.folded(), backbone.stem2_norm.folded());
    let stem = [
        Prepared::conv(backbone.stem.val(), 2, Padding::Valid, first, Activation::Relu)?,
        Prepared::conv(backbone.stem2.val(), 1, Padding::Valid, second, Activation::Relu)?,
    ];
    let (last, entry) = backbone.shrinking.split_last()?;
    let middle = |block: &Residual| sequence(&block.layers, Activation::Relu);
    // The stem ends in a relu already.
    let before = |index| if index == 0 { Activation::None } else { Activation::Relu };
    let entry = entry.iter().enumerate().map(|(index, block)| Halving::new(block, before(index)));
    let exit = |layer: &SeparableNorm| of_norm(layer, Activation::None, Activation::Relu);
    Some(Folded::Xception {
        stem,
        entry: entry.collect::<Option<_>>()?,
        middle: backbone.middle.iter().map(middle).collect::<Option<_>>()?,
        last: Halving::new(last, Activation::Relu)?,
        exit: backbone.exit.iter().map(exit).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use burn::{
        module::Module,
        tensor::{Device, TensorData},
    };

    use super::*;
    use crate::{
        distance::furthest,
        domain::{architecture::Architecture, config::TrainConfig},
        model::{classifier::NetworkConfig, initial, noise::StepNoise},
    };

    /// Norms that one training step has moved away from one and zero.
    fn network(architecture: Architecture) -> Classifier {
        let train = TrainConfig { architecture, size: 64, width: 0.25, attention_width: 16, ..TrainConfig::default() };
        let device = Device::flex();
        let blank = NetworkConfig::new(&train, 3).init(&device);
        let network = initial::draw(blank, 1).to_device(&device.clone().autodiff()).train();
        drop(network.forward(images(2, &device.autodiff()), Pass::Train(&mut StepNoise::new(1, 1, 1))));
        network.valid()
    }

    fn images(n: usize, device: &Device) -> Tensor<4> {
        let values: Vec<f32> = (0..n * 64 * 64 * 3).map(|i| (i * 31 % 255) as f32 / 127.5 - 1.0).collect();
        Tensor::from_data(TensorData::new(values, [n, 64, 64, 3]), device)
    }

    fn read<const D: usize>(x: Tensor<D>) -> Vec<f32> {
        x.into_data().try_into_vec().unwrap()
    }

    #[test]
    fn a_prepared_network_answers_as_the_network_does() {
        let device = Device::flex();
        for architecture in Architecture::ALL {
            let network = network(architecture);
            let ready = Ready::new(&network);
            assert!(matches!(ready.0, Way::Prepared { .. }));
            for n in [1, 5] {
                let ours = ready.forward(images(n, &device));
                let theirs = network.forward(images(n, &device), Pass::Infer);
                assert_eq!(ours.attention.dims(), theirs.attention.dims());
                let logits = furthest(&read(ours.logits), &read(theirs.logits));
                let attention = furthest(&read(ours.attention), &read(theirs.attention));
                assert!(logits < 1e-6 && attention < 1e-6, "{architecture:?}, {n}: {logits:e}, {attention:e}");
                let (answer, ours) = ready.looking(images(n, &device));
                let (_, theirs, _) = network.looking(images(n, &device));
                assert_eq!((answer.logits.dims(), ours.dims()), ([n, 3], theirs.dims()));
                assert!(furthest(&read(ours), &read(theirs)) < 1e-5, "{architecture:?}, {n}");
            }
        }
    }
}
