//! Figures as pictures and tables for files: plots (SVG, PNG) and CSV.
//!
//! Nothing is computed here that `domain` could say; no window and no tensor belongs here. A chart is plain data
//! ([`chart`]), drawn by [`svg`], painted by [`png`] and tabled by [`csv`]; `plots` writes all three, and `folder` everything
//! that an evaluation, a run or a comparison can show, with one page ([`html`]) over it.

pub mod card;
pub mod chart;
pub mod csv;
mod error;
mod folder;
pub mod html;
mod plots;
pub mod png;
pub mod svg;
pub mod tables;
pub mod words;

pub use error::ReportError;
pub use folder::{PAGE, write_comparison, write_evaluation, write_run};
pub use plots::{Format, write_chart, write_charts, write_dataset_plots, write_run_plots};
