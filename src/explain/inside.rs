//! What a network is made of, told by the network itself: its blocks and what each makes of the cell, the kernels of its first
//! layer, and what the noise and the dropout of training do to its answer.

use burn::{
    module::{Module, Param},
    tensor::{Tensor, TensorData},
};
use image::RgbImage;

use super::{explained::seen, grid::Grid};
use crate::{
    eval::{forward::read, predict::Predictor},
    fault::Failure,
    model::{
        classifier::Backbone,
        encoder::EncoderLayer,
        noise::{Pass, StepNoise},
    },
};

/// Channels of a block that are shown, those that differ most over the image first.
const CHANNELS: usize = 24;
/// Passes with noise and dropout.
pub const PASSES: usize = 64;
/// Of the noise.
const SEED: u64 = 1;
/// Shares of the passes that lie below the ends of a class's range.
const RANGE: [f64; 3] = [0.05, 0.5, 0.95];

/// One block in the order of the forward pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub name: String,
    /// Height, width and channels of what it gives.
    pub shape: [usize; 3],
    /// Numbers that it learned, norm statistics not counted.
    pub parameters: usize,
    /// Its channels on the cell, each from 0 to 1; none of what is no map.
    pub maps: Vec<Channel>,
}

/// One channel of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    pub number: usize,
    /// Least and largest figure.
    pub range: (f32, f32),
    pub width: usize,
    pub height: usize,
    /// From 0 to 1, row by row.
    pub values: Vec<f32>,
}

/// What is inside of one network, with a cell in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Inside {
    pub blocks: Vec<Block>,
    /// The first layer's kernels, red, green and blue of 3 x 3 pixels each, from 0 to 1 with 0.5 for a weight of 0.
    pub kernels: Vec<Vec<[f32; 3]>>,
    /// Of each class: the fifth percentile, the median and the 95th percentile of its calibrated probability over passes with
    /// the noise and dropout of training.
    pub spread: Vec<[f32; 3]>,
    /// Standard deviation of that noise on the tokens, and the share of pooled features that is dropped.
    pub noise: f64,
    pub dropout: f64,
}

/// Walks through a network with an image.
///
/// # Errors
/// [`Failure`] where the image has no pixels or the device fails.
pub fn inside(model: &Predictor, image: &RgbImage) -> Result<Inside, Failure> {
    let (pixels, _) = seen(model, image)?;
    let (network, size) = (model.plain_network(), model.card().network.size);
    let data = TensorData::new(pixels, [1, size, size, 3]);
    let images = Tensor::<4>::from_data(data, &model.compute().device);
    let (mut blocks, mut last, mut failed) = (Vec::new(), None, None);
    let mut each = |name: String, parameters: usize, map: &Tensor<4>| {
        let [_, height, width, channels] = map.dims();
        last = Some(map.clone());
        match read(map.clone()) {
            Ok(values) => {
                let maps = channels_of(&values, [height, width, channels]);
                blocks.push(Block { name, shape: [height, width, channels], parameters, maps });
            }
            Err(why) => failed = Some(why),
        }
    };
    match &network.backbone {
        Backbone::MobileNet(backbone) => backbone.walk(images, &mut each),
        Backbone::Xception(backbone) => backbone.walk(images, &mut each),
    }
    if let Some(why) = failed {
        return Err(why);
    }
    let config = &model.card().network;
    let side = config.map_side();
    let row = |name: &str, shape: [usize; 3], parameters: usize| Block {
        name: name.to_owned(),
        shape,
        parameters,
        maps: Vec::new(),
    };
    let width = config.attention_width;
    blocks.push(row("Projection", [side, side, width], network.project.num_params()));
    let layer = |(index, layer): (usize, &EncoderLayer)| {
        row(&format!("Encoder layer {}", index + 1), [side, side, width], layer.num_params())
    };
    blocks.extend(network.encoder.iter().enumerate().map(layer));
    blocks.extend([
        row(&format!("Attention, {} heads", config.heads), [side, side, width], network.attention.num_params()),
        row("Norm and mean", [1, 1, width], network.norm.num_params()),
        row("Dense", [1, 1, config.classes], network.head.num_params()),
    ]);
    let spread = last.map_or_else(|| Ok(Vec::new()), |features| spread(model, features))?;
    Ok(Inside { blocks, kernels: kernels(model)?, spread, noise: config.noise, dropout: config.dropout })
}

/// The channels of a map that differ most over the image.
fn channels_of(values: &[f32], [height, width, channels]: [usize; 3]) -> Vec<Channel> {
    let channel = |number: usize| {
        let values: Vec<f32> = values.iter().skip(number).step_by(channels).copied().collect();
        let range = Grid { side: 1, values: values.clone() }.range();
        Channel { number, range, width, height, values }
    };
    let spread = |channel: &Channel| {
        let n = channel.values.len().max(1) as f32;
        let mean = channel.values.iter().sum::<f32>() / n;
        channel.values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / n
    };
    let mut all: Vec<Channel> = (0..channels).map(channel).collect();
    all.sort_by(|a, b| spread(b).total_cmp(&spread(a)));
    all.truncate(CHANNELS);
    for channel in &mut all {
        let (low, high) = channel.range;
        let scale = if high > low { 1.0 / (high - low) } else { 0.0 };
        channel.values.iter_mut().for_each(|value| *value = (*value - low) * scale);
    }
    all
}

/// The kernels of the first layer as small pictures, each scaled by its own largest weight.
fn kernels(model: &Predictor) -> Result<Vec<Vec<[f32; 3]>>, Failure> {
    let stem: &Param<Tensor<4>> = match &model.plain_network().backbone {
        Backbone::MobileNet(backbone) => &backbone.stem,
        Backbone::Xception(backbone) => &backbone.stem,
    };
    let weight = stem.val();
    let count = weight.dims()[3];
    let values = read(weight)?;
    let kernel = |number: usize| -> Vec<[f32; 3]> {
        let own: Vec<f32> = values.iter().skip(number).step_by(count).copied().collect();
        let most = own.iter().fold(f32::EPSILON, |most, value| most.max(value.abs()));
        let pixel = |rgb: &[f32]| match rgb {
            [r, g, b] => [r, g, b].map(|value| 0.5 + 0.5 * value / most),
            _ => [0.5; 3],
        };
        own.chunks_exact(3).map(pixel).collect()
    };
    Ok((0..count).map(kernel).collect())
}

/// What noise and dropout do to the answer. The backbone knows neither, so its features serve all passes.
fn spread(model: &Predictor, features: Tensor<4>) -> Result<Vec<[f32; 3]>, Failure> {
    let mut noise = StepNoise::new(SEED, 0, 0);
    let repeated = features.repeat_dim(0, PASSES);
    let logits = model.plain_network().classify(repeated, Pass::Train(&mut noise)).logits;
    let classes = logits.dims()[1];
    let values = read(logits)?;
    let answers: Vec<Vec<f32>> = values.chunks_exact(classes.max(1)).map(|row| model.calibrated(row).0).collect();
    let class = |label: usize| {
        let mut shares: Vec<f32> = answers.iter().filter_map(|answer| answer.get(label).copied()).collect();
        shares.sort_by(f32::total_cmp);
        let at = |share: f64| ((shares.len().saturating_sub(1)) as f64 * share).round() as usize;
        RANGE.map(|share| shares.get(at(share)).copied().unwrap_or_default())
    };
    Ok((0..classes).map(class).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data::synthetic, device::Compute, model::bundled};

    #[test]
    fn the_blocks_are_those_of_the_network_and_hold_all_that_it_learned() {
        for bundled in bundled::ALL {
            let model = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
            let inside = inside(&model, &synthetic::draw("monocyte", 3)).unwrap();
            let learned: usize = inside.blocks.iter().map(|block| block.parameters).sum();
            assert_eq!(learned, model.plain_network().num_params(), "{}", bundled.name);
            let last = inside.blocks.iter().rfind(|block| !block.maps.is_empty()).unwrap();
            let side = model.card().network.map_side();
            assert_eq!(last.shape[..2], [side, side]);
            assert!(inside.blocks.iter().flat_map(|block| &block.maps).all(|map| {
                map.values.len() == map.width * map.height && map.values.iter().all(|value| (0.0..=1.0).contains(value))
            }));
            assert_eq!(inside.kernels.len(), inside.blocks[0].shape[2]);
            assert!(inside.kernels.iter().all(|kernel| kernel.len() == 9));
            for [low, middle, high] in &inside.spread {
                assert!(low <= middle && middle <= high);
            }
            assert!(inside.spread.iter().any(|[low, _, high]| high - low > 1e-4), "noise leaves a trace");
        }
    }
}
