//! A model's card, as it lies in a run folder.
#![no_main]

use leukoscope::{eval::predict, store::run_dir};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(run_dir::CARD), bytes).expect("room");
    if let Ok(card) = predict::card(&folder.path().to_string_lossy()) {
        drop(card.problems());
    }
});
