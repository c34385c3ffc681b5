//! The check list of a dataset: what must be fixed, what runs leave out, and what is good to know.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    classes,
    dataset::{Dataset, Finding, Item, LeftOut, Severity},
};

/// From this ratio of the largest to the smallest class on, a dataset counts as imbalanced.
const IMBALANCE: f64 = 5.0;
/// A class needs this many images for one in each part.
const FEWEST: usize = 3;

/// Every row of the check list, the most serious first; empty for a dataset without a flaw.
#[must_use]
pub fn findings(dataset: &Dataset) -> Vec<Finding> {
    let mut rows = vec![single_class(dataset), tiny_classes(dataset)];
    rows.extend([conflicts(dataset), near_conflicts(dataset), unreadable(dataset), skipped(dataset)]);
    rows.extend([duplicates(dataset), near_copies(dataset), no_group(dataset), few_groups(dataset)]);
    rows.push(sub_folders(dataset));
    rows.extend([
        imbalance(dataset),
        odd_sizes(dataset),
        in_part(dataset),
        unknown_classes(dataset),
        ig_naming(dataset),
    ]);
    let mut rows: Vec<Finding> = rows.into_iter().flatten().collect();
    rows.sort_by_key(|row| row.severity);
    rows
}

fn row(severity: Severity, title: &str, meaning: impl Into<String>, paths: Vec<String>) -> Finding {
    Finding { severity, title: title.to_owned(), meaning: meaning.into(), paths }
}

/// A row about files, or none where there are none.
fn files(severity: Severity, title: &str, meaning: &str, paths: Vec<String>) -> Option<Finding> {
    (!paths.is_empty()).then(|| row(severity, title, meaning, paths))
}

fn paths(left_out: &[LeftOut]) -> Vec<String> {
    left_out.iter().map(|file| file.path.clone()).collect()
}

fn of_items<'a>(items: impl IntoIterator<Item = &'a usize>, dataset: &Dataset) -> Vec<String> {
    items.into_iter().filter_map(|index| dataset.items.get(*index)).map(|item| item.path.clone()).collect()
}

fn single_class(dataset: &Dataset) -> Option<Finding> {
    (dataset.classes.len() == 1).then(|| {
        let meaning =
            format!("A model needs two classes to tell apart; all images here are {}", dataset.classes.name(0));
        row(Severity::MustFix, "Only one class", meaning, Vec::new())
    })
}

fn tiny_classes(dataset: &Dataset) -> Option<Finding> {
    let counts = dataset.counts();
    let tiny = |label: usize| counts.get(label).is_some_and(|count| *count < FEWEST);
    let names: Vec<String> = dataset
        .classes
        .iter()
        .zip(&counts)
        .filter(|(_, count)| **count < FEWEST)
        .map(|(name, count)| format!("{} ({count})", classes::title(name)))
        .collect();
    let paths = dataset.items.iter().filter(|item| tiny(item.label)).map(|item| item.path.clone()).collect();
    let meaning = format!("Training, validation and test need one image each; too few in {}", names.join(", "));
    (!names.is_empty()).then(|| row(Severity::MustFix, "Classes with fewer than three images", meaning, paths))
}

fn conflicts(dataset: &Dataset) -> Option<Finding> {
    let groups = dataset.duplicates.iter().filter(|group| group.conflict);
    files(
        Severity::LeftOut,
        "Same image under two labels",
        "Nobody can say which label is right, so runs use none of them",
        of_items(groups.flat_map(|group| &group.items), dataset),
    )
}

fn near_conflicts(dataset: &Dataset) -> Option<Finding> {
    let groups = dataset.near_copies.iter().filter(|group| group.conflict);
    files(
        Severity::LeftOut,
        "Copies of one image under two labels",
        "They are one picture mirrored, turned, resized or encoded again; nobody can say which label is right, so runs use none",
        of_items(groups.flat_map(|group| &group.items), dataset),
    )
}

fn near_copies(dataset: &Dataset) -> Option<Finding> {
    let groups = dataset.near_copies.iter().filter(|group| !group.conflict);
    files(
        Severity::GoodToKnow,
        "Near-copies",
        "Images that are one picture mirrored, turned, resized or encoded again go to the same part",
        of_items(groups.flat_map(|group| &group.items), dataset),
    )
}

/// Nobody is named, or not everybody.
fn no_group(dataset: &Dataset) -> Option<Finding> {
    if dataset.groups().is_none() {
        let meaning = "Cells of one patient may be in all parts, which makes figures look better than they are; name patients \
                       by folders, by a pattern on the file name, or in groups.csv";
        return Some(row(Severity::GoodToKnow, "Split by image: no patient is known", meaning, Vec::new()));
    }
    let alone = dataset.items.iter().filter(|item| item.group.is_none()).map(|item| item.path.clone());
    files(
        Severity::GoodToKnow,
        "Images without a patient or slide",
        "Others have one; these are split image by image",
        alone.collect(),
    )
}

/// Classes whose patients are too few to be in all parts.
fn few_groups(dataset: &Dataset) -> Option<Finding> {
    dataset.groups()?;
    let mut of_class: Vec<BTreeSet<(Option<&str>, &str)>> = vec![BTreeSet::new(); dataset.classes.len()];
    for item in &dataset.items {
        // An image without a patient stands for itself.
        let unit = item.group.as_deref().map_or((None, item.path.as_str()), |group| (Some(group), ""));
        if let Some(units) = of_class.get_mut(item.label) {
            units.insert(unit);
        }
    }
    let named = dataset.classes.iter().zip(&of_class).filter(|(_, units)| units.len() < FEWEST);
    let names: Vec<String> = named.map(|(name, units)| format!("{} ({})", classes::title(name), units.len())).collect();
    let meaning = format!("One is needed for each part; some part will lack {}", names.join(", "));
    (!names.is_empty())
        .then(|| row(Severity::GoodToKnow, "Classes of fewer than three patients or slides", meaning, Vec::new()))
}

/// Unknown classes with folders below them, which could have been meant as classes.
fn sub_folders(dataset: &Dataset) -> Option<Finding> {
    let mut below: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut paths = Vec::new();
    for item in &dataset.items {
        let class = dataset.classes.name(item.label);
        let mut folders =
            item.path.split('/').skip_while(|name| classes::canonical(name).to_lowercase() != class.to_lowercase());
        if classes::find(class).is_none()
            && folders.next().is_some()
            && let (Some(folder), Some(_)) = (folders.next(), folders.next())
        {
            below.entry(class).or_default().insert(folder);
            paths.push(item.path.clone());
        }
    }
    let names: Vec<String> = below
        .iter()
        .map(|(class, folders)| format!("{class} ({})", folders.iter().take(3).copied().collect::<Vec<_>>().join(", ")))
        .collect();
    let meaning = format!("Their images count as of the class above them: {}", names.join("; "));
    files(Severity::GoodToKnow, "Folders below other class names", &meaning, paths)
}

fn unreadable(dataset: &Dataset) -> Option<Finding> {
    files(
        Severity::LeftOut,
        "Unreadable images",
        "These files have an image's name but cannot be decoded, so runs leave them out",
        paths(&dataset.unreadable),
    )
}

fn skipped(dataset: &Dataset) -> Option<Finding> {
    files(
        Severity::LeftOut,
        "Files that are not images",
        "Hidden, system and other files beside the images are not looked at",
        paths(&dataset.skipped),
    )
}

fn duplicates(dataset: &Dataset) -> Option<Finding> {
    let groups = dataset.duplicates.iter().filter(|group| !group.conflict);
    files(
        Severity::GoodToKnow,
        "Duplicate images",
        "Images with the same pixels go to the same part, so that none is both learned and tested",
        of_items(groups.flat_map(|group| &group.items), dataset),
    )
}

fn imbalance(dataset: &Dataset) -> Option<Finding> {
    let ratio = dataset.imbalance().filter(|ratio| *ratio >= IMBALANCE)?;
    let meaning = format!("The largest class has {ratio:.1} times the images of the smallest; class weights can help");
    Some(row(Severity::GoodToKnow, "Imbalanced classes", meaning, Vec::new()))
}

fn odd_sizes(dataset: &Dataset) -> Option<Finding> {
    files(
        Severity::GoodToKnow,
        "Images of another size",
        "All images are cropped to one centred square, so that a model cannot learn the size",
        of_items(&dataset.odd_sizes, dataset),
    )
}

fn in_part(dataset: &Dataset) -> Option<Finding> {
    let mut whys: Vec<&str> = dataset.remarks.iter().map(|remark| remark.why.as_str()).collect();
    whys.sort_unstable();
    whys.dedup();
    let (shown, more) = (whys.iter().take(3).copied().collect::<Vec<_>>().join("; "), whys.len().saturating_sub(3));
    let more = if more > 0 { format!("; and {more} other reasons") } else { String::new() };
    let meaning = format!("Of these files not everything is used as it is: {shown}{more}");
    files(Severity::GoodToKnow, "Images used in part", &meaning, paths(&dataset.remarks))
}

fn unknown_classes(dataset: &Dataset) -> Option<Finding> {
    let unknown: Vec<&str> = dataset.classes.iter().filter(|name| classes::find(name).is_none()).collect();
    let meaning = format!(
        "Not among the eight known classes, used as they are: {}; the bundled models cannot name them",
        unknown.join(", ")
    );
    (!unknown.is_empty()).then(|| row(Severity::GoodToKnow, "Other class names", meaning, Vec::new()))
}

fn ig_naming(dataset: &Dataset) -> Option<Finding> {
    let misnamed =
        |item: &&Item| item.path.rsplit('/').skip(1).any(|folder| folder.to_lowercase().contains("immunoglobulin"));
    files(
        Severity::GoodToKnow,
        "A folder named immunoglobulin",
        "In blood cell datasets ig means immature granulocyte, and it is shown as that",
        dataset.items.iter().filter(misnamed).map(|item| item.path.clone()).collect(),
    )
}
