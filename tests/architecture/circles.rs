//! Circles among files and among folders: none, but for a short list with reasons.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{Names, uses};

/// Circles that are left, each by its files or folders, and why.
type Left = (&'static [&'static str], &'static str);

const FILES_LEFT: [Left; 0] = [];

const FOLDERS_LEFT: [Left; 1] = [(
    &[
        "app::action",
        "app::dialogs",
        "app::effects",
        "app::files",
        "app::history",
        "app::models",
        "app::notices",
        "app::pages",
        "app::state",
        "app::tour",
        "app::window",
        "app::wish",
    ],
    "a room's folder holds its words and facts, on which the state rests, and what it does with the whole state",
)];

type Graph = BTreeMap<Names, BTreeSet<Names>>;

/// What can be reached from a node, itself only where a circle leads back.
fn reach(graph: &Graph, from: &Names) -> BTreeSet<Names> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(node) = open.pop() {
        for next in graph.get(node).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen
}

/// Sets of nodes of which each leads to each.
fn circles(graph: &Graph) -> BTreeSet<Vec<Names>> {
    let reached: BTreeMap<&Names, BTreeSet<Names>> = graph.keys().map(|node| (node, reach(graph, node))).collect();
    let of = |node: &Names| -> Vec<Names> {
        let there = reached[node].iter();
        there.filter(|other| reached.get(other).is_some_and(|back| back.contains(node))).cloned().collect()
    };
    graph.keys().map(of).filter(|circle| circle.len() > 1).collect()
}

/// The graph of the files and folders that lie in each folder: below `a`, a use of `a::c::d` by `a::b` is one of `c` by `b`.
fn folders(files: &Graph) -> BTreeMap<Names, Graph> {
    let mut levels: BTreeMap<Names, Graph> = BTreeMap::new();
    for (from, used) in files {
        for to in used {
            let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
            let [from, to] = [from, to].map(|names| names[..=shared].to_vec());
            levels.entry(from[..shared].to_vec()).or_default().entry(from).or_default().insert(to);
        }
    }
    levels
}

fn spelled(circle: &[Names]) -> String {
    circle.iter().map(|names| names.join("::")).collect::<Vec<_>>().join(", ")
}

/// The uses that make a circle.
fn links(circle: &[Names], files: &Graph) -> String {
    let of = |names: &Names| circle.iter().find(|member| names.starts_with(member));
    let mut lines = String::new();
    for (from, used) in files {
        for to in used {
            if of(from).is_some() && of(to).is_some() && of(from) != of(to) {
                lines += &format!("\n    {} -> {}", from.join("::"), to.join("::"));
            }
        }
    }
    lines
}

/// Fails where a circle is not known, and where one of those that are left is cut: it is taken off its list then.
fn compare(what: &str, found: &BTreeSet<Vec<Names>>, left: &[Left], files: &Graph) {
    let same = |circle: &[Names], names: &[&str]| circle.iter().map(|names| names.join("::")).eq(names.iter().copied());
    let new = found.iter().filter(|circle| !left.iter().any(|(names, _)| same(circle, names)));
    let new: Vec<String> = new.map(|circle| format!("{}{}", spelled(circle), links(circle, files))).collect();
    assert!(new.is_empty(), "new circles among {what}:\n{}", new.join("\n"));
    let cut = left.iter().find(|(names, _)| !found.iter().any(|circle| same(circle, names)));
    assert!(cut.is_none(), "no circle among {what} is this one any more: {cut:?}");
}

#[test]
fn no_folder_is_in_a_circle_with_another_folder_or_file() {
    let files = uses();
    let is_folder = |names: &Names| files.keys().any(|file| file.len() > names.len() && file.starts_with(names));
    let found: BTreeSet<_> =
        folders(&files).values().flat_map(circles).filter(|circle| circle.iter().any(is_folder)).collect();
    println!("circles among folders: {}", found.len());
    compare("folders", &found, &FOLDERS_LEFT, &files);
}

#[test]
fn files_are_in_no_circle_but_those_that_are_known() {
    let files = uses();
    let found = circles(&files);
    println!("circles among files: {}", found.len());
    compare("files", &found, &FILES_LEFT, &files);
}

#[test]
fn a_circle_is_found_and_a_line_is_none() {
    let name = |text: &str| -> Names { text.split("::").map(str::to_owned).collect() };
    let graph = |uses: &[(&str, &str)]| -> Graph {
        let mut graph = Graph::new();
        for (from, to) in uses {
            graph.entry(name(from)).or_default().insert(name(to));
        }
        graph
    };
    let files = graph(&[("a::x", "b::x"), ("b::x", "c"), ("c", "b::y"), ("b::y", "a::y")]);
    assert!(circles(&files).is_empty(), "no file leads back to itself");
    let levels = folders(&files);
    let found: Vec<_> = levels.values().flat_map(circles).collect();
    assert_eq!(found, [vec![name("a"), name("b"), name("c")]]);
    let ring = graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]);
    assert_eq!(circles(&ring).into_iter().collect::<Vec<_>>(), [vec![name("a"), name("b"), name("c")]]);
}
