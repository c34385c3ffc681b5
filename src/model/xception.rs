//! Xception without its head (Chollet 2017, arXiv 1610.02357), padded as TensorFlow pads.

use burn::{
    module::{Module, Param},
    tensor::{Device, Tensor, activation::relu},
};

use super::{
    kernels::{self, Activation, Padding},
    noise::Pass,
    norm::{BatchNorm, scaled, statistic_name},
    stage::Stage,
};

/// Channels out of the two dense convolutions at width 1.
const STEM: [usize; 2] = [32, 64];
/// Channels out of the shrinking blocks of the entry flow.
const ENTRY: [usize; 3] = [128, 256, 728];
/// Blocks of the middle flow, three convolutions each.
const MIDDLE: usize = 8;
/// Channels between the last shrinking block's convolutions, and out of it.
const NARROW: [usize; 2] = [728, 1024];
/// Channels out of the last two convolutions.
const EXIT: [usize; 2] = [1536, 2048];
/// Keras counts its blocks from the stem's on: the entry flow is 2 to 4, the middle flow 5 to 12.
const FIRST_ENTRY: usize = 2;

/// The backbone: 36 convolutions in 14 blocks that shrink the image 32 times.
#[derive(Module, Debug)]
pub struct Xception {
    /// `[3, 3, 3, c]`, stride 2.
    pub stem: Param<Tensor<4>>,
    pub stem_norm: BatchNorm,
    /// `[3, 3, c, c']`.
    pub stem2: Param<Tensor<4>>,
    pub stem2_norm: BatchNorm,
    /// The three blocks of the entry flow and the first of the exit flow.
    pub shrinking: Vec<Shrinking>,
    pub middle: Vec<Residual>,
    pub exit: Vec<SeparableNorm>,
}

impl Xception {
    /// Pixels of the input from one place of the last feature map to the next: the map is halved five times.
    pub const STEP: f64 = 32.0;

    /// Zeros in every kernel: weights come from `initial` or from a file.
    #[must_use]
    pub fn new(width: f64, device: &Device) -> Self {
        let wide = |channels| scaled(channels, width);
        let [first, second] = STEM.map(wide);
        let mut c = second;
        let mut shrinking = Vec::new();
        for c_out in ENTRY.map(wide) {
            shrinking.push(Shrinking::new(c, c_out, c_out, device));
            c = c_out;
        }
        let middle = (0..MIDDLE).map(|_| Residual::new(c, device)).collect();
        let [between, narrow] = NARROW.map(wide);
        shrinking.push(Shrinking::new(c, between, narrow, device));
        c = narrow;
        let exit = EXIT.map(wide).map(|c_out| {
            let layer = SeparableNorm::new(c, c_out, device);
            c = c_out;
            layer
        });
        Self {
            stem: Param::from_tensor(Tensor::zeros([3, 3, 3, first], device)),
            stem_norm: BatchNorm::new(first, device),
            stem2: Param::from_tensor(Tensor::zeros([3, 3, first, second], device)),
            stem2_norm: BatchNorm::new(second, device),
            shrinking,
            middle,
            exit: exit.into(),
        }
    }

    /// Channels of the last feature map.
    #[must_use]
    pub fn channels(width: f64) -> usize {
        EXIT.last().map_or(0, |channels| scaled(*channels, width))
    }

    /// Side of the last feature map for a square input of `size` pixels: the stem does not pad.
    #[must_use]
    pub const fn side(size: usize) -> usize {
        let mut side = (size.saturating_sub(3) / 2 + 1).saturating_sub(2);
        let mut halvings = ENTRY.len() + 1;
        while halvings > 0 {
            side = side.div_ceil(2);
            halvings -= 1;
        }
        side
    }

    /// The pixel of a square input of `size` in the middle of what the first place of the last feature map sees. Where a
    /// side is even, a pooling window lies a pixel beyond the place that its shortcut looks at: their middle counts.
    #[must_use]
    pub const fn first_centre(size: usize) -> f64 {
        let mut side = (size.saturating_sub(3) / 2 + 1).saturating_sub(2);
        let (mut centre, mut step) = (0.0, 1.0);
        let mut halvings = ENTRY.len() + 1;
        while halvings > 0 {
            centre += if side.is_multiple_of(2) { step / 2.0 } else { 0.0 };
            (side, step) = (side.div_ceil(2), step * 2.0);
            halvings -= 1;
        }
        2.0 * (centre + 1.0) + 1.0
    }

    /// `[n, size, size, 3]` to `[n, side, side, channels]`.
    #[must_use]
    pub fn forward(&self, images: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        self.after(Stage::First, self.until(Stage::First, images, pass), pass)
    }

    /// The same, block by block: hands over what each is called, how many numbers it learned, and what it makes of the
    /// images.
    pub fn walk(&self, images: Tensor<4>, each: &mut dyn FnMut(String, usize, &Tensor<4>)) {
        let x = kernels::conv(images, self.stem.val(), 2, Padding::Valid);
        let x = self.stem_norm.forward(x, Activation::Relu, &Pass::Infer);
        each("Convolution 1".to_owned(), self.stem.num_params() + self.stem_norm.num_params(), &x);
        let x = kernels::conv(x, self.stem2.val(), 1, Padding::Valid);
        let mut x = self.stem2_norm.forward(x, Activation::Relu, &Pass::Infer);
        each("Convolution 2".to_owned(), self.stem2.num_params() + self.stem2_norm.num_params(), &x);
        for (index, block) in self.blocks().enumerate() {
            x = block.forward(x, &Pass::Infer);
            each(format!("{} {}", block.title(), index + 1), block.num_params(), &x);
        }
    }

    /// As far as the end of a stage.
    #[must_use]
    pub fn until(&self, stage: Stage, images: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        let x = kernels::conv(images, self.stem.val(), 2, Padding::Valid);
        let x = self.stem_norm.forward(x, Activation::Relu, pass);
        let x = kernels::conv(x, self.stem2.val(), 1, Padding::Valid);
        let x = self.stem2_norm.forward(x, Activation::Relu, pass);
        self.blocks().take(Self::blocks_until(stage)).fold(x, |x, block| block.forward(x, pass))
    }

    /// From what [`Self::until`] gives to the last feature map.
    #[must_use]
    pub fn after(&self, stage: Stage, map: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        self.blocks().skip(Self::blocks_until(stage)).fold(map, |x, block| block.forward(x, pass))
    }

    /// Everything behind the stem, in order.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        let (entry, last) = self.shrinking.split_at(ENTRY.len().min(self.shrinking.len()));
        // The stem ends in a relu already.
        let entry = entry.iter().enumerate().map(|(index, block)| Block::Shrinking(block, index > 0));
        entry
            .chain(self.middle.iter().map(Block::Residual))
            .chain(last.iter().map(|block| Block::Shrinking(block, true)))
            .chain(self.exit.iter().map(Block::Exit))
    }

    /// Blocks before the end of a stage.
    const fn blocks_until(stage: Stage) -> usize {
        match stage {
            Stage::First => 1,
            // The entry flow and half of the middle flow.
            Stage::Early => ENTRY.len() + MIDDLE / 2,
            Stage::Late => ENTRY.len() + MIDDLE + 1,
        }
    }

    /// Whether a parameter's path lies in the block of [`Stage::First`].
    #[must_use]
    pub fn is_first(path: &str) -> bool {
        path.starts_with("shrinking.0.")
    }

    /// Leaves the stem and a stage's blocks out of training.
    #[must_use]
    pub fn with_frozen(mut self, stage: Stage) -> Self {
        self.stem = self.stem.no_grad();
        self.stem_norm = self.stem_norm.no_grad();
        self.stem2 = self.stem2.no_grad();
        self.stem2_norm = self.stem2_norm.no_grad();
        let frozen = Self::blocks_until(stage);
        let place = |index: usize| if index < ENTRY.len() { index } else { index + MIDDLE };
        let halve = |(index, block): (usize, Shrinking)| if place(index) < frozen { block.no_grad() } else { block };
        self.shrinking = self.shrinking.into_iter().enumerate().map(halve).collect();
        let middle =
            |(index, block): (usize, Residual)| if ENTRY.len() + index < frozen { block.no_grad() } else { block };
        self.middle = self.middle.into_iter().enumerate().map(middle).collect();
        self
    }

    /// Where Keras keeps a parameter of this backbone, by its path here, such as `middle.0.layers.1.pointwise`.
    ///
    /// Keras leaves the shortcuts unnamed and numbers them in the order of their making; here from 1, as in the
    /// weights that are published.
    #[must_use]
    pub fn keras_name(path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('.').collect();
        let number = |index: &str| index.parse::<usize>().ok();
        let last = |index: usize| index >= ENTRY.len();
        match parts.as_slice() {
            ["stem"] => Some("block1_conv1/kernel".to_owned()),
            ["stem2"] => Some("block1_conv2/kernel".to_owned()),
            ["stem_norm", leaf] => Some(format!("block1_conv1_bn/{}", statistic_name(leaf))),
            ["stem2_norm", leaf] => Some(format!("block1_conv2_bn/{}", statistic_name(leaf))),
            ["shrinking", index, "shortcut"] => Some(format!("conv2d_{}/kernel", number(index)? + 1)),
            ["shrinking", index, "shortcut_norm", leaf] => {
                Some(format!("batch_normalization_{}/{}", number(index)? + 1, statistic_name(leaf)))
            }
            ["shrinking", index, "layers", layer, rest @ ..] => {
                let index = number(index)?;
                let block = if last(index) { FIRST_ENTRY + index + MIDDLE } else { FIRST_ENTRY + index };
                SeparableNorm::keras_name(block, number(layer)?, rest)
            }
            ["middle", index, "layers", layer, rest @ ..] => {
                SeparableNorm::keras_name(FIRST_ENTRY + ENTRY.len() + number(index)?, number(layer)?, rest)
            }
            ["exit", layer, rest @ ..] => {
                SeparableNorm::keras_name(FIRST_ENTRY + ENTRY.len() + MIDDLE + 1, number(layer)?, rest)
            }
            _ => None,
        }
    }
}

/// A block as it lies in the network.
pub(super) enum Block<'a> {
    /// With a relu before it or without.
    Shrinking(&'a Shrinking, bool),
    Residual(&'a Residual),
    Exit(&'a SeparableNorm),
}

impl Block<'_> {
    const fn title(&self) -> &'static str {
        match self {
            Self::Shrinking(..) => "Shrinking",
            Self::Residual(_) => "Residual",
            Self::Exit(_) => "Separable",
        }
    }

    fn num_params(&self) -> usize {
        match self {
            Self::Shrinking(block, _) => block.num_params(),
            Self::Residual(block) => block.num_params(),
            Self::Exit(layer) => layer.num_params(),
        }
    }

    fn forward(&self, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        match self {
            Self::Shrinking(block, activated) => block.forward(x, *activated, pass),
            Self::Residual(block) => block.forward(x, pass),
            Self::Exit(layer) => layer.forward(x, Activation::Relu, pass),
        }
    }
}

/// A depthwise and a pointwise convolution with nothing between them, then batch norm.
#[derive(Module, Debug)]
pub struct SeparableNorm {
    /// `[3, 3, c_in]`.
    pub depthwise: Param<Tensor<3>>,
    /// `[c_in, c_out]`.
    pub pointwise: Param<Tensor<2>>,
    pub norm: BatchNorm,
}

impl SeparableNorm {
    fn new(c_in: usize, c_out: usize, device: &Device) -> Self {
        Self {
            depthwise: Param::from_tensor(Tensor::zeros([3, 3, c_in], device)),
            pointwise: Param::from_tensor(Tensor::zeros([c_in, c_out], device)),
            norm: BatchNorm::new(c_out, device),
        }
    }

    /// `[n, h, w, c_in]` to `[n, h, w, c_out]`; the activation follows the norm.
    #[must_use]
    pub fn forward(&self, x: Tensor<4>, activation: Activation, pass: &Pass<'_>) -> Tensor<4> {
        let x = kernels::depthwise(x, self.depthwise.val(), 1);
        if matches!(pass, Pass::Infer) {
            let (scale, shift) = self.norm.folded();
            return kernels::pointwise_fused(x, self.pointwise.val(), scale, shift, activation);
        }
        self.norm.forward(kernels::pointwise(x, self.pointwise.val()), activation, pass)
    }

    fn keras_name(block: usize, layer: usize, rest: &[&str]) -> Option<String> {
        let layer = format!("block{block}_sepconv{}", layer + 1);
        match rest {
            ["depthwise"] => Some(format!("{layer}/depthwise_kernel")),
            ["pointwise"] => Some(format!("{layer}/pointwise_kernel")),
            ["norm", leaf] => Some(format!("{layer}_bn/{}", statistic_name(leaf))),
            _ => None,
        }
    }
}

/// A relu before each convolution: the relu of all but the first is fused with the norm before it.
fn in_sequence(layers: &[SeparableNorm], x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
    let last = layers.len().saturating_sub(1);
    layers.iter().enumerate().fold(x, |x, (index, layer)| {
        layer.forward(x, if index == last { Activation::None } else { Activation::Relu }, pass)
    })
}

/// Two separable convolutions and a pooling beside a 1x1 convolution that moves by two.
#[derive(Module, Debug)]
pub struct Shrinking {
    pub layers: Vec<SeparableNorm>,
    /// `[c_in, c_out]`.
    pub shortcut: Param<Tensor<2>>,
    pub shortcut_norm: BatchNorm,
}

impl Shrinking {
    fn new(c_in: usize, between: usize, c_out: usize, device: &Device) -> Self {
        let layers = vec![SeparableNorm::new(c_in, between, device), SeparableNorm::new(between, c_out, device)];
        Self {
            layers,
            shortcut: Param::from_tensor(Tensor::zeros([c_in, c_out], device)),
            shortcut_norm: BatchNorm::new(c_out, device),
        }
    }

    /// `[n, h, w, c_in]` to `[n, ceil(h / 2), ceil(w / 2), c_out]`.
    #[must_use]
    fn forward(&self, x: Tensor<4>, activated: bool, pass: &Pass<'_>) -> Tensor<4> {
        let aside = kernels::pointwise(kernels::halve(x.clone()), self.shortcut.val());
        let aside = self.shortcut_norm.forward(aside, Activation::None, pass);
        let x = if activated { relu(x) } else { x };
        kernels::max_pool(in_sequence(&self.layers, x, pass)) + aside
    }
}

/// Three separable convolutions beside the input itself.
#[derive(Module, Debug)]
pub struct Residual {
    pub layers: Vec<SeparableNorm>,
}

impl Residual {
    fn new(c: usize, device: &Device) -> Self {
        Self { layers: (0..3).map(|_| SeparableNorm::new(c, c, device)).collect() }
    }

    /// `[n, h, w, c]` in and out.
    #[must_use]
    fn forward(&self, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        in_sequence(&self.layers, relu(x.clone()), pass) + x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_of_the_map_is_what_the_layers_give() {
        let device = Device::flex();
        let network = Xception::new(0.05, &device);
        for size in [32, 64, 71, 96] {
            let map = network.forward(Tensor::zeros([1, size, size, 3], &device), &Pass::Infer);
            assert_eq!(map.dims(), [1, Xception::side(size), Xception::side(size), Xception::channels(0.05)]);
        }
        assert_eq!(Xception::side(299), 10);
    }

    #[test]
    fn keras_names_cover_all_fourteen_blocks() {
        let names = [
            ("shrinking.2.layers.1.norm.mean", "block4_sepconv2_bn/moving_mean"),
            ("middle.0.layers.2.pointwise", "block5_sepconv3/pointwise_kernel"),
            ("middle.7.layers.0.depthwise", "block12_sepconv1/depthwise_kernel"),
            ("shrinking.3.layers.1.pointwise", "block13_sepconv2/pointwise_kernel"),
            ("shrinking.3.shortcut_norm.variance", "batch_normalization_4/moving_variance"),
            ("exit.1.norm.gamma", "block14_sepconv2_bn/gamma"),
        ];
        for (path, keras) in names {
            assert_eq!(Xception::keras_name(path).as_deref(), Some(keras), "{path}");
        }
    }
}
