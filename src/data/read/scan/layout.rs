//! What the folders above an image mean: its class, its part, and its patient or slide.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{classes, part::Part};

/// What a folder says of the images in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub class: String,
    pub part: Option<Part>,
    /// The folders that hold classes and those below a class, as one name: a patient or slide, if they are one.
    pub group: Option<String>,
}

/// A folder with images in it or below it.
#[derive(Default)]
struct Folder {
    /// Images right in it, and in all.
    own: usize,
    all: usize,
    children: usize,
    /// Whether a child is a known class, names a part or holds such folders itself.
    opens: bool,
    /// Whether a child does hold such folders.
    holds_wrapper: bool,
    /// Whether it holds classes and is none.
    is_wrapper: bool,
}

/// Every folder on the way to an image, by its names from the root; the root itself has none.
pub(super) struct Layout {
    folders: BTreeMap<Vec<String>, Folder>,
    /// One spelling for classes whose folders differ by case only: the first of them.
    spellings: HashMap<String, String>,
}

impl Layout {
    /// Of the files' names from the root, the file's own last.
    pub(super) fn new<'a>(files: impl IntoIterator<Item = &'a Vec<String>>) -> Self {
        let mut folders: BTreeMap<Vec<String>, Folder> = BTreeMap::new();
        for (_, above) in files.into_iter().filter_map(|file| file.split_last()) {
            for depth in 0..=above.len() {
                let folder = folders.entry(above.get(..depth).unwrap_or_default().to_vec()).or_default();
                folder.all += 1;
                folder.own += usize::from(depth == above.len());
            }
        }
        let mut layout = Self { folders, spellings: HashMap::new() };
        layout.find_wrappers();
        layout.find_spellings();
        layout
    }

    /// A folder holds classes where a child is a known class, names a part or holds such folders; where a folder beside it
    /// does; or where it is the only one of its level and has several children. An unknown name with other sub-folders is a
    /// class, and they are its slides or patients.
    fn find_wrappers(&mut self) {
        let paths: Vec<Vec<String>> = self.folders.keys().cloned().collect();
        // Children come behind their parents in this order.
        for path in paths.iter().rev() {
            let (Some((name, parent)), Some(folder)) = (path.split_last(), self.folders.get_mut(path)) else {
                continue;
            };
            folder.is_wrapper = folder.may_hold_classes(name) && folder.opens;
            let (is_wrapper, opens) =
                (folder.is_wrapper, folder.is_wrapper || is_known(name) || part_of(name).is_some());
            if let Some(parent) = self.folders.get_mut(parent) {
                parent.children += 1;
                parent.opens |= opens;
                parent.holds_wrapper |= is_wrapper;
            }
        }
        for path in &paths {
            let Some((name, above)) = path.split_last() else { continue };
            let Some(parent) = self.folders.get(above) else { continue };
            let (beside, alone) =
                (parent.holds_wrapper, parent.children == 1 && (above.is_empty() || parent.is_wrapper));
            if let Some(folder) = self.folders.get_mut(path) {
                let several = folder.children > 1;
                folder.is_wrapper |= folder.may_hold_classes(name) && (beside || (alone && several));
            }
        }
    }

    fn find_spellings(&mut self) {
        let leaves = self.folders.iter().filter(|(_, folder)| folder.own > 0);
        let names = leaves.filter_map(|(path, _)| Some(classes::canonical(path.get(self.class_of(path)?.0)?)));
        for name in names.collect::<Vec<_>>() {
            let spelling = self.spellings.entry(name.to_lowercase()).or_insert_with(|| name.clone());
            if name < *spelling {
                *spelling = name;
            }
        }
    }

    /// What the folders of an image say; `None` where none of them is a class.
    pub(super) fn meaning(&self, path: &[String]) -> Option<Meaning> {
        let (at, part) = self.class_of(path)?;
        let name = classes::canonical(path.get(at)?);
        let class =
            if is_known(&name) { name } else { self.spellings.get(&name.to_lowercase()).cloned().unwrap_or(name) };
        let everything = self.folders.get(&[][..]).map_or(0, |root| root.all);
        let tells = |index: usize, folder: &str| {
            let all = path.get(..=index).and_then(|path| self.folders.get(path)).map_or(0, |folder| folder.all);
            index != at && all != everything && part_of(folder).is_none() && !is_known(folder)
        };
        let others = path.iter().enumerate().filter(|(index, folder)| tells(*index, folder));
        let names: Vec<&str> = others.map(|(_, folder)| folder.trim()).collect();
        Some(Meaning { class, part, group: (!names.is_empty()).then(|| names.join("/")) })
    }

    /// The place of the class among the folders, and the part that one above it names.
    fn class_of(&self, path: &[String]) -> Option<(usize, Option<Part>)> {
        let mut part = None;
        for (index, name) in path.iter().enumerate() {
            let is_wrapper =
                || path.get(..=index).and_then(|path| self.folders.get(path)).is_some_and(|it| it.is_wrapper);
            match part_of(name) {
                Some(named) if part.is_none() => part = Some(named),
                _ if is_wrapper() => {}
                _ => return Some((index, part)),
            }
        }
        None
    }
}

impl Folder {
    fn may_hold_classes(&self, name: &str) -> bool {
        self.own == 0 && self.children > 0 && !is_known(&classes::canonical(name))
    }
}

fn is_known(name: &str) -> bool {
    classes::find(&classes::canonical(name)).is_some()
}

fn part_of(folder: &str) -> Option<Part> {
    match folder.trim().to_lowercase().as_str() {
        "train" | "training" => Some(Part::Train),
        "val" | "valid" | "validation" => Some(Part::Validation),
        "test" | "testing" => Some(Part::Test),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Class and group of each file.
    fn read(files: &[&str]) -> Vec<(String, Option<String>)> {
        let parts: Vec<Vec<String>> = files.iter().map(|file| file.split('/').map(str::to_owned).collect()).collect();
        let layout = Layout::new(&parts);
        let of = |file: &Vec<String>| layout.meaning(file.split_last().unwrap().1).unwrap();
        parts.iter().map(|file| (of(file).class, of(file).group)).collect()
    }

    fn row(class: &str, group: &str) -> (String, Option<String>) {
        (class.to_owned(), (!group.is_empty()).then(|| group.to_owned()))
    }

    #[test]
    fn sub_folders_of_an_unknown_class_are_its_slides() {
        let found = read(&["Blast/slide1/a", "Blast/slide2/b", "Atypical/slide1/c", "Neutrophils/slide1/d"]);
        let wanted = [("Blast", "slide1"), ("Blast", "slide2"), ("Atypical", "slide1"), ("neutrophil", "slide1")];
        assert_eq!(found, wanted.map(|(class, group)| row(class, group)));
    }

    #[test]
    fn folders_that_hold_classes_are_patients_unless_they_hold_all() {
        let found = read(&["set/p1/neutrophil/a", "set/p1/Blast/b", "set/p2/Blast/c", "set/p3/blast/old/d"]);
        let wanted = [("neutrophil", "p1"), ("Blast", "p1"), ("Blast", "p2"), ("Blast", "p3/old")];
        assert_eq!(found, wanted.map(|(class, group)| row(class, group)));
        let found = read(&["set/A/x", "set/B/x"]);
        assert_eq!(found, [row("A", ""), row("B", "")]);
        let found = read(&["set/train/A/x", "set/test/A/s1/y", "set/test/B/y"]);
        assert_eq!(found, [row("A", ""), row("A", "s1"), row("B", "")]);
    }

    /// Quadratic work would take minutes here.
    #[test]
    fn ten_thousand_patients_are_read() {
        let files: Vec<String> = (0..10_000).map(|n| format!("p{n}/c{}/{n}.png", n % 8)).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).chain(["p0/neutrophil/x"]).collect();
        let found = read(&files);
        assert_eq!(found.first(), Some(&row("c0", "p0")));
        assert_eq!(found.get(9_999), Some(&row("c7", "p9999")));
    }
}
