//! The written file read back and run by ONNX's own definitions, in the plainest way, against the network that it came from.

use std::collections::HashMap;

use prost::Message as _;
use rayon::prelude::*;

use super::{
    IMAGES, LOGITS,
    proto::{Attribute, FLOAT, Model, Node, Tensor},
};

/// Numbers with a shape; integers are kept as floats, which hold those of a shape exactly.
#[derive(Clone, Debug, Default)]
struct Array {
    dims: Vec<usize>,
    data: Vec<f32>,
}

/// The largest difference between the logits that a file gives for `pixels`, `[n, size, size, 3]`, normalised, and those
/// that the network gave that it was written from.
///
/// # Errors
/// A sentence where the file is no graph of the operations that this program writes, or answers other images.
pub fn furthest_answer(bytes: &[u8], pixels: &[f32], size: usize, expected: &[Vec<f32>]) -> Result<f32, String> {
    let images = channels_first(pixels, size);
    let found = run(bytes, Array { dims: vec![expected.len(), 3, size, size], data: images })?;
    let expected: Vec<f32> = expected.iter().flatten().copied().collect();
    if found.data.len() != expected.len() {
        return Err(format!("{} numbers instead of {}", found.data.len(), expected.len()));
    }
    Ok(found.data.iter().zip(&expected).fold(0.0, |most, (a, b)| most.max((a - b).abs())))
}

/// `[n, size, size, 3]` to `[n, 3, size, size]`.
#[must_use]
pub fn channels_first(pixels: &[f32], size: usize) -> Vec<f32> {
    let plane = |image: &[f32], channel: usize| image.iter().skip(channel).step_by(3).copied().collect::<Vec<f32>>();
    pixels.chunks_exact((size * size * 3).max(1)).flat_map(|image| (0..3).flat_map(|c| plane(image, c))).collect()
}

/// The logits of a file for images.
fn run(bytes: &[u8], images: Array) -> Result<Array, String> {
    let model = Model::decode(bytes).map_err(|why| why.to_string())?;
    let graph = model.graph.ok_or("the file holds no graph")?;
    let mut values: HashMap<String, Array> = HashMap::new();
    for constant in &graph.initializer {
        values.insert(constant.name.clone(), array(constant));
    }
    values.insert(IMAGES.to_owned(), images);
    for node in &graph.node {
        let input: Option<Vec<&Array>> = node.input.iter().map(|name| values.get(name)).collect();
        let input = input.ok_or_else(|| format!("{} lacks what it needs", node.name))?;
        let value = compute(node, &input).ok_or_else(|| format!("{} cannot be run", node.name))?;
        for name in &node.output {
            values.insert(name.clone(), value.clone());
        }
    }
    values.remove(LOGITS).ok_or_else(|| "the graph gives no logits".to_owned())
}

fn array(tensor: &Tensor) -> Array {
    let dims = tensor.dims.iter().map(|side| usize::try_from(*side).unwrap_or(0)).collect();
    let (fours, _) = tensor.raw_data.as_chunks::<4>();
    let (eights, _) = tensor.raw_data.as_chunks::<8>();
    let data = match tensor.data_type {
        FLOAT => fours.iter().map(|four| f32::from_le_bytes(*four)).collect(),
        _ => eights.iter().map(|eight| i64::from_le_bytes(*eight) as f32).collect(),
    };
    Array { dims, data }
}

/// What a node makes of its input; `None` where that cannot be.
fn compute(node: &Node, input: &[&Array]) -> Option<Array> {
    let attributes = node.attributes();
    let (x, rest) = input.split_first()?;
    match node.op_type.as_str() {
        "Identity" => Some((*x).clone()),
        "Relu" => Some(each(x, |value| value.max(0.0))),
        "Clip" => {
            let (low, high) = (rest.first()?.data.first()?, rest.get(1)?.data.first()?);
            Some(each(x, |value| value.clamp(*low, *high)))
        }
        "Conv" => Some(conv(x, rest.first()?, rest.get(1).copied(), &Slide::of(&attributes)?)),
        "MaxPool" => Some(max_pool(x, &Slide::of(&attributes)?)),
        "Add" => broadcast(x, rest.first()?, |a, b| a + b),
        "Div" => broadcast(x, rest.first()?, |a, b| a / b),
        "MatMul" => matmul(x, rest.first()?),
        "Reshape" => reshape(x, rest.first()?),
        "Transpose" => transpose(x, &attributes.get("perm")?.ints),
        "Softmax" => Some(rows(x, softmax)),
        "LayerNormalization" => {
            let (gamma, beta) = (rest.first()?, rest.get(1)?);
            let epsilon = attributes.get("epsilon")?.f;
            Some(rows(x, |row| normalise(row, &gamma.data, &beta.data, epsilon)))
        }
        "ReduceMean" => mean_of_tokens(x),
        _ => None,
    }
}

fn each(x: &Array, of: impl Fn(f32) -> f32) -> Array {
    Array { dims: x.dims.clone(), data: x.data.iter().map(|value| of(*value)).collect() }
}

/// How a window moves.
struct Slide {
    side: usize,
    stride: usize,
    /// Top, left, bottom, right.
    pads: [usize; 4],
}

impl Slide {
    fn of(attributes: &HashMap<&str, &Attribute>) -> Option<Self> {
        let first = |name: &str| usize::try_from(*attributes.get(name)?.ints.first()?).ok();
        let pads = attributes.get("pads")?.ints.iter().map(|pad| usize::try_from(*pad).ok());
        let pads: Vec<usize> = pads.collect::<Option<_>>()?;
        Some(Self { side: first("kernel_shape")?, stride: first("strides")?, pads: pads.try_into().ok()? })
    }

    fn output(&self, input: usize, before: usize, after: usize) -> usize {
        (input + before + after).saturating_sub(self.side) / self.stride.max(1) + 1
    }

    /// Calls `visit` with tap, place in the output and place in the input, for all that lie inside.
    fn walk(&self, [h, w]: [usize; 2], [oh, ow]: [usize; 2], mut visit: impl FnMut(usize, usize, usize)) {
        let [top, left, ..] = self.pads;
        for (ky, kx) in (0..self.side).flat_map(|ky| (0..self.side).map(move |kx| (ky, kx))) {
            for oy in 0..oh {
                let Some(y) = (oy * self.stride + ky).checked_sub(top).filter(|y| *y < h) else { continue };
                for ox in 0..ow {
                    let Some(x) = (ox * self.stride + kx).checked_sub(left).filter(|x| *x < w) else { continue };
                    visit(ky * self.side + kx, oy * ow + ox, y * w + x);
                }
            }
        }
    }

    /// `[n, c, h, w]` of the input and the sides of the output.
    fn sides(&self, x: &Array) -> ([usize; 4], [usize; 2]) {
        let dims = <[usize; 4]>::try_from(x.dims.as_slice()).unwrap_or_default();
        let ([top, left, bottom, right], [_, _, h, w]) = (self.pads, dims);
        (dims, [self.output(h, top, bottom), self.output(w, left, right)])
    }
}

fn conv(x: &Array, weight: &Array, bias: Option<&Array>, slide: &Slide) -> Array {
    let ([n, c_in, h, w], [oh, ow]) = slide.sides(x);
    let c_out = weight.dims.first().copied().unwrap_or(0);
    let within = weight.dims.get(1).copied().unwrap_or(1).max(1);
    let per_group = (c_out * within / c_in.max(1)).max(1);
    let (taps, plane) = (slide.side * slide.side, oh * ow);
    let mut data = vec![0.0; n * c_out * plane];
    data.par_chunks_exact_mut(plane.max(1)).enumerate().for_each(|(index, out)| {
        let (image, channel) = (index / c_out, index % c_out);
        out.fill(bias.and_then(|bias| bias.data.get(channel)).copied().unwrap_or(0.0));
        for inner in 0..within {
            let source = image * c_in + channel / per_group * within + inner;
            let source = x.data.chunks_exact(h * w).nth(source).unwrap_or_default();
            let kernel = weight.data.chunks_exact(taps).nth(channel * within + inner).unwrap_or_default();
            if let ([weight], 1) = (kernel, slide.stride) {
                out.iter_mut().zip(source).for_each(|(out, x)| *out += weight * x);
                continue;
            }
            slide.walk([h, w], [oh, ow], |tap, to, from| {
                if let (Some(out), Some(x), Some(weight)) = (out.get_mut(to), source.get(from), kernel.get(tap)) {
                    *out += weight * x;
                }
            });
        }
    });
    Array { dims: vec![n, c_out, oh, ow], data }
}

fn max_pool(x: &Array, slide: &Slide) -> Array {
    let ([n, c, h, w], [oh, ow]) = slide.sides(x);
    let mut data = vec![f32::NEG_INFINITY; n * c * oh * ow];
    data.par_chunks_exact_mut((oh * ow).max(1)).zip(x.data.par_chunks_exact((h * w).max(1))).for_each(|(out, x)| {
        slide.walk([h, w], [oh, ow], |_, to, from| {
            if let (Some(out), Some(x)) = (out.get_mut(to), x.get(from)) {
                *out = out.max(*x);
            }
        });
    });
    Array { dims: vec![n, c, oh, ow], data }
}

/// `b` is repeated over the first axes of `a`, on whose last ones it lies.
fn broadcast(a: &Array, b: &Array, of: impl Fn(f32, f32) -> f32) -> Option<Array> {
    let block = b.data.len();
    if block == 0 || !a.data.len().is_multiple_of(block) {
        return None;
    }
    let data = a.data.chunks_exact(block).flat_map(|a| a.iter().zip(&b.data)).map(|(a, b)| of(*a, *b)).collect();
    Some(Array { dims: a.dims.clone(), data })
}

/// Over the last two axes; a matrix is multiplied with each of the other's.
fn matmul(a: &Array, b: &Array) -> Option<Array> {
    let ([.., rows, inner], [.., _, columns]) = (a.dims.as_slice(), b.dims.as_slice()) else { return None };
    let (rows, inner, columns) = (*rows, *inner, *columns);
    let count = a.data.len() / (rows * inner).max(1);
    let of_b = |index: usize| if b.dims.len() == 2 { 0 } else { index };
    let product = |index: usize| {
        let (left, right) =
            (a.data.chunks_exact(rows * inner).nth(index), b.data.chunks_exact(inner * columns).nth(of_b(index)));
        let mut out = vec![0.0; rows * columns];
        for (row, out) in left.unwrap_or_default().chunks_exact(inner).zip(out.chunks_exact_mut(columns)) {
            for (x, weights) in row.iter().zip(right.unwrap_or_default().chunks_exact(columns)) {
                out.iter_mut().zip(weights).for_each(|(out, weight)| *out += x * weight);
            }
        }
        out
    };
    let data = (0..count).into_par_iter().flat_map_iter(product).collect();
    let mut dims = a.dims.clone();
    *dims.last_mut()? = columns;
    Some(Array { dims, data })
}

fn reshape(x: &Array, shape: &Array) -> Option<Array> {
    let kept = |(axis, side): (usize, &f32)| match *side {
        0.0 => x.dims.get(axis).copied(),
        side if side < 0.0 => Some(0),
        side => Some(side as usize),
    };
    let mut dims: Vec<usize> = shape.data.iter().enumerate().map(kept).collect::<Option<_>>()?;
    let known: usize = dims.iter().filter(|side| **side > 0).product();
    dims.iter_mut().filter(|side| **side == 0).for_each(|side| *side = x.data.len() / known.max(1));
    (dims.iter().product::<usize>() == x.data.len()).then(|| Array { dims, data: x.data.clone() })
}

fn transpose(x: &Array, order: &[i64]) -> Option<Array> {
    let order: Vec<usize> = order.iter().map(|axis| usize::try_from(*axis).ok()).collect::<Option<_>>()?;
    let dims: Vec<usize> = order.iter().map(|axis| x.dims.get(*axis).copied()).collect::<Option<_>>()?;
    let step = |axis: usize| x.dims.iter().skip(axis + 1).product::<usize>();
    let steps: Vec<usize> = order.iter().map(|axis| step(*axis)).collect();
    let value = |index: usize| {
        let mut rest = index;
        let mut from = 0;
        for (side, step) in dims.iter().zip(&steps).rev() {
            from += rest % side * step;
            rest /= side;
        }
        x.data.get(from).copied()
    };
    let data = (0..x.data.len()).map(value).collect::<Option<_>>()?;
    Some(Array { dims, data })
}

/// Each row along the last axis.
fn rows(x: &Array, of: impl Fn(&[f32]) -> Vec<f32>) -> Array {
    let width = x.dims.last().copied().unwrap_or(1).max(1);
    Array { dims: x.dims.clone(), data: x.data.chunks_exact(width).flat_map(of).collect() }
}

fn softmax(row: &[f32]) -> Vec<f32> {
    let most = row.iter().fold(f32::NEG_INFINITY, |most, value| most.max(*value));
    let powers: Vec<f32> = row.iter().map(|value| (value - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

fn normalise(row: &[f32], gamma: &[f32], beta: &[f32], epsilon: f32) -> Vec<f32> {
    let count = row.len() as f32;
    let mean = row.iter().sum::<f32>() / count;
    let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count;
    let scale = (variance + epsilon).sqrt().recip();
    row.iter().zip(gamma.iter().zip(beta)).map(|(x, (gamma, beta))| (x - mean) * scale * gamma + beta).collect()
}

/// `[n, tokens, width]` to `[n, width]`.
fn mean_of_tokens(x: &Array) -> Option<Array> {
    let [n, tokens, width] = <[usize; 3]>::try_from(x.dims.as_slice()).ok()?;
    let mut data = vec![0.0; n * width];
    for (out, image) in data.chunks_exact_mut(width).zip(x.data.chunks_exact(tokens * width)) {
        for token in image.chunks_exact(width) {
            out.iter_mut().zip(token).for_each(|(out, x)| *out += x / tokens as f32);
        }
    }
    Some(Array { dims: vec![n, width], data })
}

#[cfg(test)]
mod tests {
    use burn::{
        module::Module as _,
        tensor::{Device, Tensor as Burned, TensorData},
    };

    use super::*;
    use crate::{
        domain::{architecture::Architecture, config::TrainConfig},
        model::{
            classifier::NetworkConfig,
            initial,
            noise::{Pass, StepNoise},
            onnx::{graph::Builder, network},
        },
    };

    #[test]
    fn a_written_network_answers_as_it_does_here_at_odd_and_even_sides() {
        for (architecture, size) in Architecture::ALL.into_iter().flat_map(|one| [(one, 64), (one, 80)]) {
            let train = TrainConfig {
                architecture,
                size,
                width: 0.25,
                heads: 2,
                attention_width: 16,
                ..TrainConfig::default()
            };
            let device = Device::flex();
            let network = initial::draw(NetworkConfig::new(&train, 3).init(&device), 1);
            let values: Vec<f32> = (0..2 * size * size * 3).map(|i| (i * 31 % 255) as f32 / 127.5 - 1.0).collect();
            // One step of training, so that norms are not those of a new network.
            let learning = network.to_device(&device.clone().autodiff()).train();
            let images =
                |device: &Device| Burned::<4>::from_data(TensorData::new(values.clone(), [2, size, size, 3]), device);
            let noise = &mut StepNoise::new(1, 1, 1);
            drop(learning.forward(images(&device.clone().autodiff()), Pass::Train(noise)));
            let network = learning.valid();
            let mut graph = Builder::default();
            let answered = network::write(&mut graph, &network, IMAGES, size);
            graph.named(LOGITS, "Identity", &[&answered.logits], Vec::new());
            let graph = graph.finish("tiny", Vec::new(), Vec::new());
            let model = Model { graph: Some(graph), ..Model::default() };
            let bytes = model.encode_to_vec();
            let logits: Vec<f32> =
                network.forward(images(&device), Pass::Infer).logits.into_data().iter::<f32>().collect();
            let logits: Vec<Vec<f32>> = logits.chunks(3).map(<[f32]>::to_vec).collect();
            let far = furthest_answer(&bytes, &values, size, &logits).unwrap();
            assert!(far < 1e-4, "{architecture:?} at {size}: {far:e}");
            // A file that is cut short is no graph.
            assert!(furthest_answer(&bytes[..bytes.len() / 2], &values, size, &logits).is_err());
        }
    }
}
