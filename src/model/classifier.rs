//! A backbone, self-attention over its last feature map, and a dense head: images to logits.

use burn::{
    module::Module,
    nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig},
    tensor::{Device, Tensor},
};
use serde::{Deserialize, Serialize};

use super::{
    attention::{EPSILON, SelfAttention},
    encoder::EncoderLayer,
    mobilenet::{MobileNet, Reach},
    noise::Pass,
    stage::Stage,
    xception::Xception,
};
use crate::domain::{architecture::Architecture, config::TrainConfig};

/// Layers of a hybrid's encoder before the attention that every network ends with.
const ENCODER: usize = 2;

/// The sizes of a network; a card carries them, so that its weights always find their network again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkConfig {
    pub architecture: Architecture,
    /// Side of the square input in pixels.
    pub size: usize,
    pub classes: usize,
    /// Width multiplier of the backbone.
    pub width: f64,
    pub heads: usize,
    pub attention_width: usize,
    /// Standard deviation of the Gaussian noise on the tokens, training only.
    pub noise: f64,
    /// Share of pooled features dropped, training only.
    pub dropout: f64,
    /// Layers of the transformer encoder between the backbone and the last attention.
    #[serde(default, skip_serializing_if = "is_none")]
    pub encoder: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_none(layers: &usize) -> bool {
    *layers == 0
}

impl NetworkConfig {
    #[must_use]
    pub fn new(config: &TrainConfig, classes: usize) -> Self {
        Self {
            architecture: config.architecture,
            size: config.size,
            classes,
            width: config.width,
            heads: config.heads,
            attention_width: config.attention_width,
            noise: config.noise,
            dropout: config.dropout,
            encoder: match config.architecture {
                Architecture::Hybrid => ENCODER,
                Architecture::MobileNet | Architecture::Xception => 0,
            },
        }
    }

    /// How far a network of MobileNet's blocks follows their table.
    const fn reach(&self) -> Reach {
        match self.architecture {
            Architecture::Hybrid => Reach::Sixteenth,
            Architecture::MobileNet | Architecture::Xception => Reach::Whole,
        }
    }

    /// Side of the backbone's last feature map; its square is the number of tokens.
    #[must_use]
    pub const fn map_side(&self) -> usize {
        match self.architecture {
            Architecture::MobileNet | Architecture::Hybrid => MobileNet::side(self.size, self.reach()),
            Architecture::Xception => Xception::side(self.size),
        }
    }

    /// Pixels of the input from one token to the next.
    #[must_use]
    pub const fn token_step(&self) -> f64 {
        match self.architecture {
            Architecture::MobileNet | Architecture::Hybrid => self.reach().step(),
            Architecture::Xception => Xception::STEP,
        }
    }

    /// The pixel of the input, from 0 on along one side, in the middle of what the first token sees.
    #[must_use]
    pub const fn first_centre(&self) -> f64 {
        match self.architecture {
            Architecture::MobileNet | Architecture::Hybrid => MobileNet::first_centre(self.size, self.reach()),
            Architecture::Xception => Xception::first_centre(self.size),
        }
    }

    /// A network of this shape with zeros in its kernels.
    #[must_use]
    pub fn init(&self, device: &Device) -> Classifier {
        let (backbone, channels) = match self.architecture {
            Architecture::MobileNet | Architecture::Hybrid => {
                let backbone = MobileNet::new(self.width, self.reach(), device);
                (Backbone::MobileNet(backbone), MobileNet::channels(self.width, self.reach()))
            }
            Architecture::Xception => {
                (Backbone::Xception(Xception::new(self.width, device)), Xception::channels(self.width))
            }
        };
        let (tokens, width) = (self.map_side().pow(2), self.attention_width);
        let layer = |_| EncoderLayer::new(tokens, width, self.heads, device);
        Classifier {
            backbone,
            project: LinearConfig::new(channels, width).init(device),
            encoder: (0..self.encoder).map(layer).collect(),
            attention: SelfAttention::new(tokens, width, self.heads, device),
            norm: LayerNormConfig::new(width).with_epsilon(EPSILON).init(device),
            head: LinearConfig::new(width, self.classes).init(device),
            noise: self.noise,
            dropout: self.dropout,
        }
    }
}

/// The convolutional part.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "one a network, and Burn derives no module behind a box")]
pub enum Backbone {
    MobileNet(MobileNet),
    Xception(Xception),
}

/// The whole network.
#[derive(Module, Debug)]
pub struct Classifier {
    pub backbone: Backbone,
    /// From the backbone's channels to the width of the tokens.
    pub project: Linear,
    /// None in a network that is convolutions and one attention.
    pub encoder: Vec<EncoderLayer>,
    pub attention: SelfAttention,
    pub norm: LayerNorm,
    pub head: Linear,
    noise: f64,
    dropout: f64,
}

/// What a forward pass gives back.
pub struct Output {
    /// `[n, classes]`.
    pub logits: Tensor<2>,
    /// `[n, heads, tokens, tokens]`; tokens run row by row over the feature map.
    pub attention: Tensor<4>,
}

/// Mean over the places of a map: `[n, h, w, c]` to `[n, c]`.
pub(super) fn pooled(map: Tensor<4>) -> Tensor<2> {
    let [n, height, width, channels] = map.dims();
    map.reshape([n, height * width, channels]).mean_dim(1).squeeze_dim::<2>(1)
}

impl Classifier {
    /// The network with its backbone left out of training as far as the end of a stage.
    #[must_use]
    pub fn with_frozen(mut self, stage: Stage) -> Self {
        self.backbone = match self.backbone {
            Backbone::MobileNet(backbone) => Backbone::MobileNet(backbone.with_frozen(stage)),
            Backbone::Xception(backbone) => Backbone::Xception(backbone.with_frozen(stage)),
        };
        self
    }

    /// `[n, size, size, 3]`, normalised as the card says, to logits.
    #[must_use]
    pub fn forward(&self, images: Tensor<4>, pass: Pass<'_>) -> Output {
        let features = self.features(images, &pass);
        self.classify(features, pass)
    }

    /// `[n, size, size, 3]` to the backbone's last feature map `[n, side, side, channels]`.
    #[must_use]
    pub fn features(&self, images: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        match &self.backbone {
            Backbone::MobileNet(backbone) => backbone.forward(images, pass),
            Backbone::Xception(backbone) => backbone.forward(images, pass),
        }
    }

    /// Runs the backbone as far as the end of a stage: `[n, size, size, 3]` to the map there.
    #[must_use]
    pub fn until(&self, stage: Stage, images: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        match &self.backbone {
            Backbone::MobileNet(backbone) => backbone.until(stage, images, pass),
            Backbone::Xception(backbone) => backbone.until(stage, images, pass),
        }
    }

    /// From what [`Self::until`] gives to logits.
    #[must_use]
    pub fn after(&self, stage: Stage, map: Tensor<4>, pass: Pass<'_>) -> Output {
        self.classify(self.last_map(stage, map, &pass), pass)
    }

    /// In inference, with the features that tell whether a cell was seen: the means over the map at the end of
    /// [`Stage::Early`] and over the last one, `[n, c + c']`, and that one `[n, side, side, c']`.
    #[must_use]
    pub fn looking(&self, images: Tensor<4>) -> (Output, Tensor<2>, Tensor<4>) {
        let early = self.until(Stage::Early, images, &Pass::Infer);
        let last = self.last_map(Stage::Early, early.clone(), &Pass::Infer);
        let features = Tensor::cat(vec![pooled(early), pooled(last.clone())], 1);
        (self.classify(last.clone(), Pass::Infer), features, last)
    }

    /// From what [`Self::until`] gives to the backbone's last feature map.
    fn last_map(&self, stage: Stage, map: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        match &self.backbone {
            Backbone::MobileNet(backbone) => backbone.after(stage, map, pass),
            Backbone::Xception(backbone) => backbone.after(stage, map, pass),
        }
    }

    /// The backbone's last feature map `[n, side, side, channels]` to logits.
    #[must_use]
    pub fn classify(&self, features: Tensor<4>, mut pass: Pass<'_>) -> Output {
        let (mut pooled, attention) = self.pool(features, &mut pass);
        if let Pass::Train(noise) = &mut pass {
            pooled = noise.dropout(pooled, self.dropout);
        }
        Output { logits: self.head.forward(pooled), attention }
    }

    /// The backbone's last feature map to what the last layer is given in inference, `[n, attention_width]`.
    #[must_use]
    pub fn attended(&self, features: Tensor<4>) -> Tensor<2> {
        self.pool(features, &mut Pass::Infer).0
    }

    /// The tokens attended to and averaged, with the weights of the attention.
    fn pool(&self, features: Tensor<4>, pass: &mut Pass<'_>) -> (Tensor<2>, Tensor<4>) {
        let [n, height, width, channels] = features.dims();
        let tokens = self.project.forward(features.reshape([n, height * width, channels]));
        let tokens = self.encoder.iter().fold(tokens, |tokens, layer| layer.forward(tokens));
        let attended = self.attention.forward(tokens);
        let mut tokens = self.norm.forward(attended.tokens);
        if let Pass::Train(noise) = pass {
            tokens = noise.gaussian(tokens, self.noise);
        }
        (tokens.mean_dim(1).squeeze_dim::<2>(1), attended.weights)
    }
}

#[cfg(test)]
mod tests;
