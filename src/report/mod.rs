//! Figures as pictures and tables for files: plots (SVG, PNG) and CSV.
//!
//! Nothing is computed here that `domain` could say; no window and no tensor belongs here. A chart is plain data
//! ([`chart`]), drawn by [`svg`], painted by [`png`] and tabled by [`csv`]; `plots` writes all three.

pub mod chart;
pub mod csv;
mod error;
mod plots;
pub mod png;
pub mod svg;
pub mod words;

pub use error::ReportError;
pub use plots::{write_charts, write_dataset_plots, write_metric_plots, write_run_plots};
