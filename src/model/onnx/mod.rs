//! A model as an ONNX file, for programs that know nothing of this one: the network, and in its metadata what must be done
//! to an image first and what the columns mean.
//!
//! Not here: the second look at doubtful cells, refusals and flags, which are this program's own and stay behind.

mod check;
mod graph;
mod network;
mod proto;

use prost::Message as _;
use serde_json::json;

pub use check::{channels_first, furthest_answer};

use self::{
    graph::Builder,
    proto::{Attribute, Entry, Model, OperatorSet, Value},
};
use super::{card::ModelCard, classifier::Classifier};

/// The version of the operators: the first with layer normalisation.
pub const OPSET: i64 = 17;
/// The version of the file format that came with it.
const IR_VERSION: i64 = 8;

/// What goes in, `[n, 3, size, size]`.
pub const IMAGES: &str = "images";
/// Comes out: `[n, classes]`.
pub const LOGITS: &str = "logits";
/// Comes out: calibrated, `[n, classes]`, rows sum to 1.
pub const PROBABILITIES: &str = "probabilities";
/// Comes out: how much each token (row) looks at each (column), `[n, heads, tokens, tokens]`.
pub const ATTENTION: &str = "attention";

/// The file's bytes.
#[must_use]
pub fn to_bytes(card: &ModelCard, network: &Classifier) -> Vec<u8> {
    let (mut graph, size) = (Builder::default(), card.network.size);
    let answered = network::write(&mut graph, network, IMAGES, size);
    graph.named(LOGITS, "Identity", &[&answered.logits], Vec::new());
    graph.named(ATTENTION, "Identity", &[&answered.attention], Vec::new());
    let temperature = graph.number("temperature", card.doubt_temperature() as f32);
    let cooled = graph.node("Div", &[LOGITS, &temperature], Vec::new());
    graph.named(PROBABILITIES, "Softmax", &[&cooled], vec![Attribute::int("axis", -1)]);
    let (classes, tokens) = (card.classes.len(), card.network.map_side().pow(2));
    let input = vec![Value::batch(IMAGES, &[3, size, size])];
    let output = vec![
        Value::batch(LOGITS, &[classes]),
        Value::batch(PROBABILITIES, &[classes]),
        Value::batch(ATTENTION, &[card.network.heads, tokens, tokens]),
    ];
    let model = Model {
        ir_version: IR_VERSION,
        producer_name: "leukoscope".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: "Research and education only. Not a medical device.".to_owned(),
        graph: Some(graph.finish(card.network.architecture.id(), input, output)),
        opset_import: vec![OperatorSet { domain: String::new(), version: OPSET }],
        metadata_props: metadata(card),
    };
    model.encode_to_vec()
}

/// What a person or a program must know to use the file rightly.
fn metadata(card: &ModelCard) -> Vec<Entry> {
    let how = &card.preprocess;
    let classes: Vec<&str> = card.classes.iter().collect();
    let preprocessing = json!({
        "size": how.size,
        "crop": how.crop,
        "crop_meaning": "side of the centred square as a share of the shorter side; beyond 1 the border is mirrored",
        "resize": "antialiased, to size x size",
        "background": how.background,
        "mean": how.mean,
        "std": how.std,
        "meaning": "(pixel / 255 - mean) / std, RGB, channels first",
    });
    let entry = |key: &str, value: String| Entry { key: key.to_owned(), value };
    vec![
        entry("name", card.name.clone()),
        entry("classes", json!(classes).to_string()),
        entry("preprocessing", preprocessing.to_string()),
        entry("temperature", card.doubt_temperature().to_string()),
        entry("weights_hash", card.weights_hash.to_string()),
        entry("dataset", card.dataset.clone()),
        entry("dataset_hash", card.dataset_hash.to_string()),
        entry("split_hash", card.split_hash.to_string()),
        entry("sources", json!(card.sources).to_string()),
        entry("limits", json!(card.limits).to_string()),
        entry("notice", "Research and education only. Not a medical device.".to_owned()),
    ]
}
