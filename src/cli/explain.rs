//! `leuko explain MODEL IMAGE --out DIR`: where in an image the answer comes from, as pictures and figures.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use image::RgbImage;
use serde::Serialize;

use super::{Failed, Session, classify::Confidences};
use crate::{
    data::{atomic, read::decode},
    device,
    domain::{
        classes::{canonical, title},
        config::DeviceChoice,
        occurring::Occurring,
    },
    eval::predict::Predictor,
    explain::{
        Explained,
        colours::Scale,
        explain,
        files::{Exported, export},
        layer::{Map, Question},
        occlusion::{ACROSS, ACROSS_RANGE, Occlusion, occlude},
        overlay::Paint,
        place::Place,
    },
    fault::{Failure, path_text},
    progress::{Event, Observer as _, Task},
    report::words::NOTICE,
    store::run_dir,
};

/// Show where in an image a model's answer comes from
#[derive(clap::Args)]
pub(super) struct Explain {
    /// A bundled model's name or a run folder
    model: String,
    /// An image of a single cell
    image: PathBuf,
    /// Where pictures, figures and explanation.json are written
    #[arg(long)]
    out: PathBuf,
    /// The class that is asked about [default: the model's answer]
    #[arg(long)]
    class: Option<String>,
    /// Why not this class: maps of what speaks for the one more than for the other
    #[arg(long)]
    against: Option<String>,
    /// Which maps, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Kind::ALL)]
    maps: Vec<Kind>,
    /// Places of the patch that hides a part of the image, on one side
    #[arg(long, default_value_t = ACROSS)]
    patches: usize,
    /// Colours of the maps
    #[arg(long, value_enum, default_value_t = Colours::Viridis)]
    colours: Colours,
    /// Which classes can occur on this slide: names as in `neutrophil,lymphocyte`, or `five-part`
    #[arg(long, default_value_t = Occurring::All)]
    classes: Occurring,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Of each head
    Heads,
    /// The mean over the heads
    Attention,
    GradCam,
    Occlusion,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Heads, Self::Attention, Self::GradCam, Self::Occlusion];

    const fn of(map: Map) -> Self {
        match map {
            Map::Head(_) => Self::Heads,
            Map::Mean => Self::Attention,
            Map::GradCam => Self::GradCam,
            Map::Occlusion => Self::Occlusion,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Colours {
    Viridis,
    Magma,
    Grey,
}

impl From<Colours> for Scale {
    fn from(colours: Colours) -> Self {
        match colours {
            Colours::Viridis => Self::Viridis,
            Colours::Magma => Self::Magma,
            Colours::Grey => Self::Grey,
        }
    }
}

/// What is printed and written besides.
#[derive(Serialize)]
struct Document<'a> {
    model: &'a str,
    model_hash: String,
    preprocessing: String,
    device: &'a str,
    app: &'static str,
    notice: &'static str,
    image: String,
    label: Option<&'a str>,
    confidence: Option<f32>,
    confidences: Confidences<'a>,
    /// Why a classification would give no class.
    refused: Option<&'static str>,
    class: &'a str,
    against: Option<&'a str>,
    /// The square that the network saw, in pixels of the image.
    view: Place,
    /// Tokens of the last feature map on one side.
    tokens: usize,
    /// At the image as it is held, `[heads][token that looks][token looked at]`.
    attention: Vec<Vec<&'a [f32]>>,
    occlusion: Option<Patches>,
    maps: Vec<Row>,
}

/// How occlusion was done, in pixels of the network's input.
#[derive(Serialize)]
struct Patches {
    across: usize,
    patch: usize,
    step: usize,
    size: usize,
    /// Fall of the probability at each place, row by row.
    drops: Vec<Option<f32>>,
}

#[derive(Serialize)]
struct Row {
    map: String,
    shows: &'static str,
    evidence: bool,
    most: f32,
    unit: &'static str,
    picture: Option<String>,
    figures: String,
}

impl Explain {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let (least, most) = ACROSS_RANGE;
        if !(least..=most).contains(&self.patches) {
            let why = format!("--patches takes {least} to {most}");
            return Err(Failed::Call(Failure::new("the call was wrong", why, "see `leuko explain --help`")));
        }
        let image = decode::open(&self.image).map_err(|why| Failure::from(why).at(&self.image))?;
        let model = Predictor::load(&self.model, &device::choose(&self.device)?)?.with_classes(&self.classes)?;
        let explained = explain(&model, &image)?;
        let question = self.question(&model, &explained)?;
        let wanted = |map: Map| self.maps.contains(&Kind::of(map));
        let occlusion = match wanted(Map::Occlusion) {
            true => Some(self.occlude(&model, &image, session)?),
            false => None,
        };
        let maps: Vec<Map> = Map::all(explained.attention.heads.len()).filter(|map| wanted(*map)).collect();
        let paint = Paint { scale: self.colours.into(), ..Paint::default() };
        let exported = export(&image, (&explained, occlusion.as_ref()), question, &maps, &paint)?;
        let rows = exported.into_iter().map(|one| self.write(one)).collect::<Result<Vec<_>, _>>()?;
        if let Some(why) = explained.refused {
            let what = "a classification would give this image no class";
            session.observer.tell(Event::Warning { warning: Failure::new(what, why, "doubt the maps, too") });
        }
        let place = self.out.join("explanation.json");
        let document = self.document(&model, &explained, question, occlusion.as_ref(), rows);
        run_dir::write_json(&place, &document)?;
        session.observer.finish();
        Ok(session.output.result(&document, || paths(&document.maps, &place))?)
    }

    /// The labels of what is asked.
    fn question(&self, model: &Predictor, explained: &Explained) -> Result<Question, Failed> {
        let classes = &model.card().classes;
        let label = |name: &String| {
            classes.label(&canonical(name)).filter(|label| model.mask().admits(*label)).ok_or_else(|| {
                let known = model.mask().names(classes).collect::<Vec<_>>().join(", ");
                let why = format!("the model has no class {name}; it has {known}");
                Failed::Call(Failure::new("the image was not explained", why, "name one of these"))
            })
        };
        let top = explained.prediction.top().map_or(0, |(label, _)| label);
        let class = self.class.as_ref().map_or(Ok(top), label)?;
        let against = self.against.as_ref().map(label).transpose()?;
        if against == Some(class) {
            let why = format!("{} cannot be asked about against itself", title(classes.name(class)));
            return Err(Failed::Call(Failure::new("the call was wrong", why, "name two classes")));
        }
        Ok(Question { class, against })
    }

    fn occlude(&self, model: &Predictor, image: &RgbImage, session: &Session) -> Result<Occlusion, Failed> {
        let total = self.patches.pow(2) as u64;
        let mut tell = |occlusion: &Occlusion| {
            session.observer.tell(Event::Progress { task: Task::Explaining, done: occlusion.done as u64, total });
        };
        Ok(occlude(model, image, self.patches, &mut tell, &session.stop)?)
    }

    /// Writes a map's files and says where they are.
    fn write(&self, exported: Exported) -> Result<Row, Failed> {
        let Exported { map, layer, picture, figures } = exported;
        let write = |ending: &str, bytes: &[u8]| -> Result<String, Failed> {
            let path = self.out.join(format!("{}.{ending}", map.id()));
            let failed = |why| Failure::new("the map could not be written", why, "check the folder").at(&path);
            atomic::write(&path, bytes).map_err(failed)?;
            Ok(path_text::of(&path))
        };
        let picture = picture.map(|bytes| write("png", &bytes)).transpose()?;
        let figures = write("csv", &figures)?;
        let (shows, unit) = (map.words(), map.unit());
        Ok(Row { map: map.id(), shows, evidence: layer.evidence, most: layer.most, unit, picture, figures })
    }

    fn document<'a>(
        &self,
        model: &'a Predictor,
        explained: &'a Explained,
        question: Question,
        occlusion: Option<&Occlusion>,
        maps: Vec<Row>,
    ) -> Document<'a> {
        let (card, attention) = (model.card(), &explained.attention);
        let count = attention.side.pow(2).max(1);
        let heads = attention.weights.chunks_exact(count * count);
        let answer = explained.prediction.top().filter(|_| explained.refused.is_none());
        let patches = |occlusion: &Occlusion| Patches {
            across: occlusion.across,
            patch: occlusion.patch,
            step: occlusion.step,
            size: occlusion.size,
            drops: occlusion.drops(question.class, question.against),
        };
        Document {
            model: &card.name,
            model_hash: card.weights_hash.to_string(),
            preprocessing: card.preprocess.words(),
            device: &model.compute().info.name,
            app: concat!("Leukoscope ", env!("CARGO_PKG_VERSION")),
            notice: NOTICE,
            image: path_text::of(&self.image),
            label: answer.map(|(label, _)| card.classes.name(label)),
            confidence: answer.map(|(_, share)| share),
            confidences: Confidences(&card.classes, model.mask(), Some(&explained.prediction)),
            refused: explained.refused,
            class: card.classes.name(question.class),
            against: question.against.map(|label| card.classes.name(label)),
            view: explained.place,
            tokens: attention.side,
            attention: heads.map(|head| head.chunks_exact(count).collect()).collect(),
            occlusion: occlusion.map(patches),
            maps,
        }
    }
}

/// A path a line.
fn paths(rows: &[Row], document: &Path) -> String {
    let of = |row: &Row| row.picture.iter().chain([&row.figures]).cloned().collect::<Vec<_>>();
    let files = rows.iter().flat_map(of).chain([path_text::of(document)]);
    files.collect::<Vec<_>>().join("\n")
}
