//! A model made out of a model: fitted to a lab, averaged with others, packed, given a memory of its own lab.
//!
//! Nothing is trained from the start here, and nothing is judged: figures come from `eval`.

pub mod adapt;
mod average;
pub mod norms;
pub mod pack;
pub mod profile;
pub mod remeasure;
pub mod remember;
pub mod sieve;
