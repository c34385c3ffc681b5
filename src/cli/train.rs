//! `leuko train DIR`: one run, from the split to the saved model.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Failed, Session, output::Output, settings::Settings};
use crate::{
    data::{atomic, read::scan::scan},
    domain::{
        config::TrainConfig,
        dataset::Dataset,
        run::{RunEnd, RunRecord},
    },
    fault::{Failure, StopToken},
    report::{self, words::percent},
    store::{paths, run_dir},
    train::{self, TrainRequest},
};

/// Train a model on a dataset folder: split, train, stop early, evaluate on the test split, save
#[derive(clap::Args)]
pub(super) struct Train {
    /// A folder with one sub-folder a class
    dir: PathBuf,
    #[command(flatten)]
    settings: Settings,
    /// The run's folder [default: a new one in `outputs`]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Go on with an interrupted run, with the settings that it was started with; of one that has ended, draw the plots again
    #[arg(long, conflicts_with = "out")]
    resume: Option<PathBuf>,
    /// Stream what happens to standard output as it happens; the last line is the run record
    #[arg(long, value_name = "FORMAT")]
    pub(super) events: Option<Events>,
}

/// How events are written.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Events {
    /// One JSON object a line
    Jsonl,
}

impl Train {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let config = TrainConfig::from(self.settings);
        if let Some((field, sentence)) = config.problems().into_iter().next() {
            let why = format!("--{field} {sentence}");
            return Err(Failed::Call(Failure::new("the call was wrong", why, "see `leuko train --help`")));
        }
        let dataset = self.dir.clone();
        let request = TrainRequest { dataset: self.dir, config, out: self.out, resume: self.resume };
        // A run that was killed while its plots were drawn has ended without all of them.
        let ended = request.resume.as_deref().and_then(|folder| run_dir::load(folder).ok());
        let ended = ended.filter(|run| run.end != RunEnd::Unfinished);
        let again = ended.is_some();
        let run = ended.map_or_else(|| train::run(&request, &session.observer, &session.stop), Ok)?;
        let dataset = scan(&dataset, Some(&paths::scan_cache(&dataset)), &session.observer, &StopToken::default())?;
        if again && dataset.hash != run.dataset_hash {
            let why = "the run was trained on another dataset, or on files that changed since";
            return Err(Failure::new("the plots cannot be drawn", why, "give the run's own dataset").into());
        }
        write_plots(&run, &dataset, session)?;
        session.observer.finish();
        if self.events.is_some() {
            return Ok(Output::document(&run)?);
        }
        Ok(session.output.result(&run, || summary(&run))?)
    }
}

/// The plots of a run into its folder. A run that a person ended early gets them too, so its stop does not reach here.
pub(super) fn write_plots(run: &RunRecord, dataset: &Dataset, session: &Session) -> Result<(), Failed> {
    let plots = run.path.join(run_dir::PLOTS);
    atomic::sweep(&plots);
    report::write_run_plots(&plots, &dataset.counts(), run, &session.observer, &StopToken::default())?;
    Ok(())
}

/// What a person reads of a finished run.
pub(super) fn summary(run: &RunRecord) -> String {
    let mut lines = vec![format!("{}: {} epochs, saved in {}", run.name, run.history.len(), run.path.display())];
    if let Some(best) = run.best() {
        let accuracy = percent(Some(best.validation_accuracy));
        lines.push(format!("epoch {} is kept: validation accuracy {accuracy}", best.epoch));
    }
    if let Some(test) = &run.test {
        lines.push(format!(
            "test: {} images, accuracy {}, balanced accuracy {}",
            test.n,
            percent(test.accuracy),
            percent(test.balanced_accuracy)
        ));
    }
    if let Some(speed) = run.images_per_sec {
        lines.push(format!("{speed:.0} training images per second on {}", run.device));
    }
    lines.join("\n")
}
