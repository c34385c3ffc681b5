//! The files of the project, and their code without comments and tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every file of Rust below `src` and `tests`, with its text.
pub fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        walk(&root.join(folder), &mut found);
    }
    found.into_iter().map(|(path, text)| (path.strip_prefix(root).unwrap().to_owned(), text)).collect()
}

/// The folder below `src` that a file belongs to, or its stem for a file right there.
pub fn layer(path: &Path) -> Option<String> {
    let below = path.strip_prefix("src").ok()?;
    Some(below.components().next()?.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned())
}

/// Code without comments, strings left as they are; tests at the end of a file are cut off.
pub fn code(text: &str) -> String {
    let end = text.match_indices("#[cfg(test)]\n").find(|(at, _)| {
        // `mod tests;` stands among the declarations, and code follows it.
        let module = |line: &str| (line.starts_with("mod ") || line.contains(") mod ")) && line.ends_with('{');
        text[*at..].lines().nth(1).is_some_and(module)
    });
    without_comments(end.map_or(text, |(at, _)| &text[..at]))
}

/// What a scan of source text stands in.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Code,
    Line,
    /// How many comments deep.
    Block(usize),
    Text,
    /// A raw string with so many hashes.
    Raw(usize),
}

fn without_comments(text: &str) -> String {
    let (mut out, mut rest, mut within) = (String::new(), text, Within::Code);
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let (next, taken) = match within {
            Within::Code => in_code(rest, before),
            Within::Line if letter == '\n' => (Within::Code, 1),
            Within::Line => (Within::Line, letter.len_utf8()),
            Within::Block(depth) if rest.starts_with("/*") => (Within::Block(depth + 1), 2),
            Within::Block(1) if rest.starts_with("*/") => (Within::Code, 2),
            Within::Block(depth) if rest.starts_with("*/") => (Within::Block(depth - 1), 2),
            Within::Block(depth) => (Within::Block(depth), letter.len_utf8()),
            Within::Text if letter == '\\' => (within, 1 + rest.chars().nth(1).map_or(0, char::len_utf8)),
            Within::Text if letter == '"' => (Within::Code, 1),
            Within::Raw(hashes) if rest.starts_with(&format!("\"{}", "#".repeat(hashes))) => (Within::Code, 1 + hashes),
            Within::Text | Within::Raw(_) => (within, letter.len_utf8()),
        };
        let comment = |within| matches!(within, Within::Line | Within::Block(_));
        if letter == '\n' || !(comment(within) || comment(next)) {
            out.push_str(&rest[..taken]);
        }
        before = rest[..taken].chars().next_back().unwrap_or(' ');
        (within, rest) = (next, &rest[taken..]);
    }
    out
}

/// What begins here, and how many bytes belong to its beginning.
fn in_code(rest: &str, before: char) -> (Within, usize) {
    let word = before.is_alphanumeric() || before == '_';
    let raw = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| !word).and_then(|behind| {
        let hashes = behind.len() - behind.trim_start_matches('#').len();
        behind[hashes..].starts_with('"').then(|| (Within::Raw(hashes), rest.len() - behind.len() + hashes + 1))
    });
    if let Some(raw) = raw {
        return raw;
    }
    if rest.starts_with("//") {
        return (Within::Line, 2);
    }
    if rest.starts_with("/*") {
        return (Within::Block(1), 2);
    }
    if rest.starts_with('"') {
        return (Within::Text, 1);
    }
    // A letter in quotes, which may be a quote itself; a lifetime has no second quote.
    let mut letters = rest.chars();
    if letters.next() == Some('\'') {
        let letter = letters.next();
        if letter == Some('\\') {
            let end = rest.get(3..).and_then(|behind| behind.find('\''));
            return (Within::Code, end.map_or(1, |end| end + 4));
        }
        if letters.next() == Some('\'') {
            return (Within::Code, 2 + letter.map_or(0, char::len_utf8));
        }
    }
    (Within::Code, rest.chars().next().map_or(1, char::len_utf8))
}

#[test]
fn only_comments_are_cut_away() {
    let cases = [
        ("a // crate::ui\nb", "a \nb"),
        ("let url = \"https://x.org\"; crate::ui", "let url = \"https://x.org\"; crate::ui"),
        ("r#\"a \" // b\"# + c // d", "r#\"a \" // b\"# + c "),
        ("let quote = '\"'; // d\n'\\'' // e", "let quote = '\"'; \n'\\'' "),
        ("\"a \\\" // b\" /* c /* d */ e */ f<'a>('/')", "\"a \\\" // b\"  f<'a>('/')"),
    ];
    for (text, expected) in cases {
        assert_eq!(without_comments(text), expected);
    }
    let middle = "#[cfg(test)]\nmod tests;\ncrate::ui\n#[cfg(test)]\nmod own {\ncrate::app\n}";
    assert!(code(middle).contains("crate::ui") && !code(middle).contains("crate::app"));
}
