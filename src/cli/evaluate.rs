//! `leuko evaluate MODEL DIR`: the figures of a model on a labelled folder.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Failed, Session};
use crate::{
    data::scan::scan,
    device,
    domain::{classes::title, config::DeviceChoice},
    eval::{
        evaluate::{Evaluation, judge},
        learned::{Scope, cells},
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
    /// Which images [default: test on the dataset that the model learned from, else unseen]
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
    /// The test split of the model's own dataset; an error on any other folder
    Test,
    /// What the model did not learn from, copies of it left out too
    Unseen,
    /// Every image, without those whose labels contradict each other
    All,
}

impl From<Which> for Scope {
    fn from(which: Which) -> Self {
        match which {
            Which::Test => Self::Test,
            Which::Unseen => Self::Unseen,
            Which::All => Self::All,
        }
    }
}

impl Evaluate {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let Session { observer, stop, output } = session;
        let predictor = Predictor::load(&self.model, &device::choose(&self.device)?)?;
        let dataset = scan(&self.dir, Some(&paths::scan_cache(&self.dir)), observer, stop)?;
        let cells = cells(&[&predictor], &dataset, self.split.map(Scope::from))?;
        let mut evaluation = judge(&predictor, &dataset, &cells, observer, stop)?;
        if self.controls {
            evaluation.controls = Some(shortcuts::controls(&predictor, &dataset, &cells.indices, observer, stop)?);
        }
        warnings(&evaluation).into_iter().for_each(|warning| observer.tell(Event::Warning { warning }));
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

/// What a person must know before the figures.
fn warnings(evaluation: &Evaluation) -> Vec<Failure> {
    let mut all = Vec::new();
    if evaluation.trained_on > 0 {
        let why = format!("the model learned from {} of these images", thousands(evaluation.trained_on as u64));
        let hint = "judge what it did not learn from: --split unseen";
        all.push(Failure::new("the figures flatter the model", why, hint));
    }
    if evaluation.unknown_images > 0 {
        let what = format!("{} images are left out", thousands(evaluation.unknown_images as u64));
        let why = format!("the model has no class {}", evaluation.unknown_classes.join(", "));
        all.push(Failure::new(what, why, "rename the folders if they mean a class that it has"));
    }
    all
}

/// Which images were judged.
fn which(evaluation: &Evaluation) -> String {
    match evaluation.learned_left_out {
        0 => format!("judged: {}", evaluation.cells),
        n => format!(
            "judged: {}; {} of the folder that it learned from were left out",
            evaluation.cells,
            thousands(n as u64)
        ),
    }
}

/// What a person reads.
pub(super) fn summary(evaluation: &Evaluation) -> String {
    let metrics = &evaluation.metrics;
    let mut lines = vec![
        format!("{} on {}: {} images", evaluation.model, evaluation.dataset, thousands(metrics.n)),
        which(evaluation),
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
        let (count, names) = (thousands(evaluation.unknown_images as u64), evaluation.unknown_classes.join(", "));
        lines.push(format!("unknown to the model, left out: {names} ({count} images)"));
    }
    if !evaluation.refused.is_empty() {
        lines.push(format!("{} images could not be read", evaluation.refused.len()));
    }
    lines.join("\n")
}
