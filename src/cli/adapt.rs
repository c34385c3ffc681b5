//! `leuko adapt MODEL DIR`: fits a model to a lab, from images alone or from labelled cells.

use std::path::PathBuf;

use super::{Failed, Session, train as training};
use crate::{
    data::read::scan::{labelled, scan},
    domain::{
        classes::title, config::DeviceChoice, metrics::Metrics, occurring::Occurring, profile::Adapted, run::RunRecord,
    },
    fault::{Failure, StopToken},
    fit::adapt::{AdaptRequest, SelfTraining, adapt},
    progress::{Event, Observer as _},
    report::words::{figure, percent},
    store::{labels, paths},
};

/// Fit a model to a lab: from about 100 labelled cells, or from images alone
#[derive(clap::Args)]
pub(super) struct Adapt {
    /// A bundled model's name or a run folder
    model: String,
    /// The lab's images: one sub-folder a class, or any folder with --unlabelled
    dir: PathBuf,
    /// The new model's folder [default: a new one in `outputs`]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Read no labels: fit framing and norm statistics, then learn from the model's own confident answers
    #[arg(long)]
    unlabelled: bool,
    /// Fit framing and norm statistics alone
    #[arg(long, requires = "unlabelled")]
    no_self_training: bool,
    /// A CSV with the columns file and class in place of sub-folders; paths are told from where it lies
    #[arg(long, conflicts_with = "unlabelled")]
    labels: Option<PathBuf>,
    /// What the lab is called [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// Which classes can occur on its slides: names as in `neutrophil,lymphocyte`, or `five-part`; the others take no part
    #[arg(long, default_value_t = Occurring::All)]
    classes: Occurring,
    /// Labelled cells of the lab that the model comes from, shown again in place of what it remembers of them
    #[arg(long, conflicts_with = "unlabelled")]
    replay: Option<PathBuf>,
    /// Decides which cells are held back, and the order of the others
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

impl Adapt {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let request = AdaptRequest {
            model: self.model,
            dir: self.dir,
            out: self.out,
            unlabelled: self.unlabelled,
            labels: self.labels.as_deref().map(labels::read).transpose()?,
            name: self.name,
            occurring: self.classes,
            replay: self.replay,
            device: self.device,
            self_training: (!self.no_self_training).then(SelfTraining::default),
            seed: self.seed,
            ..AdaptRequest::default()
        };
        let run = adapt(&request, &session.observer, &session.stop)?;
        if !request.unlabelled {
            let (cache, stop) = (paths::scan_cache(&request.dir), StopToken::default());
            let lab = match &request.labels {
                Some(cells) => labelled(&request.dir, cells, &session.observer, &stop)?,
                None => scan(&request.dir, Some(&cache), &session.observer, &stop)?,
            };
            training::write_plots(&run, &lab, session)?;
        }
        session.observer.finish();
        warn_of_losses(&run, session);
        Ok(session.output.result(&run, || summary(&run))?)
    }
}

/// Says so where the held-back cells do not gain, or the old lab loses.
fn warn_of_losses(run: &RunRecord, session: &Session) {
    let Some(adapted) = &run.adapted else { return };
    let balanced = |metrics: &Option<Metrics>| metrics.as_ref().and_then(|metrics| metrics.balanced_accuracy);
    let lost =
        |before: Option<f64>, after: Option<f64>, least: f64| before.zip(after).is_some_and(|(b, a)| a < b - least);
    let warn = |what: &str, hint: &str| {
        let why = "balanced accuracy on its held-back cells fell";
        session.observer.tell(Event::Warning { warning: Failure::new(what, why, hint) });
    };
    if lost(balanced(&adapted.before), balanced(&adapted.after), 0.0) {
        warn(
            "the model is no better for this lab than before",
            "give more labelled cells, or keep the model as it was",
        );
    }
    if lost(balanced(&adapted.old_lab_before), balanced(&adapted.old_lab_after), 0.005) {
        warn("the model lost some of its old lab", "use the model as it was for the old lab's slides");
    }
}

/// What a person reads.
fn summary(run: &RunRecord) -> String {
    let mut lines = vec![format!("{}: saved in {}", run.name, run.path.display())];
    if let Some(adapted) = &run.adapted {
        lines.extend(profile_lines(adapted));
        lines.extend(learned_lines(adapted));
        lines.push(format!("took {:.0} s on {}", adapted.secs, run.device));
    }
    lines.join("\n")
}

fn profile_lines(adapted: &Adapted) -> Vec<String> {
    let profile = &adapted.profile;
    let scale = profile.scale.map_or_else(|| "n/a".to_owned(), |scale| format!("{scale:.2}"));
    let framing = if (profile.crop - profile.crop_before).abs() < 1e-9 {
        format!("crop left at {:.2} of the shorter side", profile.crop)
    } else {
        format!("crop {:.2} of the shorter side in place of {:.2}", profile.crop, profile.crop_before)
    };
    let mut lines = vec![
        format!("profile of {} from {} images, fitted to {}", profile.lab, profile.images, profile.base),
        format!("  nuclei {scale} times as large in their frames: {framing}"),
        format!(
            "  norm statistics: {} of them the lab's own, distance {:.2} in place of {:.2}",
            percent(Some(profile.blend)),
            profile.norms,
            profile.norms_before
        ),
    ];
    if !profile.occurring.is_all() {
        lines.push(format!("  classes that can occur: {}", profile.occurring.words()));
    }
    if let Some(own) = &profile.self_trained {
        let cells = counted(&own.cells);
        lines.push(format!("  learned from its own answers to {} of {} cells: {cells}", own.count(), own.asked));
    }
    lines
}

/// Cells by class, as a list.
fn counted(cells: &[(String, usize)]) -> String {
    cells.iter().map(|(name, count)| format!("{count} {}", title(name))).collect::<Vec<_>>().join(", ")
}

fn learned_lines(adapted: &Adapted) -> Vec<String> {
    let Some(tuned) = &adapted.profile.tuned else { return Vec::new() };
    let mut lines = vec![format!("learned from {}; {} cells held back", counted(&tuned.cells), tuned.held_back)];
    lines.push(match (tuned.replayed, tuned.remembered) {
        (0, 0) => "  the old lab held in place by slides that the program drew: give --replay where you can".to_owned(),
        (0, cells) => format!("  the old lab held in place by {cells} cells that the model remembers"),
        (cells, _) => format!("  the old lab held in place by {cells} of its cells, shown again"),
    });
    lines.push(format!("  {:<34} {:>9} {:>9} {:>9}", "", "accuracy", "balanced", "macro F1"));
    for (name, metrics) in [
        ("held-back cells, as it was", &adapted.before),
        ("held-back cells, profile alone", &adapted.with_profile),
        ("held-back cells, adapted", &adapted.after),
        ("old lab, as it was", &adapted.old_lab_before),
        ("old lab, adapted", &adapted.old_lab_after),
    ] {
        if let Some(metrics) = metrics {
            lines.push(format!(
                "  {name:<34} {:>9} {:>9} {:>9}",
                percent(metrics.accuracy),
                percent(metrics.balanced_accuracy),
                figure(metrics.macro_f1)
            ));
        }
    }
    if let Some(retained) = &adapted.retained {
        let share = percent(retained.share());
        let words = "cells of its old lab that it remembers and was not shown again keep their class";
        lines.push(format!("  {share} of {} {words}", retained.cells));
    }
    lines
}
