//! `leuko evaluate MODEL DIR`: the figures of a model on a labelled folder.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Failed, Session};
use crate::{
    data::read::scan::scan,
    device,
    domain::{
        classes::title,
        config::DeviceChoice,
        interval::wilson,
        mix::{AtMix, ClassMix},
        occurring::Occurring,
    },
    eval::{
        evaluate::{Evaluation, judge},
        learned::{Scope, cells},
        predict::Predictor,
        shortcuts,
    },
    fault::Failure,
    progress::{Event, Observer as _},
    report::{
        self, Place,
        table::Cell,
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
    /// CSV for Excel where the decimal sign is a comma: semicolons, decimal commas, UTF-8 with its mark
    #[arg(long, requires = "out")]
    excel: bool,
    /// Also score images without their cell: corners only, and the cell masked out
    #[arg(long)]
    controls: bool,
    /// Predictive values at another mix of classes: `adult-blood`, shares as in `neutrophil=60%,lymphocyte=30%`, or a file of
    /// such lines [default: the folder's own mix]
    #[arg(long)]
    mix: Option<String>,
    /// Which classes can occur: names as in `neutrophil,lymphocyte`, or `five-part`; images of others are left out
    #[arg(long, default_value_t = Occurring::All)]
    classes: Occurring,
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
        let mix = self.mix.as_deref().map(mix).transpose()?;
        let predictor = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.classes)?;
        let dataset = scan(&self.dir, Some(&paths::scan_cache(&self.dir)), observer, stop)?;
        let cells = cells(&[&predictor], &dataset, self.split.map(Scope::from))?;
        let mut evaluation = judge(&predictor, &dataset, &cells, observer, stop)?;
        if self.controls {
            evaluation.controls = Some(shortcuts::controls(&predictor, &dataset, &cells.indices, observer, stop)?);
        }
        evaluation.detail.at_mix = mix.map(|mix| AtMix::of(&evaluation.metrics.confusion, &mix));
        warnings(&evaluation).into_iter().for_each(|warning| observer.tell(Event::Warning { warning }));
        if let Some(warning) = evaluation.shift.warning() {
            observer.tell(Event::Warning { warning });
        }
        if let Some(out) = &self.out {
            save(&evaluation, Place::new(out, self.excel), session)?;
        }
        observer.finish();
        // Thousands of single predictions belong into the file that --out writes.
        evaluation.judged.clear();
        Ok(output.result(&evaluation, || summary(&evaluation))?)
    }
}

/// A preset's name, shares in words, or a file of them.
fn mix(text: &str) -> Result<ClassMix, Failure> {
    if text == "adult-blood" {
        return Ok(ClassMix::adult_blood());
    }
    let hint = "write it as neutrophil=60%,lymphocyte=30%,monocyte=10%";
    let cannot = |why: String| Failure::new("the mix of classes cannot be read", why, hint);
    let file = Path::new(text);
    if file.is_file() {
        let lines = std::fs::read_to_string(file).map_err(|why| cannot(why.to_string()).at(file))?;
        return ClassMix::parse(&lines).map_err(|why| cannot(why).at(file));
    }
    ClassMix::parse(text).map_err(cannot)
}

/// The whole evaluation as JSON, with its plots, tables, page and PDF.
pub(super) fn save<'a>(evaluation: &Evaluation, to: impl Into<Place<'a>>, session: &Session) -> Result<(), Failed> {
    let to = to.into();
    run_dir::write_json(&to.dir().join(run_dir::EVALUATION), evaluation)?;
    report::write_evaluation(to, evaluation, &session.observer, &session.stop)?;
    Ok(())
}

/// The figures of the whole set with their 95 % intervals.
fn whole(evaluation: &Evaluation) -> [String; 3] {
    let (metrics, detail, ci) = (&evaluation.metrics, &evaluation.detail, &evaluation.detail.intervals);
    [
        format!(
            "accuracy {}, balanced accuracy {}, macro F1 {}, kappa {}",
            Cell::percent(metrics.accuracy).within(metrics.accuracy_ci),
            Cell::percent(metrics.balanced_accuracy).within(ci.balanced_accuracy),
            Cell::figure(metrics.macro_f1).within(ci.macro_f1),
            Cell::figure(metrics.kappa).within(ci.kappa)
        ),
        format!(
            "calibration error {}, over bins of equal mass {}, Brier score {}, log loss {}",
            Cell::percent(evaluation.ece).within(ci.ece),
            Cell::percent(detail.adaptive_ece).within(ci.adaptive_ece),
            Cell::figure(evaluation.brier).within(ci.brier),
            Cell::figure(detail.log_loss).within(ci.log_loss)
        ),
        format!(
            "mean ROC area {}, mean average precision {}, risk-coverage area {}",
            Cell::figure(detail.macro_roc_auc).within(ci.macro_roc_auc),
            Cell::figure(detail.macro_average_precision).within(ci.macro_average_precision),
            Cell::figure(detail.aurc).within(ci.aurc)
        ),
    ]
}

/// What the model's operating point does on these images.
fn operating(evaluation: &Evaluation) -> Option<String> {
    let (point, kept) = evaluation.kept()?;
    let coverage = (evaluation.metrics.n > 0).then(|| kept.kept as f64 / evaluation.metrics.n as f64);
    let risk = (kept.kept > 0).then(|| kept.risk());
    Some(format!(
        "operating point: a confidence of {:.1} % keeps {}, {} of them wrong (chosen for at most {:.1} %)",
        100.0 * point.threshold,
        percent(coverage),
        Cell::percent(risk).within(wilson(kept.errors, kept.kept)),
        100.0 * point.risk
    ))
}

/// Each class: sensitivity and specificity, which hold at any mix, then what an answer is worth at the one that is named.
fn classes(evaluation: &Evaluation) -> Vec<String> {
    let metrics = &evaluation.metrics;
    let mix = ClassMix::of_folder(metrics);
    let at_mix = evaluation.detail.at_mix.clone().unwrap_or_else(|| AtMix::of(&metrics.confusion, &mix));
    let mut lines = vec![
        format!("predictive values (PPV, NPV) at the mix of classes {}; intervals are 95 %", at_mix.mix.name),
        format!(
            "  {:<22} {:>8} {:>11} {:>11} {:>8} {:>8} {:>8}",
            "class", "images", "sensitivity", "specificity", "PPV", "NPV", "F1"
        ),
    ];
    for (class, at) in metrics.classes.iter().zip(&at_mix.classes).filter(|(class, _)| class.support > 0) {
        lines.push(format!(
            "  {:<22} {:>8} {:>11} {:>11} {:>8} {:>8} {:>8}",
            title(&class.name),
            class.support,
            figure(class.recall),
            figure(class.specificity),
            figure(at.ppv),
            figure(at.npv),
            figure(class.f1)
        ));
    }
    if !at_mix.unknown.is_empty() {
        lines.push(format!("in the mix without an image here, left out of it: {}", at_mix.unknown.join(", ")));
    }
    lines
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
        let names = evaluation.unknown_classes.join(", ");
        let (why, hint) = if evaluation.occurring.is_empty() {
            (format!("the model has no class {names}"), "rename the folders if they mean a class that it has")
        } else {
            (format!("the class {names} cannot occur here, by --classes or by the model"), "name it with --classes")
        };
        all.push(Failure::new(what, why, hint));
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
    let head = format!("{} on {}: {} images", evaluation.model, evaluation.dataset, thousands(metrics.n));
    let mut lines = vec![head, which(evaluation)];
    lines.extend(whole(evaluation));
    lines.extend(operating(evaluation));
    lines.extend(classes(evaluation));
    lines.extend(metrics.scarce());
    if !evaluation.occurring.is_empty() {
        lines.push(format!("classes that can occur: {}", evaluation.occurring.join(", ")));
    }
    for one in &evaluation.attributes {
        let (accuracy, f1) = (percent(one.accuracy), figure(one.macro_f1));
        lines.push(format!("{:<28} accuracy {accuracy} of {}, macro F1 {f1}", one.name, thousands(one.n as u64)));
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
