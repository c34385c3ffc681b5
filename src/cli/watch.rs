//! `leuko watch MODEL DIR`: classifies images as they are written into a folder, until it is stopped.

use std::{path::PathBuf, time::Instant};

use super::{
    Failed, Session,
    classify::Line,
    output::{Unwritten, tell},
};
use crate::{
    data::read::watch::{Arrived, FolderWatch},
    device,
    domain::{
        classes::title,
        config::DeviceChoice,
        field::Taken,
        occurring::Occurring,
        prediction::{Classified, Outcome},
    },
    eval::{
        predict::Predictor,
        stream::{Said, Stream},
    },
    fault::{Halt, StopMode},
    progress::{Silent, Watch as Watching},
    report::words::thousands,
};

/// Classify images as they are written into a folder, until Ctrl-C
#[derive(clap::Args)]
pub(super) struct Watch {
    /// A bundled model's name or a run folder
    model: String,
    /// The folder that images are written into; its sub-folders are watched too
    dir: PathBuf,
    /// Take the images that are there already first
    #[arg(long)]
    existing: bool,
    /// Which classes can occur on these slides: names as in `neutrophil,lymphocyte`, or `five-part`; the others take no part
    #[arg(long, default_value_t = Occurring::All)]
    classes: Occurring,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// What came while it was watched.
#[derive(Default)]
struct Count {
    /// By the model's label.
    of_class: Vec<usize>,
    refused: usize,
}

impl Watch {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        // What is written while the model loads is new.
        let mut watch = FolderWatch::open(&self.dir, self.existing)?;
        let predictor = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.classes)?;
        let (mut count, start) = (Count::default(), Instant::now());
        let mut stream = Stream::new(&predictor, Taken::default());
        let how =
            if watch.is_told() { "" } else { "; the system tells nothing of it, so it is looked through each second" };
        tell(&format!("watching {} with {}{how}; Ctrl-C ends it", self.dir.display(), predictor.card().name));
        let ended = loop {
            match watch.next(Watching { observer: &session.observer, stop: &session.stop }) {
                Ok(arrived) => {
                    if let Err(why) = take(&arrived, &mut watch, (&predictor, &mut stream), &mut count, session) {
                        break Err(why);
                    }
                }
                Err(Halt::Stopped) => break Ok(()),
                Err(halt) => break Err(halt.into()),
            }
        };
        // Whether all that came looks like what the model knows is a warning of its own.
        let judged =
            ended.and_then(|()| Ok(stream.end(&session.observer, &session.stop.for_discarding()).map(drop)?));
        tell(&count.words(&predictor, start.elapsed().as_secs()));
        judged
    }
}

/// Puts what arrived to the model, a line each. What was begun is ended unless a person discards it.
fn take(
    arrived: &[Arrived],
    watch: &mut FolderWatch,
    (predictor, stream): (&Predictor, &mut Stream<'_>),
    count: &mut Count,
    session: &Session,
) -> Result<(), Failed> {
    let files: Vec<PathBuf> = arrived.iter().map(|one| one.path.clone()).collect();
    let stop = session.stop.for_discarding();
    let mut unwritten: Option<Unwritten> = None;
    let mut print = |said: Said| {
        let Said::Cell(classified) = said else { return Ok(()) };
        if matches!(classified.outcome, Outcome::Refused(_)) && !classified.path.exists() {
            // It was renamed before it was read: it comes again under its name.
            arrived.iter().filter(|one| one.path == classified.path).for_each(|one| watch.missed(one));
            return Ok(());
        }
        count.add(&classified);
        let line = Line::new(&classified, &predictor.card().classes, predictor.mask());
        if let Err(why) = session.output.result(&line, || line.text()) {
            stop.stop(StopMode::Discard);
            unwritten = Some(why);
        }
        Ok(())
    };
    let ended = stream.feed(&files, &mut print, &Silent, &stop);
    match unwritten {
        Some(why) => Err(why.into()),
        None => Ok(ended?),
    }
}

impl Count {
    fn add(&mut self, classified: &Classified) {
        let Outcome::Seen { prediction, .. } = &classified.outcome else {
            self.refused += 1;
            return;
        };
        if let Some((label, _)) = prediction.top() {
            if self.of_class.len() <= label {
                self.of_class.resize(label + 1, 0);
            }
            if let Some(count) = self.of_class.get_mut(label) {
                *count += 1;
            }
        }
    }

    /// What a person reads at the end.
    fn words(&self, predictor: &Predictor, secs: u64) -> String {
        let seen: usize = self.of_class.iter().sum();
        let all = thousands((seen + self.refused) as u64);
        let time = if secs < 120 { format!("{secs} s") } else { format!("{} min", secs / 60) };
        let classes = self.of_class.iter().enumerate().filter(|(_, count)| **count > 0);
        let mut parts: Vec<String> = classes
            .map(|(label, count)| {
                format!("{} {}", thousands(*count as u64), title(predictor.card().classes.name(label)))
            })
            .collect();
        if self.refused > 0 {
            parts.push(format!("{} refused", thousands(self.refused as u64)));
        }
        let of = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        let noun = if seen + self.refused == 1 { "image" } else { "images" };
        format!("watched for {time}, {all} {noun} came{of}")
    }
}
