//! Which images belong to one patient or slide, by a pattern on their file names, with what it finds in the opened dataset.

use std::collections::BTreeSet;

use egui::{RichText, TextEdit, Ui};

use super::Form;
use crate::{
    app::AppState,
    domain::{dataset::Item, groups::Pattern},
    job::Opened,
    report::words::thousands,
};

pub(super) fn show(form: &mut Form, ui: &mut Ui, state: &AppState) {
    let help = t!("Such as P(\\d+)_ : images of one stay in one part of the split");
    form.field(ui, "group", (t!("Patient or slide in the name"), help), |ui, wish| {
        let mut pattern = wish.config.group.clone().unwrap_or_default();
        let edit = TextEdit::singleline(&mut pattern).hint_text(t!("none")).desired_width(96.0);
        if ui.add(edit).changed() {
            wish.config.group = Some(pattern).filter(|pattern| !pattern.is_empty());
        }
    });
    let pattern = form.wish.config.group.as_deref();
    let words = state.dataset.opened.as_ref().and_then(|opened| preview(ui, opened, pattern));
    if let Some(words) = words {
        ui.label(RichText::new(words).small());
        ui.add_space(6.0);
    }
}

/// What is known of patients and slides, worked out once for each pattern and dataset.
fn preview(ui: &Ui, opened: &Opened, pattern: Option<&str>) -> Option<String> {
    type Known = ((String, crate::domain::hash::ContentHash), Option<String>);
    let id = ui.scope_id().with("groups found");
    let key = (pattern.unwrap_or_default().to_owned(), opened.dataset.hash);
    let known: Option<Known> = ui.data(|data| data.get_temp(id));
    if let Some((_, words)) = known.filter(|(of, _)| *of == key) {
        return words;
    }
    let words = found(&opened.dataset.items, pattern);
    ui.data_mut(|data| data.insert_temp::<Known>(id, (key, words.clone())));
    words
}

/// How many groups the names hold, with examples, and how many images belong to none; what folders or `groups.csv` say
/// where there is no pattern.
fn found(items: &[Item], pattern: Option<&str>) -> Option<String> {
    let pattern = pattern.map(Pattern::new).transpose().ok()?;
    let of = |item: &Item| {
        let name = item.path.rsplit('/').next().unwrap_or_default();
        pattern.as_ref().map_or_else(|| item.group.clone(), |pattern| pattern.group_of(name))
    };
    let groups: Vec<Option<String>> = items.iter().map(of).collect();
    let names: BTreeSet<&str> = groups.iter().flatten().map(String::as_str).collect();
    if names.is_empty() {
        return pattern.map(|_| t!("Found in no file name of this dataset").to_owned());
    }
    let examples: Vec<&str> = names.iter().copied().take(3).collect();
    let alone = groups.iter().filter(|group| group.is_none()).count();
    let rest = match alone {
        0 => String::new(),
        many => {
            n!(many, "; 1 image belongs to none", "; {count} images belong to none", count = thousands(many as u64))
        }
    };
    Some(t!(
        "{count} found, such as {examples}{rest}",
        count = thousands(names.len() as u64),
        examples = examples.join(", "),
        rest
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{fingerprint::Fingerprint, hash::ContentHash};

    fn item(path: &str) -> Item {
        Item {
            path: path.to_owned(),
            label: 0,
            sub_type: None,
            hash: ContentHash([0; 32]),
            pixels: ContentHash([0; 32]),
            width: 1,
            height: 1,
            bytes: 1,
            folder_part: None,
            fingerprint: Fingerprint(std::array::from_fn(|_| 0)),
            group: None,
        }
    }

    #[test]
    fn the_preview_counts_groups_and_images_without_one() {
        let items = ["ig/P1_a.png", "ig/P1_b.png", "platelet/P20_a.png", "platelet/other.png"].map(item);
        let words = found(&items, Some("P(\\d+)_")).unwrap();
        assert_eq!(words, "2 found, such as 1, 20; 1 image belongs to none");
        assert_eq!(found(&items, Some("Q(\\d+)_")).unwrap(), "Found in no file name of this dataset");
        assert_eq!((found(&items, None), found(&items, Some("("))), (None, None));
    }
}
