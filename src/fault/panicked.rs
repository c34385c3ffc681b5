//! What a panic said, for whoever caught it.

use std::any::Any;

/// Its words; `None` where it carries something else.
#[must_use]
pub fn said(panic: &(dyn Any + Send)) -> Option<&str> {
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied())
}

/// The same for a person, who is told where there are none.
#[must_use]
pub fn words(panic: &(dyn Any + Send)) -> String {
    said(panic).unwrap_or("no reason was given").to_owned()
}
