//! The state of a run between its steps, and how it begins: fresh, from weights, or from a checkpoint.

use std::path::Path;

use burn::{module::Module, optim::ModuleOptimizer, tensor::Device};

use super::{
    adam::Adam,
    checkpoint::{self, Checkpoint, State},
    early_stop::EarlyStop,
    error::TrainError,
    loss::Targets,
    plan::Material,
    teachers::Teachers,
};
use crate::{
    device::Compute,
    domain::config::{Init, TrainConfig},
    model::{
        average::Average,
        bundled,
        classifier::{Classifier, NetworkConfig},
        initial, published,
        weights::{self, Applied},
    },
    progress::{Event, Failure, Halt, Observer, Plan, StopToken},
    store::run_dir,
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
        (observer, stop): (&'a dyn Observer, &'a StopToken),
    ) -> Result<Self, Halt> {
        let device = compute.device.clone().autodiff();
        let shape = NetworkConfig::new(config, material.dataset.classes.len());
        let blank = shape.init(&Compute::cpu().device);
        let optimiser = Adam::default().into();
        let Checkpoint { state, network, optimiser, average, best } = if resume {
            checkpoint::load(run, blank, optimiser, &device)?
        } else {
            let network = initialise(initial::draw(blank, config.seed), config, observer)?;
            let early_stop = EarlyStop::default();
            let state = State { epoch: 0, batch: config.batch, early_stop, images: 0, secs: 0.0, updates: 0 };
            let network = network.to_device(&device).train();
            Checkpoint { state, network, optimiser, average: None, best: Vec::new() }
        };
        let average = (config.average > 0.0).then(|| average.unwrap_or_else(|| Average::of(&network)));
        let teachers = Teachers::ask(config, material, compute, (observer, stop))?;
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
            best,
            batch: state.batch,
            first_epoch: state.epoch + 1,
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
            test: self.material.split.count(crate::domain::split::Part::Test),
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
        let Self { batch, early_stop, images, secs, .. } = *self;
        State { epoch, batch, early_stop, images, secs, updates }
    }
}

/// Loads first weights over the drawn ones and says what the source lacked.
fn initialise(mut network: Classifier, config: &TrainConfig, observer: &dyn Observer) -> Result<Classifier, Halt> {
    let applied = match &config.init {
        Init::Random => return Ok(network),
        Init::ImageNet(file) => published::apply(&mut network, config.architecture, file)?,
        Init::Model(model) => {
            let unreadable = |why| TrainError::Settings(format!("the first weights `{model}` cannot be read: {why}"));
            let bytes = match bundled::find(model) {
                Some(bundled) => bundled.weights.to_vec(),
                None => std::fs::read(Path::new(model).join(run_dir::WEIGHTS))
                    .map_err(|why: std::io::Error| unreadable(why))?,
            };
            weights::start_from(&mut network, bytes)?
        }
    };
    if !applied.is_complete() {
        observer.tell(Event::Warning { warning: lacking(&applied) });
    }
    for note in &applied.notes {
        let warning = Failure::new("the first weights are not the same network's", note, "nothing needs to be done");
        observer.tell(Event::Warning { warning });
    }
    Ok(network)
}

fn lacking(applied: &Applied) -> Failure {
    let list: Vec<_> = applied.missing.iter().chain(&applied.mismatched).cloned().collect();
    let what = format!("{} of {} parameters start fresh", list.len(), list.len() + applied.applied);
    Failure::new(what, list.join(", "), "nothing needs to be done if this was expected")
}
