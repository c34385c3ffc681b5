//! One cell, changed by hand and put to several networks: the answers and their maps first, what hiding its parts changes
//! after that.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use image::RgbImage;

use crate::{
    data::{atomic, read::decode},
    domain::{config::DeviceChoice, occurring::Occurring},
    explain::{
        self, Explained,
        alter::Alteration,
        files::export,
        inside::{Inside, inside},
        layer::{Map, Question},
        occlusion::{ACROSS, Occlusion, occlude},
        overlay::Paint,
    },
    fault::{Failure, Halt},
    job::desk::Desk,
    model::card::ModelCard,
    store::run_dir,
};

/// Where the cell comes from.
#[derive(Clone, Debug)]
pub enum Source {
    File(PathBuf),
    /// Decoded before.
    Held(Arc<RgbImage>),
}

/// What an explaining job is given.
#[derive(Clone, Debug)]
pub struct Asked {
    pub source: Source,
    pub alteration: Alteration,
    /// The models by their ids, in the order of their answers.
    pub models: Vec<String>,
    /// Which classes can occur, by a person's word; a model that lacks one of them answers among all of its own.
    pub occurring: Occurring,
    pub device: DeviceChoice,
    /// The place of the model that is looked into, in place of hiding parts of the image.
    pub inside: Option<usize>,
}

/// What an explaining job says before its end.
#[derive(Clone, Debug)]
pub enum Explaining {
    /// The image as the file holds it.
    Opened(Arc<RgbImage>),
    /// The same after the changes; the answers to come are to this one.
    Altered(Arc<RgbImage>),
    /// The answer of the model at this place, with its maps.
    Explained(usize, Arc<ModelCard>, Arc<Explained>),
    /// Every model has answered; what comes now takes longer than the hand waits.
    Answered,
    /// What is inside of the model at this place.
    Inside(usize, Arc<Inside>),
    /// How far hiding parts has come with the model at this place.
    Hid(usize, Arc<Occlusion>),
}

/// Explains one cell.
///
/// # Errors
/// [`Halt`] when it was stopped, the image cannot be read, or there is no such model.
pub fn explain(asked: &Asked, desk: &Desk<'_>, say: &dyn Fn(Explaining)) -> Result<(), Halt> {
    let image = match &asked.source {
        Source::Held(image) => Arc::clone(image),
        Source::File(path) => {
            let image = Arc::new(decode::open(path).map_err(|why| Failure::from(why).at(path))?);
            say(Explaining::Opened(Arc::clone(&image)));
            image
        }
    };
    let altered = if asked.alteration.is_none() { image } else { Arc::new(asked.alteration.apply(&image)) };
    say(Explaining::Altered(Arc::clone(&altered)));
    let mut models = Vec::with_capacity(asked.models.len());
    for (place, id) in asked.models.iter().enumerate() {
        desk.stop.check()?;
        let model = desk
            .model_among(id, &asked.device, &asked.occurring)
            .or_else(|_| desk.model_among(id, &asked.device, &Occurring::All))?;
        let explained = explain::explain(&model, &altered)?;
        say(Explaining::Explained(place, Arc::new(model.card().clone()), Arc::new(explained)));
        models.push(model);
    }
    if let Some((place, model)) = asked.inside.and_then(|place| Some((place, models.get(place)?))) {
        say(Explaining::Inside(place, Arc::new(inside(model, &altered)?)));
        say(Explaining::Answered);
        return Ok(());
    }
    say(Explaining::Answered);
    for (place, model) in models.iter().enumerate() {
        let mut each = |found: &Occlusion| say(Explaining::Hid(place, Arc::new(found.clone())));
        occlude(model, &altered, ACROSS, &mut each, desk.stop)?;
    }
    Ok(())
}

/// One model's maps as they are on the page.
#[derive(Clone, Debug)]
pub struct Shown {
    pub name: String,
    pub image: Arc<RgbImage>,
    pub explained: Arc<Explained>,
    pub occlusion: Option<Arc<Occlusion>>,
    pub question: Question,
}

/// Writes every map of these models into a new folder below this one; answers the folder.
///
/// # Errors
/// [`Failure`] where the disk refuses.
pub fn save(shown: &[Shown], paint: &Paint, below: &Path) -> Result<PathBuf, Failure> {
    let folder = run_dir::free(below, "explanation");
    for one in shown {
        let maps: Vec<Map> = Map::all(one.explained.attention.heads.len()).collect();
        let of = (&*one.explained, one.occlusion.as_deref());
        for exported in export(&one.image, of, one.question, &maps, paint)? {
            let write = |ending: &str, bytes: &[u8]| {
                let path = folder.join(format!("{}-{}.{ending}", one.name, exported.map.id()));
                let hint = "check that the disk has room and the folder can be written to";
                atomic::write(&path, bytes).map_err(|why| Failure::new("the map was not saved", why, hint).at(&path))
            };
            if let Some(picture) = &exported.picture {
                write("png", picture)?;
            }
            write("csv", &exported.figures)?;
        }
    }
    Ok(folder)
}
