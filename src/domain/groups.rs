//! Which patient or slide an image comes from, as its file name tells.

use regex::Regex;

/// A regular expression that finds the patient or slide in a file name.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// # Errors
    /// Why it is no regular expression, in one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        Regex::new(pattern).map(Self).map_err(|why| {
            let words = why.to_string();
            let last = words.lines().last().unwrap_or_default().trim();
            format!("{pattern:?} is no pattern: {}", last.strip_prefix("error: ").unwrap_or(last))
        })
    }

    /// The first bracket of the pattern where it has one, else all that it matches; `None` where that is nothing.
    #[must_use]
    pub fn group_of(&self, file_name: &str) -> Option<String> {
        let found = self.0.captures(file_name)?;
        let group = if self.0.captures_len() > 1 { found.get(1) } else { found.get(0) };
        group.map(|text| text.as_str().trim().to_owned()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_its_bracket_or_all_that_it_matches() {
        let of = |pattern: &str, name: &str| Pattern::new(pattern).unwrap().group_of(name);
        assert_eq!(of(r"P(\d+)_", "SNE_P017_3.jpg").as_deref(), Some("017"));
        assert_eq!(of(r"P\d+", "SNE_P017_3.jpg").as_deref(), Some("P017"));
        assert_eq!(of(r"P(\d+)_", "SNE_3.jpg"), None);
        assert_eq!(of(r"P(\d*)", "P_.jpg"), None);
        let why = Pattern::new("P(").unwrap_err();
        assert!(!why.contains('\n') && why.contains("P(") && why.contains("unclosed"), "{why}");
    }
}
