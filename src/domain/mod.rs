//! The lab's words: classes, datasets, splits, runs, predictions and metrics.
//!
//! No disk, no tensors, no threads, no pixels and no terminal belong here.

pub mod architecture;
pub mod binomial;
pub mod bootstrap;
pub mod calibration;
pub mod class_look;
pub mod classes;
pub mod comparison;
pub mod config;
pub mod confusion;
pub mod cross_table;
pub mod dataset;
pub mod differential;
pub mod evaluation;
pub mod families;
pub mod field;
pub mod findings;
pub mod fingerprint;
pub mod groups;
pub mod hash;
pub mod interval;
pub mod intervals;
pub mod key;
pub mod lab_shift;
pub mod learned;
pub mod letters;
pub mod look;
pub mod mcnemar;
pub mod metrics;
pub mod mix;
pub mod occurring;
pub mod operating;
pub mod part;
pub mod prediction;
pub mod profile;
pub mod quiz;
pub mod ranking;
pub mod review;
pub mod risk;
pub mod run;
pub mod scope;
pub mod shift;
pub mod split;
pub mod spread;
pub mod sub_types;
