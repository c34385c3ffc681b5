//! The language of the window: texts stand in English where they are used, and a catalogue has them in another one.
//!
//! The English text is the key, so that a text which no catalogue has is still read. What is written into files, reports and
//! the terminal is English and does not come here. A language is spoken by a thread, the window's own; all others speak
//! English.

#[macro_use]
mod macros;
mod catalogue;
mod fill;
mod pattern;
mod tongue;

use std::{borrow::Cow, cell::Cell, fmt::Display};

pub use tongue::Language;

/// What stands between the parts of a text that says several things.
const APART: &str = "; ";

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// What this thread says from now on is in this language.
pub fn speak(language: Language) {
    SPOKEN.set(language);
}

/// The words for an English text.
#[must_use]
pub fn of(text: &str) -> &str {
    catalogue::of(SPOKEN.get()).and_then(|catalogue| catalogue.find(text)).unwrap_or(text)
}

/// The words for a text of a layer below, which may hold numbers and names already, or be of several parts; English where
/// it is not known.
#[must_use]
pub fn heard(text: &str) -> Cow<'_, str> {
    let Some(catalogue) = catalogue::of(SPOKEN.get()) else { return text.into() };
    if let Some(words) = catalogue.find(text) {
        return words.into();
    }
    if let Some(words) = catalogue.patterns.iter().find_map(|pattern| pattern.translate(text, heard)) {
        return words.into();
    }
    match text.split_once(APART) {
        Some((first, others)) => format!("{}{APART}{}", heard(first), heard(others)).into(),
        None => text.into(),
    }
}

/// The same for several.
#[must_use]
pub fn each(texts: &[String]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| heard(text)).collect()
}

/// The words for an English text, with values in the places that it names.
#[must_use]
pub fn filled(text: &str, values: &[(&str, &dyn Display)]) -> String {
    fill::fill(of(text), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_speaks_its_own_language() {
        speak(Language::Spanish);
        assert_eq!(of("Settings"), "Ajustes");
        assert_eq!(of("no such text"), "no such text");
        let other = std::thread::Builder::new().spawn(|| of("Settings")).unwrap().join().unwrap();
        assert_eq!(other, "Settings");
        speak(Language::English);
        assert_eq!(of("Settings"), "Settings");
    }

    #[cfg(feature = "gui")]
    #[test]
    fn one_and_many_have_words_of_their_own() {
        let said = |count: usize| n!(count, "1 run", "{count} runs", count);
        assert_eq!([0, 1, 2].map(said), ["0 runs", "1 run", "2 runs"]);
        speak(Language::Spanish);
        assert_eq!([1, 2].map(said), ["1 entrenamiento", "2 entrenamientos"]);
        speak(Language::English);
    }
}
