//! The eight classes of the mission, their codes, colours and aliases, and the class list of a dataset or model.

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Serialize};

/// How a class looks everywhere: in charts, chips and galleries (Okabe-Ito colours).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassStyle {
    /// Three letters, such as `NEU`.
    pub code: &'static str,
    /// sRGB.
    pub colour: [u8; 3],
    /// The shape that stands beside the colour, so that colour never speaks alone.
    pub marker: Marker,
}

/// Marker shapes, one a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    Circle,
    Square,
    Diamond,
    Up,
    Down,
    Left,
    Right,
    Cross,
}

/// One of the eight known classes: its name, style, and whether it is a leukocyte.
#[derive(Clone, Copy, Debug)]
pub struct KnownClass {
    pub name: &'static str,
    /// What a person reads, such as `Immature granulocyte`.
    pub title: &'static str,
    pub style: ClassStyle,
    /// White cells alone form a differential's denominator.
    pub leukocyte: bool,
    /// Lower-case folder names that mean this class, beside `name` itself and its plural.
    aliases: &'static [&'static str],
}

const fn known(
    name: &'static str,
    title: &'static str,
    code: &'static str,
    colour: [u8; 3],
    marker: Marker,
    leukocyte: bool,
    aliases: &'static [&'static str],
) -> KnownClass {
    KnownClass { name, title, style: ClassStyle { code, colour, marker }, leukocyte, aliases }
}

/// The eight classes in the fixed order of every list, bar and matrix.
pub const KNOWN: [KnownClass; 8] = [
    known("basophil", "Basophil", "BAS", [0x00, 0x72, 0xB2], Marker::Circle, true, &["ba", "bas", "baso"]),
    known("eosinophil", "Eosinophil", "EOS", [0xD5, 0x5E, 0x00], Marker::Square, true, &["eo", "eos", "eosino"]),
    known(
        "erythroblast",
        "Erythroblast",
        "ERB",
        [0xCC, 0x79, 0xA7],
        Marker::Diamond,
        false,
        &["erb", "nrbc", "normoblast", "nucleated red cell", "nucleated red blood cell"],
    ),
    known(
        "ig",
        "Immature granulocyte",
        "IG",
        [0x00, 0x9E, 0x73],
        Marker::Up,
        true,
        &["immature granulocyte", "immunoglobulin", "immunoglobulin (ig)", "immature granulocyte (ig)"],
    ),
    known("lymphocyte", "Lymphocyte", "LYM", [0x56, 0xB4, 0xE9], Marker::Down, true, &["ly", "lym", "lymph"]),
    known("monocyte", "Monocyte", "MON", [0xF0, 0xE4, 0x42], Marker::Left, true, &["mo", "mon", "mono"]),
    known("neutrophil", "Neutrophil", "NEU", [0xE6, 0x9F, 0x00], Marker::Right, true, &["ne", "neu", "neut", "neutro"]),
    known("platelet", "Platelet", "PLT", [0x99, 0x99, 0x99], Marker::Cross, false, &["plt", "thrombocyte"]),
];

/// The known class of exactly this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static KnownClass> {
    KNOWN.iter().find(|class| class.name == name)
}

/// The class that a folder or label means: case, plural, separators and the lab's aliases are forgiven.
///
/// A name that is not known comes back trimmed and composed (NFC), and otherwise as it is: other classes are legal, and
/// systems differ in how they write one letter with its accent.
#[must_use]
pub fn canonical(folder: &str) -> String {
    let words = folder.trim().to_lowercase().replace(['_', '-'], " ");
    let spellings = [words.as_str(), words.strip_suffix('s').unwrap_or(&words)];
    let known =
        KNOWN.iter().find(|class| spellings.iter().any(|word| class.name == *word || class.aliases.contains(word)));
    known.map_or_else(
        || ComposingNormalizerBorrowed::new_nfc().normalize(folder.trim()).into_owned(),
        |class| class.name.to_owned(),
    )
}

/// What a person reads for a class name: the known title, else the name itself.
#[must_use]
pub fn title(name: &str) -> &str {
    find(name).map_or(name, |class| class.title)
}

/// The classes of a dataset or a model, in order. An index into this list is a label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClassList(Vec<String>);

impl ClassList {
    /// Sorts and deduplicates: known classes come out in their fixed order because it is alphabetical.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort();
        names.dedup();
        Self(names)
    }

    /// The eight classes of the mission.
    #[must_use]
    pub fn known() -> Self {
        Self::new(KNOWN.iter().map(|class| class.name.to_owned()))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.0.iter().map(String::as_str)
    }

    /// The name behind a label; `?` for a label outside the list.
    #[must_use]
    pub fn name(&self, label: usize) -> &str {
        self.0.get(label).map_or("?", String::as_str)
    }

    /// The label of a name.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }
}
