//! `leuko report RUN|SESSION --out DIR`: plots, tables, one page and a PDF of a finished run or of a review.

use std::path::{Path, PathBuf};

use super::{Failed, Session};
use crate::{
    data::view::preprocess::Preprocess,
    domain::{evaluation::Evaluation, run::RunRecord},
    fault::Failure,
    progress::{Event, Observer as _, Watch},
    report::{self, Place},
    store::{case_dir, error::StoreError, run_dir},
};

/// Write plots, tables, one page and a PDF of a finished run, or of a review with FHIR JSON
#[derive(clap::Args)]
pub(super) struct Report {
    /// A run folder, or that of a review session
    run: PathBuf,
    /// The folder of the results
    #[arg(long)]
    out: PathBuf,
    /// CSV for Excel where the decimal sign is a comma: semicolons, decimal commas, UTF-8 with its mark
    #[arg(long)]
    excel: bool,
}

impl Report {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        if case_dir::is_session(&self.run) {
            return reviewed(&self.run, &Place::new(&self.out, self.excel), session);
        }
        if !self.run.join(run_dir::RECORD).is_file() {
            let why = "it is neither a run's folder nor a review session's";
            let hint = "name a folder that `leuko train` or `leuko session new` made";
            let failure = Failure::new("nothing was reported", why, hint);
            return Err(failure.at(self.run).into());
        }
        let run = run_dir::load(&self.run)?;
        let mut evaluation = evaluation(&self.run, session);
        if let Some(evaluation) = evaluation.as_mut().filter(|of| of.preprocessing.is_empty()) {
            evaluation.preprocessing = Preprocess::of(&run.config).words();
        }
        let counts = run_dir::split_counts(&self.run, &run.classes)?;
        let to = Place::new(&self.out, self.excel);
        let written = report::write_run(to, &run, &counts, evaluation.as_ref(), &session.observer, &session.stop)?;
        session.observer.finish();
        Ok(session.output.result(&written, || summary(&run, &self.out, written.len()))?)
    }
}

/// The exports of a session as it stands.
fn reviewed(folder: &Path, to: &Place<'_>, session: &Session) -> Result<(), Failed> {
    let open = case_dir::Session::open_to_read(folder)?;
    let head = open.hash();
    let watch = Watch { observer: &session.observer, stop: &session.stop };
    let written = report::session::write_session(to.clone(), open.case(), open.entries(), &head, watch)?;
    session.observer.finish();
    let text = || {
        let (title, out) = (open.case().title(), to.dir().display());
        format!("{title}: {} files in {out}, {} among them", written.len(), report::session::FHIR)
    };
    Ok(session.output.result(&written, text)?)
}

/// What the run's own evaluation holds; a run without one is reported without its predictions, and it is said.
fn evaluation(run: &Path, session: &Session) -> Option<Evaluation> {
    let read: Result<Evaluation, StoreError> = run_dir::read_json(&run.join(run_dir::EVALUATION));
    match read {
        Ok(mut evaluation) => {
            // The run may have another name by now.
            if let Some(name) = run.file_name() {
                evaluation.model = name.to_string_lossy().into_owned();
            }
            // Runs of an earlier version kept fewer figures beside the same predictions.
            if !evaluation.judged.is_empty() {
                evaluation.score();
            }
            Some(evaluation)
        }
        Err(why) => {
            let hint = "`leuko evaluate` makes them again";
            let warning = Failure::new("the report lacks the test split's predictions", why, hint);
            session.observer.tell(Event::Warning { warning });
            None
        }
    }
}

fn summary(run: &RunRecord, out: &Path, files: usize) -> String {
    let (page, paper) = (out.join(report::PAGE), out.join(report::PAPER));
    format!("{}: {files} files in {}; open {} or {}", run.name, out.display(), page.display(), paper.display())
}
