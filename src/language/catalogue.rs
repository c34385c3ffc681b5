//! The texts of each language beside English, from the files that come with the program.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use super::{Language, pattern::Pattern};

/// A file in `assets/words`: English texts with their translations.
#[derive(Default, Deserialize)]
struct File {
    /// Of the window itself.
    shown: HashMap<String, String>,
    /// Of the layers below it, as they stand there, places and all.
    heard: HashMap<String, String>,
}

/// A language that has been read.
pub(super) struct Catalogue {
    texts: HashMap<String, String>,
    /// Texts of the layers below with something in them that is known only when they are said, the most telling first.
    pub(super) patterns: Vec<Pattern>,
}

static SPANISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("../../assets/words/es.ron")));

impl Catalogue {
    /// A file that cannot be read leaves English.
    fn read(file: &str) -> Self {
        let File { shown: mut texts, heard } = ron::from_str(file).unwrap_or_default();
        let mut patterns: Vec<_> = heard.iter().filter_map(|(text, words)| Pattern::new(text, words)).collect();
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.weight()));
        texts.extend(heard);
        Self { texts, patterns }
    }

    /// What it has for an English text.
    pub(super) fn find(&self, text: &str) -> Option<&str> {
        self.texts.get(text).map(String::as_str)
    }
}

/// That of a language; English needs none.
pub(super) fn of(language: Language) -> Option<&'static Catalogue> {
    match language {
        Language::English => None,
        Language::Spanish => Some(&SPANISH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read() {
        assert!(SPANISH.texts.len() > 1000, "{} texts", SPANISH.texts.len());
        assert!(!SPANISH.patterns.is_empty());
    }
}
