//! The part of ONNX's file format that a network of this program needs, by the field numbers of its published `onnx.proto`
//! (IR version 8).

use std::collections::HashMap;

/// A whole file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Model {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(string, tag = "2")]
    pub producer_name: String,
    #[prost(string, tag = "3")]
    pub producer_version: String,
    #[prost(string, tag = "6")]
    pub doc_string: String,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
    #[prost(message, repeated, tag = "14")]
    pub metadata_props: Vec<Entry>,
}

/// Which version of the operators the nodes mean.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OperatorSet {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

/// A word on the model.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Entry {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

/// Nodes in the order of running, with what they need.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<Value>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<Value>,
}

/// One operation.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Node {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub op_type: String,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
}

impl Node {
    /// The attributes of the node by name.
    #[must_use]
    pub fn attributes(&self) -> HashMap<&str, &Attribute> {
        self.attribute.iter().map(|one| (one.name.as_str(), one)).collect()
    }
}

/// A constant of an operation.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(float, tag = "2")]
    pub f: f32,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(int64, repeated, tag = "8")]
    pub ints: Vec<i64>,
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

impl Attribute {
    /// `AttributeProto.FLOAT`
    #[must_use]
    pub fn float(name: &str, f: f32) -> Self {
        Self { name: name.to_owned(), f, kind: 1, ..Self::default() }
    }

    /// `AttributeProto.INT`
    #[must_use]
    pub fn int(name: &str, i: i64) -> Self {
        Self { name: name.to_owned(), i, kind: 2, ..Self::default() }
    }

    /// `AttributeProto.INTS`
    #[must_use]
    pub fn ints(name: &str, ints: &[i64]) -> Self {
        Self { name: name.to_owned(), ints: ints.to_vec(), kind: 7, ..Self::default() }
    }
}

/// `TensorProto.FLOAT`
pub const FLOAT: i32 = 1;
/// `TensorProto.INT64`
pub const INT64: i32 = 7;

/// Numbers with a name and a shape.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Tensor {
    #[prost(int64, repeated, tag = "1")]
    pub dims: Vec<i64>,
    /// [`FLOAT`] or [`INT64`].
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    #[prost(string, tag = "8")]
    pub name: String,
    /// Little endian.
    #[prost(bytes = "vec", tag = "9")]
    pub raw_data: Vec<u8>,
}

/// What goes in or comes out.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Value {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<Type>,
}

/// The type of a value: always a tensor here.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Type {
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

/// Element and shape.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TensorType {
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

/// One dimension after the other.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// A number, or a name for one that the caller chooses.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Dimension {
    #[prost(oneof = "Extent", tags = "1, 2")]
    pub value: Option<Extent>,
}

/// See [`Dimension`].
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum Extent {
    #[prost(int64, tag = "1")]
    Fixed(i64),
    #[prost(string, tag = "2")]
    Named(String),
}

impl Value {
    /// A float tensor `[n, ...]` of any `n`.
    #[must_use]
    pub fn batch(name: &str, of_one: &[usize]) -> Self {
        let fixed = |side: &usize| Extent::Fixed(i64::try_from(*side).unwrap_or(i64::MAX));
        let sides = std::iter::once(Extent::Named("n".to_owned())).chain(of_one.iter().map(fixed));
        let dim = sides.map(|side| Dimension { value: Some(side) }).collect();
        let tensor_type = Some(TensorType { elem_type: FLOAT, shape: Some(Shape { dim }) });
        Self { name: name.to_owned(), r#type: Some(Type { tensor_type }) }
    }
}
