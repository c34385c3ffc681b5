//! The entries of a review session: whatever is read is no longer than the file.
#![no_main]

use leukoscope::{domain::hash::ContentHash, store::audit};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let log = audit::parse(bytes, ContentHash([4; 32]));
    assert!(log.length + log.torn <= bytes.len() as u64);
});
