//! Where the numbers of an export come from: hashes, preprocessing, device and version.

use crate::{
    data::view::preprocess::Preprocess,
    domain::{
        classes::ClassList, comparison::Comparison, dataset::Dataset, evaluation::Evaluation, hash::ContentHash,
        run::RunRecord,
    },
    report::words::NOTICE,
};

/// Named facts that travel with every export, in the order in which they are printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    facts: Vec<(&'static str, String)>,
    classes: ClassList,
}

impl Provenance {
    /// Only the application's version; more with [`Provenance::with`].
    #[must_use]
    pub fn new() -> Self {
        Self::default().with("app", concat!("Leukoscope ", env!("CARGO_PKG_VERSION")))
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// The classes that the numbers are of, so that a name that cannot be written can go by its place among them.
    #[must_use]
    pub fn with_classes(self, classes: &ClassList) -> Self {
        Self { classes: classes.clone(), ..self }
    }

    /// Adds a hash where there is one.
    #[must_use]
    pub fn with_hash(self, name: &'static str, hash: Option<&ContentHash>) -> Self {
        match hash {
            Some(hash) => self.with(name, hash.to_string()),
            None => self,
        }
    }

    /// The facts of a dataset.
    #[must_use]
    pub fn of_dataset(dataset: &Dataset) -> Self {
        Self::new()
            .with_classes(&dataset.classes)
            .with("folder", dataset.name())
            .with_hash("dataset", Some(&dataset.hash))
    }

    /// The facts of a run.
    #[must_use]
    pub fn of_run(run: &RunRecord) -> Self {
        Self::new()
            .with_classes(&run.classes)
            .with("run", run.name.clone())
            .with_hash("model", run.weights_hash.as_ref())
            .with_hash("dataset", Some(&run.dataset_hash))
            .with_hash("split", Some(&run.split_hash))
            .with("preprocessing", Preprocess::of(&run.config).words())
            .with("device", run.device.clone())
    }

    /// The facts that several runs share, and their names.
    #[must_use]
    pub fn of_runs(runs: &[&RunRecord]) -> Self {
        let names: Vec<_> = runs.iter().map(|run| run.name.as_str()).collect();
        let dataset = runs.first().map(|run| &run.dataset_hash);
        let shared = dataset.filter(|hash| runs.iter().all(|run| run.dataset_hash == **hash));
        Self::new().with("runs", names.join(", ")).with_hash("dataset", shared)
    }

    /// The facts of an evaluation.
    #[must_use]
    pub fn of_evaluation(evaluation: &Evaluation) -> Self {
        Self::new()
            .with_classes(&evaluation.metrics.confusion.labels)
            .with("model name", evaluation.model.clone())
            .with_hash("model", Some(&evaluation.model_hash))
            .with_hash("dataset", Some(&evaluation.dataset_hash))
            .with_hash("split", evaluation.split_hash.as_ref())
            .with("preprocessing", evaluation.preprocessing.clone())
            .with("device", evaluation.device.clone())
    }

    /// The facts of a comparison.
    #[must_use]
    pub fn of_comparison(comparison: &Comparison) -> Self {
        let Comparison { a, b, .. } = comparison;
        Self::new()
            .with_classes(&a.metrics.confusion.labels)
            .with("A", a.model.clone())
            .with_hash("model A", Some(&a.model_hash))
            .with_hash("split A", a.split_hash.as_ref())
            .with("preprocessing A", a.preprocessing.clone())
            .with("B", b.model.clone())
            .with_hash("model B", Some(&b.model_hash))
            .with_hash("split B", b.split_hash.as_ref())
            .with("preprocessing B", b.preprocessing.clone())
            .with_hash("dataset", Some(&a.dataset_hash))
            .with("device", a.device.clone())
    }

    /// The classes that the numbers are of, in order.
    #[must_use]
    pub const fn classes(&self) -> &ClassList {
        &self.classes
    }

    /// Every fact as (name, full value).
    #[must_use]
    pub fn facts(&self) -> &[(&'static str, String)] {
        &self.facts
    }

    /// The lines below a chart: facts with shortened hashes, then the notice.
    #[must_use]
    pub fn footer(&self) -> [String; 2] {
        let facts = self.facts.iter().map(|(name, value)| match value.parse::<ContentHash>() {
            Ok(hash) => format!("{name} {}", hash.short()),
            Err(_) if *name == "app" => value.clone(),
            Err(_) => format!("{name} {value}"),
        });
        [facts.collect::<Vec<_>>().join(" · "), NOTICE.to_owned()]
    }
}
