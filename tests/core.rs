//! The core on real code: data, training and evaluation, on synthetic slides and on real cells where they are at hand.

mod core {
    mod common;
    mod decode;
    mod preprocess;
    mod scan;
    mod synthetic;
}
