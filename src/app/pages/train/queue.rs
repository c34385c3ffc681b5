//! Runs that wait for the trainer thread, and how many runs one press of Start stands for.

use std::path::{Path, PathBuf};

use crate::{
    domain::{
        architecture::Architecture,
        config::{Init, TrainConfig},
    },
    store::waiting::Waiting,
};

/// Most runs of one network that are lined up at once.
const MOST_SEEDS: usize = 10;

/// What the form asks for beside the settings of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineUp {
    /// Train each network, one after the other, in place of the form's own.
    pub all_networks: bool,
    /// Runs of each network, with consecutive seeds from the form's own on.
    pub seeds: usize,
}

impl Default for LineUp {
    fn default() -> Self {
        Self { all_networks: false, seeds: 1 }
    }
}

impl LineUp {
    /// The networks in the order of training.
    #[must_use]
    pub fn networks(&self, form: &TrainConfig) -> Vec<Architecture> {
        if self.all_networks { Architecture::ALL.to_vec() } else { vec![form.architecture] }
    }

    /// The settings of each run: all networks of the first seed, then those of the next one.
    #[must_use]
    pub fn configs(&self, form: &TrainConfig) -> Vec<TrainConfig> {
        let seeds = (0..self.seeds as u64).map(|further| form.seed.wrapping_add(further));
        let of = |seed| {
            let networks = self.networks(form).into_iter();
            networks.map(move |architecture| TrainConfig { architecture, seed, ..form.clone() })
        };
        seeds.flat_map(of).collect()
    }

    /// What stands in the way beside the settings of each run, as (field, sentence).
    #[must_use]
    pub fn problems(&self, form: &TrainConfig) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if !(1..=MOST_SEEDS).contains(&self.seeds) {
            problems.push(("seeds", t!("must be from 1 to {most}", most = MOST_SEEDS)));
        }
        if self.all_networks && !matches!(form.init, Init::Bundled | Init::Random) {
            let why = t!("fits one network only: start the networks one by one, each with its own weights");
            problems.push(("init", why.to_owned()));
        }
        problems
    }
}

/// One run that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queued {
    /// Tells it from the others that wait.
    pub id: u64,
    /// The dataset's folder.
    pub dataset: PathBuf,
    pub config: TrainConfig,
    /// The folder of an unfinished run that goes on.
    pub resume: Option<PathBuf>,
}

impl Queued {
    /// What is kept of it for the next start.
    #[must_use]
    pub fn kept(&self) -> Waiting {
        Waiting { dataset: self.dataset.clone(), config: self.config.clone(), resume: self.resume.clone() }
    }

    /// Such as `Xception + attention, seed 2`.
    #[must_use]
    pub fn title(&self) -> String {
        let name = self.resume.as_deref().and_then(Path::file_name);
        name.map_or_else(
            || {
                t!(
                    "{architecture}, seed {seed}",
                    architecture = self.config.architecture.title(),
                    seed = self.config.seed
                )
            },
            |name| t!("{name}, resumed", name = name.to_string_lossy()),
        )
    }

    /// What the activity list calls its job.
    #[must_use]
    pub fn job_title(&self) -> String {
        let on = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        match &self.resume {
            Some(run) => t!("Resume {run} on {dataset}", run = on(run), dataset = on(&self.dataset)),
            None => {
                let (network, seed) = (self.config.architecture.title(), self.config.seed);
                t!("Train {network}, seed {seed}, on {dataset}", network, seed, dataset = on(&self.dataset))
            }
        }
    }

    /// Whether its first weights come from the run in this folder.
    #[must_use]
    pub fn starts_from(&self, folder: &Path) -> bool {
        matches!(&self.config.init, Init::Model(model) if Path::new(model) == folder)
    }

    /// Whether it cannot be trained without this folder.
    #[must_use]
    pub fn needs(&self, folder: &Path) -> bool {
        let teaches = self.config.teacher.iter().any(|teacher| Path::new(teacher) == folder);
        self.resume.as_deref() == Some(folder) || self.starts_from(folder) || teaches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_networks_of_a_seed_come_before_the_next_seed() {
        let form = TrainConfig { seed: 7, ..TrainConfig::default() };
        let line_up = LineUp { all_networks: true, seeds: 2 };
        let runs: Vec<_> = line_up.configs(&form).iter().map(|run| (run.architecture, run.seed)).collect();
        let of = |seed: u64| Architecture::ALL.map(|network| (network, seed));
        assert_eq!(runs, [of(7), of(8)].concat());
        assert_eq!(LineUp::default().configs(&form), [form]);
    }

    #[test]
    fn a_run_that_teaches_a_waiting_one_is_needed() {
        let config = TrainConfig { teacher: vec!["outputs/teacher".to_owned()], ..TrainConfig::default() };
        let queued = Queued { config, ..Queued::default() };
        assert!(queued.needs(Path::new("outputs/teacher")) && !queued.needs(Path::new("outputs/other")));
    }

    #[test]
    fn too_many_seeds_and_weights_of_one_network_for_two_are_told() {
        let form = TrainConfig { init: Init::ImageNet("weights".into()), ..TrainConfig::default() };
        let fields = |line_up: LineUp| -> Vec<_> { line_up.problems(&form).iter().map(|(field, _)| *field).collect() };
        assert!(fields(LineUp { all_networks: false, seeds: 10 }).is_empty());
        assert_eq!(fields(LineUp { all_networks: false, seeds: 11 }), ["seeds"]);
        assert_eq!(fields(LineUp { all_networks: true, seeds: 0 }), ["seeds", "init"]);
    }
}
