//! The icons of the bundled Lucide subset.

pub const HOUSE: &str = "\u{e0f5}";
pub const IMAGES: &str = "\u{e5c4}";
pub const TRAIN: &str = "\u{e60d}";
pub const TARGET: &str = "\u{e180}";
pub const SCALE: &str = "\u{e212}";
pub const MICROSCOPE: &str = "\u{e2e4}";
pub const SETTINGS: &str = "\u{e154}";
pub const INFO: &str = "\u{e0f9}";
pub const FOLDER_OPEN: &str = "\u{e247}";
pub const FLASK: &str = "\u{e0d5}";
pub const ALERT: &str = "\u{e193}";
pub const EYE: &str = "\u{e0ba}";
pub const MAP: &str = "\u{e2d0}";
pub const QUIZ: &str = "\u{e234}";
pub const BAN: &str = "\u{e051}";
pub const CHECK: &str = "\u{e06c}";
pub const NOTE: &str = "\u{e1f9}";
pub const REVIEW: &str = "\u{e226}";
