//! Images that the scan could read and a run no longer can: each is told once, and too many of them end the run.
//!
//! A drive that goes away must not look like an easy validation set, nor like a short epoch.

use std::collections::HashSet;

use crate::{
    data::read::batch::{Batch, FrameStore},
    fault::Failure,
    progress::{Event, Observer},
};

/// Share of an epoch's images that may be missing.
const FEW: f64 = 0.05;

/// What a run has lost so far.
#[derive(Debug, Default)]
pub struct Lost {
    /// Images that were told, by their index.
    told: HashSet<usize>,
    /// Missing images of this epoch.
    of_epoch: usize,
}

impl Lost {
    /// Another epoch begins: its images are counted anew.
    pub fn begin_epoch(&mut self) {
        self.of_epoch = 0;
    }

    /// Takes what a training batch lacks, in an epoch of so many images.
    ///
    /// # Errors
    /// [`Failure`] where half of the batch or more than a few per cent of the epoch are gone.
    pub fn in_training(
        &mut self,
        batch: &Batch,
        images: usize,
        store: &FrameStore,
        observer: &dyn Observer,
    ) -> Result<(), Failure> {
        let Some((first, why)) = batch.unreadable.first() else { return Ok(()) };
        let gone = batch.unreadable.len();
        self.of_epoch += gone;
        if gone > batch.indices.len() || self.of_epoch as f64 > FEW * images as f64 {
            let missing = format!("{} of the {images} images of an epoch can no longer be read ({why})", self.of_epoch);
            return Err(failure("training broke off", missing, store, *first));
        }
        for (index, why) in &batch.unreadable {
            if self.told.insert(*index) {
                let hint = "scan the dataset again if this was not expected";
                let warning = Failure::new("an image is left out of the training", why, hint);
                observer.tell(Event::Warning { warning: at(warning, store, *index) });
            }
        }
        Ok(())
    }
}

/// Takes what a pass over a validation split lacked: epochs can be compared on the same images only.
///
/// # Errors
/// [`Failure`] where anything is missing.
pub fn in_validation(missing: &[(usize, String)], images: usize, store: &FrameStore) -> Result<(), Failure> {
    let Some((first, why)) = missing.first() else { return Ok(()) };
    let missing = format!("{} of its {images} images can no longer be read ({why})", missing.len());
    Err(failure("the validation split is not whole", missing, store, *first))
}

fn failure(what: &str, why: String, store: &FrameStore, first: usize) -> Failure {
    let hint =
        "make sure that the drive is there and resume the run, or start a new one where images are gone for good";
    at(Failure::new(what, why, hint), store, first)
}

fn at(failure: Failure, store: &FrameStore, index: usize) -> Failure {
    match store.file(index) {
        Some(file) => failure.at(file),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::data::view::preprocess::Preprocess;

    fn store() -> FrameStore {
        FrameStore::new((0..100).map(|n| format!("/stick/{n}.png").into()).collect(), &Preprocess::new(32, 1.0), 0)
    }

    fn batch(whole: usize, gone: &[usize]) -> Batch {
        let unreadable = gone.iter().map(|index| (*index, "no such file".to_owned())).collect();
        Batch { pixels: Vec::new(), indices: (50..50 + whole).collect(), unreadable }
    }

    #[test]
    fn an_image_is_told_once_in_a_run_and_a_few_are_borne() {
        let told = Mutex::new(Vec::new());
        let hear = |event: Event| {
            if let Event::Warning { warning } = event {
                told.lock().unwrap().push(warning.paths);
            }
        };
        let mut lost = Lost::default();
        for _ in 0..3 {
            lost.begin_epoch();
            lost.in_training(&batch(15, &[7]), 100, &store(), &hear).unwrap();
            lost.in_training(&batch(14, &[8, 9]), 100, &store(), &hear).unwrap();
        }
        assert_eq!(told.into_inner().unwrap().len(), 3);
    }

    #[test]
    fn half_a_batch_or_more_than_a_few_of_an_epoch_end_the_run_with_count_and_place() {
        let mut lost = Lost::default();
        let why = lost.in_training(&batch(2, &[1, 2, 3]), 1000, &store(), &crate::progress::Silent).unwrap_err();
        assert!(why.to_string().contains("3 of the 1000 images") && why.to_string().contains("/stick/1.png"), "{why}");
        let mut lost = Lost::default();
        let one =
            |lost: &mut Lost, index| lost.in_training(&batch(15, &[index]), 100, &store(), &crate::progress::Silent);
        assert!((0..5).all(|index| one(&mut lost, index).is_ok()));
        assert!(one(&mut lost, 5).is_err());
    }
}
