//! A network prepared for answering: on the CPU, norms folded and weights packed once instead of in every forward pass.

use burn::tensor::{Device, Tensor, activation::relu};

use super::{
    classifier::{Backbone, Classifier, Output},
    kernels::{self, Activation, Padding, Prepared},
    mobilenet::MobileNet,
    noise::Pass,
    separable::Separable,
    xception::{Residual, SeparableNorm, Shrinking, Xception},
};

/// A classifier whose weights stay as they are; gives what [`Classifier::forward`] gives in inference.
pub struct Ready {
    network: Classifier,
    /// `None` on a device that prepares its own way.
    backbone: Option<Folded>,
}

/// A backbone of prepared layers.
enum Folded {
    MobileNet { stem: Prepared, blocks: Vec<Block> },
    Xception { stem: [Prepared; 2], entry: Vec<Halving>, middle: Vec<Vec<Block>>, last: Halving, exit: Vec<Block> },
}

/// A depthwise and a pointwise convolution.
struct Block {
    depthwise: Tensor<3>,
    stride: usize,
    /// Scale, shift and activation between the two, where there are any.
    between: Option<(Tensor<1>, Tensor<1>, Activation)>,
    pointwise: Prepared,
}

/// Blocks and a pooling beside a shortcut.
struct Halving {
    blocks: Vec<Block>,
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
        let mut network = network.clone();
        if backbone.is_some() {
            // The prepared layers hold the backbone's weights already: the smallest one stands in its place.
            network.backbone = Backbone::MobileNet(MobileNet::new(0.0, &Device::flex()));
        }
        Self { network, backbone }
    }

    /// `[n, size, size, 3]`, normalised as the card says, to logits.
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Output {
        match &self.backbone {
            Some(backbone) => self.network.classify(backbone.forward(images), Pass::Infer),
            None => self.network.forward(images, Pass::Infer),
        }
    }
}

impl Folded {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        match self {
            Self::MobileNet { stem, blocks } => run(blocks, stem.run(images)),
            Self::Xception { stem: [first, second], entry, middle, last, exit } => {
                let mut x = second.run(first.run(images));
                for (index, block) in entry.iter().enumerate() {
                    // The stem ends in a relu already.
                    x = block.forward(x, index > 0);
                }
                x = middle.iter().fold(x, |x, blocks| run(blocks, relu(x.clone())) + x);
                run(exit, last.forward(x, true))
            }
        }
    }
}

impl Block {
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = match self.between.clone() {
            Some((scale, shift, activation)) => {
                kernels::depthwise_fused(x, self.depthwise.clone(), self.stride, scale, shift, activation)
            }
            None => kernels::depthwise(x, self.depthwise.clone(), self.stride),
        };
        self.pointwise.run(x)
    }

    fn of_separable(block: &Separable) -> Option<Self> {
        let (scale, shift) = block.depthwise_norm.folded();
        let folded = block.pointwise_norm.folded();
        Some(Self {
            depthwise: block.depthwise.val(),
            stride: block.stride(),
            between: Some((scale, shift, Activation::Relu6)),
            pointwise: Prepared::pointwise(block.pointwise.val(), folded, Activation::Relu6)?,
        })
    }

    fn of_norm(layer: &SeparableNorm, activation: Activation) -> Option<Self> {
        Some(Self {
            depthwise: layer.depthwise.val(),
            stride: 1,
            between: None,
            pointwise: Prepared::pointwise(layer.pointwise.val(), layer.norm.folded(), activation)?,
        })
    }

    /// Layers of which all but the last end in a relu, fused with their norm.
    fn sequence(layers: &[SeparableNorm]) -> Option<Vec<Self>> {
        let last = layers.len().saturating_sub(1);
        let activation = |index| if index == last { Activation::None } else { Activation::Relu };
        layers.iter().enumerate().map(|(index, layer)| Self::of_norm(layer, activation(index))).collect()
    }
}

impl Halving {
    fn new(block: &Shrinking) -> Option<Self> {
        let folded = block.shortcut_norm.folded();
        let shortcut = Prepared::pointwise(block.shortcut.val(), folded, Activation::None)?;
        Some(Self { blocks: Block::sequence(&block.layers)?, shortcut })
    }

    fn forward(&self, x: Tensor<4>, activated: bool) -> Tensor<4> {
        let aside = self.shortcut.run(kernels::halve(x.clone()));
        let x = if activated { relu(x) } else { x };
        kernels::max_pool(run(&self.blocks, x)) + aside
    }
}

fn run(blocks: &[Block], x: Tensor<4>) -> Tensor<4> {
    blocks.iter().fold(x, |x, block| block.forward(x))
}

fn mobilenet(backbone: &MobileNet) -> Option<Folded> {
    let folded = backbone.stem_norm.folded();
    let stem = Prepared::conv(backbone.stem.val(), 2, Padding::Same, folded, Activation::Relu6)?;
    let blocks = backbone.blocks.iter().map(Block::of_separable).collect::<Option<_>>()?;
    Some(Folded::MobileNet { stem, blocks })
}

fn xception(backbone: &Xception) -> Option<Folded> {
    let (first, second) = (backbone.stem_norm.folded(), backbone.stem2_norm.folded());
    let stem = [
        Prepared::conv(backbone.stem.val(), 2, Padding::Valid, first, Activation::Relu)?,
        Prepared::conv(backbone.stem2.val(), 1, Padding::Valid, second, Activation::Relu)?,
    ];
    let (last, entry) = backbone.shrinking.split_last()?;
    let middle = |block: &Residual| Block::sequence(&block.layers);
    Some(Folded::Xception {
        stem,
        entry: entry.iter().map(Halving::new).collect::<Option<_>>()?,
        middle: backbone.middle.iter().map(middle).collect::<Option<_>>()?,
        last: Halving::new(last)?,
        exit: backbone.exit.iter().map(|layer| Block::of_norm(layer, Activation::Relu)).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use burn::{module::Module, tensor::TensorData};

    use super::*;
    use crate::{
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

    #[test]
    fn a_prepared_network_answers_as_the_network_does() {
        let device = Device::flex();
        for architecture in Architecture::ALL {
            let network = network(architecture);
            let ready = Ready::new(&network);
            assert!(ready.backbone.is_some());
            for n in [1, 5] {
                let read = |x: Tensor<2>| x.into_data().try_into_vec::<f32>().unwrap();
                let ours = read(ready.forward(images(n, &device)).logits);
                let theirs = read(network.forward(images(n, &device), Pass::Infer).logits);
                let far = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(far < 1e-6, "{architecture:?}, {n} images: {far:e}");
            }
        }
    }
}
