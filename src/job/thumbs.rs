//! Small pictures of images, decoded by rayon behind a bounded queue; the newest wish comes first.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    time::SystemTime,
};

use super::observe::Wake;
use crate::data::read::decode;

/// Wishes for small pictures older than this many newer ones are dropped; the view asks again when it still needs them.
const QUEUE: usize = 256;
/// The same for large ones, of which a view shows one.
const FEW: usize = 2;

/// One picture: which file, and how long its longer side may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThumbKey {
    pub path: PathBuf,
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

/// A decoded picture, RGB, or why there is none.
#[derive(Clone, Debug)]
pub struct Thumb {
    pub key: ThumbKey,
    /// Of the file as it was read.
    pub stamp: Option<Stamp>,
    pub picture: Result<image::RgbImage, String>,
    /// Width and height of the image itself in pixels; zero where there is none.
    pub full: (u32, u32),
}

/// The queue; lives on the window's thread and never waits for a decode.
pub struct Thumbs {
    wishes: Arc<Mutex<Wishes>>,
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

impl Thumbs {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (sender, ready) = channel();
        Self { wishes: Arc::default(), sender, ready, asked: HashSet::new(), queue: QUEUE, wake: Arc::new(wake) }
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
        let (wishes, sender, wake) = (Arc::clone(&self.wishes), self.sender.clone(), Arc::clone(&self.wake));
        rayon::spawn(move || {
            let wish = wishes.lock().unwrap_or_else(PoisonError::into_inner).keys.pop();
            if let Some((key, known)) = wish {
                let stamp = Stamp::of(&key.path);
                let same = known.is_some() && stamp == known;
                let _ = sender.send(if same { Answer::Same(key) } else { Answer::Read(small(key, stamp)) });
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

/// Decodes and shrinks one picture.
fn small(key: ThumbKey, stamp: Option<Stamp>) -> Thumb {
    let picture = match decode::open(&key.path) {
        Ok(picture) => picture,
        Err(why) => return Thumb { key, stamp, picture: Err(why.to_string()), full: (0, 0) },
    };
    let (width, height) = picture.dimensions();
    let share = (f64::from(key.side) / f64::from(width.max(height))).min(1.0);
    let side = |length: u32| ((f64::from(length) * share).round() as u32).max(1);
    let picture = if share < 1.0 { image::imageops::thumbnail(&picture, side(width), side(height)) } else { picture };
    Thumb { key, stamp, picture: Ok(picture), full: (width, height) }
}
