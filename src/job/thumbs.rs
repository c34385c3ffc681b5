//! Small pictures of images and of pieces of them, decoded by rayon behind a bounded queue; the newest wish comes first, and
//! all pieces of one image that wait are cut at once.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    time::SystemTime,
};

use image::RgbImage;

use super::observe::Wake;
use crate::{
    data::read::sheet::{Sheet, View},
    domain::field::Place,
};

/// Wishes for small pictures older than this many newer ones are dropped; the view asks again when it still needs them.
const QUEUE: usize = 256;
/// The same for large ones, of which a view shows one.
const FEW: usize = 2;

/// One picture: which file, what of it, and how long its longer side may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThumbKey {
    pub path: PathBuf,
    /// A piece of the upright image; `None` for all of it.
    pub at: Option<Place>,
    /// In physical pixels.
    pub side: u32,
}

/// What tells a file from the one that lay in its place before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: SystemTime,
    bytes: u64,
}

impl Stamp {
    /// `None` where the file is not there, or its disk keeps no times.
    fn of(path: &Path) -> Option<Self> {
        let file = path.metadata().ok()?;
        Some(Self { modified: file.modified().ok()?, bytes: file.len() })
    }
}

/// Most pixels of an image in memory that is kept for the next pieces of it.
const KEPT: usize = 64_000_000;
/// Pixels of a piece of a large image from which on it is not held as it is.
const LARGE: u64 = 4_000_000;
/// What lies beyond an image's border in a piece of it.
const BEYOND: [u8; 3] = [236; 3];

/// A decoded picture, RGB, or why there is none.
#[derive(Clone, Debug)]
pub struct Thumb {
    pub key: ThumbKey,
    /// Of the file as it was read.
    pub stamp: Option<Stamp>,
    pub picture: Result<RgbImage, String>,
    /// Width and height of the image itself in pixels; zero where there is none.
    pub full: (u32, u32),
}

/// The queue; lives on the window's thread and never waits for a decode.
pub struct Thumbs {
    wishes: Arc<Mutex<Wishes>>,
    whole: Arc<Whole>,
    sender: Sender<Answer>,
    ready: Receiver<Answer>,
    asked: HashSet<ThumbKey>,
    queue: usize,
    wake: Wake,
}

/// What comes back for a wish.
enum Answer {
    /// The file is the one that is known.
    Same(ThumbKey),
    Read(Thumb),
}

#[derive(Default)]
struct Wishes {
    /// With the file that is known already; the last is served first.
    keys: Vec<(ThumbKey, Option<Stamp>)>,
}

/// The image that pieces were cut from last.
#[derive(Default)]
struct Whole(Mutex<Option<(PathBuf, Stamp, Arc<Sheet>)>>);

impl Whole {
    /// The pixels of a file; those that are kept where it is the same one.
    fn of(&self, path: &Path, stamp: Option<Stamp>) -> Result<Arc<Sheet>, String> {
        // Held while one decodes: who waits wants a piece of the same image most of the time.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, known, sheet)) = &*kept
            && of == path
            && stamp == Some(*known)
        {
            return Ok(Arc::clone(sheet));
        }
        *kept = None;
        let sheet = Arc::new(Sheet::open(path).map_err(|why| why.to_string())?);
        let fits = sheet.whole().is_none_or(|image| image.as_raw().len() / 3 <= KEPT);
        *kept = stamp.filter(|_| fits).map(|stamp| (path.to_owned(), stamp, Arc::clone(&sheet)));
        Ok(sheet)
    }
}

impl Thumbs {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (sender, ready) = channel();
        Self {
            wishes: Arc::default(),
            whole: Arc::default(),
            sender,
            ready,
            asked: HashSet::new(),
            queue: QUEUE,
            wake: Arc::new(wake),
        }
    }

    /// A short queue, for large pictures that are looked at one by one.
    pub fn few(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { queue: FEW, ..Self::new(wake) }
    }

    /// Asks for a picture; asking again while it is under way costs nothing.
    pub fn ask(&mut self, key: &ThumbKey) {
        self.check(key, None);
    }

    /// Asks for a picture where its file is not the one that is known.
    pub fn check(&mut self, key: &ThumbKey, known: Option<Stamp>) {
        if !self.asked.insert(key.clone()) {
            return;
        }
        let dropped = {
            // Held for a push or a pop only, never over a decode.
            let mut wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
            wishes.keys.push((key.clone(), known));
            if wishes.keys.len() > self.queue { Some(wishes.keys.remove(0)) } else { None }
        };
        if let Some((dropped, _)) = dropped {
            self.asked.remove(&dropped);
            return;
        }
        let (wishes, whole, sender) = (Arc::clone(&self.wishes), Arc::clone(&self.whole), self.sender.clone());
        let wake = Arc::clone(&self.wake);
        rayon::spawn(move || {
            let taken = wishes.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some((first, _)) = taken.first() {
                let stamp = Stamp::of(&first.path);
                answer(&whole, stamp, taken, &mut |answer| {
                    let _ = sender.send(answer);
                });
                wake();
            }
        });
    }

    /// Whether a picture is under way.
    #[must_use]
    pub fn busy(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The next picture that is ready.
    pub fn poll(&mut self) -> Option<Thumb> {
        loop {
            match self.ready.try_recv().ok()? {
                Answer::Same(key) => self.asked.remove(&key),
                Answer::Read(thumb) => {
                    self.asked.remove(&thumb.key);
                    return Some(thumb);
                }
            };
        }
    }
}

impl Wishes {
    /// The newest wish, with every other one for a piece of the same image.
    fn take(&mut self) -> Vec<(ThumbKey, Option<Stamp>)> {
        let Some((newest, known)) = self.keys.pop() else { return Vec::new() };
        let mut taken = vec![(newest.clone(), known)];
        if newest.at.is_some() {
            let same = |(key, _): &mut (ThumbKey, _)| key.at.is_some() && key.path == newest.path;
            taken.extend(self.keys.extract_if(.., same));
        }
        taken
    }
}

/// Serves wishes for one file.
fn answer(whole: &Whole, stamp: Option<Stamp>, wishes: Vec<(ThumbKey, Option<Stamp>)>, send: &mut dyn FnMut(Answer)) {
    let mut wanted = Vec::new();
    for (key, known) in wishes {
        if known.is_some() && stamp == known {
            send(Answer::Same(key));
        } else {
            wanted.push(key);
        }
    }
    let Some(first) = wanted.first() else { return };
    let sheet = match first.at {
        None => Sheet::open(&first.path).map(Arc::new).map_err(|why| why.to_string()),
        Some(_) => whole.of(&first.path, stamp),
    };
    let mut open: Vec<Option<ThumbKey>> = wanted.into_iter().map(Some).collect();
    let made = sheet.and_then(|sheet| {
        let views: Vec<View> = open.iter().flatten().map(|key| view(key, &sheet)).collect();
        let mut hear = |at: usize, image: RgbImage| {
            if let Some(key) = open.get_mut(at).and_then(Option::take) {
                let full = key.at.map_or(sheet.size(), |at| (at.width, at.height));
                send(Answer::Read(Thumb { picture: Ok(small(image, key.side)), key, stamp, full }));
            }
            Ok(())
        };
        sheet.views(&views, BEYOND, &mut hear).map_err(|why| why.to_string())
    });
    for key in open.into_iter().flatten() {
        let why = made.clone().err().unwrap_or_else(|| "it could not be read".to_owned());
        send(Answer::Read(Thumb { key, stamp, picture: Err(why), full: (0, 0) }));
    }
}

/// What of an image a wish is for: what is larger than a picture that is kept is shrunk while it is read.
fn view(key: &ThumbKey, sheet: &Sheet) -> View {
    let at = key.at.unwrap_or_else(|| Place::all(sheet.size()));
    let is_large = sheet.whole().is_none() && u64::from(at.width) * u64::from(at.height) > LARGE;
    let (width, height) = if is_large { shrunk((at.width, at.height), key.side) } else { (at.width, at.height) };
    View { at, width, height }
}

/// Shrinks a picture to its longer side.
fn small(image: RgbImage, side: u32) -> RgbImage {
    let (width, height) = shrunk(image.dimensions(), side);
    if (width, height) == image.dimensions() { image } else { image::imageops::thumbnail(&image, width, height) }
}

/// A width and a height of which the longer is at most so long.
fn shrunk((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let share = (f64::from(side) / f64::from(width.max(height))).min(1.0);
    let length = |length: u32| ((f64::from(length) * share).round() as u32).max(1);
    if share < 1.0 { (length(width), length(height)) } else { (width, height) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_one_image_are_cut_together_and_shrunk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("field.png");
        RgbImage::from_fn(90, 60, |x, y| image::Rgb([x as u8, y as u8, 0])).save(&path).unwrap();
        let place = |x| Place { x, y: 10, width: 40, height: 40 };
        let key = |at| ThumbKey { path: path.clone(), at, side: 20 };
        let other = ThumbKey { path: "other.png".into(), at: Some(place(1)), side: 20 };
        let keys = [key(Some(place(70))), other, key(None), key(Some(place(5)))].map(|key| (key, None));
        let mut wishes = Wishes { keys: keys.to_vec() };
        let taken = wishes.take();
        assert_eq!((taken.len(), wishes.keys.len()), (2, 2));
        let mut seen = Vec::new();
        answer(&Whole::default(), Stamp::of(&path), taken, &mut |answer| {
            let Answer::Read(thumb) = answer else { panic!("it was never read before") };
            let picture = thumb.picture.unwrap();
            seen.push((thumb.full, picture.dimensions(), picture.get_pixel(0, 0).0, picture.get_pixel(19, 0).0));
        });
        let [first, second] = seen[..] else { panic!("{seen:?}") };
        assert_eq!((first.0, first.1), ((40, 40), (20, 20)));
        assert!((5..9).contains(&first.2[0]) && (70..74).contains(&second.2[0]));
        assert_eq!(second.3, BEYOND);
    }
}
