//! A network's weights, put into a network that wants others.
#![no_main]

use leukoscope::{
    device::Compute,
    domain::config::TrainConfig,
    model::{classifier::NetworkConfig, weights},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let config = TrainConfig { size: 32, width: 0.125, heads: 2, attention_width: 16, ..TrainConfig::default() };
    let mut network = NetworkConfig::new(&config, 3).init(&Compute::cpu().device);
    drop(weights::apply_bytes(&mut network, bytes.to_vec()));
});
