//! A map: cells as a model sees them, laid out on a plane.

use std::{path::Path, sync::Arc};

use super::data;
use crate::{
    domain::{config::DeviceChoice, plane::Plane},
    embed::{Embedding, Unfolding, embed},
    eval::learned::{self, Scope},
    fault::Halt,
    job::{Opened, desk::Desk},
    store::paths,
};

/// Cells of the opened dataset as a model sees them, and all of another lab's folder where one is given.
///
/// # Errors
/// [`Halt`] when it was stopped, there is no such model, no cell is left, or the folder is no dataset.
pub fn read(
    model: &str,
    opened: &Opened,
    (scope, other): (Option<Scope>, Option<&Path>),
    device: &DeviceChoice,
    desk: &Desk<'_>,
) -> Result<(Embedding, Option<Embedding>), Halt> {
    let predictor = desk.model(model, device)?;
    let cache = paths::maps_cache();
    let put = |dataset: &_, scope| {
        let cells = learned::cells(&[&predictor], dataset, scope)?;
        embed(&predictor, dataset, &cells, Some(&cache), desk.observer, desk.stop)
    };
    let home = put(&opened.dataset, scope)?;
    let other = other.map(|root| put(&data::scan(root, desk)?, Some(Scope::All))).transpose()?;
    Ok((home, other))
}

/// The same cells unfolded by t-SNE; `each` sees them on their way.
///
/// # Errors
/// [`Halt`] when it was stopped, or there are too few cells.
pub fn unfold(
    home: &Embedding,
    other: Option<&Arc<Embedding>>,
    each: &mut dyn FnMut(Unfolding<'_>),
    desk: &Desk<'_>,
) -> Result<Plane, Halt> {
    home.tsne(other.map(AsRef::as_ref), Some(&paths::maps_cache()), each, (desk.observer, desk.stop))
}
