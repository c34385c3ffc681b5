//! The backbones taken apart: each layer's output under Keras's name, in order.

use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::{Tensor, activation::relu},
};
use leukoscope::model::{
    classifier::{Backbone, Classifier},
    kernels::{self, Activation, Padding},
    mobilenet::MobileNet,
    noise::Pass,
    xception::{Shrinking, Xception},
};

type See<'a> = dyn FnMut(&str, &Tensor<4>) + 'a;

/// Runs a backbone layer by layer and shows each output.
pub fn show(backbone: &Backbone, x: Tensor<4>, pass: &Pass<'_>, see: &mut See<'_>) {
    match backbone {
        Backbone::MobileNet(backbone) => mobilenet(backbone, x, pass, see),
        Backbone::Xception(backbone) => xception(backbone, x, pass, see),
    }
}

fn mobilenet(backbone: &MobileNet, x: Tensor<4>, pass: &Pass<'_>, see: &mut See<'_>) {
    let x = kernels::conv(x, backbone.stem.val(), 2, Padding::Same);
    let mut x = backbone.stem_norm.forward(x, Activation::Relu6, pass);
    see("conv1_relu", &x);
    for (index, block) in backbone.blocks.iter().enumerate() {
        x = block.filter(x, pass);
        see(&format!("conv_dw_{}_relu", index + 1), &x);
        x = block.mix(x, pass);
        see(&format!("conv_pw_{}_relu", index + 1), &x);
    }
}

fn xception(backbone: &Xception, x: Tensor<4>, pass: &Pass<'_>, see: &mut See<'_>) {
    let x = kernels::conv(x, backbone.stem.val(), 2, Padding::Valid);
    let x = backbone.stem_norm.forward(x, Activation::Relu, pass);
    see("block1_conv1_act", &x);
    let x = kernels::conv(x, backbone.stem2.val(), 1, Padding::Valid);
    let mut x = backbone.stem2_norm.forward(x, Activation::Relu, pass);
    see("block1_conv2_act", &x);
    for (index, block) in backbone.shrinking[..3].iter().enumerate() {
        x = shrinking(block, x, index, index + 2, pass, see);
    }
    for (index, block) in backbone.middle.iter().enumerate() {
        let block_number = index + 5;
        let input = x.clone();
        x = relu(x);
        see(&format!("block{block_number}_sepconv1_act"), &x);
        x = block.layers[0].forward(x, Activation::Relu, pass);
        see(&format!("block{block_number}_sepconv2_act"), &x);
        x = block.layers[1].forward(x, Activation::Relu, pass);
        see(&format!("block{block_number}_sepconv3_act"), &x);
        x = block.layers[2].forward(x, Activation::None, pass);
        see(&format!("block{block_number}_sepconv3_bn"), &x);
        x = x + input;
        see(&format!("add_{}", index + 3), &x);
    }
    x = shrinking(&backbone.shrinking[3], x, 3, 13, pass, see);
    for (index, layer) in backbone.exit.iter().enumerate() {
        x = layer.forward(x, Activation::Relu, pass);
        see(&format!("block14_sepconv{}_act", index + 1), &x);
    }
}

fn shrinking(
    block: &Shrinking,
    x: Tensor<4>,
    index: usize,
    number: usize,
    pass: &Pass<'_>,
    see: &mut See<'_>,
) -> Tensor<4> {
    let aside = kernels::pointwise(kernels::halve(x.clone()), block.shortcut.val());
    let aside = block.shortcut_norm.forward(aside, Activation::None, pass);
    see(&format!("batch_normalization_{}", index + 1), &aside);
    let mut x = x;
    if index > 0 {
        x = relu(x);
        see(&format!("block{number}_sepconv1_act"), &x);
    }
    x = block.layers[0].forward(x, Activation::Relu, pass);
    see(&format!("block{number}_sepconv2_act"), &x);
    x = block.layers[1].forward(x, Activation::None, pass);
    see(&format!("block{number}_sepconv2_bn"), &x);
    x = kernels::max_pool(x);
    see(&format!("block{number}_pool"), &x);
    x = x + aside;
    let sum = [0, 1, 2, 11][index];
    see(&if sum == 0 { "add".to_owned() } else { format!("add_{sum}") }, &x);
    x
}

/// Every running mean and variance of a network by its path.
pub fn statistics(network: &Classifier) -> Vec<(String, Vec<f32>)> {
    struct Found {
        path: Vec<String>,
        all: Vec<(String, Vec<f32>)>,
    }
    impl ModuleVisitor for Found {
        fn enter_module(&mut self, name: &str, _: &str) {
            self.path.push(name.to_owned());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if self.path.last().is_some_and(|leaf| leaf == "mean" || leaf == "variance") {
                let lower = |part: &&String| !part.starts_with(char::is_uppercase);
                let path: Vec<_> = self.path.iter().filter(lower).cloned().collect();
                self.all.push((path.join("."), super::read(&param.val())));
            }
        }
    }
    let mut found = Found { path: Vec::new(), all: Vec::new() };
    network.visit(&mut found);
    found.all
}

/// timm's name of a parameter by Keras's, written down here a second time so that no mistake is made twice.
pub fn timm_name(keras: &str) -> Option<String> {
    let (layer, leaf) = keras.split_once('/')?;
    let leaf = match leaf {
        "gamma" | "kernel" => "weight",
        "beta" => "bias",
        "moving_mean" => "running_mean",
        "moving_variance" => "running_var",
        "depthwise_kernel" => "conv1.weight",
        "pointwise_kernel" => "pointwise.weight",
        _ => return None,
    };
    let (norm, layer) = layer.strip_suffix("_bn").map_or((false, layer), |layer| (true, layer));
    if let Some(n) = layer.strip_prefix("conv_dw_").or_else(|| layer.strip_prefix("conv_pw_")) {
        let starts = [0, 1, 3, 5, 11];
        let n = n.parse::<usize>().ok()? - 1;
        let stage = starts.iter().rposition(|start| *start <= n)?;
        let deep = layer.starts_with("conv_dw_");
        let module = match (norm, deep) {
            (true, true) => format!("bn1.{leaf}"),
            (true, false) => format!("bn2.{leaf}"),
            (false, true) => "conv_dw.weight".to_owned(),
            (false, false) => "conv_pw.weight".to_owned(),
        };
        return Some(format!("blocks.{stage}.{}.{module}", n - starts[stage]));
    }
    if layer == "conv1" {
        return Some(if norm { format!("bn1.{leaf}") } else { "conv_stem.weight".to_owned() });
    }
    let with_shortcut = |n: &str| Some(["block1", "block2", "block3", "block12"][n.parse::<usize>().ok()? - 1]);
    if let Some(n) = layer.strip_prefix("conv2d_") {
        return Some(format!("{}.skip.weight", with_shortcut(n)?));
    }
    if let Some(n) = layer.strip_prefix("batch_normalization_") {
        return Some(format!("{}.skipbn.{leaf}", with_shortcut(n)?));
    }
    let (block, part) = layer.strip_prefix("block")?.split_once('_')?;
    let block = block.parse::<usize>().ok()?;
    let nth = part.chars().last()?.to_digit(10)? as usize;
    Some(match block {
        1 if norm => format!("bn{nth}.{leaf}"),
        1 => format!("conv{nth}.weight"),
        14 if norm => format!("bn{}.{leaf}", nth + 2),
        14 => format!("conv{}.{leaf}", nth + 2),
        _ => {
            let at = 3 * (nth - 1) + usize::from(block > 2) + usize::from(norm);
            format!("block{}.rep.{at}.{leaf}", block - 1)
        }
    })
}
