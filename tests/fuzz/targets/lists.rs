//! The cells that a model learned from, and those that it remembers.
#![no_main]

use leukoscope::{domain::learned::Learned, model::memory::Memory};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    drop(Learned::from_bytes(bytes));
    drop(Memory::from_bytes(bytes).map(|memory| memory.maps()));
});
