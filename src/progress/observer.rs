//! Who is told what happens: the window, the terminal, a test, or nobody.

use super::Event;

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
