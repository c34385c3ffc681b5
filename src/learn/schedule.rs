//! The learning rate of each step: a linear rise, then half a cosine (Loshchilov and Hutter 2017).

use crate::domain::config::TrainConfig;

/// Share of the highest rate that the last step still has.
const FLOOR: f64 = 0.01;

/// The rate of a step, counted from 0 over all epochs; a pure function, so that a resumed run goes on exactly.
#[must_use]
pub fn rate(config: &TrainConfig, step: usize, steps_per_epoch: usize) -> f64 {
    let total = (config.epochs * steps_per_epoch) as f64;
    let warmup = (config.warmup_epochs * steps_per_epoch as f64).min(total * 0.5);
    let step = step as f64;
    if step < warmup {
        return config.learning_rate * (step + 1.0) / warmup.max(1.0);
    }
    let share = ((step - warmup) / (total - warmup).max(1.0)).min(1.0);
    config.learning_rate * falling(share)
}

/// Half a cosine from 1 down to the floor, over shares from 0 to 1.
#[must_use]
pub fn falling(share: f64) -> f64 {
    let cosine = 0.5 * (1.0 + (std::f64::consts::PI * share).cos());
    FLOOR + (1.0 - FLOOR) * cosine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_over_the_warm_up_and_falls_to_the_floor() {
        let config = TrainConfig { epochs: 10, warmup_epochs: 1.0, learning_rate: 0.01, ..TrainConfig::default() };
        let rates: Vec<f64> = (0..100).map(|step| rate(&config, step, 10)).collect();
        assert!(rates[..10].windows(2).all(|pair| pair[0] < pair[1]));
        assert!(rates[10..].windows(2).all(|pair| pair[0] > pair[1]));
        assert!((rates[9] - 0.01).abs() < 1e-9 && rates[99] < 0.0003);
    }
}
