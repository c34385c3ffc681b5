//! What happens when a GPU has too little memory: half the batch, and the epoch anew. On the CPU the system ends the whole
//! program instead, and nothing here can help.

use std::panic::{self, AssertUnwindSafe};

use crate::{
    fault::{Failure, Halt, panicked},
    learn::error::TrainError,
    progress::Observer,
};

/// Batch normalisation needs two images.
const SMALLEST: usize = 2;

/// Tries `work` with `batch` images a step and, where it can begin `again`, with half as many after each lack of memory;
/// gives the batch that fitted.
///
/// # Errors
/// Whatever `work` ends with for another reason, or [`TrainError::Memory`] where even the smallest batch does not fit.
pub fn with_fitting_batch<T>(
    batch: usize,
    again: bool,
    observer: &dyn Observer,
    mut work: impl FnMut(usize) -> Result<T, Halt>,
) -> Result<(usize, T), Halt> {
    let mut batch = batch;
    loop {
        let why = match panic::catch_unwind(AssertUnwindSafe(|| work(batch))) {
            Ok(Ok(done)) => return Ok((batch, done)),
            Ok(Err(Halt::Failed(failure))) if is_memory(&failure.why) => failure.why,
            Ok(Err(halt)) => return Err(halt),
            Err(panic) => {
                let why = panicked::words(panic.as_ref());
                if !is_memory(&why) {
                    return Err(TrainError::Device(format!("the computation broke off: {why}")).into());
                }
                why
            }
        };
        if !again || batch / 2 < SMALLEST {
            return Err(TrainError::Memory(batch).into());
        }
        batch /= 2;
        let what = format!("too little memory; the epoch starts again with {batch} images a step");
        observer.tell(crate::progress::Event::Warning { warning: Failure::new(what, why, "nothing needs to be done") });
    }
}

fn is_memory(why: &str) -> bool {
    let why = why.to_lowercase();
    ["out of memory", "outofmemory", "allocation", "not enough memory"].iter().any(|sign| why.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn the_batch_is_halved_until_it_fits() {
        let fits = |batch: usize| {
            assert!(batch <= 8, "Out of memory: cannot allocate");
            Ok(batch)
        };
        assert_eq!(with_fitting_batch(32, true, &Silent, fits), Ok((8, 8)));
        assert_eq!(with_fitting_batch(32, false, &Silent, fits), Err(TrainError::Memory(32).into()));
    }

    #[test]
    fn other_ends_are_passed_on_and_nothing_is_tried_below_two_images() {
        assert_eq!(with_fitting_batch::<()>(32, true, &Silent, |_| Err(Halt::Stopped)), Err(Halt::Stopped));
        let never =
            with_fitting_batch::<()>(32, true, &Silent, |_| Err(Failure::new("x", "allocation failed", "y").into()));
        assert_eq!(never, Err(TrainError::Memory(2).into()));
    }
}
