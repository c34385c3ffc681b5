//! Texts that come from the layers below with a number or a name in them already, such as `there is no model "x"`.

use std::{borrow::Cow, fmt::Display};

use super::fill;

/// The name of a place that holds a number and nothing else, so that `{n} cells` is not taken for any text on cells.
const NUMBER: &str = "n";

/// A text with places, as it stands in the sources, and its translation with the same places.
pub(super) struct Pattern {
    /// The words before, between and behind the places.
    words: Vec<String>,
    names: Vec<String>,
    translation: String,
}

impl Pattern {
    /// `None` for a text without a place.
    pub(super) fn new(text: &str, translation: &str) -> Option<Self> {
        let (mut words, mut names) = (Vec::new(), Vec::new());
        let mut rest = text;
        while let Some((before, (name, after))) = rest.split_once('{').and_then(|(a, b)| Some((a, b.split_once('}')?)))
        {
            words.push(before.to_owned());
            names.push(name.to_owned());
            rest = after;
        }
        words.push(rest.to_owned());
        (!names.is_empty()).then(|| Self { words, names, translation: translation.to_owned() })
    }

    /// How much of it is words: the more, the less it fits by chance.
    pub(super) fn weight(&self) -> usize {
        self.words.iter().map(String::len).sum()
    }

    /// The translation of a text that was made of this one; `of` translates what stands in a place.
    pub(super) fn translate<'a>(&self, text: &'a str, of: impl Fn(&'a str) -> Cow<'a, str>) -> Option<String> {
        let (first, others) = self.words.split_first()?;
        let mut rest = text.strip_prefix(first.as_str())?;
        let mut values = Vec::with_capacity(self.names.len());
        for (at, words) in others.iter().enumerate() {
            let last = at + 1 == others.len();
            let (value, after) = match (last, words.is_empty()) {
                (true, true) => (rest, ""),
                (true, false) => (rest.strip_suffix(words.as_str())?, ""),
                (false, _) => rest.split_once(words.as_str())?,
            };
            if self.names.get(at).is_some_and(|name| name == NUMBER)
                && !value.starts_with(|one: char| one.is_ascii_digit())
            {
                return None;
            }
            values.push(of(value));
            rest = after;
        }
        let pairs: Vec<(&str, &dyn Display)> =
            self.names.iter().zip(&values).map(|(name, value)| (name.as_str(), value as _)).collect();
        Some(fill::fill(&self.translation, &pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_places_is_carried_over() {
        let pattern = Pattern::new("{n} of {all} files: {why}", "{why}: {n} de {all} archivos").unwrap();
        let of = |text| Cow::from(if text == "too large" { "muy grandes" } else { text });
        let said = pattern.translate("3 of 12 files: too large", of);
        assert_eq!(said.as_deref(), Some("muy grandes: 3 de 12 archivos"));
        assert_eq!(pattern.translate("3 of 12 folders: too large", of), None);
        let ends = Pattern::new("no `{model}` fits", "ninguno encaja en `{model}`").unwrap();
        assert_eq!(ends.translate("no `x` fits", of).as_deref(), Some("ninguno encaja en `x`"));
        assert_eq!(ends.translate("no `x` fits here", of), None);
        assert_eq!(pattern.translate("some of 12 files: too large", of), None, "where a number belongs");
        assert!(Pattern::new("no place", "sin lugar").is_none());
    }
}
