//! `leuko evaluate MODEL DIR`: the figures of a model on a labelled folder.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Failed, Session};
use crate::{
    data::scan::scan,
    device,
    domain::{classes::title, config::DeviceChoice},
    eval::{
        evaluate::{Evaluation, Scope, evaluate},
        predict::Predictor,
        shortcuts,
    },
    progress::{Event, Failure, Observer as _},
    report::{
        self,
        words::{figure, percent, thousands},
    },
    store::{paths, run_dir},
};

/// Judge a model on a labelled folder
#[derive(clap::Args)]
pub(super) struct Evaluate {
    /// A bundled model's name or a run folder
    model: String,
    /// A folder with one sub-folder a class
    dir: PathBuf,
    /// Which images [default: test on the dataset that the model learned from, else all]
    #[arg(long)]
    split: Option<Which>,
    /// Write evaluation.json, plots, tables, report.html and report.pdf there
    #[arg(long)]
    out: Option<PathBuf>,
    /// Also score images without their cell: corners only, and the cell masked out
    #[arg(long)]
    controls: bool,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Which {
    /// The model's own test split of this folder
    Test,
    /// Every image, without those whose labels contradict each other
    All,
}

impl Evaluate {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let Session { observer, stop, output } = session;
        let predictor = Predictor::load(&self.model, &device::choose(&self.device)?)?;
        let dataset = scan(&self.dir, Some(&paths::scan_cache(&self.dir)), observer, stop)?;
        let own = predictor.card().dataset_hash == dataset.hash;
        let scope = match self.split.unwrap_or(if own { Which::Test } else { Which::All }) {
            Which::Test => Scope::Test,
            Which::All => Scope::All,
        };
        let indices = scope.indices(predictor.card(), &dataset);
        let mut evaluation = evaluate(&predictor, &dataset, &indices, observer, stop)?;
        if self.controls {
            evaluation.controls = Some(shortcuts::controls(&predictor, &dataset, &indices, observer, stop)?);
        }
        if evaluation.trained_on > 0 {
            let why = format!("the model learned from {} of these images", evaluation.trained_on);
            let warning = Failure::new("the figures flatter the model", why, "evaluate it with --split test");
            observer.tell(Event::Warning { warning });
        }
        if let Some(warning) = evaluation.shift.warning() {
            observer.tell(Event::Warning { warning });
        }
        if let Some(out) = &self.out {
            save(&evaluation, out, session)?;
        }
        observer.finish();
        // Thousands of single predictions belong into the file that --out writes.
        evaluation.judged.clear();
        Ok(output.result(&evaluation, || summary(&evaluation))?)
    }
}

/// The whole evaluation as JSON, with its plots, tables, page and PDF.
pub(super) fn save(evaluation: &Evaluation, out: &Path, session: &Session) -> Result<(), Failed> {
    run_dir::write_json(&out.join(run_dir::EVALUATION), evaluation)?;
    report::write_evaluation(out, evaluation, &session.observer, &session.stop)?;
    Ok(())
}

/// What a person reads.
pub(super) fn summary(evaluation: &Evaluation) -> String {
    let metrics = &evaluation.metrics;
    let mut lines = vec![
        format!("{} on {}: {} images", evaluation.model, evaluation.dataset, thousands(metrics.n)),
        format!(
            "accuracy {}, balanced accuracy {}, macro F1 {}, kappa {}",
            percent(metrics.accuracy),
            percent(metrics.balanced_accuracy),
            figure(metrics.macro_f1),
            figure(metrics.kappa)
        ),
        format!("calibration error {}, Brier score {}", percent(evaluation.ece), figure(evaluation.brier)),
        format!(
            "mean ROC area {}, mean average precision {}, risk-coverage area {}",
            figure(evaluation.detail.macro_roc_auc),
            figure(evaluation.detail.macro_average_precision),
            figure(evaluation.detail.aurc)
        ),
        format!("  {:<22} {:>8} {:>10} {:>8} {:>8}", "class", "images", "precision", "recall", "F1"),
    ];
    for class in metrics.classes.iter().filter(|class| class.support > 0) {
        lines.push(format!(
            "  {:<22} {:>8} {:>10} {:>8} {:>8}",
            title(&class.name),
            class.support,
            figure(class.precision),
            figure(class.recall),
            figure(class.f1)
        ));
    }
    if let Some(controls) = &evaluation.controls {
        lines.push(format!(
            "without the cell: corners only {}, cell masked out {} (chance {}), balanced accuracy",
            percent(controls.corners_only.balanced_accuracy),
            percent(controls.cell_masked.balanced_accuracy),
            percent(controls.chance.balanced_accuracy)
        ));
    }
    if !metrics.absent.is_empty() {
        lines.push(format!("not in this folder, left out of the averages: {}", metrics.absent.join(", ")));
    }
    if !evaluation.unknown_classes.is_empty() {
        let (images, names) = (evaluation.unknown_images as u64, evaluation.unknown_classes.join(", "));
        lines.push(format!("{} images of classes that the model does not know, left out: {names}", thousands(images)));
    }
    if !evaluation.refused.is_empty() {
        lines.push(format!("{} images could not be read", evaluation.refused.len()));
    }
    lines.join("\n")
}
