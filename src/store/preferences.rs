//! What the window remembers between two starts, as RON in the person's configuration folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    data::atomic,
    domain::{
        config::DeviceChoice,
        differential::{Rules, USUAL},
        letters::Letters,
    },
    fault::Failure,
    language::Language,
};

/// The file in the configuration folder.
const FILE: &str = "preferences.ron";
/// How many recent things are kept.
const RECENTS: usize = 8;

/// Light, dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThemeChoice {
    #[default]
    System,
    Light,
    Dark,
}

impl ThemeChoice {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// How a person reviews.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reviewing {
    /// Whose name stands in entries and under results; empty until a person has said it.
    pub who: String,
    /// Letters of classes that were changed, with those that had to make way.
    pub letters: Letters,
    /// The lab's ranges, for sessions to come.
    pub rules: Rules,
    /// Leukocytes that are to be counted.
    pub goal: u64,
    /// Sessions opened or begun lately, the latest first.
    pub sessions: Vec<PathBuf>,
}

impl Default for Reviewing {
    fn default() -> Self {
        let (letters, rules) = (Letters::default(), Rules::default());
        Self { who: String::new(), letters, rules, goal: USUAL, sessions: Vec::new() }
    }
}

/// Everything that is remembered. A field that a file does not have takes its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    pub theme: ThemeChoice,
    /// Of the window; `None` for the system's until a person has chosen one.
    pub language: Option<Language>,
    /// Size of the whole window's content; 1 is the system's own.
    pub scale: f32,
    /// No movement where it only pleases.
    pub reduced_motion: bool,
    pub device: DeviceChoice,
    /// Where runs are written; `None` for the usual folder.
    pub outputs: Option<PathBuf>,
    /// The model in use: a bundled name or a run folder.
    pub model: Option<String>,
    /// Folders of models that lie elsewhere than the runs, the latest first.
    pub models: Vec<PathBuf>,
    /// Datasets opened lately, the latest first.
    pub recents: Vec<PathBuf>,
    /// The notice of the first start was read.
    pub notice_read: bool,
    pub inspector_open: bool,
    /// In points.
    pub inspector_width: f32,
    /// Side of a gallery's pictures in points.
    pub thumb_side: f32,
    pub reviewing: Reviewing,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            language: None,
            scale: 1.0,
            reduced_motion: false,
            device: DeviceChoice::Auto,
            outputs: None,
            model: None,
            models: Vec::new(),
            recents: Vec::new(),
            notice_read: false,
            inspector_open: true,
            inspector_width: 264.0,
            thumb_side: 88.0,
            reviewing: Reviewing::default(),
        }
    }
}

impl Preferences {
    /// Moves a dataset to the front of the recent ones.
    pub fn remember(&mut self, root: &Path) {
        to_front(&mut self.recents, root);
    }

    /// Keeps the folder of a model that lies elsewhere than the runs.
    pub fn remember_model(&mut self, folder: &Path) {
        to_front(&mut self.models, folder);
    }

    /// Moves a session to the front of the recent ones.
    pub fn remember_session(&mut self, folder: &Path) {
        to_front(&mut self.reviewing.sessions, folder);
    }

    /// Values that a hand-edited file may have put out of range come back into it.
    fn in_range(mut self) -> Self {
        let usual = Self::default();
        let within = |value: f32, low: f32, high: f32, usual: f32| {
            if value.is_finite() { value.clamp(low, high) } else { usual }
        };
        self.scale = within(self.scale, 0.75, 2.0, usual.scale);
        self.inspector_width = within(self.inspector_width, 200.0, 480.0, usual.inspector_width);
        self.thumb_side = within(self.thumb_side, 48.0, 240.0, usual.thumb_side);
        self
    }
}

/// Puts a path in front of the others, of which the oldest goes.
fn to_front(paths: &mut Vec<PathBuf>, path: &Path) {
    paths.retain(|known| known != path);
    paths.insert(0, path.to_owned());
    paths.truncate(RECENTS);
}

/// Reads the preferences; a damaged file is set aside and named in the warning, never overwritten.
#[must_use]
pub fn load(folder: &Path) -> (Preferences, Option<Failure>) {
    let path = folder.join(FILE);
    let why = match fs::read_to_string(&path) {
        Ok(text) => match ron::from_str::<Preferences>(&text) {
            Ok(read) => return (read.in_range(), None),
            Err(why) => why.to_string(),
        },
        Err(why) if why.kind() == io::ErrorKind::NotFound => return (Preferences::default(), None),
        Err(why) => why.to_string(),
    };
    let aside = folder.join("preferences.damaged.ron");
    let hint = match fs::rename(&path, &aside) {
        Ok(()) => "the defaults are used; the old file was set aside",
        Err(_) => "the defaults are used until the file can be read",
    };
    (Preferences::default(), Some(Failure::new("the preferences could not be read", why, hint).at(path)))
}

/// Writes the preferences whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn save(folder: &Path, preferences: &Preferences) -> Result<(), Failure> {
    let failed = |why: String| {
        Failure::new("the preferences could not be saved", why, "check the folder's permissions").at(folder)
    };
    let text = ron::ser::to_string_pretty(preferences, ron::ser::PrettyConfig::default())
        .map_err(|why| failed(why.to_string()))?;
    atomic::write(&folder.join(FILE), text.as_bytes()).map_err(|why| failed(why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn come_back_as_they_were_saved() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept =
            Preferences { theme: ThemeChoice::Dark, scale: 1.25, notice_read: true, ..Preferences::default() };
        kept.remember(Path::new("a"));
        kept.remember(Path::new("b"));
        kept.remember(Path::new("a"));
        save(folder.path(), &kept).unwrap();
        assert_eq!(load(folder.path()), (kept.clone(), None));
        assert_eq!(kept.recents, [PathBuf::from("a"), PathBuf::from("b")]);
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_an_old_one_completed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "(theme: Purple").unwrap();
        let (read, warning) = load(folder.path());
        assert_eq!(read, Preferences::default());
        assert!(warning.is_some());
        assert!(folder.path().join("preferences.damaged.ron").exists());
        fs::write(folder.path().join(FILE), "(theme: Light, scale: 90.0)").unwrap();
        let (read, warning) = load(folder.path());
        assert_eq!((read.theme, read.scale, warning), (ThemeChoice::Light, 2.0, None));
    }
}
