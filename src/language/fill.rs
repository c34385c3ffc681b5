//! Values in the named places of a text.

use std::fmt::{Display, Write as _};

/// Puts each value into the places of its name, rounded where the place says so, as in `{share:.1} %`.
pub(super) fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16 * values.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((place, after)) = behind.split_once('}') else { break };
        filled.push_str(before);
        put(&mut filled, place, values);
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A place without a value stays as it is written.
fn put(filled: &mut String, place: &str, values: &[(&str, &dyn Display)]) {
    let (name, digits) = place.split_once(":.").map_or((place, None), |(name, digits)| (name, digits.parse().ok()));
    let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    // Nothing can go wrong in writing to a string.
    let _ = match (value, digits) {
        (Some(value), Some::<usize>(digits)) => write!(filled, "{value:.digits$}"),
        (Some(value), None) => write!(filled, "{value}"),
        (None, _) => write!(filled, "{{{place}}}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_their_places_in_any_order_and_rounded() {
        let values: &[(&str, &dyn Display)] = &[("share", &99.149_f32), ("n", &3), ("model", &"{n}")];
        assert_eq!(fill("{share:.1} % of {n} by {model}", values), "99.1 % of 3 by {n}");
        assert_eq!(fill("{model}: {n}, {n}, {share:.0}", values), "{n}: 3, 3, 99");
        assert_eq!(fill("{other} and {open", values), "{other} and {open");
    }
}
