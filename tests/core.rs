//! The core on real code: data, training and evaluation, on synthetic slides and on real cells where they are at hand.

// A test may stop at the first surprise and say what it measured.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stderr, clippy::unwrap_used)]

mod core {
    mod adapting;
    mod cells;
    mod common;
    mod decode;
    mod deletion;
    mod distance;
    mod explaining;
    mod field;
    #[cfg(feature = "gpu")]
    mod gpu_lost;
    mod hostile;
    mod kinds;
    mod learned;
    mod paper;
    mod parity;
    mod parts;
    mod pdf_reader;
    mod preprocess;
    mod resuming;
    mod scan;
    mod smear;
    mod synthetic;
    mod training;
    mod unusual;
    #[cfg(any(feature = "gpu", feature = "remote"))]
    mod wgpu;
}
