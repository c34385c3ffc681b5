//! Which patient or slide each image comes from: a pattern on its file name, a table, or the folders.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
    path::Path,
};

use super::ScanError;
use crate::domain::{dataset::Item, groups::Pattern};

/// The table in a dataset's folder, with the columns `file` and `group`.
pub(super) const FILE: &str = "groups.csv";
/// Fewer patients cannot be kept apart in three parts.
const FEWEST: usize = 3;

/// What names the patients or slides of a dataset.
pub(super) enum Source {
    Pattern(Pattern),
    /// The group of each file, by its path from the root or by its bare name.
    Table(HashMap<String, String>),
    Folders,
}

impl Source {
    /// # Errors
    /// [`ScanError`] where the pattern is none or the table cannot be used.
    pub(super) fn new(root: &Path, pattern: Option<&str>) -> Result<Self, ScanError> {
        if let Some(pattern) = pattern {
            return Pattern::new(pattern).map(Self::Pattern).map_err(|why| ScanError::Pattern(why, root.to_owned()));
        }
        let file = root.join(FILE);
        match std::fs::read(&file) {
            Ok(bytes) => table(&bytes).map(Self::Table).map_err(|why| ScanError::Groups(why, file)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(Self::Folders),
            Err(why) => Err(ScanError::Groups(why.to_string(), file)),
        }
    }

    /// Names the group of each item, of which the folders' names stand there already.
    pub(super) fn name(&self, items: &mut [Item], classes: usize) {
        match self {
            Self::Pattern(pattern) => items.iter_mut().for_each(|item| item.group = pattern.group_of(bare(&item.path))),
            Self::Table(table) => items.iter_mut().for_each(|item| {
                item.group = table.get(&item.path).or_else(|| table.get(bare(&item.path))).cloned();
            }),
            Self::Folders if !are_patients(items, classes) => items.iter_mut().for_each(|item| item.group = None),
            Self::Folders => {}
        }
    }
}

/// The file's own name.
fn bare(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether what the folders name can be patients or slides: three or more, of which at least every other class has two.
/// A folder in which all images of a class lie is no more than its class.
fn are_patients(items: &[Item], classes: usize) -> bool {
    let mut of_class: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for item in items {
        of_class.entry(item.label).or_default().extend(item.group.as_deref());
    }
    let all: BTreeSet<&str> = of_class.values().flatten().copied().collect();
    all.len() >= FEWEST && 2 * of_class.values().filter(|groups| groups.len() > 1).count() >= classes
}

fn table(bytes: &[u8]) -> Result<HashMap<String, String>, String> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // A spreadsheet of a country with decimal commas writes semicolons.
    let delimiter = if first.contains(&b';') && !first.contains(&b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text);
    let header = reader.headers().map_err(|why| why.to_string())?.clone();
    let column = |wanted: &str| {
        let found = header.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        found.ok_or_else(|| format!("it has no column {wanted}"))
    };
    let (file, group) = (column("file")?, column("group")?);
    let mut table = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(|why| why.to_string())?;
        if let (Some(file), Some(group)) = (row.get(file), row.get(group))
            && !group.is_empty()
        {
            table.insert(file.replace('\\', "/"), group.to_owned());
        }
    }
    Ok(table)
}
