//! The letter of each class: one table for headings, keys and help, which a person may change.

use serde::{Deserialize, Serialize};

/// Letters of the known classes.
const KNOWN: [(&str, char); 8] = [
    ("basophil", 'B'),
    ("eosinophil", 'E'),
    ("erythroblast", 'R'),
    ("ig", 'I'),
    ("lymphocyte", 'L'),
    ("monocyte", 'M'),
    ("neutrophil", 'N'),
    ("platelet", 'P'),
];
/// Takes a cell out of every class.
pub const NOT_CLASSED: char = 'X';
/// Takes the last step back.
pub const UNDO: char = 'Z';
/// Puts a cell into Unidentified.
pub const UNIDENTIFIED: char = 'U';
/// Letters that no class may have.
pub const RESERVED: [char; 3] = [NOT_CLASSED, UNDO, UNIDENTIFIED];

/// The letters of some classes, each its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Letters(Vec<(String, char)>);

impl Letters {
    /// A letter for each class, in order: the known ones their own, others the first letter of their name that is free, then
    /// of the alphabet, then a digit. Beyond all of those a class goes without.
    #[must_use]
    pub fn of<'a>(classes: impl Iterator<Item = &'a str>) -> Self {
        let classes: Vec<&str> = classes.collect();
        let mut taken: Vec<(String, char)> = classes
            .iter()
            .filter_map(|class| KNOWN.into_iter().find(|(name, _)| name == class))
            .map(|(name, letter)| (name.to_owned(), letter))
            .collect();
        for class in &classes {
            let is_free = |letter: &char| is_key(*letter) && !taken.iter().any(|(_, other)| other == letter);
            if taken.iter().any(|(name, _)| name == class) {
                continue;
            }
            let own = class.chars().map(|letter| letter.to_ascii_uppercase()).filter(char::is_ascii_alphabetic);
            if let Some(letter) = own.chain('A'..='Z').chain('1'..='9').chain(['0']).find(is_free) {
                taken.push(((*class).to_owned(), letter));
            }
        }
        let place = |name: &str| classes.iter().position(|class| *class == name);
        taken.sort_by_key(|(name, _)| place(name));
        Self(taken)
    }

    /// The same with the letters that a person gave classes before, as far as these are among them.
    #[must_use]
    pub fn kept<'a>(classes: impl Iterator<Item = &'a str>, kept: &Self) -> Self {
        let mut letters = Self::of(classes);
        for (class, letter) in kept.iter() {
            if letters.letter(class).is_some() {
                // What was a key once is one still, unless the file was edited.
                let _ = letters.change(class, letter);
            }
        }
        letters
    }

    /// The letter of a class.
    #[must_use]
    pub fn letter(&self, class: &str) -> Option<char> {
        self.0.iter().find(|(name, _)| name == class).map(|(_, letter)| *letter)
    }

    /// The class of a letter, whatever its case.
    #[must_use]
    pub fn class(&self, letter: char) -> Option<&str> {
        let letter = letter.to_ascii_uppercase();
        self.0.iter().find(|(_, other)| *other == letter).map(|(name, _)| name.as_str())
    }

    /// Gives a class another letter; a class that had it gets the old one.
    ///
    /// # Errors
    /// In words, where it is no key for a class.
    pub fn change(&mut self, class: &str, letter: char) -> Result<(), String> {
        let letter = letter.to_ascii_uppercase();
        if !is_key(letter) {
            return Err(format!("{letter} cannot stand for a class: choose a letter or a digit other than X, U and Z"));
        }
        let old = self.letter(class);
        if let Some(at) = self.0.iter().position(|(name, other)| *other == letter && name != class) {
            match (self.0.get_mut(at), old) {
                (Some(other), Some(old)) => other.1 = old,
                _ => drop(self.0.remove(at)),
            }
        }
        match self.0.iter_mut().find(|(name, _)| name == class) {
            Some(own) => own.1 = letter,
            None => self.0.push((class.to_owned(), letter)),
        }
        Ok(())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, char)> {
        self.0.iter().map(|(name, letter)| (name.as_str(), *letter))
    }
}

fn is_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() && !RESERVED.contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::classes::{ClassList, KNOWN as CLASSES};

    #[test]
    fn every_known_class_has_its_own_letter() {
        let letters = Letters::of(ClassList::known().iter());
        for class in CLASSES {
            let letter = letters.letter(class.name).unwrap();
            assert_eq!(letters.class(letter.to_ascii_lowercase()), Some(class.name));
            assert!(!RESERVED.contains(&letter));
        }
        assert_eq!(letters.iter().count(), 8);
    }

    #[test]
    fn other_classes_get_what_is_free() {
        let letters = Letters::of(["blast", "basophil", "lymphoma", "zz", "嗜酸"].into_iter());
        let all: Vec<(&str, char)> = letters.iter().collect();
        assert_eq!(all, [("blast", 'L'), ("basophil", 'B'), ("lymphoma", 'Y'), ("zz", 'A'), ("嗜酸", 'C')]);
        let many: Vec<String> = (0..60).map(|n| format!("class {n}")).collect();
        let letters = Letters::of(many.iter().map(String::as_str));
        let mut seen: Vec<char> = letters.iter().map(|(_, letter)| letter).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((letters.iter().count(), seen.len()), (33, 33), "26 letters and 10 digits without X, U and Z");
    }

    #[test]
    fn changed_letters_are_kept_for_the_next_list_of_classes() {
        let mut letters = Letters::of(["ig", "monocyte", "neutrophil"].into_iter());
        letters.change("ig", 'n').unwrap();
        assert_eq!(Letters::kept(["ig", "monocyte", "neutrophil"].into_iter(), &letters), letters);
        let others = Letters::kept(["blast", "ig"].into_iter(), &letters);
        assert_eq!(
            (others.letter("ig"), others.letter("blast"), others.letter("monocyte")),
            (Some('N'), Some('B'), None)
        );
    }

    #[test]
    fn a_letter_is_changed_and_none_is_there_twice() {
        let mut letters = Letters::of(["ig", "monocyte", "neutrophil"].into_iter());
        letters.change("ig", 'n').unwrap();
        let all: Vec<(&str, char)> = letters.iter().collect();
        assert_eq!(all, [("ig", 'N'), ("monocyte", 'M'), ("neutrophil", 'I')]);
        letters.change("smudge", '5').unwrap();
        letters.change("blast", '5').unwrap();
        assert_eq!((letters.letter("smudge"), letters.class('5')), (None, Some("blast")));
        for letter in ['z', 'X', 'u', ' ', 'é'] {
            assert!(letters.change("ig", letter).is_err(), "{letter}");
        }
    }
}
