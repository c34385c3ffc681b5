//! Small pictures of images, decoded by rayon behind a bounded queue; the newest wish comes first.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
};

use super::observe::Wake;
use crate::data::decode;

/// Wishes older than this many newer ones are dropped; the view asks again when it still needs them.
const QUEUE: usize = 256;

/// One picture: which file, and how long its longer side may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThumbKey {
    pub path: PathBuf,
    /// In physical pixels.
    pub side: u32,
}

/// A decoded picture, RGB, or why there is none.
#[derive(Clone, Debug)]
pub struct Thumb {
    pub key: ThumbKey,
    pub picture: Result<image::RgbImage, String>,
}

/// The queue; lives on the window's thread and never waits for a decode.
pub struct Thumbs {
    wishes: Arc<Mutex<Wishes>>,
    sender: Sender<Thumb>,
    ready: Receiver<Thumb>,
    asked: HashSet<ThumbKey>,
    wake: Wake,
}

#[derive(Default)]
struct Wishes {
    /// The last is served first.
    keys: Vec<ThumbKey>,
}

impl Thumbs {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (sender, ready) = channel();
        Self { wishes: Arc::default(), sender, ready, asked: HashSet::new(), wake: Arc::new(wake) }
    }

    /// Asks for a picture; asking again while it is under way costs nothing.
    pub fn ask(&mut self, key: &ThumbKey) {
        if !self.asked.insert(key.clone()) {
            return;
        }
        let dropped = {
            // Held for a push or a pop only, never over a decode.
            let mut wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
            wishes.keys.push(key.clone());
            if wishes.keys.len() > QUEUE { Some(wishes.keys.remove(0)) } else { None }
        };
        if let Some(dropped) = dropped {
            self.asked.remove(&dropped);
            return;
        }
        let (wishes, sender, wake) = (Arc::clone(&self.wishes), self.sender.clone(), Arc::clone(&self.wake));
        rayon::spawn(move || {
            let key = wishes.lock().unwrap_or_else(PoisonError::into_inner).keys.pop();
            if let Some(key) = key {
                let picture = small(&key);
                let _ = sender.send(Thumb { key, picture });
                wake();
            }
        });
    }

    /// The next picture that is ready.
    pub fn poll(&mut self) -> Option<Thumb> {
        let thumb = self.ready.try_recv().ok()?;
        self.asked.remove(&thumb.key);
        Some(thumb)
    }
}

/// Decodes and shrinks one picture.
fn small(key: &ThumbKey) -> Result<image::RgbImage, String> {
    let picture = decode::open(&key.path).map_err(|why| why.to_string())?;
    let (width, height) = picture.dimensions();
    let share = (f64::from(key.side) / f64::from(width.max(height))).min(1.0);
    let side = |length: u32| ((f64::from(length) * share).round() as u32).max(1);
    Ok(image::imageops::thumbnail(&picture, side(width), side(height)))
}
