//! `leuko bench`: how fast decoding, forward passes and training steps are on this machine.

use clap::ValueEnum;

use super::{Failed, Session};
use crate::{
    domain::{
        architecture::Architecture,
        config::{DeviceChoice, TrainConfig},
    },
    fault::Failure,
    train::{BenchReport, BenchRequest, Length, Part, Timing, bench},
};

/// Measure decoding, forward passes and training steps
#[derive(clap::Args)]
pub(super) struct Bench {
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
    /// A network; may be given several times [default: all]
    #[arg(long = "arch", value_enum)]
    architectures: Vec<Architecture>,
    /// Side of the square input in pixels; may be given several times
    #[arg(long = "size", default_values_t = [96])]
    sizes: Vec<usize>,
    /// Images at once; may be given several times. Single images are not trained on
    #[arg(long = "batch", default_values_t = [1, 32])]
    batches: Vec<usize>,
    /// Threads that compute [default: one a core]
    #[arg(long)]
    threads: Option<usize>,
    /// Seconds of measuring for each combination, after its warm-up
    #[arg(long, default_value_t = 5.0)]
    secs: f64,
    /// This many calls without a warm-up in place of a time, to count instructions
    #[arg(long, conflicts_with = "secs")]
    calls: Option<usize>,
    /// One part alone, so that its memory is seen alone
    #[arg(long, value_enum)]
    only: Option<Only>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Only {
    Decode,
    Forward,
    Train,
}

impl Bench {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        if let Some(why) = self.problem() {
            return Err(Failed::Call(Failure::new("the call was wrong", why, "see `leuko bench --help`")));
        }
        let all = self.architectures.is_empty();
        let request = BenchRequest {
            device: self.device,
            architectures: if all { Architecture::ALL.to_vec() } else { self.architectures },
            sizes: self.sizes,
            batches: self.batches,
            threads: self.threads,
            length: self.calls.map_or(Length::Secs(self.secs), Length::Calls),
            only: self.only.map(|only| match only {
                Only::Decode => Part::Decode,
                Only::Forward => Part::Forward,
                Only::Train => Part::Train,
            }),
        };
        let report = bench(&request, &session.observer, &session.stop)?;
        session.observer.finish();
        Ok(session.output.result(&report, || summary(&report))?)
    }

    /// What is wrong with the call, by the rules that runs obey.
    fn problem(&self) -> Option<String> {
        let sizes = self.sizes.iter().map(|size| TrainConfig { size: *size, ..TrainConfig::default() });
        let wrong = sizes.flat_map(|config| config.problems()).map(|(field, sentence)| format!("--{field} {sentence}"));
        let batch = self.batches.iter().any(|batch| !(1..=1024).contains(batch));
        let rules = [
            (batch, "--batch must be from 1 to 1024"),
            (self.threads == Some(0), "--threads must be at least 1"),
            (self.calls == Some(0), "--calls must be at least 1"),
            (!(self.secs > 0.0 && self.secs <= 3600.0), "--secs must be above 0 and at most 3600"),
        ];
        wrong.chain(rules.into_iter().filter(|(broken, _)| *broken).map(|(_, why)| why.to_owned())).next()
    }
}

/// What a person reads.
fn summary(report: &BenchReport) -> String {
    let mut lines = vec![format!("{} with {} threads", report.device, report.threads)];
    lines.extend(report.decode.map(|decode| format!("decoding: {:.0} images/s", decode.images_per_sec)));
    lines.extend(report.augment.map(|augment| format!("augmenting: {:.0} images/s", augment.images_per_sec)));
    let row = |what: &str, timing: &Timing| {
        format!(
            "{what} {:<9} {:>3} px, batch {:>3}: {:>8.2} ms (95 % within {:.2}), {:.1} images/s",
            timing.arch.id(),
            timing.size,
            timing.batch,
            timing.ms_p50,
            timing.ms_p95,
            timing.images_per_sec
        )
    };
    lines.extend(report.forward.iter().map(|timing| row("forward", timing)));
    lines.extend(report.train.iter().map(|timing| row("step   ", timing)));
    let memory = report.peak_memory_mb.map_or_else(|| "n/a".to_owned(), |mb| format!("{mb:.0} MB"));
    lines.push(format!("most memory at once: {memory}"));
    lines.join("\n")
}
