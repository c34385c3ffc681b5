//! Every text of the window goes through the catalogues, and the catalogues hold nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde::Deserialize;

use super::{
    source::{code, layer, sources},
    texts::{literals, places, skeleton, told},
};

/// A language's file.
#[derive(Deserialize)]
struct Catalogue {
    shown: BTreeMap<String, String>,
    heard: BTreeMap<String, String>,
}

/// The layers that speak to a person through the window.
const SPEAKING: [&str; 2] = ["ui", "app"];

/// What stands before a literal that nobody reads: a name for egui, for the compiler or for the system.
const NAMES: [&str; 13] = [
    "Id::unique(",
    "Id::unique((",
    "id_salt(",
    "id_salt((",
    ".with(",
    ".with((",
    "Grid::new(",
    "Grid::new((",
    "Panel::left(",
    "Chart::new(",
    "bring(ui, &cell,",
    "bring(ui, &end,",
    "reason =",
];

/// Names that are the same in every language, and a command.
const NAMES_OF_THINGS: [&str; 5] = [
    "Leukoscope",
    "Leukoscope: MIT licence",
    "Inter: SIL Open Font License 1.1",
    "Lucide icons: ISC licence",
    "leuko adapt {model} {folder} --unlabelled --out {out}",
];

/// Columns that code tells apart by their keys.
const COLUMNS: [&str; 2] = ["Sensitivity", "Support"];

fn catalogues() -> Vec<(String, String, Catalogue)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/words");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = files.map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let catalogue = ron::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        (path.file_name().unwrap().to_string_lossy().into_owned(), text, catalogue)
    });
    read.collect()
}

/// The code of the files of the layers that speak, or of the others.
fn files(speaking: bool) -> Vec<(String, String)> {
    let of = |(path, text): (std::path::PathBuf, String)| {
        let layer = layer(&path)?;
        let wanted = SPEAKING.contains(&layer.as_str()) == speaking && layer != "language";
        wanted.then(|| (path.display().to_string(), code(&text)))
    };
    sources().into_iter().filter_map(of).collect()
}

fn report(wrong: &BTreeSet<String>) {
    assert!(wrong.is_empty(), "{}", wrong.iter().cloned().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_text_is_translated_and_every_translation_is_used() {
    let mut texts = BTreeMap::new();
    for (path, code) in files(true) {
        for told in told(&code, &literals(&code)) {
            texts.extend(told.texts.into_iter().map(|text| (text, path.clone())));
        }
    }
    let mut wrong = BTreeSet::new();
    for (file, _, catalogue) in catalogues() {
        let missing = texts.iter().filter(|(text, _)| !catalogue.shown.contains_key(*text));
        wrong.extend(missing.map(|(text, path)| format!("{path}: {file} lacks {text:?}")));
        let unused = catalogue.shown.keys().filter(|text| !texts.contains_key(*text));
        wrong.extend(unused.map(|text| format!("{file}: nothing says {text:?}")));
        let twice = catalogue.heard.keys().filter(|text| catalogue.shown.contains_key(*text));
        wrong.extend(twice.map(|text| format!("{file}: stands twice: {text:?}")));
    }
    println!("texts: {}", texts.len());
    report(&wrong);
}

#[test]
fn what_is_heard_is_said_by_a_layer_below() {
    let said: BTreeSet<String> =
        files(false).iter().flat_map(|(_, code)| literals(code)).map(|literal| skeleton(&literal.value)).collect();
    let mut wrong = BTreeSet::new();
    for (file, _, catalogue) in catalogues() {
        // A text that is put together of a constant and more stands in pieces.
        let within = |part: &str| said.iter().any(|said| said.contains(part));
        let stands = |text: &str| {
            let bare = skeleton(text);
            within(&bare) || bare.split("{}").all(|part| within(part.trim_end()))
        };
        let unsaid = catalogue.heard.keys().filter(|text| !stands(text));
        wrong.extend(unsaid.map(|text| format!("{file}: nothing says {text:?}")));
    }
    report(&wrong);
}

#[test]
fn places_agree() {
    let sorted = |text: &str| {
        let mut places: Vec<String> = places(text).into_iter().map(str::to_owned).collect();
        places.sort();
        places
    };
    let mut wrong = BTreeSet::new();
    for (file, _, catalogue) in catalogues() {
        let other = catalogue.shown.iter().filter(|(text, words)| sorted(text) != sorted(words));
        wrong.extend(other.map(|(text, words)| format!("{file}: {text:?} and {words:?}")));
        let unknown =
            |(text, words): &(&String, &String)| sorted(words).iter().any(|place| !sorted(text).contains(place));
        wrong
            .extend(catalogue.heard.iter().filter(unknown).map(|(text, words)| format!("{file}: {text:?}, {words:?}")));
    }
    for (path, code) in files(true) {
        for told in told(&code, &literals(&code)) {
            let given: BTreeSet<&str> = told.values.iter().map(String::as_str).collect();
            let name = |place: &str| place.split(':').next().unwrap_or_default().to_owned();
            let named: BTreeSet<String> = told.texts.iter().flat_map(|text| places(text)).map(name).collect();
            if !told.texts.is_empty() && !named.iter().map(String::as_str).eq(given.iter().copied()) {
                wrong.insert(format!("{path}: {:?} is given {given:?}", told.texts));
            }
        }
    }
    report(&wrong);
}

#[test]
fn catalogues_are_sorted() {
    for (file, text, _) in catalogues() {
        for list in text.split(": {\n").skip(1) {
            let keys: Vec<String> =
                list.lines().filter_map(|line| literals(line).first().map(|key| key.value.clone())).collect();
            let wrong: Vec<_> = keys.windows(2).filter(|pair| pair[0] >= pair[1]).map(|pair| &pair[1]).collect();
            assert!(wrong.is_empty(), "{file}: not in order: {wrong:?}");
        }
    }
}

#[test]
fn no_english_stands_bare() {
    let mut wrong = BTreeSet::new();
    for (path, code) in files(true) {
        let literals = literals(&code);
        let told = told(&code, &literals);
        for literal in &literals {
            let inside = told.iter().any(|told| told.span.0 < literal.start && literal.start < told.span.1);
            let before = code[..literal.start].trim_end();
            let named = NAMES.iter().any(|name| before.ends_with(name));
            let known = NAMES_OF_THINGS.iter().chain(&COLUMNS).any(|known| *known == literal.value);
            if reads(&literal.value) && !inside && !named && !known {
                wrong.insert(format!("{path}: {:?}", literal.value));
            }
        }
    }
    report(&wrong);
}

/// Whether a person could read it: two words, or one with a capital.
fn reads(text: &str) -> bool {
    let bare = skeleton(text).replace("{}", "");
    let word = |word: &str| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic());
    let words: Vec<bool> = bare.split_whitespace().map(word).collect();
    let two = words.windows(2).any(|pair| pair[0] && pair[1]);
    let mut letters = bare.chars();
    let capital = letters.next().is_some_and(|first| first.is_ascii_uppercase());
    two || capital && letters.next().is_some_and(|second| second.is_ascii_lowercase())
}
