//! What Keras and timm call each parameter of a backbone, by its path here.

use super::super::{mobilenet::MobileNet, xception::Xception};
use crate::domain::architecture::Architecture;

/// Whose names a file uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// Kernels `[h, w, c_in, c_out]`, epsilon 1e-3.
    Keras,
    /// `mobilenetv1_100` and `legacy_xception`: kernels `[c_out, c_in, h, w]`, epsilon 1e-5.
    Timm,
}

impl Naming {
    /// The published name of a parameter, such as `blocks.0.pointwise`.
    pub fn name(self, architecture: Architecture, path: &str) -> Option<String> {
        match (self, architecture) {
            (Self::Keras, Architecture::MobileNet | Architecture::Hybrid) => MobileNet::keras_name(path),
            (Self::Keras, Architecture::Xception) => Xception::keras_name(path),
            (Self::Timm, Architecture::MobileNet | Architecture::Hybrid) => timm_mobilenet(path),
            (Self::Timm, Architecture::Xception) => timm_xception(path),
        }
    }

    /// `name` and how other versions of the same library write it.
    pub fn spellings(self, name: &str, counts_from_zero: bool) -> Vec<String> {
        let mut all = vec![name.to_owned()];
        if self == Self::Timm {
            return all;
        }
        if let Some(layer) = name.strip_suffix("/depthwise_kernel") {
            all.push(format!("{layer}/kernel"));
        }
        if counts_from_zero && let Some(name) = numbered_from_zero(name) {
            all = vec![name];
        }
        all
    }
}

/// `conv2d_1/kernel` as Keras 3 counts: `conv2d/kernel`.
fn numbered_from_zero(name: &str) -> Option<String> {
    let (layer, leaf) = name.split_once('/')?;
    let kind = ["conv2d", "batch_normalization"].into_iter().find(|kind| layer.starts_with(kind))?;
    let number = layer.strip_prefix(kind)?.strip_prefix('_')?.parse::<usize>().ok()?;
    Some(match number {
        1 => format!("{kind}/{leaf}"),
        number => format!("{kind}_{}/{leaf}", number - 1),
    })
}

/// A name without TensorFlow's `:0` and without a layer's name given twice.
pub fn tidy(name: &str) -> String {
    let name = name.strip_suffix(":0").unwrap_or(name);
    match name.split_once('/') {
        Some((layer, rest)) if rest.split_once('/').is_some_and(|(again, _)| again == layer) => rest.to_owned(),
        _ => name.to_owned(),
    }
}

/// Blocks of each stage of timm's MobileNet.
const STAGES: [usize; 5] = [1, 2, 2, 6, 2];

fn timm_mobilenet(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["stem"] => Some("conv_stem.weight".to_owned()),
        ["stem_norm", leaf] => Some(format!("bn1.{}", torch_leaf(leaf)?)),
        ["blocks", index, rest @ ..] => {
            let (mut stage, mut index) = (0, index.parse::<usize>().ok()?);
            for length in STAGES {
                if index < length {
                    break;
                }
                (stage, index) = (stage + 1, index - length);
            }
            let part = match rest {
                ["depthwise"] => "conv_dw.weight".to_owned(),
                ["pointwise"] => "conv_pw.weight".to_owned(),
                ["depthwise_norm", leaf] => format!("bn1.{}", torch_leaf(leaf)?),
                ["pointwise_norm", leaf] => format!("bn2.{}", torch_leaf(leaf)?),
                _ => return None,
            };
            Some(format!("blocks.{stage}.{index}.{part}"))
        }
        _ => None,
    }
}

/// timm's first block is the one after the stem; twelve blocks have a residual and two convolutions follow them.
fn timm_xception(path: &str) -> Option<String> {
    const ENTRY: usize = 3;
    const LAST: usize = 12;
    let parts: Vec<&str> = path.split('.').collect();
    let number = |index: &str| index.parse::<usize>().ok();
    let shrinking = |index: usize| if index < ENTRY { index + 1 } else { LAST };
    match parts.as_slice() {
        ["stem"] => Some("conv1.weight".to_owned()),
        ["stem2"] => Some("conv2.weight".to_owned()),
        ["stem_norm", leaf] => Some(format!("bn1.{}", torch_leaf(leaf)?)),
        ["stem2_norm", leaf] => Some(format!("bn2.{}", torch_leaf(leaf)?)),
        ["shrinking", index, "shortcut"] => Some(format!("block{}.skip.weight", shrinking(number(index)?))),
        ["shrinking", index, "shortcut_norm", leaf] => {
            Some(format!("block{}.skipbn.{}", shrinking(number(index)?), torch_leaf(leaf)?))
        }
        ["shrinking", index, "layers", layer, rest @ ..] => {
            timm_sequence(shrinking(number(index)?), number(layer)?, rest)
        }
        ["middle", index, "layers", layer, rest @ ..] => {
            timm_sequence(ENTRY + 1 + number(index)?, number(layer)?, rest)
        }
        ["exit", layer, rest @ ..] => {
            let nth = number(layer)? + 3;
            match rest {
                ["depthwise"] => Some(format!("conv{nth}.conv1.weight")),
                ["pointwise"] => Some(format!("conv{nth}.pointwise.weight")),
                ["norm", leaf] => Some(format!("bn{nth}.{}", torch_leaf(leaf)?)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A convolution in a block's list of relu, convolution and norm; the first block's list starts without a relu.
fn timm_sequence(block: usize, layer: usize, rest: &[&str]) -> Option<String> {
    let at = 3 * layer + usize::from(block > 1);
    match rest {
        ["depthwise"] => Some(format!("block{block}.rep.{at}.conv1.weight")),
        ["pointwise"] => Some(format!("block{block}.rep.{at}.pointwise.weight")),
        ["norm", leaf] => Some(format!("block{block}.rep.{}.{}", at + 1, torch_leaf(leaf)?)),
        _ => None,
    }
}

fn torch_leaf(leaf: &str) -> Option<&'static str> {
    match leaf {
        "gamma" => Some("weight"),
        "beta" => Some("bias"),
        "mean" => Some("running_mean"),
        "variance" => Some("running_var"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_published_files() {
        let mobilenet = |path| Naming::Timm.name(Architecture::MobileNet, path).unwrap();
        assert_eq!(mobilenet("blocks.0.depthwise"), "blocks.0.0.conv_dw.weight");
        assert_eq!(mobilenet("blocks.5.pointwise_norm.mean"), "blocks.3.0.bn2.running_mean");
        assert_eq!(mobilenet("blocks.12.depthwise_norm.gamma"), "blocks.4.1.bn1.weight");
        let xception = |path| Naming::Timm.name(Architecture::Xception, path).unwrap();
        assert_eq!(xception("shrinking.0.layers.1.depthwise"), "block1.rep.3.conv1.weight");
        assert_eq!(xception("shrinking.1.layers.1.norm.beta"), "block2.rep.5.bias");
        assert_eq!(xception("middle.7.layers.2.norm.variance"), "block11.rep.8.running_var");
        assert_eq!(xception("shrinking.3.shortcut"), "block12.skip.weight");
        assert_eq!(xception("exit.1.pointwise"), "conv4.pointwise.weight");
    }

    #[test]
    fn other_spellings_of_keras_are_understood() {
        assert_eq!(tidy("conv1/conv1/kernel:0"), "conv1/kernel");
        assert_eq!(tidy("block1_conv1/kernel"), "block1_conv1/kernel");
        let spellings = |name: &str, zero| Naming::Keras.spellings(name, zero);
        assert_eq!(spellings("conv2d_1/kernel", true), ["conv2d/kernel"]);
        assert_eq!(spellings("batch_normalization_3/gamma", true), ["batch_normalization_2/gamma"]);
        assert_eq!(spellings("conv2d_1/kernel", false), ["conv2d_1/kernel"]);
        assert_eq!(spellings("conv_dw_1/depthwise_kernel", false)[1], "conv_dw_1/kernel");
    }
}
