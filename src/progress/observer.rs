//! Who is told what happens: the window, the terminal, a test, or nobody.

use super::Event;
use crate::fault::StopToken;

/// Takes events from any thread; it must return at once and may never wait for a person.
pub trait Observer: Sync {
    fn tell(&self, event: Event);
}

/// Nobody is watching.
pub struct Silent;

impl Observer for Silent {
    fn tell(&self, _: Event) {}
}

impl<F: Fn(Event) + Sync> Observer for F {
    fn tell(&self, event: Event) {
        self(event);
    }
}

/// Who is told and who may stop a task: what work with many parts hands from one to the next.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    pub observer: &'a dyn Observer,
    pub stop: &'a StopToken,
}
