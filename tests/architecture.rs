//! The layer rule, the size of files and their opening lines, read from the sources themselves.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

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
    let text = text.split("#[cfg(test)]").next().unwrap_or(text);
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The first segments of every `crate::…` path, those of `use crate::{a, b::c}` groups included.
fn uses(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
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
        } else {
            found.push(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
        }
    }
    found
}

#[test]
fn the_reader_of_uses_reads() {
    let text = "use crate::{\n domain::{a, b::c},\n progress::Halt, store,\n};\nfn f() { crate::report::svg::draw() }";
    assert_eq!(uses(text), ["domain", "progress", "store", "report"]);
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
        for used in uses(&code(&text)) {
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
