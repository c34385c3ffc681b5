//! The first weights of a run: drawn, ImageNet's, or a trained model's as far as they mean the same in its network.

use std::path::Path;

use crate::{
    domain::{
        classes::ClassList,
        config::{Init, TrainConfig},
    },
    eval::predict,
    fault::{Failure, Halt},
    learn::error::TrainError,
    model::{
        bundled,
        card::ModelCard,
        classifier::Classifier,
        columns::Classes,
        published,
        weights::{self, Applied},
    },
    progress::{Event, Observer},
    store::run_dir,
};

/// What a person need not do about a start that is not whole.
const EXPECTED: &str = "nothing needs to be done if this was expected";

/// Loads the first weights that the settings name over the drawn ones, and says what the source lacked.
///
/// # Errors
/// [`Halt::Failed`] where the source cannot be read or is another architecture's.
pub fn initialise(
    mut drawn: Classifier,
    config: &TrainConfig,
    classes: &ClassList,
    observer: &dyn Observer,
) -> Result<Classifier, Halt> {
    let applied = match (&config.init, config.init.model(config.architecture)) {
        (Init::ImageNet(file), _) => published::apply(&mut drawn, config.architecture, file)?,
        (_, Some(model)) => return from_model(drawn, model, (config, classes), observer),
        (_, None) => return Ok(drawn),
    };
    tell(&applied, observer);
    Ok(drawn)
}

fn from_model(
    mut drawn: Classifier,
    model: &str,
    (config, classes): (&TrainConfig, &ClassList),
    observer: &dyn Observer,
) -> Result<Classifier, Halt> {
    let settings = |why: String| TrainError::Settings(format!("the first weights `{model}` {why}"));
    let unreadable = |why: &dyn std::fmt::Display| settings(format!("cannot be read: {why}"));
    let card = predict::card(model).map_err(|failure| unreadable(&failure.why))?;
    if ![config.architecture, config.architecture.start()].contains(&card.network.architecture) {
        return Err(settings(format!("are those of {}", card.network.architecture.title())).into());
    }
    if !fits(&card, config) {
        let why =
            format!("its backbone has {} times the usual channels, this one {}", card.network.width, config.width);
        let warning =
            Failure::new(format!("no weight of `{model}` fits: the run starts from random ones"), why, EXPECTED);
        observer.tell(Event::Warning { warning });
        return Ok(drawn);
    }
    let bytes = match bundled::find(model) {
        Some(bundled) => bundled.weights.to_vec(),
        None => std::fs::read(Path::new(model).join(run_dir::WEIGHTS)).map_err(|why| unreadable(&why))?,
    };
    let classes = Classes { theirs: &card.classes, ours: classes };
    tell(&weights::start_from(&mut drawn, bytes, card.network.heads, classes)?, observer);
    Ok(drawn)
}

/// Whatever lies behind a backbone has learned to read features that one of another width will not have.
fn fits(card: &ModelCard, config: &TrainConfig) -> bool {
    card.network.width == config.width
}

/// The model whose weights a run really begins with; `None` where they are drawn or ImageNet's.
#[must_use]
pub fn model(config: &TrainConfig) -> Option<&str> {
    let model = config.init.model(config.architecture)?;
    // A folder that cannot be read now is told where the run begins; a run that goes on has read it before.
    predict::card(model).map_or(true, |card| fits(&card, config)).then_some(model)
}

/// Where the first weights of a run came from, for its card; `None` where they were drawn.
#[must_use]
pub fn source(config: &TrainConfig) -> Option<String> {
    match &config.init {
        Init::ImageNet(_) => Some("Keras Applications, trained on ImageNet".to_owned()),
        Init::Bundled => Some(format!("the bundled {}", model(config)?)),
        Init::Random | Init::Model(_) => model(config).map(str::to_owned),
    }
}

fn tell(applied: &Applied, observer: &dyn Observer) {
    if !applied.is_complete() {
        observer.tell(Event::Warning { warning: lacking(applied) });
    }
    for note in &applied.notes {
        let warning = Failure::new("the first weights are not the same network's", note, "nothing needs to be done");
        observer.tell(Event::Warning { warning });
    }
}

fn lacking(applied: &Applied) -> Failure {
    let list: Vec<_> = applied.missing.iter().chain(&applied.mismatched).cloned().collect();
    let what = format!("{} of {} parameters start fresh", list.len(), list.len() + applied.applied);
    Failure::new(what, list.join(", "), EXPECTED)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use burn::tensor::Device;

    use super::*;
    use crate::{
        domain::architecture::Architecture,
        model::{
            classifier::{Backbone, NetworkConfig},
            initial,
        },
    };

    /// The network that a run would begin with, and what was said about it.
    fn start(config: &TrainConfig, classes: &ClassList) -> (Classifier, Classifier, Vec<String>) {
        let drawn = initial::draw(NetworkConfig::new(config, classes.len()).init(&Device::flex()), 1);
        let told = Mutex::new(Vec::new());
        let hear = |event: Event| {
            if let Event::Warning { warning } = event {
                told.lock().unwrap().push(warning.to_string());
            }
        };
        let network = initialise(drawn.clone(), config, classes, &hear).unwrap();
        (drawn, network, told.into_inner().unwrap())
    }

    fn head(network: &Classifier) -> Vec<f32> {
        network.head.weight.val().into_data().try_into_vec().unwrap()
    }

    #[test]
    fn by_default_a_run_starts_from_the_bundled_model_of_its_network_with_its_head() {
        for architecture in Architecture::ALL.into_iter().filter(|one| one.start() == *one) {
            let config = TrainConfig { architecture, size: 64, ..TrainConfig::default() };
            let (_, network, told) = start(&config, &ClassList::known());
            assert!(told.is_empty(), "{architecture:?}: {told:?}");
            let model = predict::Predictor::load(architecture.id(), &crate::device::Compute::cpu()).unwrap();
            assert_eq!(head(&network), head(model.plain_network()), "{architecture:?}");
        }
    }

    #[test]
    fn a_hybrid_starts_from_the_backbone_of_the_bundled_mobilenet_and_its_encoder_starts_fresh() {
        let config = TrainConfig { architecture: Architecture::Hybrid, size: 64, ..TrainConfig::default() };
        let (drawn, network, told) = start(&config, &ClassList::known());
        let fresh = |one: &String| one.contains("encoder.0") && one.contains("project") && !one.contains("blocks");
        assert!(matches!(&told[..], [one] if fresh(one)), "{told:?}");
        let model = predict::Predictor::load("mobilenet", &crate::device::Compute::cpu()).unwrap();
        let stem = |network: &Classifier| -> Vec<f32> {
            let Backbone::MobileNet(backbone) = &network.backbone else { unreachable!() };
            backbone.stem.val().into_data().try_into_vec().unwrap()
        };
        assert!(stem(&network) == stem(model.plain_network()) && stem(&network) != stem(&drawn));
        assert_eq!(source(&config).as_deref(), Some("the bundled mobilenet"));
    }

    #[test]
    fn a_class_that_the_bundled_model_does_not_know_starts_fresh_beside_those_it_does() {
        let classes = ClassList::new(["blast", "monocyte", "platelet"].map(str::to_owned));
        let (drawn, network, told) = start(&TrainConfig::default(), &classes);
        assert!(matches!(&told[..], [one] if one.contains("blast")), "{told:?}");
        let model = predict::Predictor::load("mobilenet", &crate::device::Compute::cpu()).unwrap();
        let (theirs, width) = (head(model.plain_network()), ClassList::known().len());
        let monocyte = ClassList::known().label("monocyte").unwrap();
        for (row, (own, before)) in head(&network).chunks_exact(3).zip(head(&drawn).chunks_exact(3)).enumerate() {
            assert_eq!((own[0], own[1]), (before[0], theirs[row * width + monocyte]));
        }
    }

    #[test]
    fn a_backbone_of_another_width_starts_from_random_weights_with_one_warning() {
        let config = TrainConfig { width: 0.25, size: 64, ..TrainConfig::default() };
        let (drawn, network, told) = start(&config, &ClassList::known());
        assert!(matches!(&told[..], [one] if one.contains("starts from random ones")), "{told:?}");
        assert_eq!(head(&network), head(&drawn));
        assert_eq!(source(&config), None, "the card must not name weights that were not taken");
        assert_eq!(source(&TrainConfig::default()).as_deref(), Some("the bundled mobilenet"));
    }

    #[test]
    fn attention_of_another_width_starts_fresh_and_the_backbone_does_not() {
        let config = TrainConfig { attention_width: 64, size: 64, ..TrainConfig::default() };
        let (_, network, told) = start(&config, &ClassList::known());
        assert!(matches!(&told[..], [one] if one.contains("start fresh") && !one.contains("backbone")), "{told:?}");
        assert_eq!(network.head.weight.val().dims(), [64, 8]);
    }

    #[test]
    fn weights_of_another_architecture_are_refused_by_name() {
        let config = TrainConfig { init: Init::Model("xception".to_owned()), ..TrainConfig::default() };
        let drawn = NetworkConfig::new(&config, 8).init(&Device::flex());
        let why = initialise(drawn, &config, &ClassList::known(), &crate::progress::Silent).err().unwrap().to_string();
        assert!(why.contains("`xception` are those of Xception"), "{why}");
    }
}
