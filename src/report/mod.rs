//! Figures as pictures and tables for files: plots (SVG, PNG), CSV, pages and PDF.
//!
//! Nothing is computed here that `domain` could say; no window and no tensor belongs here. A chart is plain data
//! ([`chart`]), drawn by [`svg`], painted by [`png`] and tabled by [`csv`]; `plots` writes all three, and `folder` everything
//! that an evaluation, a run or a comparison can show, with one [`document`] over it, as a page ([`html`]) and on paper
//! ([`pdf`]).

pub mod card;
pub mod chart;
pub mod csv;
pub mod document;
mod error;
pub mod fhir;
mod folder;
pub mod fonts;
pub mod html;
mod legible;
pub mod pdf;
pub mod plane;
mod plots;
pub mod png;
pub mod quiz;
pub mod reviewed;
pub mod session;
mod settings;
pub mod svg;
pub mod table;
pub mod tables;
pub mod words;

pub use error::ReportError;
pub use folder::{PAGE, PAPER, write_comparison, write_evaluation, write_run};
pub use plots::{Format, Place, write_chart, write_charts, write_dataset_plots, write_run_plots};
