//! How many bytes of large images are read and decoded at once, over all threads: the others wait for room.

use std::{
    cell::Cell,
    marker::PhantomData,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// Bytes of files and pixels in flight.
const MOST: u64 = 512 << 20;
/// Less than this is not counted: a single cell takes less, and thousands of them need not queue for a lock.
const SMALL: u64 = 2 << 20;

static TAKEN: Mutex<u64> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

thread_local! {
    /// Whether this thread holds room. One that does never waits for more, or threads could wait for each other.
    static HOLDS: Cell<bool> = const { Cell::new(false) };
}

/// Room for some bytes, given back when it is dropped. It stays on its thread.
#[derive(Debug)]
pub(in crate::data::read) struct Room {
    bytes: u64,
    here: PhantomData<*const ()>,
}

impl Room {
    /// Waits until there is room; what is larger than all of it waits until it is alone. Within room that this thread
    /// holds already, more is part of that.
    pub(in crate::data::read) fn take(bytes: u64) -> Self {
        let counts = bytes >= SMALL && !HOLDS.get();
        if counts {
            let mut taken = taken();
            while *taken > 0 && *taken + bytes > MOST {
                taken = FREED.wait(taken).unwrap_or_else(PoisonError::into_inner);
            }
            *taken += bytes;
            HOLDS.set(true);
        }
        Self { bytes: if counts { bytes } else { 0 }, here: PhantomData }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.bytes > 0 {
            *taken() -= self.bytes;
            HOLDS.set(false);
            FREED.notify_all();
        }
    }
}

fn taken() -> MutexGuard<'static, u64> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn no_more_than_the_limit_is_in_flight_and_nobody_waits_for_itself() {
        let (now, peak) = (AtomicU64::new(0), AtomicU64::new(0));
        let bytes = MOST / 3;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let work = || {
                    let _outer = Room::take(bytes);
                    peak.fetch_max(now.fetch_add(bytes, Ordering::SeqCst) + bytes, Ordering::SeqCst);
                    // Waiting here for what other threads hold would never end.
                    drop(Room::take(MOST));
                    std::thread::yield_now();
                    now.fetch_sub(bytes, Ordering::SeqCst);
                };
                std::thread::Builder::new().spawn_scoped(scope, work).unwrap();
            }
        });
        assert!(peak.load(Ordering::SeqCst) <= MOST);
    }
}
