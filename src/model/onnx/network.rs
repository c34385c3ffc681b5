//! The networks as ONNX's operations, batch norms folded into the convolutions before them.

use burn::{
    module::Param,
    nn::{LayerNorm, Linear},
    tensor::Tensor,
};

use super::{
    graph::{Builder, Kernel, Map},
    proto::Attribute,
};
use crate::model::{
    attention::{EPSILON, SelfAttention},
    classifier::{Backbone, Classifier},
    encoder::EncoderLayer,
    kernels::{Activation, Padding},
    mobilenet::MobileNet,
    norm::BatchNorm,
    separable::Separable,
    xception::{Block, SeparableNorm, Shrinking, Xception},
};

/// What the graph computes.
pub struct Answered {
    /// `[n, classes]`
    pub logits: String,
    /// `[n, heads, tokens, tokens]`
    pub attention: String,
}

/// The whole network on `images`, `[n, 3, size, size]`, normalised as the card says.
pub fn write(graph: &mut Builder, network: &Classifier, images: &str, size: usize) -> Answered {
    let images = Map { name: images.to_owned(), channels: 3, sides: (size, size) };
    let features = match &network.backbone {
        Backbone::MobileNet(backbone) => mobilenet(graph, backbone, &images),
        Backbone::Xception(backbone) => xception(graph, backbone, &images),
    };
    // Tokens run row by row over the map.
    let rows = graph.reshape(&features.name, &[0, features.channels as i64, -1]);
    let tokens = graph.transpose(&rows, &[0, 2, 1]);
    let tokens = linear(graph, &tokens, "project", &network.project);
    let tokens = network.encoder.iter().fold(tokens, |tokens, layer| encode(graph, &tokens, layer));
    let (tokens, attention) = attend(graph, &tokens, &network.attention);
    let tokens = layer_norm(graph, &tokens, "norm", &network.norm);
    let pooled =
        graph.node("ReduceMean", &[&tokens], vec![Attribute::ints("axes", &[1]), Attribute::int("keepdims", 0)]);
    Answered { logits: linear(graph, &pooled, "head", &network.head), attention }
}

fn encode(graph: &mut Builder, tokens: &str, layer: &EncoderLayer) -> String {
    let (tokens, _) = attend(graph, tokens, &layer.attention);
    let normed = layer_norm(graph, &tokens, "encoder_norm", &layer.norm);
    let wide = linear(graph, &normed, "widen", &layer.widen);
    let wide = graph.node("Relu", &[&wide], Vec::new());
    let narrow = linear(graph, &wide, "narrow", &layer.narrow);
    graph.add(&tokens, &narrow)
}

fn attend(graph: &mut Builder, tokens: &str, block: &SelfAttention) -> (String, String) {
    let [_, count, width] = block.position.val().dims();
    let (heads, depth) = (block.heads as i64, (width / block.heads.max(1)) as i64);
    let position = graph.constant("position", block.position.val());
    let placed = graph.add(tokens, &position);
    let normed = layer_norm(graph, &placed, "attention_norm", &block.norm);
    let mut split = |name: &str, layer: &Linear, order: &[i64]| {
        let x = linear(graph, &normed, name, layer);
        let x = graph.reshape(&x, &[0, count as i64, heads, depth]);
        graph.transpose(&x, order)
    };
    let query = split("query", &block.query, &[0, 2, 1, 3]);
    let key = split("key", &block.key, &[0, 2, 3, 1]);
    let value = split("value", &block.value, &[0, 2, 1, 3]);
    let scores = graph.node("MatMul", &[&query, &key], Vec::new());
    let scale = graph.number("scale", (depth as f32).sqrt());
    let scores = graph.node("Div", &[&scores, &scale], Vec::new());
    let weights = graph.node("Softmax", &[&scores], vec![Attribute::int("axis", -1)]);
    let mixed = graph.node("MatMul", &[&weights, &value], Vec::new());
    let mixed = graph.transpose(&mixed, &[0, 2, 1, 3]);
    let mixed = graph.reshape(&mixed, &[0, count as i64, width as i64]);
    let mixed = linear(graph, &mixed, "output", &block.output);
    (graph.add(&placed, &mixed), weights)
}

fn linear(graph: &mut Builder, x: &str, name: &str, layer: &Linear) -> String {
    graph.dense(x, name, layer.weight.val(), layer.bias.as_ref().map(Param::val))
}

fn layer_norm(graph: &mut Builder, x: &str, name: &str, norm: &LayerNorm) -> String {
    let gamma = graph.constant(name, norm.gamma.val());
    let beta = norm.beta.as_ref().map(|beta| graph.constant(name, beta.val()));
    let input: Vec<&str> = [x, &gamma].into_iter().chain(beta.as_deref()).collect();
    let attributes = vec![Attribute::int("axis", -1), Attribute::float("epsilon", EPSILON as f32)];
    graph.node("LayerNormalization", &input, attributes)
}

fn mobilenet(graph: &mut Builder, backbone: &MobileNet, images: &Map) -> Map {
    let stem = dense(backbone.stem.val(), 2, Padding::Same, &backbone.stem_norm);
    let x = graph.conv(images, stem, Activation::Relu6);
    backbone.blocks.iter().fold(x, |x, block| separable(graph, block, &x))
}

fn separable(graph: &mut Builder, block: &Separable, x: &Map) -> Map {
    let filter = depthwise(block.depthwise.val(), block.stride(), Some(&block.depthwise_norm));
    let x = graph.conv(x, filter, Activation::Relu6);
    graph.conv(&x, pointwise(block.pointwise.val(), 1, &block.pointwise_norm), Activation::Relu6)
}

fn xception(graph: &mut Builder, backbone: &Xception, images: &Map) -> Map {
    let stem = dense(backbone.stem.val(), 2, Padding::Valid, &backbone.stem_norm);
    let x = graph.conv(images, stem, Activation::Relu);
    let second = dense(backbone.stem2.val(), 1, Padding::Valid, &backbone.stem2_norm);
    let x = graph.conv(&x, second, Activation::Relu);
    backbone.blocks().fold(x, |x, block| match block {
        Block::Shrinking(block, activated) => shrinking(graph, block, &x, activated),
        Block::Residual(block) => {
            let before = graph.activate(x.clone(), Activation::Relu);
            let within = in_sequence(graph, &block.layers, before);
            Map { name: graph.add(&within.name, &x.name), ..x }
        }
        Block::Exit(layer) => separable_norm(graph, layer, &x, Activation::Relu),
    })
}

fn shrinking(graph: &mut Builder, block: &Shrinking, x: &Map, activated: bool) -> Map {
    let aside = graph.conv(x, pointwise(block.shortcut.val(), 2, &block.shortcut_norm), Activation::None);
    let before = if activated { graph.activate(x.clone(), Activation::Relu) } else { x.clone() };
    let within = in_sequence(graph, &block.layers, before);
    let within = graph.max_pool(&within);
    Map { name: graph.add(&within.name, &aside.name), ..aside }
}

fn in_sequence(graph: &mut Builder, layers: &[SeparableNorm], x: Map) -> Map {
    let last = layers.len().saturating_sub(1);
    layers.iter().enumerate().fold(x, |x, (index, layer)| {
        separable_norm(graph, layer, &x, if index == last { Activation::None } else { Activation::Relu })
    })
}

fn separable_norm(graph: &mut Builder, layer: &SeparableNorm, x: &Map, activation: Activation) -> Map {
    let x = graph.conv(x, depthwise(layer.depthwise.val(), 1, None), Activation::None);
    graph.conv(&x, pointwise(layer.pointwise.val(), 1, &layer.norm), activation)
}

/// `[3, 3, c_in, c_out]` with its norm.
fn dense(weight: Tensor<4>, stride: usize, padding: Padding, norm: &BatchNorm) -> Kernel {
    let weight = weight.permute([3, 2, 0, 1]);
    folded(Kernel { weight, bias: None, stride, padding: Some(padding), depthwise: false }, norm)
}

/// `[3, 3, c]`, with its norm where it has one.
fn depthwise(weight: Tensor<3>, stride: usize, norm: Option<&BatchNorm>) -> Kernel {
    let [_, _, channels] = weight.dims();
    let weight = weight.permute([2, 0, 1]).reshape([channels, 1, 3, 3]);
    let padding = Some(Padding::of_depthwise(stride));
    let kernel = Kernel { weight, bias: None, stride, padding, depthwise: true };
    match norm {
        Some(norm) => folded(kernel, norm),
        None => kernel,
    }
}

/// `[c_in, c_out]` with its norm.
fn pointwise(weight: Tensor<2>, stride: usize, norm: &BatchNorm) -> Kernel {
    let [c_in, c_out] = weight.dims();
    let weight = weight.permute([1, 0]).reshape([c_out, c_in, 1, 1]);
    folded(Kernel { weight, bias: None, stride, padding: None, depthwise: false }, norm)
}

fn folded(kernel: Kernel, norm: &BatchNorm) -> Kernel {
    let (scale, shift) = norm.folded();
    let [channels] = scale.dims();
    let weight = kernel.weight * scale.reshape([channels, 1, 1, 1]);
    Kernel { weight, bias: Some(shift), ..kernel }
}
