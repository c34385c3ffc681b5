//! A quiz: its cells are drawn, and models are put to them.

use std::sync::Arc;

use super::data;
use crate::{
    domain::{
        config::DeviceChoice,
        quiz::{ByModel, Plan, Quiz},
    },
    eval::quiz,
    fault::Halt,
    job::{Opened, desk::Desk},
};

/// Draws the cells from an opened dataset, or from the synthetic slides where none is given.
///
/// # Errors
/// [`Halt`] when it was stopped, the slides cannot be read, or there is no cell to ask.
pub fn draw(opened: Option<&Arc<Opened>>, plan: Plan, split_seed: u64, desk: &Desk<'_>) -> Result<Quiz, Halt> {
    let opened = match opened {
        Some(opened) => Arc::clone(opened),
        None => Arc::new(data::open(&data::synthetic(desk)?, split_seed, desk)?),
    };
    Ok(Quiz::draw(&opened.dataset, &opened.split, plan)?)
}

/// What each of these models says of the cells.
///
/// # Errors
/// [`Halt`] when it was stopped, or there is no such model.
pub fn answers(models: &[String], quiz: &Quiz, device: &DeviceChoice, desk: &Desk<'_>) -> Result<Vec<ByModel>, Halt> {
    models.iter().map(|model| quiz::answers(&*desk.model(model, device)?, quiz, desk.observer, desk.stop)).collect()
}
