//! The layer rule, the size of files and their opening lines, read from the sources themselves.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Layers from the bottom up. A layer may use itself, those before it on the list that [`ALLOWED`] names, and progress.
const ALLOWED: [(&str, &[&str]); 14] = [
    ("progress", &["domain"]),
    ("domain", &["progress"]),
    ("device", &["domain"]),
    ("data", &["domain", "device"]),
    ("model", &["data", "domain", "device"]),
    ("store", &["model", "data", "domain", "device"]),
    ("report", &["store", "model", "data", "domain"]),
    ("eval", &["store", "model", "data", "device", "domain"]),
    ("train", &["eval", "report", "store", "model", "data", "device", "domain"]),
    ("job", &["train", "eval", "report", "store", "model", "data", "device", "domain"]),
    ("cli", &["train", "eval", "report", "store", "model", "data", "device", "domain"]),
    ("app", &["job", "train", "eval", "report", "store", "model", "data", "device", "domain"]),
    ("ui", &["app", "job", "report", "store", "data", "device", "domain", "model", "eval"]),
    ("bin", &["cli"]),
];

fn sources() -> Vec<(PathBuf, String)> {
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
fn layer(path: &Path) -> Option<String> {
    let below = path.strip_prefix("src").ok()?;
    Some(below.components().next()?.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned())
}

/// Code without comments, strings left as they are; tests at the end of a file are cut off.
fn code(text: &str) -> String {
    let end = text.match_indices("#[cfg(test)]\nmod ").find(|(at, _)| {
        // `mod tests;` stands among the declarations, and code follows it.
        text[*at..].lines().nth(1).is_some_and(|line| line.ends_with('{'))
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

/// The first segments of every path from the crate's root, as `crate::…` or by as many `super::` as lead there; those of
/// `{a, b::c}` groups included. `depth` is how many modules the file lies below the root.
fn uses(code: &str, depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        first_segments(rest, &mut found);
    }
    let mut rest = code;
    while let Some(at) = rest.find("super::") {
        let inside_a_word =
            rest[..at].chars().next_back().is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        rest = &rest[at..];
        let mut up = 0;
        while let Some(behind) = rest.strip_prefix("super::") {
            (rest, up) = (behind, up + 1);
        }
        if up == depth && !inside_a_word {
            first_segments(rest, &mut found);
        }
    }
    found
}

/// Modules between the crate's root and what a file holds: 1 for `src/train/mod.rs`, 2 for `src/train/run.rs`.
fn depth(path: &Path) -> usize {
    let parts = path.strip_prefix("src").map_or(0, |below| below.components().count());
    if path.ends_with("mod.rs") { parts - 1 } else { parts }
}

/// Adds the first word of a path, or of each path of a group.
fn first_segments(path: &str, found: &mut Vec<String>) {
    let Some(group) = path.strip_prefix('{') else {
        found.push(path.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
        return;
    };
    let (mut depth, mut start) = (0, true);
    let mut word = String::new();
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if depth == 0 && start && (letter.is_alphanumeric() || letter == '_') => word.push(letter),
            _ if letter.is_whitespace() => {}
            _ => start = false,
        }
        if (!start || letter == ',') && !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
}

#[test]
fn the_reader_of_uses_reads() {
    let text = "use crate::{\n domain::{a, b::c},\n progress::Halt, store,\n};\nfn f() { crate::report::svg::draw() }";
    assert_eq!(uses(text, 2), ["domain", "progress", "store", "report"]);
}

#[test]
fn paths_that_climb_to_the_root_are_read_too() {
    let text =
        "use super::{error, super::x};\nuse super::super::{eval::forward, ui};\nfn f() { super::super::app::g() }";
    assert_eq!(uses(text, 2), ["eval", "ui", "app"]);
    assert_eq!(uses("use super::{train, report::csv};", 1), ["train", "report"]);
    let of = |path: &str| depth(Path::new(path));
    assert_eq!([of("src/lib.rs"), of("src/train/mod.rs"), of("src/train/run.rs")], [1, 1, 2]);
    assert_eq!(of("src/train/adapt/mod.rs"), 2);
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

#[test]
fn arrows_point_downwards_only() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = layer(&path).filter(|own| own != "lib" && own != "main") else { continue };
        let Some(below) = allowed.get(own.as_str()) else {
            wrong.push(format!("{}: the layer {own} has no place in the rule", path.display()));
            continue;
        };
        for used in uses(&code(&text), depth(&path)) {
            let known = allowed.contains_key(used.as_str());
            if known && used != own && used != "progress" && !below.contains(&used.as_str()) {
                wrong.push(format!("{}: {own} may not use {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_stay_in_their_layers() {
    let rules: [(&[&str], &[&str]); 4] = [
        (&["burn::", "burn_wgpu::"], &["model", "train", "eval", "device", "data", "explain"]),
        (&["egui::", "eframe::", "egui_plot::", "egui_extras::"], &["app", "ui", "main"]),
        (&["clap::"], &["cli", "domain"]),
        (&["rfd::"], &["app"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let (Some(own), code) = (layer(&path), code(&text)) else { continue };
        for (names, layers) in &rules {
            if !layers.contains(&own.as_str()) {
                wrong.extend(
                    names.iter().filter(|name| mentions(&code, name)).map(|name| format!("{}: {name}", path.display())),
                );
            }
        }
        if own == "ui" {
            let banned = ["std::fs", "thread::spawn", "thread::Builder"];
            wrong.extend(
                banned.iter().filter(|name| code.contains(*name)).map(|name| format!("{}: {name}", path.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a path starts with this crate: `egui::` but not `leukoscope_egui::`.
fn mentions(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':')
    })
}

#[test]
fn rooms_are_small_and_open_with_a_sentence() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        if lines > 400 {
            wrong.push(format!("{}: {lines} lines", path.display()));
        }
        let door = path.ends_with("src/main.rs") || path.starts_with("src/bin");
        let exempt = door && lines < 3;
        if !exempt && !text.starts_with("//!") {
            wrong.push(format!("{}: does not open with a //! sentence", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
