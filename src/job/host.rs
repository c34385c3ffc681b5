//! The loaded models that jobs share: the next job on the same one finds it ready.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    device::{self, Compute},
    domain::{config::DeviceChoice, occurring::Occurring},
    eval::predict::{self, Predictor},
    fault::Failure,
    model::card::ModelCard,
};

/// Models are kept while their weight files are no larger than this together, in bytes; the last one always stays.
const ROOM: u64 = 256 << 20;

/// Models by what names them, the last used ones at the end. Shared among lanes, never with the window.
#[derive(Default)]
pub struct ModelHost {
    loaded: Mutex<Vec<Loaded>>,
    devices: Mutex<Vec<(DeviceChoice, Compute)>>,
}

struct Loaded {
    id: String,
    device: String,
    /// Which classes can occur.
    occurring: Occurring,
    /// As it was on disk: a model that was measured anew or written over is another one.
    card: ModelCard,
    predictor: Arc<Predictor>,
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ModelHost {
    /// The device of a choice, tested once, and chosen anew where it has failed since.
    ///
    /// # Errors
    /// [`Failure`] where there is none, or it computes wrongly.
    pub fn compute(&self, choice: &DeviceChoice) -> Result<Compute, Failure> {
        let known = |devices: &[(DeviceChoice, Compute)]| {
            let fits = |(of, compute): &&(DeviceChoice, Compute)| of == choice && !device::is_suspect(&compute.info.id);
            devices.iter().find(fits).map(|(_, compute)| compute.clone())
        };
        let found = known(&lock(&self.devices));
        if let Some(compute) = found.filter(Compute::answers) {
            return Ok(compute);
        }
        let compute = device::choose(choice)?;
        let mut devices = lock(&self.devices);
        if devices.iter().any(|(of, _)| of == choice) {
            // What was loaded on a device that was lost lies there still, and the new one may bear the same name.
            lock(&self.loaded).retain(|one| one.device != compute.info.id);
        }
        devices.retain(|(of, _)| of != choice);
        devices.push((choice.clone(), compute.clone()));
        Ok(compute)
    }

    /// A model on a device, from an earlier job or loaded now.
    ///
    /// # Errors
    /// [`Failure`] where its card or weights cannot be read or do not belong together.
    pub fn model(&self, id: &str, compute: &Compute, occurring: &Occurring) -> Result<Arc<Predictor>, Failure> {
        let card = predict::card(id)?;
        let alike = |one: &Loaded| one.id == id && one.device == compute.info.id && one.occurring == *occurring;
        let fits = |one: &Loaded| alike(one) && one.card == card;
        let mut loaded = lock(&self.loaded);
        if let Some(at) = loaded.iter().position(fits) {
            let one = loaded.remove(at);
            let predictor = Arc::clone(&one.predictor);
            loaded.push(one);
            return Ok(predictor);
        }
        // Others look for theirs meanwhile; two that load the same one at once are rare and harmless.
        drop(loaded);
        let predictor = Arc::new(Predictor::load(id, compute)?.with_classes(occurring)?);
        let mut loaded = lock(&self.loaded);
        loaded.retain(|one| !alike(one));
        let (id, device, occurring) = (id.to_owned(), compute.info.id.clone(), occurring.clone());
        loaded.push(Loaded { id, device, occurring, card, predictor: Arc::clone(&predictor) });
        make_room(&mut loaded, ROOM, |one| one.predictor.file_bytes());
        Ok(predictor)
    }

    /// Forgets every device and what was loaded on it, such as after a device failed.
    pub fn forget(&self) {
        lock(&self.loaded).clear();
        lock(&self.devices).clear();
    }
}

/// Lets the least recently used ones go until the rest fits.
fn make_room<T>(all: &mut Vec<T>, room: u64, bytes: impl Fn(&T) -> u64) {
    while all.len() > 1 && all.iter().map(&bytes).sum::<u64>() > room {
        all.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_job_finds_the_model_that_the_first_one_loaded() {
        let host = ModelHost::default();
        let (cpu, all) = (host.compute(&DeviceChoice::Cpu).unwrap(), Occurring::All);
        let [first, second] = [(); 2].map(|()| host.model("mobilenet", &cpu, &all).unwrap());
        assert!(Arc::ptr_eq(&first, &second));
        let five = host.model("mobilenet", &cpu, &Occurring::FivePart).unwrap();
        assert!(!Arc::ptr_eq(&first, &five) && *five.occurring() == Occurring::FivePart);
        let other = host.model("xception", &cpu, &all).unwrap();
        assert!(!Arc::ptr_eq(&first, &other));
        host.forget();
        assert!(!Arc::ptr_eq(&first, &host.model("mobilenet", &cpu, &all).unwrap()));
        assert!(host.model("nowhere", &cpu, &all).is_err());
    }

    #[test]
    fn a_device_that_failed_since_is_not_handed_out_again() {
        let host = ModelHost::default();
        let mut other = Compute::cpu();
        other.info.id = "made-up:7".to_owned();
        lock(&host.devices).push((DeviceChoice::Cpu, other));
        assert_eq!(host.compute(&DeviceChoice::Cpu).unwrap().info.id, "made-up:7");
        device::mark_suspect("made-up:7");
        assert_eq!(host.compute(&DeviceChoice::Cpu).unwrap().info.id, "cpu");
        assert_eq!(lock(&host.devices).len(), 1);
    }

    #[test]
    fn the_least_recently_used_ones_make_room() {
        let mut sizes = vec![5, 3, 4];
        make_room(&mut sizes, 8, |size| *size);
        assert_eq!(sizes, [3, 4]);
        make_room(&mut sizes, 1, |size| *size);
        assert_eq!(sizes, [4], "the one that is needed now stays");
    }
}
