//! Tensors of the CPU as lists of numbers in order.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{Bytes, DType, Shape, TensorData};

use super::{Padding, shape::Window};

/// Flex's own tensor.
pub type Flat = FloatTensor<Flex>;

/// A tensor around `values`, without a copy.
pub fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Flat {
    Flat::from_data(TensorData::from_bytes(Bytes::from_elems(values), Shape::from(shape), DType::F32))
}

/// A tensor whose values lie in order, copied only if they do not.
pub fn in_order(tensor: Flat) -> Flat {
    match tensor.as_slice::<f32>() {
        Some(_) => tensor,
        None => tensor.to_contiguous(),
    }
}

/// A tensor in order that fills its buffer; changed in place if nobody else holds it, copied otherwise.
pub fn owned(tensor: Flat) -> Flat {
    let tensor = in_order(tensor);
    if size_of_val(values(&tensor)) == tensor.bytes().len() { tensor } else { Flat::from_data(tensor.into_data()) }
}

/// The values of a tensor that lies [`in_order`].
pub fn values(tensor: &Flat) -> &[f32] {
    tensor.as_slice().unwrap_or_default()
}

/// The sizes of a tensor of rank `D`.
pub fn sizes<const D: usize>(tensor: &Flat) -> [usize; D] {
    tensor.shape().dims::<D>()
}

/// The window of a depthwise or dense convolution over `x`.
pub fn window(x: &Flat, stride: usize, padding: Padding) -> Window {
    let [_, h, w, _] = sizes(x);
    Window::new(h, w, stride, padding)
}
