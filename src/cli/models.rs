//! `leuko models`: the bundled models with their cards, and a run's weights packed to be carried along.

use std::path::{Path, PathBuf};

use super::{Failed, Session};
use crate::{
    device::Compute,
    domain::attributes::Figures,
    eval::predict::{self, Predictor},
    fault::Failure,
    fit::{
        pack::{self, PackInputs},
        remeasure::{Strangers, remeasure},
        sieve, words,
    },
    model::bundled,
    progress::Watch,
    report::{
        self,
        words::{figure, percent},
    },
    store::run_dir,
};

/// List the bundled models with their cards, or show the card of one model
#[derive(clap::Args)]
pub(super) struct Models {
    /// A bundled model's name or a run folder, to show its whole card
    #[arg(conflicts_with = "made")]
    model: Option<String>,
    /// Pack this run's or bundled model's card, 16-bit weights and memory into a folder instead
    #[arg(long, requires = "out", group = "made", value_name = "MODEL")]
    pack: Option<String>,
    /// Find the figures of this model's card anew on the folder that it learned from (temperatures, operating point, test
    /// split) and write the card alone, since the weights stay as they are
    #[arg(long, requires_all = ["on", "out"], group = "made", value_name = "MODEL")]
    remeasure: Option<String>,
    /// Find anew what tells this model's cells from other pictures, and write that alone
    #[arg(long, requires_all = ["on", "out"], group = "made", value_name = "MODEL")]
    sieve: Option<String>,
    /// Fit heads that say this model's cells in words, by a CSV file of attributes, and write them alone
    #[arg(long, requires_all = ["on", "attributes", "out"], group = "made", value_name = "MODEL")]
    words: Option<String>,
    /// With `--words`: a column of files and one column an attribute; an empty field says nothing
    #[arg(long, requires = "words", value_name = "CSV")]
    attributes: Option<PathBuf>,
    /// With `--remeasure`, `--sieve` and `--words`: the labelled folder that the model learned from
    #[arg(long, requires = "made", conflicts_with = "pack", value_name = "DIR")]
    on: Option<PathBuf>,
    /// With `--remeasure`: labelled cells of another lab that the model did not learn from, on which the temperature for
    /// elsewhere is fitted; may be given several times
    #[arg(long, requires = "remeasure", value_name = "DIR")]
    elsewhere: Vec<PathBuf>,
    /// With `--elsewhere`: a training by the same recipe that those labs were left out of, where this model learned from them:
    /// its answers there stand for this one's
    #[arg(long, requires = "elsewhere", value_name = "MODEL")]
    sibling: Option<String>,
    /// With `--sieve`: cells of another lab, which count as cells too; may be given several times
    #[arg(long, requires = "sieve", value_name = "DIR")]
    also: Vec<PathBuf>,
    /// With `--pack`: another training of the same network, whose weights are averaged with this one's; may be given several
    /// times
    #[arg(long, requires = "remember", value_name = "MODEL")]
    average: Vec<String>,
    /// With `--pack`: the labelled folder that the model learned from, of whose training cells it remembers some anew
    #[arg(long, requires = "pack", value_name = "DIR")]
    remember: Option<PathBuf>,
    /// With `--pack`: the labelled folder that the model learned from, where its card is measured anew
    #[arg(long, requires = "pack", value_name = "DIR")]
    judge: Option<PathBuf>,
    /// With `--pack`: where images or first weights came from, with the licence; replaces the run's own list
    #[arg(long, requires = "pack")]
    source: Vec<String>,
    /// With `--pack`: a RON list of labs that were left out of training, with figures, for the card
    #[arg(long, requires = "pack", value_name = "FILE")]
    other_labs: Option<PathBuf>,
    /// The folder that `--pack` writes NAME.ron, NAME.bpk, NAME.safetensors, what the model remembers, NAME.cells, what
    /// it learned from, and NAME.sieve to, `--remeasure` NAME.ron, `--sieve` NAME.sieve
    /// and `--words` NAME.words
    #[arg(long, requires = "made")]
    out: Option<PathBuf>,
}

impl Models {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        if let (Some(run), Some(out)) = (&self.pack, &self.out) {
            let inputs = PackInputs {
                averaged_with: &self.average,
                learned_from: self.remember.as_deref(),
                judged_on: self.judge.as_deref(),
            };
            let mut packed = pack::pack(run, inputs, Watch { observer: &session.observer, stop: &session.stop })?;
            session.observer.finish();
            if !self.source.is_empty() {
                packed.card.sources = self.source;
            }
            if let Some(file) = self.other_labs {
                packed.card.other_labs = run_dir::read_ron(&file)?;
            }
            let name = packed.card.network.architecture.id();
            run_dir::write(&out.join(format!("{name}.bpk")), &packed.weights)?;
            if let Some(memory) = packed.memory {
                run_dir::write(&out.join(format!("{name}.safetensors")), &memory.to_bytes()?)?;
            }
            if let Some(sieve) = &packed.sieve {
                run_dir::write(&out.join(format!("{name}.sieve")), &sieve.to_bytes()?)?;
            }
            if let Some(words) = &packed.words {
                run_dir::write(&out.join(format!("{name}.words")), &words.to_bytes()?)?;
            }
            run_dir::write(&out.join(format!("{name}.cells")), &packed.learned.to_bytes())?;
            run_dir::write_ron(&out.join(format!("{name}.ron")), &packed.card)?;
            return Ok(session.output.result(&packed.card, || format!("packed {name} into {}", out.display()))?);
        }
        if let ((Some(model), Some(dir)), Some(out)) = ((&self.remeasure, &self.on), &self.out) {
            return remeasured(model, (dir, &self.elsewhere, self.sibling.as_deref()), out, session);
        }
        if let ([Some(model)], [Some(dir), Some(file), Some(out)]) =
            ([&self.words], [&self.on, &self.attributes, &self.out])
        {
            return described(model, (dir, file), out, session);
        }
        if let ((Some(model), Some(dir)), Some(out)) = ((&self.sieve, &self.on), &self.out) {
            return sieved(model, (dir, &self.also), out, session);
        }
        if let Some(model) = self.model {
            let card = predict::card(&model)?;
            return Ok(session.output.result(&card, || report::card::text(&card))?);
        }
        let cards = bundled::ALL.into_iter().map(bundled::Bundled::card).collect::<Result<Vec<_>, _>>()?;
        let text = || {
            let line = |card: &crate::model::card::ModelCard| {
                let accuracy = card.test.as_ref().and_then(|test| test.accuracy);
                let accuracy = accuracy.map_or_else(|| "n/a".to_owned(), |share| format!("{:.1} %", share * 100.0));
                let network = card.network.architecture;
                format!("{:<10} {}, {accuracy} on the test split of {}", network.id(), network.title(), card.dataset)
            };
            cards.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        Ok(session.output.result(&cards, text)?)
    }
}

/// Writes a model's card with its figures found anew.
fn remeasured(
    model: &str,
    (dir, labs, sibling): (&Path, &[PathBuf], Option<&str>),
    out: &Path,
    session: &Session,
) -> Result<(), Failed> {
    let predictor = Predictor::load(model, &Compute::cpu())?;
    let sibling = sibling.map(|model| Predictor::load(model, &Compute::cpu())).transpose()?;
    let strangers = Strangers { labs, sibling: sibling.as_ref() };
    let measured = remeasure(predictor, dir, strangers, Watch { observer: &session.observer, stop: &session.stop })?;
    session.observer.finish();
    let card = measured.card();
    let file = out.join(format!("{}.ron", card.network.architecture.id()));
    run_dir::write_ron(&file, card)?;
    Ok(session.output.result(card, || report::card::text(card))?)
}

/// Finds what tells a model's cells from other pictures.
fn sieved(model: &str, (dir, also): (&Path, &[PathBuf]), out: &Path, session: &Session) -> Result<(), Failed> {
    let predictor = Predictor::load(model, &Compute::cpu())?;
    let watch = Watch { observer: &session.observer, stop: &session.stop };
    let found = sieve::learn_folder(&predictor, dir, also, watch)?;
    session.observer.finish();
    let lacking = || Failure::new("nothing was found", "there are too few cells", "give the whole folder");
    let file = out.join(format!("{}.sieve", predictor.card().network.architecture.id()));
    run_dir::write(&file, &found.ok_or_else(lacking)?.to_bytes()?)?;
    let done = serde_json::json!({ "path": file });
    Ok(session.output.result(&done, || format!("wrote {}", file.display()))?)
}

/// What heads are worth, on the splits of the model's own dataset.
#[derive(serde::Serialize)]
struct Worth {
    validation: Vec<Figures>,
    test: Vec<Figures>,
    /// Means over the attributes on the test split.
    accuracy: Option<f64>,
    macro_f1: Option<f64>,
}

/// Writes heads that say a model's cells in words.
fn described(model: &str, (dir, file): (&Path, &Path), out: &Path, session: &Session) -> Result<(), Failed> {
    let predictor = Predictor::load(model, &Compute::cpu())?;
    let watch = Watch { observer: &session.observer, stop: &session.stop };
    let fitted = words::fit_folder(&predictor, dir, file, watch)?;
    session.observer.finish();
    let name = predictor.card().network.architecture.id();
    run_dir::write(&out.join(format!("{name}.words")), &fitted.words.to_bytes()?)?;
    let mean = |of: fn(&Figures) -> Option<f64>| {
        let known: Vec<f64> = fitted.test.iter().filter_map(of).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let (accuracy, macro_f1) = (mean(|one| one.accuracy), mean(|one| one.macro_f1));
    let worth = Worth { accuracy, macro_f1, validation: fitted.validation, test: fitted.test };
    let text = || {
        let line = |one: &Figures| {
            let share = percent(one.accuracy);
            format!("{:<28} {share:>8} of {}, macro F1 {}", one.name, one.n, figure(one.macro_f1))
        };
        worth.test.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    Ok(session.output.result(&worth, text)?)
}
