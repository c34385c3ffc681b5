//! Figures as pictures and tables for files: plots (SVG, PNG) and CSV.
//!
//! Nothing is computed here that `domain` could say; no window and no tensor belongs here.
