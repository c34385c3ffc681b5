//! Paths as text that leads back to them, those with names that are no Unicode too.
//!
//! A byte that is no part of a letter stands as `\xE9`; a backslash that would read like that stands as `\x5C`. So two
//! names are never the same text, and a table of paths finds its files again.

use std::path::{Path, PathBuf};

/// The text of a path; where its names are Unicode, they are the text.
#[must_use]
pub fn of(path: &Path) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        of_bytes(path.as_os_str().as_bytes())
    }
    #[cfg(not(unix))]
    {
        path.to_string_lossy().into_owned()
    }
}

/// The text of a relative path with `/` between its parts on every system.
#[must_use]
pub fn portable(path: &Path) -> String {
    let parts: Vec<String> = path.components().map(|part| of(part.as_os_str().as_ref())).collect();
    parts.join("/")
}

/// The path behind a text.
#[must_use]
pub fn path(text: &str) -> PathBuf {
    #[cfg(unix)]
    {
        use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};
        PathBuf::from(OsString::from_vec(bytes_of(text)))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(text)
    }
}

#[cfg(any(unix, test))]
fn of_bytes(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(at) = rest.find('\\') {
            let (before, from) = rest.split_at(at);
            text.push_str(before);
            text.push_str(if escaped(from.as_bytes()).is_some() { "\\x5C" } else { "\\" });
            rest = from.get(1..).unwrap_or_default();
        }
        text.push_str(rest);
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02X}")));
    }
    text
}

#[cfg(any(unix, test))]
fn bytes_of(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, behind)) = rest.split_first() {
        let found = escaped(rest);
        bytes.push(found.unwrap_or(*first));
        rest = if found.is_some() { rest.get(4..).unwrap_or_default() } else { behind };
    }
    bytes
}

/// The byte that an escape at the start stands for.
#[cfg(any(unix, test))]
fn escaped(text: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? * 16 + digit(*low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_and_none_is_the_text_of_another() {
        let names: [&[u8]; 8] = [
            b"neutrophil/SNE_1.jpg",
            "\u{4e2d}/\u{e9}.png".as_bytes(),
            b"caf\xE9.jpg",
            b"caf\xE8.jpg",
            b"caf\\xE9.jpg",
            b"caf\\x5CxE9.jpg",
            b"a\\b\\",
            b"\xFF\xFE\\x",
        ];
        let texts: Vec<String> = names.iter().map(|name| of_bytes(name)).collect();
        for (name, text) in names.iter().zip(&texts) {
            assert_eq!(bytes_of(text), *name, "{text}");
            assert_eq!(texts.iter().filter(|other| *other == text).count(), 1, "{text}");
        }
        assert_eq!([texts[0].as_str(), &texts[2]], ["neutrophil/SNE_1.jpg", "caf\\xE9.jpg"]);
        assert_eq!(texts[6], "a\\b\\", "a backslash of its own stays");
    }
}
