//! The module tree as the files spell it, and the files that each of them uses.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::source::{code, sources};

/// Names from the crate's root to a module or to something in it.
pub type Names = Vec<String>;

/// Which module uses which, by their names from the root; what is inside a module, or around it, is no use.
pub fn uses() -> BTreeMap<Names, BTreeSet<Names>> {
    let texts: Vec<(Names, String)> =
        sources().into_iter().filter_map(|(path, text)| Some((module(&path)?, text))).collect();
    let tests: BTreeSet<Names> = texts.iter().flat_map(|(own, text)| only_in_tests(own, text)).collect();
    let real = texts.into_iter().filter(|(own, _)| !tests.contains(own));
    let files: BTreeMap<Names, String> = real.map(|(own, text)| (own, code(&text))).collect();
    let found: BTreeMap<&Names, Vec<Path_>> = files.iter().map(|(own, code)| (own, paths(code))).collect();
    let passed_on = passed_on(&files, &found);
    let related = |a: &Names, b: &Names| a.starts_with(b) || b.starts_with(a);
    let of = |own: &Names| -> BTreeSet<Names> {
        let used = found[own].iter().filter_map(|path| home(&resolved(own, &path.names)?, &files, &passed_on));
        used.filter(|used| !related(own, used)).collect()
    };
    files.keys().map(|own| (own.clone(), of(own))).collect()
}

/// Modules that are built for tests alone.
fn only_in_tests(own: &Names, text: &str) -> Vec<Names> {
    let lines =
        text.split("#[cfg(test)]").skip(1).filter_map(|rest| rest.lines().find(|line| line.starts_with("mod ")));
    let names = lines.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    names.map(|name| [own.as_slice(), &[name.to_owned()]].concat()).collect()
}

/// The module of a file of the library; tests and programs are none.
fn module(path: &Path) -> Option<Names> {
    let below = path.strip_prefix("src").ok()?.with_extension("");
    let mut names: Names = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if names[0] == "bin" || names[0] == "main" || names == ["lib"] {
        return None;
    }
    if names.last()? == "mod" {
        names.pop();
    }
    Some(names)
}

/// A path as written, and whether it is `pub use`d.
pub struct Path_ {
    pub names: Names,
    public: bool,
}

/// Every path that starts at `crate`, `self`, `super` or, in a `use`, at a module's own child; groups are taken apart.
pub fn paths(code: &str) -> Vec<Path_> {
    let mut found = Vec::new();
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut at = 0;
    while let Some(step) = code[at..].find(|letter: char| letter.is_alphabetic() || letter == '_') {
        let start = at + step;
        let end = code[start..].find(|letter| !word(letter)).map_or(code.len(), |length| start + length);
        let before = code[..start].trim_end();
        at = end;
        match &code[start..end] {
            "use" => {
                let tree = code[end..].split(';').next().unwrap_or_default();
                let public = before.ends_with("pub") || before.ends_with(')');
                let mut leaves = Vec::new();
                branch(&[], tree, &mut leaves);
                found.extend(leaves.into_iter().map(|names| Path_ { names, public }));
                at = end + tree.len();
            }
            "crate" | "super" | "self" if code[end..].starts_with("::") && !before.ends_with("::") => {
                let rest = &code[start..];
                let length = rest.find(|letter| !word(letter) && letter != ':').unwrap_or(rest.len());
                let names = rest[..length].trim_end_matches(':').split("::").map(str::to_owned).collect();
                found.push(Path_ { names, public: false });
            }
            _ => {}
        }
    }
    found
}

/// Adds each leaf of a tree of `use`, as `a::{self, b::c as d}`, behind the names that lead to it.
fn branch(before: &[String], tree: &str, found: &mut Vec<Names>) {
    let tree = tree.trim();
    if tree.is_empty() {
        return;
    }
    let Some((head, group)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        let mut names = before.to_vec();
        names.extend(path.split("::").map(|name| name.trim().to_owned()).filter(|name| name != "*"));
        if names.last().is_some_and(|name| name == "self") && names.len() > 1 {
            names.pop();
        }
        found.push(names);
        return;
    };
    let mut names = before.to_vec();
    names.extend(head.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    let (mut depth, mut start) = (0, 0);
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branch(&names, &group[start..at], found);
                start = at + 1;
            }
            _ => {}
        }
    }
    branch(&names, &group[start..], found);
}

/// A path from the root, where it is one of this crate.
fn resolved(own: &Names, names: &Names) -> Option<Names> {
    let ups = names.iter().take_while(|name| *name == "super").count();
    match names.first()?.as_str() {
        "crate" => Some(names[1..].to_vec()),
        "super" => Some([&own[..own.len().checked_sub(ups)?], &names[ups..]].concat()),
        "self" => Some([own, &names[1..]].concat()),
        _ => None,
    }
}

/// What modules hand on by `pub use`: the name as others write it, and where it lies.
fn passed_on(files: &BTreeMap<Names, String>, found: &BTreeMap<&Names, Vec<Path_>>) -> BTreeMap<Names, Names> {
    let mut passed = BTreeMap::new();
    for (own, paths) in found {
        for path in paths.iter().filter(|path| path.public) {
            let child = || [own.as_slice(), &path.names].concat();
            let target = resolved(own, &path.names).unwrap_or_else(child);
            let is_ours = (1..=target.len()).any(|length| files.contains_key(&target[..length].to_vec()));
            if let (true, Some(name)) = (is_ours, target.last()) {
                passed.insert([own.as_slice(), std::slice::from_ref(name)].concat(), target.clone());
            }
        }
    }
    passed
}

/// The module that a path leads to, through what others hand on.
fn home(path: &[String], files: &BTreeMap<Names, String>, passed: &BTreeMap<Names, Names>) -> Option<Names> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let hop = (1..=path.len()).find_map(|length| Some((length, passed.get(&path[..length])?)));
        let Some((length, target)) = hop else { break };
        path = [target.as_slice(), &path[length..]].concat();
    }
    (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|names| files.contains_key(names))
}

#[test]
fn paths_are_read_from_groups_and_from_the_middle_of_code() {
    let text = "pub use a::b;\nuse crate::{\n x::{self, y::Z as W},\n u,\n};\nfn f() { super::super::v::g(self::h) }";
    let found = paths(text);
    let spelled: Vec<String> = found.iter().map(|path| path.names.join("::")).collect();
    assert_eq!(spelled, ["a::b", "crate::x", "crate::x::y::Z", "crate::u", "super::super::v::g", "self::h"]);
    assert!(found[0].public && !found[1].public);
}

#[test]
fn a_path_leads_to_the_module_that_holds_what_it_names() {
    let names = |path: &str| -> Names { path.split("::").map(str::to_owned).collect() };
    assert_eq!(resolved(&names("a::b::c"), &names("super::super::d::E")), Some(names("a::d::E")));
    assert_eq!(resolved(&names("a::b"), &names("std::fmt")), None);
    let files: BTreeMap<Names, String> = ["a", "a::b", "a::c"].map(|path| (names(path), String::new())).into();
    let passed = BTreeMap::from([(names("a::Item"), names("a::b::Item"))]);
    assert_eq!(home(&names("a::Item::new"), &files, &passed), Some(names("a::b")));
    assert_eq!(home(&names("a::c::f"), &files, &passed), Some(names("a::c")));
    assert_eq!(home(&names("z::f"), &files, &passed), None);
}
