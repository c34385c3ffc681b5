//! What is asked of a person before a session begins or a signed one is changed.

/// A form over the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Of a session that is to be begun.
    Begin { name: String, who: String, wbc: String },
    /// Of a new version.
    Amend { reason: String },
}

impl Form {
    /// The white cell count that was typed; `None` where there is none, an error where it is no number.
    ///
    /// # Errors
    /// In words.
    pub fn wbc(text: &str) -> Result<Option<f64>, &'static str> {
        let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | ',' | '\'' | '\u{202f}')).collect();
        if digits.is_empty() {
            return Ok(None);
        }
        let number = digits.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        number.map(Some).ok_or(t!("The white cell count is a number per microlitre, such as 7400"))
    }
}
