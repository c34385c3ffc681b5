//! A pattern on file names that finds the patient or slide in them, such as `P(\d+)_`: a small part of regular expressions.

use std::ops::Range;

/// Steps that one name may take: patterns of many stars would try for ever.
const STEPS: usize = 50_000;

/// A pattern that was read: letters, `.`, `\d`, `\w`, `\s`, `[A-Z_]`, `[^_]`, `+`, `*`, `?`, `^`, `$` and one pair of
/// parentheses around what names the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePattern {
    atoms: Vec<Atom>,
    /// The atoms between the parentheses; all of them where there are none.
    group: Range<usize>,
    at_start: bool,
    at_end: bool,
}

/// Letters of one kind, so and so often.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Atom {
    kind: Kind,
    least: usize,
    most: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Any,
    Digit,
    Word,
    Space,
    Of { ranges: Vec<(char, char)>, inverted: bool },
}

impl Kind {
    fn holds(&self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::Digit => letter.is_ascii_digit(),
            Self::Word => letter.is_alphanumeric() || letter == '_',
            Self::Space => letter.is_whitespace(),
            Self::Of { ranges, inverted } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&letter)) != *inverted
            }
        }
    }
}

impl NamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence about what cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut found = Self { atoms: Vec::new(), group: 0..0, at_start: false, at_end: false };
        let (mut open, mut closed) = (None, None);
        let mut letters = text.chars().peekable();
        found.at_start = letters.next_if_eq(&'^').is_some();
        while let Some(letter) = letters.next() {
            let here = found.atoms.len();
            let kind = match letter {
                '(' if open.is_none() => {
                    open = Some(here);
                    continue;
                }
                ')' if open.is_some() && closed.is_none() => {
                    closed = Some(here);
                    continue;
                }
                '$' if letters.peek().is_none() => {
                    found.at_end = true;
                    continue;
                }
                '(' | ')' | '|' | '{' | '}' | '*' | '+' | '?' => return Err(format!("{letter} cannot stand here")),
                '.' => Kind::Any,
                '[' => list(&mut letters)?,
                '\\' => escaped(letters.next().ok_or("a letter is missing after \\")?),
                plain => one(plain),
            };
            let (least, most) = match letters.next_if(|next| matches!(next, '*' | '+' | '?')) {
                Some('*') => (0, usize::MAX),
                Some('+') => (1, usize::MAX),
                Some(_) => (0, 1),
                None => (1, 1),
            };
            found.atoms.push(Atom { kind, least, most });
        }
        found.group = match (open, closed) {
            (None, _) => 0..found.atoms.len(),
            (Some(_), None) => return Err("a ) is missing".to_owned()),
            (Some(open), Some(closed)) => open..closed,
        };
        if found.group.is_empty() { Err("nothing stands between the parentheses".to_owned()) } else { Ok(found) }
    }

    /// What the parentheses find in a name; `None` where the pattern does not occur in it or finds nothing.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<String> {
        let letters: Vec<char> = name.chars().collect();
        let starts = if self.at_start { 0..1 } else { 0..letters.len() + 1 };
        let mut steps = STEPS;
        for start in starts {
            let mut ends = vec![0; self.atoms.len()];
            if self.goes_on(&letters, (0, start), &mut ends, &mut steps) {
                let end_of = |atoms: usize| atoms.checked_sub(1).and_then(|last| ends.get(last)).copied();
                let range = end_of(self.group.start).unwrap_or(start)..end_of(self.group.end)?;
                return letters
                    .get(range)
                    .map(|found| found.iter().collect())
                    .filter(|found: &String| !found.is_empty());
            }
        }
        None
    }

    /// Whether the atoms from one on fit the letters from a place on, each taking as many as it can.
    fn goes_on(&self, letters: &[char], (atom, at): (usize, usize), ends: &mut [usize], steps: &mut usize) -> bool {
        let Some(Atom { kind, least, most }) = self.atoms.get(atom) else { return !self.at_end || at == letters.len() };
        let rest = letters.get(at..).unwrap_or_default();
        let longest = rest.iter().take(*most).take_while(|letter| kind.holds(**letter)).count();
        for taken in (*least..=longest).rev() {
            let Some(left) = steps.checked_sub(1) else { return false };
            *steps = left;
            if let Some(end) = ends.get_mut(atom) {
                *end = at + taken;
            }
            if self.goes_on(letters, (atom + 1, at + taken), ends, steps) {
                return true;
            }
        }
        false
    }
}

fn one(letter: char) -> Kind {
    Kind::Of { ranges: vec![(letter, letter)], inverted: false }
}

fn escaped(letter: char) -> Kind {
    match letter {
        'd' => Kind::Digit,
        'w' => Kind::Word,
        's' => Kind::Space,
        plain => one(plain),
    }
}

/// The rest of `[...]`.
fn list(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Kind, String> {
    let inverted = letters.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        match letters.next().ok_or("a ] is missing")? {
            ']' if !ranges.is_empty() => return Ok(Kind::Of { ranges, inverted }),
            '\\' => match escaped(letters.next().ok_or("a ] is missing")?) {
                Kind::Digit => ranges.push(('0', '9')),
                Kind::Word => ranges.extend([('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_')]),
                Kind::Of { ranges: plain, .. } => ranges.extend(plain),
                Kind::Any | Kind::Space => ranges.push((' ', ' ')),
            },
            first => {
                let last = if letters.next_if_eq(&'-').is_some() {
                    match letters.next() {
                        Some(last) if last != ']' => last,
                        _ => return Err("the end of a range is missing".to_owned()),
                    }
                } else {
                    first
                };
                ranges.push((first, last));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(pattern: &str, name: &str) -> Option<String> {
        NamePattern::read(pattern).unwrap().find(name)
    }

    #[test]
    fn patients_are_found_in_the_names_of_many_labs() {
        for (pattern, name, found) in [
            (r"P(\d+)_", "P12_cell3.jpg", Some("12")),
            (r"P(\d+)_", "slide_P7_x.png", Some("7")),
            (r"P(\d+)_", "p12.jpg", None),
            (r"^([^_]+)_", "BA_47.jpg", Some("BA")),
            (r"^(\w+)-\d+\.png$", "slide_a-003.png", Some("slide_a")),
            (r"^(\w+)-\d+\.png$", "slide_a-003.png.jpg", None),
            (r"([A-Z][a-z]?)\d", "xAb1", Some("Ab")),
            (r"patient", "a patient 3", Some("patient")),
            (r"(.+)_.", "größe_1_2", Some("größe_1")),
            (r"x(\d*)", "x", None),
        ] {
            assert_eq!(find(pattern, name).as_deref(), found, "{pattern} in {name}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for pattern in ["(", "()", "P(\\d+", "a|b", "[", "[a-]", "+", "((a))", "a{2}", "\\", ""] {
            assert!(NamePattern::read(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_comes_to_an_end() {
        assert_eq!(find("(.*.*.*.*.*.*.*.*)!", &"a".repeat(200)), None);
    }
}
