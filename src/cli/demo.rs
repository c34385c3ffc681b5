//! `leuko demo`: the whole job on the built-in synthetic slides, into a folder of its own.

use std::path::{Path, PathBuf};

use super::{
    Failed, Session, classify::Line, compare as comparing, evaluate as judging, scan as opening, train as training,
};
use crate::{
    data::{
        read::{folder, scan::scan},
        synthetic,
    },
    device,
    domain::{
        comparison::{Comparison, Costs},
        config::{DeviceChoice, Init, TrainConfig},
        dataset::Dataset,
    },
    eval::{
        cost,
        evaluate::{Evaluation, judge},
        learned,
        predict::Predictor,
    },
    model::bundled,
    report::{
        self,
        chart::{Chart, Provenance},
        words::NOTICE,
    },
    store::{paths, run_dir},
    train::{TrainRequest, run},
};

/// Slides of each class: enough to learn from, few enough to be drawn in seconds.
const PER_CLASS: usize = 60;
/// Fresh slides of each class, never trained on, that the finished model is asked about.
const UNSEEN_PER_CLASS: usize = 2;

/// Scan, train, evaluate, compare and classify the built-in synthetic slides
#[derive(clap::Args)]
pub(super) struct Demo {
    /// The folder of all results [default: a new one in `outputs`]
    #[arg(long)]
    out: Option<PathBuf>,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Cpu)]
    device: DeviceChoice,
    /// Decides slides, split, first weights and order
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Demo {
    /// The bundled network, adapted to the slides: under a minute on two cores.
    fn config(&self) -> Result<TrainConfig, Failed> {
        let card = bundled::FIRST.card()?;
        Ok(TrainConfig {
            architecture: card.network.architecture,
            size: card.network.size,
            background: card.preprocess.background,
            epochs: 4,
            batch: 16,
            init: Init::Bundled,
            seed: self.seed,
            device: self.device.clone(),
            ..TrainConfig::default()
        })
    }

    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let Session { observer, stop, output } = session;
        let out = self.out.clone().unwrap_or_else(|| run_dir::free(&paths::outputs(), "demo"));
        let slides = out.join("slides");
        synthetic::write_set(&slides, PER_CLASS, self.seed, observer, stop)?;
        let dataset = scan(&slides, None, observer, stop)?;
        report::write_dataset_plots(&out.join("charts"), &dataset, observer, stop)?;
        let request =
            TrainRequest { dataset: slides, config: self.config()?, out: Some(out.join("run")), resume: None };
        let record = run(&request, observer, stop)?;
        training::write_plots(&record, &dataset, session)?;
        let predictor = Predictor::load(&record.path.to_string_lossy(), &device::choose(&self.device)?)?;
        let evaluation = judge_own(&predictor, &dataset, &out, session)?;
        let evaluated = judging::summary(&evaluation);
        let compared = self.compare(&predictor, &dataset, &out, session)?;
        let classified = self.classify(&predictor, &out, session)?;
        observer.finish();
        Ok(output.result(&record, || {
            let figures = [opening::summary(&dataset), training::summary(&record), evaluated, compared, classified];
            format!("{}\nEverything is in {}. {NOTICE}", figures.join("\n\n"), out.display())
        })?)
    }

    /// The trained network and the bundled one that it started from, on slides that neither learned from.
    fn compare(&self, a: &Predictor, dataset: &Dataset, out: &Path, session: &Session) -> Result<String, Failed> {
        let Session { observer, stop, .. } = session;
        let b = Predictor::load(bundled::FIRST.name, &device::choose(&self.device)?)?;
        let cells = learned::cells(&[a, &b], dataset, None)?;
        let of_a = judge(a, dataset, &cells, observer, stop)?;
        let of_b = judge(&b, dataset, &cells, observer, stop)?;
        let cost = Costs { a: cost::untimed(a), b: cost::untimed(&b) };
        let comparison = Comparison::of(cells.words, of_a, of_b, cost)?;
        let bars = Chart::f1_pairs(&comparison, Provenance::of_comparison(&comparison));
        report::write_charts(&out.join("comparison"), &[bars], observer, stop)?;
        Ok(comparing::verdict(&comparison).join("\n"))
    }

    /// Slides that nobody has drawn before.
    fn classify(&self, predictor: &Predictor, out: &Path, session: &Session) -> Result<String, Failed> {
        let unseen = out.join("unseen");
        synthetic::write_set(&unseen, UNSEEN_PER_CLASS, self.seed.wrapping_add(1), &session.observer, &session.stop)?;
        let images = folder::images(&[unseen]);
        let (mut lines, mut documents) = (vec!["new slides:".to_owned()], Vec::new());
        let mut each = |classified| {
            let line = Line::new(&classified, &predictor.card().classes, predictor.mask());
            lines.push(format!("  {}", line.text()));
            documents.push(serde_json::to_value(&line).unwrap_or_default());
        };
        predictor.classify(&images, &mut each, &session.observer, &session.stop)?;
        run_dir::write_json(&out.join("classified.json"), &documents)?;
        Ok(lines.join("\n"))
    }
}

/// The model on its own test split, as `leuko evaluate` does it.
fn judge_own(predictor: &Predictor, dataset: &Dataset, out: &Path, session: &Session) -> Result<Evaluation, Failed> {
    let test = learned::cells(&[predictor], dataset, None)?;
    let evaluation = judge(predictor, dataset, &test, &session.observer, &session.stop)?;
    judging::save(&evaluation, &out.join("evaluation"), session)?;
    Ok(evaluation)
}
