//! Operations written one after the other, each with the constants that it needs.

use burn::tensor::Tensor;

use super::proto::{Attribute, FLOAT, Graph, INT64, Node, Tensor as Constant, Value};
use crate::model::kernels::{Activation, Padding, Window};

/// A map of features on its way through the graph: the name of the value, its channels and its sides.
#[derive(Clone, Debug)]
pub struct Map {
    pub name: String,
    pub channels: usize,
    /// Height and width in pixels.
    pub sides: (usize, usize),
}

/// What a convolution is made of, in ONNX's order of axes.
pub struct Kernel {
    /// `[c_out, c_in / groups, side, side]`
    pub weight: Tensor<4>,
    /// `[c_out]`
    pub bias: Option<Tensor<1>>,
    pub stride: usize,
    /// `None` for a window of one pixel.
    pub padding: Option<Padding>,
    /// Each channel has its own filter.
    pub depthwise: bool,
}

/// A graph that grows.
#[derive(Default)]
pub struct Builder {
    nodes: Vec<Node>,
    constants: Vec<Constant>,
}

impl Builder {
    /// The finished graph.
    #[must_use]
    pub fn finish(self, name: &str, input: Vec<Value>, output: Vec<Value>) -> Graph {
        Graph { node: self.nodes, name: name.to_owned(), initializer: self.constants, input, output }
    }

    /// Adds a node and gives the name of what it computes.
    pub fn node(&mut self, operator: &str, input: &[&str], attribute: Vec<Attribute>) -> String {
        let name = format!("{}_{}", operator.to_lowercase(), self.nodes.len());
        self.named(&name, operator, input, attribute);
        name
    }

    /// The same under a name of one's own.
    pub fn named(&mut self, name: &str, operator: &str, input: &[&str], attribute: Vec<Attribute>) {
        self.nodes.push(Node {
            input: input.iter().map(|&one| one.to_owned()).collect(),
            output: vec![name.to_owned()],
            name: name.to_owned(),
            op_type: operator.to_owned(),
            attribute,
        });
    }

    /// Adds numbers and gives their name.
    pub fn constant<const D: usize>(&mut self, name: &str, values: Tensor<D>) -> String {
        let dims = values.dims().iter().map(|side| *side as i64).collect();
        let raw_data = values.into_data().iter::<f32>().flat_map(f32::to_le_bytes).collect();
        self.hold(name, dims, FLOAT, raw_data)
    }

    /// A number of rank zero.
    pub fn number(&mut self, name: &str, value: f32) -> String {
        self.hold(name, Vec::new(), FLOAT, value.to_le_bytes().to_vec())
    }

    fn integers(&mut self, name: &str, values: &[i64]) -> String {
        let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.hold(name, vec![values.len() as i64], INT64, raw_data)
    }

    fn hold(&mut self, name: &str, dims: Vec<i64>, data_type: i32, raw_data: Vec<u8>) -> String {
        let name = format!("{name}_{}", self.constants.len());
        self.constants.push(Constant { dims, data_type, name: name.clone(), raw_data });
        name
    }

    /// A convolution with what follows it.
    pub fn conv(&mut self, x: &Map, kernel: Kernel, activation: Activation) -> Map {
        let [channels, _, side, _] = kernel.weight.dims();
        let (height, width) = x.sides;
        let (sides, pads) = match kernel.padding {
            Some(padding) => {
                let window = Window::new(height, width, kernel.stride, padding);
                ((window.output_height(), window.output_width()), window.padding())
            }
            None => ((height.div_ceil(kernel.stride), width.div_ceil(kernel.stride)), (0, 0, 0, 0)),
        };
        let stride = kernel.stride as i64;
        let attributes = vec![
            Attribute::ints("kernel_shape", &[side as i64; 2]),
            Attribute::ints("strides", &[stride; 2]),
            pads_of(pads),
            Attribute::int("group", if kernel.depthwise { channels as i64 } else { 1 }),
        ];
        let weight = self.constant("weight", kernel.weight);
        let bias = kernel.bias.map(|bias| self.constant("bias", bias));
        let input: Vec<&str> = [x.name.as_str(), &weight].into_iter().chain(bias.as_deref()).collect();
        let name = self.node("Conv", &input, attributes);
        self.activate(Map { name, channels, sides }, activation)
    }

    /// What follows a norm.
    pub fn activate(&mut self, x: Map, activation: Activation) -> Map {
        let name = match activation {
            Activation::None => return x,
            Activation::Relu => self.node("Relu", &[&x.name], Vec::new()),
            Activation::Relu6 => {
                let bounds = [self.number("low", 0.0), self.number("high", 6.0)];
                self.node("Clip", &[&x.name, &bounds[0], &bounds[1]], Vec::new())
            }
        };
        Map { name, ..x }
    }

    /// The largest of each 3x3 window that moves by two.
    pub fn max_pool(&mut self, x: &Map) -> Map {
        let window = Window::new(x.sides.0, x.sides.1, 2, Padding::Same);
        let attributes = vec![
            Attribute::ints("kernel_shape", &[3, 3]),
            Attribute::ints("strides", &[2, 2]),
            pads_of(window.padding()),
        ];
        let name = self.node("MaxPool", &[&x.name], attributes);
        Map { name, channels: x.channels, sides: (window.output_height(), window.output_width()) }
    }

    pub fn add(&mut self, a: &str, b: &str) -> String {
        self.node("Add", &[a, b], Vec::new())
    }

    /// `x * weight + bias` over the last axis: `weight [in, out]`, `bias [out]`.
    pub fn dense(&mut self, x: &str, name: &str, weight: Tensor<2>, bias: Option<Tensor<1>>) -> String {
        let weight = self.constant(name, weight);
        let product = self.node("MatMul", &[x, &weight], Vec::new());
        match bias {
            Some(bias) => {
                let bias = self.constant(name, bias);
                self.add(&product, &bias)
            }
            None => product,
        }
    }

    /// 0 keeps a side, -1 takes what is left.
    pub fn reshape(&mut self, x: &str, shape: &[i64]) -> String {
        let shape = self.integers("shape", shape);
        self.node("Reshape", &[x, &shape], Vec::new())
    }

    pub fn transpose(&mut self, x: &str, order: &[i64]) -> String {
        self.node("Transpose", &[x], vec![Attribute::ints("perm", order)])
    }
}

/// Padding as ONNX has it: before on each axis, then after on each.
fn pads_of((left, right, top, bottom): (usize, usize, usize, usize)) -> Attribute {
    Attribute::ints("pads", &[top, left, bottom, right].map(|pixels| pixels as i64))
}
