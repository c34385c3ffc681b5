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

    /// Pixels between two windows of the depthwise convolution.
    #[must_use]
    pub const fn stride(&self) -> usize {
        self.stride
    }

    /// Leaves the first half out of training.
    #[must_use]
    pub fn with_filter_frozen(mut self) -> Self {
        self.depthwise = self.depthwise.no_grad();
        self.depthwise_norm = self.depthwise_norm.no_grad();
        self
    }

    /// `[n, h, w, c_in]` to `[n, h / stride, w / stride, c_out]`, rounded down.
    #[must_use]
    pub fn forward(&self, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        self.mix(self.filter(x, pass), pass)
    }

    /// The first half: each channel's own filter, with norm and relu6.
    #[must_use]
    pub fn filter(&self, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        if matches!(pass, Pass::Infer) {
            let (scale, shift) = self.depthwise_norm.folded();
            return kernels::depthwise_fused(x, self.depthwise.val(), self.stride, scale, shift, Activation::Relu6);
        }
        let x = kernels::depthwise(x, self.depthwise.val(), self.stride);
        self.depthwise_norm.forward(x, Activation::Relu6, pass)
    }

    /// The second half: channels mixed, with norm and relu6.
    #[must_use]
    pub fn mix(&self, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
        if matches!(pass, Pass::Infer) {
            let (scale, shift) = self.pointwise_norm.folded();
            return kernels::pointwise_fused(x, self.pointwise.val(), scale, shift, Activation::Relu6);
        }
        let x = kernels::pointwise(x, self.pointwise.val());
        self.pointwise_norm.forward(x, Activation::Relu6, pass)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;

    use super::*;
    use crate::model::{initial, noise::StepNoise};

    const SIZE: [usize; 4] = [2, 6, 5, 3];
    const OUT: usize = 4;

    /// Values that repeat only after 97.
    fn ramp(count: usize, step: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * step + 11) % 97) as f32 / 48.0 - 1.0).collect()
    }

    fn set<const D: usize>(param: Param<Tensor<D>>, values: &[f32]) -> Param<Tensor<D>> {
        param.map(|old| Tensor::from_data(TensorData::new(values.to_vec(), old.dims()), &old.device()).require_grad())
    }

    /// Input and parameters in one list, the loss, and its gradients in the same order.
    struct Probe {
        block: Separable,
        values: [Vec<f32>; 5],
    }

    impl Probe {
        fn new() -> Self {
            let device = Device::flex().autodiff();
            let block = initial::draw(Separable::new(SIZE[3], OUT, 2, &Device::flex()), 3).to_device(&device).train();
            let [n, h, w, c] = SIZE;
            let gamma = ramp(c, 5).iter().map(|value| 1.5 + 0.4 * value).collect();
            let beta = ramp(OUT, 7).iter().map(|value| 0.5 + value).collect();
            Self { block, values: [ramp(n * h * w * c, 31), ramp(9 * c, 19), ramp(c * OUT, 23), gamma, beta] }
        }

        /// With batch statistics, so that each value moves every other one's norm.
        fn run(&self, values: &[Vec<f32>; 5]) -> (Tensor<4>, Separable, Tensor<1>) {
            let [x, depthwise, pointwise, gamma, beta] = values;
            let mut block = self.block.clone();
            let device = block.pointwise.val().device();
            block.depthwise = set(block.depthwise, depthwise);
            block.pointwise = set(block.pointwise, pointwise);
            block.depthwise_norm.gamma = set(block.depthwise_norm.gamma, gamma);
            block.pointwise_norm.beta = set(block.pointwise_norm.beta, beta);
            let x = Tensor::<4>::from_data(TensorData::new(x.clone(), SIZE), &device).require_grad();
            let out = block.forward(x.clone(), &Pass::Train(&mut StepNoise::new(1, 1, 1)));
            let tilt = ramp(out.dims().iter().product(), 41);
            let tilt = Tensor::<4>::from_data(TensorData::new(tilt, out.dims()), &device);
            let loss = (out * tilt).sum();
            (x, block, loss)
        }

        fn slopes(&self) -> [Vec<f32>; 5] {
            fn read<const D: usize>(slope: Option<Tensor<D>>) -> Vec<f32> {
                slope.unwrap().into_data().try_into_vec().unwrap()
            }
            let (x, block, loss) = self.run(&self.values);
            let grads = loss.backward();
            [
                read(x.grad(&grads)),
                read(block.depthwise.val().grad(&grads)),
                read(block.pointwise.val().grad(&grads)),
                read(block.depthwise_norm.gamma.val().grad(&grads)),
                read(block.pointwise_norm.beta.val().grad(&grads)),
            ]
        }
    }

    /// Gradients of a separable block for input, kernels and norms against central differences, value by value.
    #[test]
    fn gradients_agree_with_finite_differences() {
        let probe = Probe::new();
        for (part, (name, slopes)) in
            ["input", "depthwise", "pointwise", "gamma", "beta"].iter().zip(probe.slopes()).enumerate()
        {
            let largest = slopes.iter().fold(0.0_f32, |largest, slope| largest.max(slope.abs()));
            assert!(largest > 1e-2, "{name} has no gradient");
            for (index, slope) in slopes.iter().enumerate() {
                let at = |step: f32| {
                    let mut moved = probe.values.clone();
                    moved[part][index] += step;
                    f64::from(probe.run(&moved).2.into_scalar::<f32>())
                };
                let step = 2e-3;
                let expected = (at(step) - at(-step)) / (2.0 * f64::from(step));
                let far = (f64::from(*slope) - expected).abs();
                assert!(far < 5e-3 * f64::from(largest), "{name} {index}: {slope} against {expected}");
            }
        }
    }
}
