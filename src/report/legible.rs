//! Words as they can be written here: a class that no font has the letters of goes by a code, which a note explains.

use std::{borrow::Cow, collections::BTreeSet, fmt::Write as _};

use super::fonts::{Library, own, reads_leftwards};
use crate::domain::classes::ClassList;

/// A class that cannot be written, and what stands for it.
struct Code {
    name: String,
    code: String,
}

/// What is written in place of what cannot be.
pub(super) struct Legible<'a> {
    pub library: &'a Library,
    /// The longest names first, since a shorter one may be a part of them.
    codes: Vec<Code>,
}

impl<'a> Legible<'a> {
    /// `C3` stands for the third class where no face has all of its letters.
    pub(super) fn new(library: &'a Library, classes: &ClassList) -> Self {
        let foreign = classes.iter().enumerate().filter(|(_, name)| !library.writes(name));
        let code = |(label, name): (usize, &str)| Code { name: name.to_owned(), code: format!("C{}", label + 1) };
        let mut codes: Vec<Code> = foreign.map(code).collect();
        codes.sort_by_key(|code| std::cmp::Reverse(code.name.len()));
        Self { library, codes }
    }

    /// A text with the codes of classes in it, and with escaped code points for any other letter that no face has.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.chars().all(own) {
            return Cow::Borrowed(text);
        }
        let mut coded = text.to_owned();
        for code in &self.codes {
            coded = coded.replace(&code.name, &code.code);
        }
        let written = if self.library.writes(&coded) { coded } else { self.escaped(&coded) };
        Cow::Owned(in_order(&written))
    }

    /// Adds the codes that stand in a text once it is written.
    pub(super) fn note_codes(&self, text: &str, into: &mut BTreeSet<usize>) {
        let mut rest = Cow::Borrowed(text);
        for (place, code) in self.codes.iter().enumerate() {
            if rest.contains(&code.name) {
                into.insert(place);
                rest = Cow::Owned(rest.replace(&code.name, ""));
            }
        }
    }

    /// What codes stand for, one a fact, in the order of the classes; `None` for no code.
    pub(super) fn note(&self, of: &BTreeSet<usize>) -> Option<String> {
        let mut codes: Vec<&Code> = of.iter().filter_map(|place| self.codes.get(*place)).collect();
        codes.sort_by_key(|code| (code.code.len(), &code.code));
        let facts: Vec<String> =
            codes.iter().map(|code| format!("{}: {}", code.code, self.escaped(&code.name))).collect();
        let words = "No font on this machine has these names, which stand as code points";
        (!facts.is_empty()).then(|| format!("{words} · {}", facts.join(" · ")))
    }

    fn escaped(&self, text: &str) -> String {
        let mut escaped = String::with_capacity(text.len());
        for letter in text.chars() {
            if self.library.writes(letter.encode_utf8(&mut [0; 4])) {
                escaped.push(letter);
            } else {
                // Writing into memory does not fail.
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(letter));
            }
        }
        escaped
    }
}

/// With a mark that keeps the parts of a path in their order: a name that is read from right to left would draw the number
/// behind its slash to its other side.
fn in_order(text: &str) -> String {
    let mut ordered = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '/' && ordered.chars().next_back().is_some_and(reads_leftwards) {
            ordered.push('\u{200e}');
        }
        ordered.push(letter);
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_without_a_font_is_a_code_with_a_note() {
        let library = Library::given(Vec::new());
        let classes = ClassList::new(["细胞", "细胞核", "Zelle é", "ig"].map(str::to_owned));
        assert_eq!(classes.label("细胞核"), Some(3));
        let legible = Legible::new(&library, &classes);
        assert_eq!(legible.text("Zelle é"), "Zelle é");
        assert_eq!(legible.text("细胞核, area 0.9"), "C4, area 0.9");
        assert_eq!(legible.text("细胞/图.png"), "C3/\\u{56fe}.png");
        assert_eq!(in_order("وحيدة/1.png"), "وحيدة\u{200e}/1.png");
        let mut used = BTreeSet::new();
        legible.note_codes("细胞核", &mut used);
        let words = "No font on this machine has these names, which stand as code points";
        assert_eq!(legible.note(&used).unwrap(), format!("{words} · C4: \\u{{7ec6}}\\u{{80de}}\\u{{6838}}"));
        assert_eq!(legible.note(&BTreeSet::new()), None);
    }
}
