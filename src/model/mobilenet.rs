//! MobileNet v1 without its head (Howard et al. 2017, arXiv 1704.04861), padded as Keras pads.

use burn::{
    module::{Module, Param},
    tensor::{Device, Tensor},
};

use super::{
    kernels::{self, Activation, Padding},
    noise::Pass,
    norm::{BatchNorm, scaled, statistic_name},
    separable::Separable,
    stage::Stage,
};

/// Channels out of the first convolution at width 1.
const STEM: usize = 32;
/// Channels out of and stride of each block at width 1 (table 1 of the paper).
pub(super) const BLOCKS: [(usize, usize); 13] = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
];

/// Blocks of [`Stage::First`]: their norms tell a lab's light and stain more than its mix of cells; the stem's follow the
/// brightness of each image.
const FIRST: usize = 3;

/// How many of the blocks a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All, to a map of a thirty-second of the image's side.
    Whole,
    /// Those whose map is a sixteenth of the image's side or more.
    Sixteenth,
}

impl Reach {
    const fn blocks(self) -> usize {
        match self {
            Self::Whole => BLOCKS.len(),
            Self::Sixteenth => 11,
        }
    }

    /// Blocks that halve the side of the map.
    const fn halvings(self) -> u32 {
        match self {
            Self::Whole => 4,
            Self::Sixteenth => 3,
        }
    }

    /// Pixels of the input from one place of the last map to the next.
    #[must_use]
    pub const fn step(self) -> f64 {
        (2 << self.halvings()) as f64
    }
}

/// The backbone: 28 convolutions that shrink the image 32 times, or the first of them.
#[derive(Module, Debug)]
pub struct MobileNet {
    /// `[3, 3, 3, c]`, stride 2.
    pub stem: Param<Tensor<4>>,
    pub stem_norm: BatchNorm,
    pub blocks: Vec<Separable>,
}

impl MobileNet {
    /// Zeros in every kernel: weights come from `initial` or from a file.
    #[must_use]
    pub fn new(width: f64, reach: Reach, device: &Device) -> Self {
        let stem = scaled(STEM, width);
        let mut c_in = stem;
        let block = |&(channels, stride): &(usize, usize)| {
            let c_out = scaled(channels, width);
            let block = Separable::new(c_in, c_out, stride, device);
            c_in = c_out;
            block
        };
        Self {
            stem: Param::from_tensor(Tensor::zeros([3, 3, 3, stem], device)),
            stem_norm: BatchNorm::new(stem, device),
            blocks: BLOCKS.iter().take(reach.blocks()).map(block).collect(),
        }
    }

    /// Channels of the last feature map.
    #[must_use]
    pub fn channels(width: f64, reach: Reach) -> usize {
        BLOCKS.get(reach.blocks() - 1).map_or(0, |(channels, _)| scaled(*channels, width))
    }

    /// Blocks before the end of a stage, and whether the first half of the next one belongs to it too.
    const fn cut(&self, stage: Stage) -> (usize, bool) {
        match stage {
            Stage::First => (FIRST, false),
            // Before the map is a sixteenth of the image's side.
            Stage::Early => (5, false),
            // In the whole network the map is at its smallest there: halved for the last time, not yet spread over more
            // channels.
            Stage::Late => (self.blocks.len().saturating_sub(2), true),
        }
    }

    /// Leaves the stem and a stage's blocks out of training.
    #[must_use]
    pub fn with_frozen(mut self, stage: Stage) -> Self {
        self.stem = self.stem.no_grad();
        self.stem_norm = self.stem_norm.no_grad();
        let (frozen, half) = self.cut(stage);
        let freeze = |(index, block): (usize, Separable)| match index {
            _ if index < frozen => block.no_grad(),
            _ if index == frozen && half => block.with_filter_frozen(),
            _ => block,
        };
        self.blocks = self.blocks.into_iter().enumerate().map(freeze).collect();
        self
    }

    /// Side of the last feature map for a square input of `size` pixels: the stem rounds up, the blocks down.
    #[must_use]
    pub const fn side(size: usize, reach: Reach) -> usize {
        let side = size.div_ceil(2) >> reach.halvings();
        if side == 0 { 1 } else { side }
    }

    /// The pixel of a square input of `size` in the middle of what the first place of the last feature map sees: a window
    /// that moves by two and is padded at its far side lies a pixel beyond the place that it starts from.
    #[must_use]
    pub const fn first_centre(size: usize, reach: Reach) -> f64 {
        // Such blocks one after the other, then the stem, which pads both sides of an odd one.
        let in_stem = (1 << reach.halvings()) - 1;
        (2 * in_stem + if size.is_multiple_of(2) { 1 } else { 0 }) as f64
    }

    /// `[n, size, size, 3]` to `[n, side, side, channels]`.
    #[must_use]
    pub fn forward(&self, images: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        self.after(Stage::First, self.until(Stage::First, images, pass), pass)
    }

    /// The same, block by block: hands over what each is called, how many numbers it learned, and what it makes of the
    /// images.
    pub fn walk(&self, images: Tensor<4>, each: &mut dyn FnMut(String, usize, &Tensor<4>)) {
        let x = kernels::conv(images, self.stem.val(), 2, Padding::Same);
        let mut x = self.stem_norm.forward(x, Activation::Relu6, &Pass::Infer);
        each("Convolution".to_owned(), self.stem.num_params() + self.stem_norm.num_params(), &x);
        for (index, block) in self.blocks.iter().enumerate() {
            x = block.forward(x, &Pass::Infer);
            each(format!("Separable {}", index + 1), block.num_params(), &x);
        }
    }

    /// As far as the end of a stage.
    #[must_use]
    pub fn until(&self, stage: Stage, images: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        let x = kernels::conv(images, self.stem.val(), 2, Padding::Same);
        let x = self.stem_norm.forward(x, Activation::Relu6, pass);
        let (whole, half) = self.cut(stage);
        let x = self.blocks.iter().take(whole).fold(x, |x, block| block.forward(x, pass));
        self.blocks.iter().skip(whole).take(usize::from(half)).fold(x, |x, block| block.filter(x, pass))
    }

    /// From what [`Self::until`] gives to the last feature map.
    #[must_use]
    pub fn after(&self, stage: Stage, map: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        let (whole, half) = self.cut(stage);
        let (begun, whole) = self.blocks.get(whole..).unwrap_or_default().split_at(usize::from(half));
        let x = begun.iter().fold(map, |x, block| block.mix(x, pass));
        whole.iter().fold(x, |x, block| block.forward(x, pass))
    }

    /// Whether a parameter's path lies in the blocks of [`Stage::First`].
    #[must_use]
    pub fn is_first(path: &str) -> bool {
        let index = path.strip_prefix("blocks.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        index.is_some_and(|index| index < FIRST)
    }

    /// Where Keras keeps a parameter of this backbone, by its path here, such as `blocks.0.pointwise`.
    #[must_use]
    pub fn keras_name(path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('.').collect();
        match parts.as_slice() {
            ["stem"] => Some("conv1/kernel".to_owned()),
            ["stem_norm", leaf] => Some(format!("conv1_bn/{}", statistic_name(leaf))),
            ["blocks", index, rest @ ..] => {
                let n = index.parse::<usize>().ok()? + 1;
                match rest {
                    ["depthwise"] => Some(format!("conv_dw_{n}/depthwise_kernel")),
                    ["depthwise_norm", leaf] => Some(format!("conv_dw_{n}_bn/{}", statistic_name(leaf))),
                    ["pointwise"] => Some(format!("conv_pw_{n}/kernel")),
                    ["pointwise_norm", leaf] => Some(format!("conv_pw_{n}_bn/{}", statistic_name(leaf))),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [usize; 5] = [32, 48, 64, 71, 112];

    #[test]
    fn the_side_of_the_map_is_what_the_layers_give() {
        let device = Device::flex();
        for (reach, size) in [Reach::Whole, Reach::Sixteenth].into_iter().flat_map(|one| SIZES.map(|size| (one, size)))
        {
            let network = MobileNet::new(0.05, reach, &device);
            let map = network.forward(Tensor::zeros([1, size, size, 3], &device), &Pass::Infer);
            let side = MobileNet::side(size, reach);
            assert_eq!(map.dims(), [1, side, side, MobileNet::channels(0.05, reach)], "{reach:?} {size}");
        }
        assert_eq!((MobileNet::side(224, Reach::Whole), MobileNet::side(112, Reach::Whole)), (7, 3));
        assert_eq!(
            (MobileNet::side(128, Reach::Sixteenth), Reach::Sixteenth.step(), Reach::Whole.step()),
            (8, 16.0, 32.0)
        );
    }
}
