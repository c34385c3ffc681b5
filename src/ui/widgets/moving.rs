//! Points that go from where they lie to where they lie next, slowly enough for the eye to follow each.

use egui::Rect;

/// Seconds from one place to the next.
const SECS: f64 = 0.4;

/// Places, and what is to be in sight with them.
#[derive(Clone, Debug)]
pub struct Laid {
    pub places: Vec<[f32; 2]>,
    pub bounds: Rect,
}

impl Default for Laid {
    fn default() -> Self {
        Self { places: Vec::new(), bounds: Rect::ZERO }
    }
}

/// Points on their way.
#[derive(Clone, Debug, Default)]
pub struct Moving {
    from: Laid,
    to: Laid,
    now: Laid,
    /// When they set out, on the window's clock; `None` where they have arrived.
    began: Option<f64>,
    version: u64,
}

impl Moving {
    /// Lays the points down at once.
    pub fn lay(&mut self, at: Laid) {
        self.now.clone_from(&at);
        (self.to, self.began, self.version) = (at, None, self.version + 1);
    }

    /// Sends the points off from where they are now; those that are more or fewer than before have no way to go.
    pub fn go(&mut self, to: Laid, now: f64) {
        if to.places.len() != self.now.places.len() {
            return self.lay(to);
        }
        self.from.clone_from(&self.now);
        (self.to, self.began, self.version) = (to, Some(now), self.version + 1);
    }

    /// Moves the points to where they are at this time; whether they are still on their way.
    pub fn tick(&mut self, now: f64) -> bool {
        let Some(began) = self.began else { return false };
        let share = ((now - began) / SECS).clamp(0.0, 1.0) as f32;
        self.version += 1;
        if share >= 1.0 {
            self.now.clone_from(&self.to);
            self.began = None;
            return false;
        }
        // Off and on gently.
        let share = share * share * (3.0 - 2.0 * share);
        let between = |a: f32, b: f32| a + (b - a) * share;
        let way = self.from.places.iter().zip(&self.to.places);
        for (at, ([x, y], [to_x, to_y])) in self.now.places.iter_mut().zip(way) {
            *at = [between(*x, *to_x), between(*y, *to_y)];
        }
        let (from, to) = (self.from.bounds, self.to.bounds);
        self.now.bounds = Rect::from_min_max(from.min.lerp(to.min, share), from.max.lerp(to.max, share));
        true
    }

    #[must_use]
    pub fn now(&self) -> &Laid {
        &self.now
    }

    /// Changes whenever a place does.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(places: &[[f32; 2]]) -> Laid {
        Laid { places: places.to_vec(), bounds: Rect::ZERO }
    }

    #[test]
    fn points_arrive_after_their_time_and_turn_round_where_they_are() {
        let mut moving = Moving::default();
        moving.lay(laid(&[[0.0, 0.0]]));
        assert!(!moving.tick(5.0));
        moving.go(laid(&[[1.0, 2.0]]), 5.0);
        let before = moving.version();
        assert!(moving.tick(5.0 + SECS / 2.0) && moving.version() > before);
        assert_eq!(moving.now().places, [[0.5, 1.0]]);
        moving.go(laid(&[[0.5, 0.0]]), 6.0);
        assert!(moving.tick(6.0) && moving.now().places == [[0.5, 1.0]], "from where they were");
        assert!(!moving.tick(6.0 + SECS));
        assert_eq!(moving.now().places, [[0.5, 0.0]]);
        moving.go(laid(&[[0.0; 2]; 3]), 9.0);
        assert!(!moving.tick(9.0) && moving.now().places.len() == 3, "other points do not travel");
    }
}
