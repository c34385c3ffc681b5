//! The languages that the window speaks.

use serde::{Deserialize, Serialize};

/// One of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    #[default]
    English,
    Spanish,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// Its own name for itself.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
        }
    }

    /// The one that the system speaks, as its environment says.
    #[must_use]
    pub fn of_system() -> Self {
        Self::of_locale(["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok()))
    }

    /// The language of the first locale that says something, such as `es_MX.UTF-8`; English where it is another one.
    fn of_locale(locales: impl IntoIterator<Item = String>) -> Self {
        let locale = locales.into_iter().find(|locale| !locale.is_empty()).unwrap_or_default();
        match locale.split(['_', '.', '@', '-']).next() {
            Some("es") => Self::Spanish,
            _ => Self::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_says_something_counts() {
        let of = |locales: &[&str]| Language::of_locale(locales.iter().map(|locale| (*locale).to_owned()));
        assert_eq!(of(&["", "es_MX.UTF-8"]), Language::Spanish);
        assert_eq!(of(&["es"]), Language::Spanish);
        assert_eq!(of(&["C.UTF-8", "es_ES"]), Language::English);
        assert_eq!(of(&["est_EE"]), Language::English, "Estonian");
        assert_eq!(of(&[]), Language::English);
    }
}
