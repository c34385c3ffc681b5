//! `leuko classify MODEL PATH...`: one line an image, as it comes.

use std::path::PathBuf;

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{Failed, Session};
use crate::{
    data::read::folder,
    device,
    domain::{
        attributes::{Word, sentence},
        classes::{ClassList, title},
        config::DeviceChoice,
        field::{Bounds, FieldCell, Portion, ShownAs, Taken},
        occurring::{Mask, Occurring},
        prediction::{Classified, Outcome, Prediction},
        shard::Shard,
    },
    eval::{
        predict::Predictor,
        stream::{Said, Stream},
    },
    fault::{Failure, Halt, path_text},
    progress::{Event, Observer as _},
    report::words::percent,
};

/// Classify the cells in files or folders: images of single cells, and fields of view
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
    #[command(flatten)]
    shown: Shown,
    /// Only one part of the images, such as `3/16`: the lines of all parts in order are those of the whole
    #[arg(long, default_value_t = Shard::WHOLE)]
    shard: Shard,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// What a person says of the images.
#[derive(clap::Args)]
pub(super) struct Shown {
    /// What the images show: `cell` or `field` for all of them; auto tells it by what is in each
    #[arg(long = "as", default_value_t)]
    shown_as: ShownAs,
}

impl Shown {
    pub(super) fn taken(&self) -> Taken {
        Taken::all(self.shown_as)
    }
}

/// One cell's line.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    path: String,
    #[serde(flatten)]
    place: Option<InField>,
    label: Option<&'a str>,
    confidence: Option<f32>,
    confidences: Confidences<'a>,
    flags: &'a [String],
    refused: Option<&'a str>,
    attributes: Attributes<'a>,
    /// The same for a person.
    #[serde(skip)]
    words: String,
}

/// What a cell looks like: the likeliest value of each attribute; empty where the model has no such heads.
struct Attributes<'a>(&'a [Word]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct One<'a> {
            value: &'a str,
            confidence: f32,
        }
        serializer.collect_map(
            self.0.iter().map(|said| (&said.name, One { value: &said.value, confidence: said.confidence })),
        )
    }
}

/// Where a cell lies in a field of view.
#[derive(Serialize)]
struct InField {
    field: bool,
    #[serde(flatten)]
    cell: Option<Marked>,
}

impl InField {
    fn of(portion: &Portion) -> Option<Self> {
        portion.is_field().then(|| Self { field: true, cell: portion.spot().map(|spot| Marked::new(&spot.cell)) })
    }
}

/// A cell's box in pixels of the upright image, with what is to be borne in mind.
#[derive(Serialize)]
pub(super) struct Marked {
    #[serde(flatten)]
    bounds: Bounds,
    edge: bool,
    touching: bool,
}

impl Marked {
    pub(super) const fn new(cell: &FieldCell) -> Self {
        Self { bounds: cell.bounds, edge: cell.edge, touching: cell.touching }
    }

    /// What a person reads.
    pub(super) fn text(&self) -> String {
        let Bounds { xmin, ymin, xmax, ymax } = self.bounds;
        format!("at {xmin:>5}, {ymin:>5}  {:>4} x {:<4}", xmax - xmin, ymax - ymin)
    }

    /// The marks, each after two spaces.
    pub(super) fn marks(&self) -> String {
        let edge = if self.edge { "  at the border" } else { "" };
        let touching = if self.touching { "  touches another" } else { "" };
        format!("{edge}{touching}")
    }
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
        let (path, place) = (path_text::of(&classified.path), InField::of(&classified.portion));
        match &classified.outcome {
            Outcome::Seen { prediction, flags, said } => {
                let (label, confidence) = prediction.top().map(|(label, p)| (classes.name(label), p)).unzip();
                let confidences = Confidences(classes, mask, Some(prediction));
                let attributes = Attributes(said);
                Self {
                    path,
                    place,
                    label,
                    confidence,
                    confidences,
                    flags,
                    refused: None,
                    attributes,
                    words: sentence(said),
                }
            }
            Outcome::Refused(why) => {
                let confidences = Confidences(classes, mask, None);
                Self {
                    path,
                    place,
                    label: None,
                    confidence: None,
                    confidences,
                    flags: &[],
                    refused: Some(why),
                    attributes: Attributes(&[]),
                    words: String::new(),
                }
            }
        }
    }

    /// What a person reads.
    pub(super) fn text(&self) -> String {
        let cell = self.place.as_ref().and_then(|place| place.cell.as_ref());
        let place = cell.map_or_else(String::new, |cell| format!("  {}", cell.text()));
        let marks = cell.map_or_else(String::new, Marked::marks);
        format!("{}:{place} {}{marks}", self.path, self.answer())
    }

    /// The answer alone.
    pub(super) fn answer(&self) -> String {
        if let Some(why) = self.refused {
            return format!("refused, {why}");
        }
        let flags: String = self.flags.iter().map(|flag| format!("; {flag}")).collect();
        let confidence = percent(self.confidence.map(f64::from));
        let words = if self.words.is_empty() { String::new() } else { format!(" ({})", self.words) };
        format!("{} {confidence}{words}{flags}", self.label.map_or("n/a", title))
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
        let images = self.shard.take(images(&self.paths, session)?);
        let predictor = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.classes)?;
        let mut stream = Stream::new(&predictor, self.shown.taken());
        let mut unwritten = None;
        let mut print = |said| {
            let Said::Cell(classified) = said else { return Ok(()) };
            let line = Line::new(&classified, &predictor.card().classes, predictor.mask());
            // Where nobody reads any more, the rest need not be classified.
            session.output.result(&line, || line.text()).map_err(|why| {
                unwritten = Some(why);
                Halt::Stopped
            })
        };
        let ended = stream
            .feed(&images, &mut print, &session.observer, &session.stop)
            .and_then(|()| stream.end(&session.observer, &session.stop));
        unwritten.map_or_else(|| Ok(ended.map(drop)?), |why| Err(why.into()))
    }
}
