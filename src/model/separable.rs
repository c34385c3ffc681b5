//! A depthwise separable convolution: one filter a channel, then a mix of channels, each with batch norm and relu6.

use burn::{
    module::{Module, Param},
    tensor::{Device, Tensor},
};

use super::{
    kernels::{self, Activation},
    noise::Pass,
    norm::BatchNorm,
};

/// One block of MobileNet v1 (Howard et al. 2017, figure 3).
#[derive(Module, Debug)]
pub struct Separable {
    /// `[3, 3, c_in]`.
    pub depthwise: Param<Tensor<3>>,
    pub depthwise_norm: BatchNorm,
    /// `[c_in, c_out]`.
    pub pointwise: Param<Tensor<2>>,
    pub pointwise_norm: BatchNorm,
    stride: usize,
}

impl Separable {
    /// Zeros in every kernel: weights come from `initial` or from a file.
    #[must_use]
    pub fn new(c_in: usize, c_out: usize, stride: usize, device: &Device) -> Self {
        Self {
            depthwise: Param::from_tensor(Tensor::zeros([3, 3, c_in], device)),
            depthwise_norm: BatchNorm::new(c_in, device),
            pointwise: Param::from_tensor(Tensor::zeros([c_in, c_out], device)),
            pointwise_norm: BatchNorm::new(c_out, device),
            stride,
        }
    }

    /// `[n, h, w, c_in]` to `[n, ceil(h / stride), ceil(w / stride), c_out]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        if matches!(pass, Pass::Infer) {
            let (scale, shift) = self.depthwise_norm.folded();
            let x = kernels::depthwise_fused(x, self.depthwise.val(), self.stride, scale, shift, Activation::Relu6);
            let (scale, shift) = self.pointwise_norm.folded();
            return kernels::pointwise_fused(x, self.pointwise.val(), scale, shift, Activation::Relu6);
        }
        let x = kernels::depthwise(x, self.depthwise.val(), self.stride);
        let x = self.depthwise_norm.forward(x, Activation::Relu6, pass);
        let x = kernels::pointwise(x, self.pointwise.val());
        self.pointwise_norm.forward(x, Activation::Relu6, pass)
    }
}
