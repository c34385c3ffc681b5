//! Which face writes which letter: the program's own first, so that a picture is the same on every machine, then one of the
//! system's that has it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use fontdb::{Database, FaceInfo, ID, Source};
use resvg::usvg::{FontResolver, Options};
use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};
use unicode_width::UnicodeWidthChar;

/// Inter, SIL Open Font License 1.1.
pub(super) static REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.ttf");
/// Inter SemiBold, SIL Open Font License 1.1.
pub(super) static STRONG: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.ttf");

/// Sans-serif families of usual systems with many letters, the better ones first.
const PREFERRED: [&str; 14] = [
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Noto Sans Arabic",
    "PingFang SC",
    "Apple SD Gothic Neo",
    "Geeza Pro",
    "Kohinoor Devanagari",
    "Microsoft YaHei",
    "Malgun Gothic",
    "Nirmala UI",
    "Segoe UI",
    "DejaVu Sans",
];
/// Parts of the names of faces that are for headlines, for columns of code, or only look as if they had a letter.
const UNSUITED: [&str; 7] = ["Serif", "Mono", "Nastaliq", "Kufi", "Display", "Looped", "Symbols"];
const HOLLOW: [&str; 3] = ["LastResort", "Blank", "Tofu"];

/// A face of a [`Library`], by its place there; the program's own two come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Face(usize);

impl Face {
    pub(super) const REGULAR: Self = Self(0);
    pub(super) const STRONG: Self = Self(1);

    /// What a picture calls it.
    pub(super) fn family(self) -> String {
        format!("face-{}", self.0)
    }
}

/// Where further faces are looked for.
enum More {
    System,
    Given(Vec<Vec<u8>>),
}

/// Every face that a report may be written with.
pub struct Library {
    own: Arc<Database>,
    more: More,
    /// With the further ones, which take long to load: only once a letter needs them.
    whole: OnceLock<Whole>,
    found: Mutex<BTreeMap<char, Option<Face>>>,
}

struct Whole {
    fonts: Arc<Database>,
    order: Vec<ID>,
}

impl Library {
    /// The program's own faces and those of this machine.
    #[must_use]
    pub fn system() -> &'static Self {
        static SYSTEM: OnceLock<Library> = OnceLock::new();
        SYSTEM.get_or_init(|| Self::with(More::System))
    }

    /// The program's own faces and the ones in these files alone, whatever this machine has.
    #[must_use]
    pub fn given(files: Vec<Vec<u8>>) -> Self {
        Self::with(More::Given(files))
    }

    fn with(more: More) -> Self {
        let mut own = Database::new();
        for data in [REGULAR, STRONG] {
            own.load_font_source(Source::Binary(Arc::new(data)));
        }
        own.set_sans_serif_family("Inter");
        Self { own: Arc::new(own), more, whole: OnceLock::new(), found: Mutex::default() }
    }

    /// Whether a text can be written: each letter has a face, or needs none.
    #[must_use]
    pub fn writes(&self, text: &str) -> bool {
        let mut before = false;
        text.chars().all(|letter| {
            // A mark over one of the program's own letters is drawn as one letter with it.
            let written = own(letter) || unseen(letter) || (joins(letter) && before) || self.find(letter).is_some();
            before = own(letter) || (joins(letter) && before);
            written
        })
    }

    /// A text as pieces of one face each; what no face has goes with the program's own.
    pub(super) fn runs<'a>(&self, text: &'a str) -> Vec<(Face, &'a str)> {
        let mut runs: Vec<(Face, usize, usize)> = Vec::new();
        for (at, letter) in text.char_indices() {
            let last = runs.last().map(|(face, ..)| *face);
            let face = match last {
                Some(last) if joins(letter) || unseen(letter) => last,
                _ if own(letter) => Face::REGULAR,
                Some(last) if last != Face::REGULAR && self.has(last, letter) => last,
                _ => self.find(letter).unwrap_or(Face::REGULAR),
            };
            let end = at + letter.len_utf8();
            match runs.last_mut() {
                Some((same, _, to)) if *same == face => *to = end,
                _ => runs.push((face, at, end)),
            }
        }
        runs.into_iter().filter_map(|(face, from, to)| Some((face, text.get(from..to)?))).collect()
    }

    /// How a picture finds its faces: by [`Face::family`], else the program's own.
    pub(super) fn options(&self) -> Options<'_> {
        let select_font = Box::new(|font: &resvg::usvg::Font, _: &mut Arc<Database>| {
            let named = font.families().iter().find_map(|family| {
                let name = family.to_string();
                name.trim_matches('"').strip_prefix("face-")?.parse().ok()
            });
            self.id(named.map_or(Face::REGULAR, Face))
        });
        // Every run names its face, so that nothing is missing and nothing need be guessed.
        let select_fallback = Box::new(|_: char, _: &[ID], _: &mut Arc<Database>| None);
        Options {
            font_family: "Inter".to_owned(),
            fontdb: self.fonts(),
            font_resolver: FontResolver { select_font, select_fallback },
            ..Options::default()
        }
    }

    /// Which of the program's own two a face of a picture is.
    pub(super) fn own_face(&self, id: ID) -> Option<Face> {
        [Face::REGULAR, Face::STRONG].into_iter().find(|face| self.id(*face) == Some(id))
    }

    /// Font units in the side of a face's em square.
    pub(super) fn upem(&self, id: ID) -> f32 {
        let upem = self.fonts().with_face_data(id, |data, index| {
            let font = FontRef::from_index(data, index).ok()?;
            Some(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em)
        });
        f32::from(upem.flatten().unwrap_or(1000).max(1))
    }

    /// Draws a glyph with an em of 1,000; `None` where it has no lines. Tells how far from it the next one stands.
    pub(super) fn outline(&self, id: ID, glyph: u32, pen: &mut impl OutlinePen) -> Option<f32> {
        let drawn = self.fonts().with_face_data(id, |data, index| {
            let font = FontRef::from_index(data, index).ok()?;
            let (glyph, size) = (GlyphId::new(glyph), Size::new(1000.0));
            let settings = DrawSettings::unhinted(size, LocationRef::default());
            font.outline_glyphs().get(glyph)?.draw(settings, pen).ok()?;
            font.glyph_metrics(size, LocationRef::default()).advance_width(glyph)
        });
        drawn.flatten()
    }

    fn fonts(&self) -> Arc<Database> {
        Arc::clone(self.whole.get().map_or(&self.own, |whole| &whole.fonts))
    }

    fn id(&self, face: Face) -> Option<ID> {
        match self.whole.get() {
            Some(whole) => whole.order.get(face.0).copied(),
            None => self.own.faces().nth(face.0).map(|face| face.id),
        }
    }

    /// The face that a letter without one of the program's own is written with.
    fn find(&self, letter: char) -> Option<Face> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        *found.entry(letter).or_insert_with(|| {
            let all = (0..self.whole().order.len()).map(Face);
            all.skip(2).find(|face| self.has(*face, letter))
        })
    }

    /// Whether a face has the letter, and draws it with lines.
    fn has(&self, face: Face, letter: char) -> bool {
        let whole = self.whole();
        let Some(id) = whole.order.get(face.0) else { return false };
        let found = whole.fonts.with_face_data(*id, |data, index| {
            let font = FontRef::from_index(data, index).ok()?;
            font.outline_glyphs().get(font.charmap().map(letter)?).map(|_| ())
        });
        found.flatten().is_some()
    }

    fn whole(&self) -> &Whole {
        self.whole.get_or_init(|| {
            // Numbers of the program's own faces stay as they are.
            let mut fonts = Database::clone(&self.own);
            match &self.more {
                More::System => load_system(&mut fonts),
                More::Given(files) => files.iter().for_each(|file| fonts.load_font_data(file.clone())),
            }
            let own: Vec<ID> = self.own.faces().map(|face| face.id).collect();
            let upright = |face: &&FaceInfo| face.style == fontdb::Style::Normal && !own.contains(&face.id);
            let mut more: Vec<_> =
                fonts.faces().filter(upright).filter_map(|face| Some((rank(face)?, face.id))).collect();
            more.sort_by(|(a, _), (b, _)| a.cmp(b));
            let order = own.iter().copied().chain(more.into_iter().map(|(_, id)| id)).collect();
            Whole { fonts: Arc::new(fonts), order }
        })
    }
}

/// The folders of the system's fonts, with those that a desktop names.
fn load_system(fonts: &mut Database) {
    fonts.load_system_fonts();
    let dirs = std::env::var_os("XDG_DATA_DIRS").unwrap_or_default();
    let dirs = std::env::split_paths(&dirs).map(|dir| dir.join("fonts"));
    let known = ["/usr/share/fonts", "/usr/local/share/fonts"].map(PathBuf::from);
    dirs.filter(|dir| !known.contains(dir)).for_each(|dir| fonts.load_fonts_dir(dir));
}

/// What a face is preferred by, the smallest first; `None` for one that only looks as if it had every letter.
fn rank(face: &FaceInfo) -> Option<(usize, u32, u16, String, u32)> {
    let family = face.families.first().map_or("", |(family, _)| family.as_str());
    if HOLLOW.iter().any(|part| family.contains(part)) {
        return None;
    }
    let known = PREFERRED.iter().position(|name| *name == family).unwrap_or(PREFERRED.len());
    let unsuited = UNSUITED.iter().filter(|part| family.contains(**part)).count() as u32
        + u32::from(face.monospaced)
        + u32::from(face.stretch != fontdb::Stretch::Normal);
    let weight = face.weight.0.abs_diff(fontdb::Weight::NORMAL.0);
    Some((known, unsuited, weight, family.to_owned(), face.index))
}

/// Whether both of the program's own faces have a letter.
pub(super) fn own(letter: char) -> bool {
    static FACE: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    let face = FACE.get_or_init(|| FontRef::new(REGULAR).ok());
    face.as_ref().is_some_and(|face| face.charmap().map(letter).is_some())
}

/// Whether a letter is drawn onto the one before it.
pub(super) fn joins(letter: char) -> bool {
    letter.width() == Some(0) && !unseen(letter)
}

/// Whether a letter only says how its neighbours are set.
pub(super) const fn unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether a letter belongs to a script that is read from right to left.
pub(super) const fn reads_leftwards(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
