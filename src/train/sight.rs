//! The cells of the validation split that are followed from epoch to epoch, and the map that they move on.

use std::{path::Path, sync::Arc};

use super::plan::Material;
use crate::{
    domain::moving_map::{MovingMap, sample},
    fault::Failure,
    progress::{Event, Observer},
    store::moving_map,
};

/// What a validation heard of the followed cells, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// What the last layer was given, row by row.
    features: Vec<f32>,
    given: Vec<usize>,
}

impl Seen {
    pub fn add(&mut self, features: &[f32], given: Option<usize>) {
        self.features.extend_from_slice(features);
        self.given.extend(given);
    }
}

/// Which cells are followed, and where they lay so far.
pub struct Sight {
    /// Indices of the run's images, ascending, as a validation goes through them.
    cells: Vec<usize>,
    map: MovingMap,
}

impl Sight {
    /// Of a new run, or of one that goes on in a folder with this epoch. A map that cannot be read begins anew, which is said.
    pub fn start(material: &Material, seed: u64, resumed: Option<(&Path, usize)>, observer: &dyn Observer) -> Self {
        let image = |index: &usize| {
            let item = material.dataset.items.get(*index)?;
            Some((*index, item.label, item.hash))
        };
        let cells = sample(material.validation.iter().filter_map(image), seed);
        let fresh = MovingMap::of(&material.dataset, &cells);
        let earlier = resumed.and_then(|(run, next)| {
            let earlier = moving_map::load(run).unwrap_or_else(|why| {
                let what = "the map of the epochs so far begins anew";
                let failure = Failure::new(what, why, "nothing needs to be done: the run itself is whole");
                observer.tell(Event::Warning { warning: failure });
                None
            });
            fresh.clone().resumed(earlier?, next)
        });
        Self { map: earlier.unwrap_or(fresh), cells }
    }

    #[must_use]
    pub fn cells(&self) -> &[usize] {
        &self.cells
    }

    /// Takes an epoch in, and gives the map with it.
    pub fn take(&mut self, epoch: usize, seen: Seen) -> Arc<MovingMap> {
        self.map.add(epoch, &seen.features, seen.given);
        Arc::new(self.map.clone())
    }
}
