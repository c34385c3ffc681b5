//! The state of a run between its steps, and how it begins: fresh, from weights, or from a checkpoint.

use std::path::Path;

use burn::{module::Module, optim::ModuleOptimizer, tensor::Device};

use super::{
    checkpoint,
    early_stop::EarlyStop,
    lost::Lost,
    plan::Material,
    sight::Sight,
    start,
    state::{Checkpoint, Snapshot, State},
    teachers::Teachers,
};
use crate::{
    device::Compute,
    domain::{config::TrainConfig, run::RunEnd},
    fault::{Halt, StopToken},
    learn::{adam::Adam, loss::Targets},
    model::{
        average::Average,
        classifier::{Classifier, NetworkConfig},
        initial,
    },
    progress::{Observer, Plan, Watch},
};

/// Everything that changes while a run trains.
pub struct Session<'a> {
    pub config: &'a TrainConfig,
    pub material: &'a Material,
    pub compute: &'a Compute,
    pub observer: &'a dyn Observer,
    pub stop: StopToken,
    /// With gradients.
    pub device: Device,
    pub network: Classifier,
    pub optimiser: ModuleOptimizer,
    /// What is validated and kept in place of the network as the last step left it, where the settings ask for it.
    pub average: Option<Average>,
    pub targets: Targets,
    pub teachers: Option<Teachers>,
    pub early_stop: EarlyStop,
    /// The cells that are followed from epoch to epoch.
    pub sight: Sight,
    /// Why the training ended, where an earlier start of the run got that far.
    pub end: Option<RunEnd>,
    pub lost: Lost,
    /// The best epoch's weights as burnpack; empty before the first epoch ends.
    pub best: Vec<u8>,
    pub batch: usize,
    pub first_epoch: usize,
    /// Training images and seconds so far, for the speed.
    pub images: usize,
    pub secs: f64,
}

impl<'a> Session<'a> {
    /// Sets a run up, from its checkpoint where `resume` is true.
    pub fn start(
        config: &'a TrainConfig,
        material: &'a Material,
        compute: &'a Compute,
        run: &Path,
        resume: bool,
        Watch { observer, stop }: Watch<'a>,
    ) -> Result<Self, Halt> {
        let device = compute.device.clone().autodiff();
        let shape = NetworkConfig::new(config, material.dataset.classes.len());
        let blank = shape.init(&Compute::cpu().device);
        let optimiser = Adam::default().into();
        let Checkpoint { state, network, optimiser, average, best } = if resume {
            checkpoint::load(run, blank, optimiser, &device)?
        } else {
            let drawn = initial::draw(blank, config.seed);
            let network = start::initialise(drawn, config, &material.dataset.classes, observer)?;
            let early_stop = EarlyStop::default();
            let state =
                State { epoch: 0, batch: config.batch, early_stop, images: 0, secs: 0.0, updates: 0, end: None };
            let network = network.to_device(&device).train();
            Checkpoint { state, network, optimiser, average: None, best: Vec::new() }
        };
        let average = (config.average > 0.0).then(|| average.unwrap_or_else(|| Average::of(&network)));
        let next = state.epoch + 1;
        let sight = Sight::start(material, config.seed, resume.then_some((run, next)), observer);
        let teachers = Teachers::ask(config, material, compute, Watch { observer, stop })?;
        Ok(Self {
            config,
            material,
            compute,
            observer,
            stop: stop.clone(),
            network,
            optimiser,
            average,
            targets: Targets::new(&material.counts(), config.label_smoothing, config.class_weights),
            teachers,
            early_stop: state.early_stop,
            sight,
            end: state.end,
            lost: Lost::default(),
            best,
            batch: state.batch,
            first_epoch: next,
            images: state.images,
            secs: state.secs,
            device,
        })
    }

    /// What the run is about to do.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan {
            architecture: self.config.architecture,
            classes: self.material.dataset.classes.clone(),
            train: self.material.train.len() + self.material.also.len(),
            validation: self.material.validation.len(),
            test: self.material.split.count(crate::domain::part::Part::Test),
            parameters: self.network.num_params(),
            device: self.compute.info.name.clone(),
            batch: self.batch,
            steps_per_epoch: self.material.steps(self.batch, self.config.also_share),
            epochs: self.config.epochs,
            first_epoch: self.first_epoch,
        }
    }

    /// The network that answers, without gradients: the average where there is one.
    #[must_use]
    pub fn answering(&self) -> Classifier {
        match &self.average {
            Some(average) => average.network(&self.network),
            None => self.network.valid(),
        }
    }

    /// The counters after an epoch.
    #[must_use]
    pub const fn state(&self, epoch: usize) -> State {
        let updates = match &self.average {
            Some(average) => average.updates(),
            None => 0,
        };
        let Self { batch, early_stop, images, secs, end, .. } = *self;
        State { epoch, batch, early_stop, images, secs, updates, end }
    }

    /// Everything that a checkpoint after an epoch holds.
    #[must_use]
    pub const fn snapshot(&self, epoch: usize) -> Snapshot<'_> {
        let Self { network, optimiser, average, best, .. } = self;
        Snapshot { state: self.state(epoch), network, optimiser, average: average.as_ref(), best: best.as_slice() }
    }
}
