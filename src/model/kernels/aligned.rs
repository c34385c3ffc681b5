//! Memory that begins at a cache line: a vector that lies across two of them costs twice as much to load.

use std::{
    cell::RefCell,
    ops::{Deref, DerefMut},
};

/// Values of a cache line.
const LINE: usize = 16;

/// Values of which the first lies at the start of a cache line.
#[derive(Debug)]
pub struct Aligned {
    values: Vec<f32>,
    first: usize,
    length: usize,
}

impl Aligned {
    pub fn zeros(length: usize) -> Self {
        let values = vec![0.0; length + LINE];
        let first = values.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
        Self { values, first, length }
    }
}

impl Deref for Aligned {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[self.first..][..self.length]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.first..][..self.length]
    }
}

thread_local! {
    static SPARE: RefCell<Vec<Aligned>> = const { RefCell::new(Vec::new()) };
}

/// Lends `work` memory of any content, which the thread keeps for the next time.
pub fn scratch<T>(length: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    let kept = SPARE.with_borrow_mut(Vec::pop).filter(|kept| kept.length >= length);
    let mut memory = kept.unwrap_or_else(|| Aligned::zeros(length));
    let result = work(&mut memory[..length]);
    SPARE.with_borrow_mut(|spare| spare.push(memory));
    result
}
