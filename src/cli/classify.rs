//! `leuko classify MODEL PATH...`: one line an image, as it comes.

use std::{cell::RefCell, path::PathBuf};

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{Failed, Session};
use crate::{
    data::read::folder,
    device,
    domain::{
        classes::{ClassList, title},
        config::DeviceChoice,
        occurring::{Mask, Occurring},
        prediction::{Classified, Outcome, Prediction},
    },
    eval::predict::Predictor,
    fault::{Failure, StopMode, path_text},
    progress::{Event, Observer as _},
    report::words::percent,
};

/// Classify files or folders of single-cell images
#[derive(clap::Args)]
pub(super) struct Classify {
    /// A bundled model's name or a run folder
    model: String,
    /// Images, or folders of images
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Which classes can occur on these slides: names as in `neutrophil,lymphocyte`, or `five-part`; the others take no part
    #[arg(long, default_value_t = Occurring::All)]
    classes: Occurring,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// One image's line.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    path: String,
    label: Option<&'a str>,
    confidence: Option<f32>,
    confidences: Confidences<'a>,
    flags: &'a [String],
    refused: Option<&'a str>,
}

/// Probabilities of the classes that can occur, in the model's order; empty for a refused image.
pub(super) struct Confidences<'a>(pub(super) &'a ClassList, pub(super) &'a Mask, pub(super) Option<&'a Prediction>);

impl Serialize for Confidences<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let all = self.0.iter().zip(self.2.into_iter().flat_map(|prediction| &prediction.0)).enumerate();
        for (_, (name, p)) in all.filter(|(label, _)| self.1.admits(*label)) {
            map.serialize_entry(name, p)?;
        }
        map.end()
    }
}

impl<'a> Line<'a> {
    pub(super) fn new(classified: &'a Classified, classes: &'a ClassList, mask: &'a Mask) -> Self {
        let path = path_text::of(&classified.path);
        match &classified.outcome {
            Outcome::Seen { prediction, flags } => {
                let (label, confidence) = prediction.top().map(|(label, p)| (classes.name(label), p)).unzip();
                let confidences = Confidences(classes, mask, Some(prediction));
                Self { path, label, confidence, confidences, flags, refused: None }
            }
            Outcome::Refused(why) => {
                let confidences = Confidences(classes, mask, None);
                Self { path, label: None, confidence: None, confidences, flags: &[], refused: Some(why) }
            }
        }
    }

    /// What a person reads.
    pub(super) fn text(&self) -> String {
        if let Some(why) = self.refused {
            return format!("{}: refused, {why}", self.path);
        }
        let flags: String = self.flags.iter().map(|flag| format!("; {flag}")).collect();
        let confidence = percent(self.confidence.map(f64::from));
        format!("{}: {} {confidence}{flags}", self.path, self.label.map_or("n/a", title))
    }
}

/// The images among files and folders; what could not be looked at is a warning.
pub(super) fn images(paths: &[PathBuf], session: &Session) -> Result<Vec<PathBuf>, Failed> {
    let failed = |why: &str, hint: &str| Failure::new("nothing was classified", why, hint);
    if let Some(absent) = paths.iter().find(|path| !path.exists()) {
        return Err(failed("there is no such file or folder", "check the path").at(absent).into());
    }
    let listed = folder::list(paths, &session.stop)?;
    if let Some(warning) = listed.warning() {
        session.observer.tell(Event::Warning { warning });
    }
    if listed.images.is_empty() {
        return Err(failed("there is no image in these folders", "name a folder with images").into());
    }
    Ok(listed.images)
}

impl Classify {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let images = images(&self.paths, session)?;
        let predictor = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.classes)?;
        let unwritten = RefCell::new(None);
        let mut print = |classified: Classified| {
            let line = Line::new(&classified, &predictor.card().classes, predictor.mask());
            if let Err(why) = session.output.result(&line, || line.text()) {
                // Nobody reads any more: the rest need not be classified.
                session.stop.stop(StopMode::Discard);
                unwritten.replace(Some(why));
            }
        };
        let ended = predictor.classify(&images, &mut print, &session.observer, &session.stop);
        match unwritten.into_inner() {
            Some(why) => Err(why.into()),
            None => Ok(ended.map(drop)?),
        }
    }
}
