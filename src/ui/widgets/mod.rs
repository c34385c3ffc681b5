//! The parts that several pages share.

pub mod answer;
pub mod banner;
pub mod cells;
pub mod chart;
pub mod confidence;
pub mod curves;
pub mod gallery;
pub mod icons;
pub mod lasso;
pub mod marker;
pub mod matrix;
pub mod moving;
pub mod overlay;
pub mod parts;
pub mod scatter;
pub mod stage;
pub mod thumb;
