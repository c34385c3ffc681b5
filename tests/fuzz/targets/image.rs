//! A picture of any format: decoded and brought upright, or refused.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(leukoscope::data::read::decode::picture(bytes)));
