//! Grad-CAM of the last feature map (Selvaraju et al. 2017, arXiv 1610.02391), for every class at once, of what the map holds
//! beyond that of the bare background.

use burn::{
    module::Module,
    tensor::{Device, Tensor, TensorData},
};

use super::{
    grid::Grid,
    tokens::Tokens,
    views::{LOOKS, PICTURES, turned_back},
};
use crate::{eval::forward::read, fault::Failure, model::classifier::Classifier};

/// A map for each class, before negative figures are cut away, in logits: so that the map of one class against another is
/// the difference of theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct GradCam {
    /// Over the square, in the order of the classes.
    pub classes: Vec<Grid>,
}

impl GradCam {
    /// From features `[n, side, side, channels]` of the pictures that [`super::views::pictures`] makes.
    ///
    /// Grad-CAM weighs each channel of the feature map by the mean gradient of the class's logit. The projection to tokens
    /// is linear, so the same sum is the mean gradient at the tokens times the tokens: only what lies behind it is
    /// differentiated, and all classes at once. A token of bare background is not zero, and differs from place to place by
    /// what the network's padding leaves there; taken as it is, that hides what the cell adds. So it is taken away first, and
    /// with it the projection's bias.
    pub(super) fn of(
        network: &Classifier,
        features: Tensor<4>,
        device: &Device,
        tokens: &Tokens,
    ) -> Result<Self, Failure> {
        let [_, height, width, channels] = features.dims();
        let count = height * width;
        let features = features.narrow(0, 0, PICTURES).reshape([PICTURES, count, channels]);
        let projected = network.project.forward(features);
        let (looks, blank) = (projected.clone().narrow(0, 0, LOOKS), projected.narrow(0, LOOKS, 1));
        let classes = network.head.weight.val().dims()[1];
        let gradient = mean_gradient(network, &looks, classes, device)?;
        let beyond = read(looks - blank)?;
        let wide = beyond.len() / (LOOKS * count).max(1);
        let maps: Vec<Vec<Grid>> = beyond
            .chunks_exact(count * wide)
            .zip(gradient.chunks_exact(classes * wide))
            .map(|(look, gradients)| {
                let map = |slope: &[f32]| {
                    // Each of `count` tokens has its share of the mean that the head sees.
                    let values = look.chunks_exact(wide).map(|token| dot(token, slope) * count as f32);
                    tokens.spread(&values.collect::<Vec<_>>())
                };
                gradients.chunks_exact(wide).map(map).collect()
            })
            .collect();
        let class =
            |label: usize| turned_back(&maps.iter().filter_map(|look| look.get(label).cloned()).collect::<Vec<_>>());
        Ok(Self { classes: (0..classes).map(class).collect() })
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The gradient of each class's logit at the tokens, mean over them: `[pictures, classes, width]`.
fn mean_gradient(
    network: &Classifier,
    tokens: &Tensor<3>,
    classes: usize,
    device: &Device,
) -> Result<Vec<f32>, Failure> {
    let device = device.clone().autodiff();
    let [pictures, count, width] = tokens.dims();
    let behind = (network.encoder.clone(), network.attention.clone(), network.norm.clone(), network.head.clone());
    let (encoder, attention, norm, head) = behind.no_grad().to_device(&device);
    // Each picture once a class.
    let repeated = tokens.clone().reshape([pictures, 1, count * width]).repeat_dim(1, classes);
    let values = read(repeated)?;
    let leaf = Tensor::<3>::from_data(TensorData::new(values, [pictures * classes, count, width]), &device);
    let leaf = leaf.require_grad();
    let encoded = encoder.iter().fold(leaf.clone(), |tokens, layer| layer.forward(tokens));
    let normed = norm.forward(attention.forward(encoded).tokens);
    let logits = head.forward(normed.mean_dim(1).squeeze_dim::<2>(1));
    let own: Vec<f32> = (0..pictures * classes * classes)
        .map(|at| if at / classes % classes == at % classes { 1.0 } else { 0.0 })
        .collect();
    let own = Tensor::<2>::from_data(TensorData::new(own, [pictures * classes, classes]), &device);
    let grads = (logits * own).sum().backward();
    let slopes = leaf.grad(&grads).ok_or_else(|| {
        Failure::new("the image could not be explained", "the network has no gradient", "choose `cpu`")
    })?;
    read(slopes.mean_dim(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{architecture::Architecture, config::TrainConfig},
        model::{classifier::NetworkConfig, initial, noise::Pass},
    };

    /// The definition, by differentiating at the feature map itself.
    #[test]
    fn it_is_the_sum_of_channels_beyond_the_background_weighed_by_their_mean_gradient() {
        for architecture in [Architecture::MobileNet, Architecture::Hybrid] {
            let train =
                TrainConfig { architecture, size: 64, width: 0.25, attention_width: 16, ..TrainConfig::default() };
            follows_the_definition(&NetworkConfig::new(&train, 3));
        }
    }

    fn follows_the_definition(config: &NetworkConfig) {
        let device = Device::flex();
        let network = initial::draw(config.init(&device), 3);
        let values: Vec<f32> = (0..PICTURES * 64 * 64 * 3).map(|i| (i * 31 % 255) as f32 / 127.5 - 1.0).collect();
        let images = Tensor::<4>::from_data(TensorData::new(values, [PICTURES, 64, 64, 3]), &device);
        let features = network.features(images, &Pass::Infer);
        let tokens = Tokens::of(config);
        let ours = GradCam::of(&network, features.clone(), &device, &tokens).unwrap();
        let (count, channels) = (tokens.side * tokens.side, features.dims()[3]);
        let trained = network.clone().to_device(&device.clone().autodiff());
        let map: Vec<f32> = features.clone().into_data().iter::<f32>().collect();
        let of = |picture: usize, at: usize| &map[(picture * count + at) * channels..][..channels];
        for label in 0..3 {
            let leaf = Tensor::<4>::from_data(features.clone().into_data(), &device.clone().autodiff()).require_grad();
            let logits = trained.classify(leaf.clone(), Pass::Infer).logits;
            let grads = logits.slice([0..PICTURES, label..label + 1]).sum().backward();
            let slopes: Vec<f32> = leaf.grad(&grads).unwrap().into_data().iter::<f32>().collect();
            let look = |look: usize| {
                let weight = |channel: usize| -> f32 {
                    (0..count).map(|at| slopes[(look * count + at) * channels + channel]).sum::<f32>() / count as f32
                };
                let weights: Vec<f32> = (0..channels).map(weight).collect();
                let beyond = |at: usize| dot(of(look, at), &weights) - dot(of(LOOKS, at), &weights);
                tokens.spread(&(0..count).map(|at| beyond(at) * count as f32).collect::<Vec<_>>())
            };
            let theirs = turned_back(&(0..LOOKS).map(look).collect::<Vec<_>>());
            let far = crate::distance::furthest(&ours.classes[label].values, &theirs.values);
            assert!(far < 1e-4, "{label}: {far:e}");
        }
    }
}
