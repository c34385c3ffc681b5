//! How far runs that differ by seed alone lie apart: each seed draws another split, other first weights and another order.

use super::{
    config::{DeviceChoice, TrainConfig},
    metrics::Metrics,
    run::{RunEnd, RunRecord},
};

/// One figure over several runs, in the unit of the figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Runs that have the figure.
    pub n: usize,
    pub mean: f64,
    /// Of the sample, with n - 1 in the denominator; `None` for a single run.
    pub deviation: Option<f64>,
    pub low: f64,
    pub high: f64,
}

impl Spread {
    /// `None` where there is no value.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.into_iter().collect();
        let n = values.len();
        if n == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            n,
            mean,
            deviation: (n > 1).then(|| (squares / (n - 1) as f64).sqrt()),
            low: values.iter().copied().fold(f64::INFINITY, f64::min),
            high: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}

/// Two or more runs that differ by seed alone, in the order of their seeds; one run for each seed.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedGroup<'a> {
    pub runs: Vec<&'a RunRecord>,
    /// On the test split of each seed, shares from 0 to 1.
    pub accuracy: Option<Spread>,
    pub balanced_accuracy: Option<Spread>,
    pub macro_f1: Option<Spread>,
}

impl<'a> SeedGroup<'a> {
    fn of(runs: Vec<&'a RunRecord>) -> Self {
        let spread = |figure: fn(&Metrics) -> Option<f64>| {
            Spread::of(runs.iter().filter_map(|run| run.test.as_ref().and_then(figure)))
        };
        Self {
            accuracy: spread(|test| test.accuracy),
            balanced_accuracy: spread(|test| test.balanced_accuracy),
            macro_f1: spread(|test| test.macro_f1),
            runs,
        }
    }

    /// The seeds, the smallest first.
    pub fn seeds(&self) -> impl Iterator<Item = u64> {
        self.runs.iter().map(|run| run.config.seed)
    }
}

/// The groups among `runs`, in the order of their first runs there. Only runs that trained to their own end count: one that a
/// person stopped had fewer epochs than the settings say. Of two runs of one seed the first of the list counts, since the
/// same seed gives the same run again and would make the spread look smaller.
#[must_use]
pub fn by_seed(runs: &[RunRecord]) -> Vec<SeedGroup<'_>> {
    let mut groups: Vec<(TrainConfig, Vec<&RunRecord>)> = Vec::new();
    for run in runs.iter().filter(|run| counts(run)) {
        let settings = without_seed(&run.config);
        let alike = |(known, of): &&mut (TrainConfig, Vec<&RunRecord>)| {
            let on = |other: &&RunRecord| (other.dataset_hash, &other.device) == (run.dataset_hash, &run.device);
            *known == settings && of.first().is_some_and(on)
        };
        match groups.iter_mut().find(alike) {
            Some((_, of)) if of.iter().any(|other| other.config.seed == run.config.seed) => {}
            Some((_, of)) => of.push(run),
            None => groups.push((settings, vec![run])),
        }
    }
    let several = groups.into_iter().map(|(_, of)| of).filter(|of| of.len() > 1);
    let sorted = several.map(|mut of| {
        of.sort_by_key(|run| run.config.seed);
        SeedGroup::of(of)
    });
    sorted.collect()
}

fn counts(run: &RunRecord) -> bool {
    let ended = matches!(run.end, RunEnd::Completed | RunEnd::EarlyStopped);
    ended && run.test.is_some() && run.adapted.is_none()
}

/// What two runs must share; where they ran counts, not how that device was asked for.
fn without_seed(config: &TrainConfig) -> TrainConfig {
    TrainConfig { seed: 0, device: DeviceChoice::Auto, ..config.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        architecture::Architecture, classes::ClassList, confusion::Confusion, hash::ContentHash, run::RunRecord,
    };

    /// A run of a seed that got `right` of ten images of each of two classes right.
    fn run(seed: u64, right: [u64; 2]) -> RunRecord {
        let labels = ClassList::new(["a", "b"].map(str::to_owned));
        let counts = vec![vec![right[0], 10 - right[0]], vec![10 - right[1], right[1]]];
        RunRecord {
            name: format!("seed{seed}"),
            path: format!("runs/seed{seed}").into(),
            architecture: Architecture::MobileNet,
            classes: labels.clone(),
            config: TrainConfig { seed, ..TrainConfig::default() },
            started: String::new(),
            end: RunEnd::Completed,
            device: "CPU".to_owned(),
            dataset: "cells".to_owned(),
            dataset_hash: ContentHash([1; 32]),
            split_hash: ContentHash([seed as u8; 32]),
            also_hash: None,
            weights_hash: None,
            history: Vec::new(),
            epoch_secs: Vec::new(),
            matrices: Vec::new(),
            test: Some(Metrics::of(Confusion { labels, counts })),
            images_per_sec: None,
            peak_memory_mb: None,
            app_version: String::new(),
            adapted: None,
        }
    }

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-12, "{value} in place of {expected}");
    }

    /// By hand: 2, 4, 4, 4, 5, 5, 7 and 9 have the mean 5 and squares of 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32.
    #[test]
    fn mean_and_deviation_are_those_of_the_sample() {
        let spread = Spread::of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!((spread.n, spread.low, spread.high), (8, 2.0, 9.0));
        close(spread.mean, 5.0);
        close(spread.deviation.unwrap(), (32.0_f64 / 7.0).sqrt());
        assert_eq!(Spread::of([0.5]).unwrap().deviation, None);
        assert_eq!(Spread::of([]), None);
    }

    /// By hand: accuracies of 0.80, 0.90 and 0.85 lie 0.05 apart, so that the deviation is 0.05. The macro F1 of two
    /// classes of ten with h and k hits is the mean of 2h / (20 + h - k) and 2k / (20 + k - h).
    #[test]
    fn runs_that_differ_by_seed_alone_are_one_group() {
        let runs = [run(3, [8, 9]), run(1, [8, 8]), run(2, [9, 9])];
        let groups = by_seed(&runs);
        let [group] = groups.as_slice() else { panic!("{} groups", groups.len()) };
        assert_eq!(group.seeds().collect::<Vec<_>>(), [1, 2, 3]);
        let accuracy = group.accuracy.unwrap();
        assert_eq!((accuracy.n, accuracy.low, accuracy.high), (3, 0.8, 0.9));
        close(accuracy.mean, 0.85);
        close(accuracy.deviation.unwrap(), 0.05);
        close(group.balanced_accuracy.unwrap().mean, 0.85);
        let third = (16.0 / 19.0 + 18.0 / 21.0) / 2.0;
        close(group.macro_f1.unwrap().mean, (0.8 + 0.9 + third) / 3.0);
    }

    #[test]
    fn other_settings_data_and_ends_stay_apart_and_a_seed_counts_once() {
        let mut wide = run(2, [9, 9]);
        wide.config.width = 0.5;
        let mut other = run(3, [9, 9]);
        other.dataset_hash = ContentHash([2; 32]);
        let mut stopped = run(4, [9, 9]);
        stopped.end = RunEnd::Stopped;
        assert!(by_seed(&[run(1, [8, 8]), wide, other, stopped]).is_empty());
        let mut asked = run(2, [9, 9]);
        asked.config.device = DeviceChoice::Cpu;
        let runs = [run(1, [8, 8]), run(1, [8, 8]), asked];
        assert_eq!(by_seed(&runs).iter().map(|group| group.runs.len()).collect::<Vec<_>>(), [2]);
    }
}
