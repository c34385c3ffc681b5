//! The layer rule, the size of files and their opening lines, read from the sources themselves.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use architecture::{
    paths::uses,
    source::{code, layer, sources},
};

mod architecture {
    mod circles;
    pub mod paths;
    pub mod source;
    pub mod texts;
    mod words;
}

/// Layers from the bottom up. A layer may use itself, what it names here, and `fault`; those above `domain` also `progress`.
const ALLOWED: [(&str, &[&str]); 21] = [
    ("fault", &[]),
    ("language", &[]),
    ("domain", &[]),
    ("progress", &["domain"]),
    ("device", &["domain"]),
    ("data", &["domain", "device"]),
    ("model", &["data", "domain", "device"]),
    ("field", &["data", "domain"]),
    ("store", &["model", "data", "domain", "device", "language"]),
    ("report", &["store", "model", "data", "domain"]),
    ("eval", &["store", "field", "model", "data", "device", "domain"]),
    ("explain", &["eval", "model", "data", "domain", "device"]),
    ("embed", &["eval", "model", "data", "domain", "device"]),
    ("learn", &["eval", "model", "domain"]),
    ("fit", &["learn", "eval", "store", "model", "data", "device", "domain"]),
    ("train", &["fit", "learn", "eval", "report", "store", "model", "data", "device", "domain"]),
    (
        "job",
        &["train", "fit", "embed", "eval", "explain", "field", "report", "store", "model", "data", "device", "domain"],
    ),
    (
        "cli",
        &["train", "fit", "embed", "eval", "explain", "field", "report", "store", "model", "data", "device", "domain"],
    ),
    (
        "app",
        &[
            "job", "train", "fit", "embed", "eval", "explain", "field", "report", "store", "model", "data", "device",
            "domain", "language",
        ],
    ),
    ("ui", &["app", "job", "report", "store", "data", "device", "domain", "language", "model", "eval", "explain"]),
    ("bin", &["cli"]),
];

/// A room, and those beside it that it may use.
type Room = (&'static str, &'static [&'static str]);

/// Rooms of a layer from the bottom up.
const ROOMS: [(&str, &[Room]); 1] = [(
    "data",
    &[
        ("atomic", &[]),
        ("view", &[]),
        ("vary", &["view"]),
        ("measure", &["view"]),
        ("read", &["atomic", "view", "vary", "measure"]),
        ("synthetic", &["atomic"]),
    ],
)];

/// Layers that may not use `progress`, which lies above them.
const BELOW_PROGRESS: [&str; 3] = ["fault", "domain", "language"];

#[test]
fn arrows_point_downwards_only() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    let mut wrong = BTreeSet::new();
    for (file, used) in uses() {
        let (own, file) = (file[0].as_str(), file.join("::"));
        let Some(below) = allowed.get(own) else {
            wrong.insert(format!("{file}: the layer {own} has no place in the rule"));
            continue;
        };
        for used in used.iter().map(|used| used[0].as_str()) {
            let told = used == "progress" && !BELOW_PROGRESS.contains(&own);
            if used != own && used != "fault" && !told && !below.contains(&used) {
                wrong.insert(format!("{file}: {own} may not use {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn rooms_use_those_below_them_only() {
    let mut wrong = Vec::new();
    for (layer, rooms) in ROOMS {
        let allowed: BTreeMap<_, _> = rooms.iter().copied().collect();
        for (file, used) in uses().iter().filter(|(file, _)| file[0] == layer && file.len() > 1) {
            let Some(below) = allowed.get(file[1].as_str()) else {
                wrong.push(format!("{}: the room has no place in the rule", file.join("::")));
                continue;
            };
            let beside = used.iter().filter(|used| used[0] == layer && used.len() > 1 && used[1] != file[1]);
            let above = beside.filter(|used| !below.contains(&used[1].as_str()));
            wrong.extend(above.map(|used| format!("{}: {} may not use {}", file.join("::"), file[1], used.join("::"))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_stay_in_their_layers() {
    let rules: [(&[&str], &[&str]); 4] = [
        (&["burn::", "burn_wgpu::"], &["model", "train", "fit", "learn", "eval", "device", "data", "field", "explain"]),
        (&["egui::", "eframe::", "egui_plot::", "egui_extras::"], &["app", "ui", "main"]),
        (&["clap::"], &["cli"]),
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
