//! How numbers are written for people, the same in charts, tables and the terminal.

/// The line that every export carries.
pub const NOTICE: &str = "Research and education only. Not a medical device.";

/// `15,385` for 15385.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `99.1 %` for 0.991, `n/a` where undefined.
#[must_use]
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "n/a".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// `0.991`, `n/a` where undefined.
#[must_use]
pub fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.3}"))
}

/// What a split kept together, as a sentence: patients and slides where they are known.
#[must_use]
pub fn split_by(groups: Option<usize>) -> String {
    match groups {
        None => "Split by image: no patient is known.".to_owned(),
        Some(groups) => {
            format!("Split by patient or slide: the images are of {}, each in one part only.", thousands(groups as u64))
        }
    }
}

/// Text as it stands in XML and HTML; characters that XML cannot hold become the replacement character.
#[must_use]
pub fn markup(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let read = [0, 999, 1000, 15385, 1_234_567].map(thousands);
        assert_eq!(read, ["0", "999", "1,000", "15,385", "1,234,567"]);
        assert_eq!([percent(Some(0.9912)), percent(None)], ["99.1 %", "n/a"]);
        assert_eq!([figure(Some(0.5)), figure(None)], ["0.500", "n/a"]);
    }

    #[test]
    fn a_split_says_what_it_knows_of_patients() {
        assert_eq!(split_by(None), "Split by image: no patient is known.");
        assert!(split_by(Some(1234)).contains("of 1,234, each in one part"));
    }
}
