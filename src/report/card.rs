//! A model card in words: the same sections for the window and for the terminal.

use super::words::{NOTICE, figure, percent, thousands};
use crate::{
    domain::{
        classes,
        interval::Interval,
        metrics::{ClassMetrics, Metrics},
        profile::LabProfile,
    },
    model::card::{Elsewhere, ModelCard, OtherLab},
};

/// A part of a card: facts with their names, then sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    pub title: String,
    pub facts: Vec<(String, String)>,
    pub lines: Vec<String>,
}

/// Everything that someone who trusts the model ought to know, the most important first.
#[must_use]
pub fn sections(card: &ModelCard) -> Vec<Section> {
    let mut all = vec![limits(card)];
    all.extend(card.test.as_ref().map(|test| judged(card, test)));
    all.push(confidence(card));
    all.extend((!card.other_labs.is_empty()).then(|| elsewhere(&card.other_labs)));
    all.extend(card.profile.as_ref().map(fitted));
    all.extend([network(card), origin(card)]);
    all
}

/// The card as plain text.
#[must_use]
pub fn text(card: &ModelCard) -> String {
    let mut text = format!("{}\n", title(card));
    for section in sections(card) {
        text.push_str(&format!("\n{}\n", section.title));
        let width = section.facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        section.facts.iter().for_each(|(name, value)| text.push_str(&format!("  {name:<width$}  {value}\n")));
        section.lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    text
}

/// The network and the model's own name.
#[must_use]
pub fn title(card: &ModelCard) -> String {
    format!("{} ({})", card.network.architecture.title(), card.name)
}

fn section(title: impl Into<String>, facts: Vec<(&str, String)>, lines: Vec<String>) -> Section {
    let facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Section { title: title.into(), facts, lines }
}

fn limits(card: &ModelCard) -> Section {
    let mut lines = vec![NOTICE.to_owned()];
    lines.extend(card.limits.iter().filter(|line| !line.contains("not a medical device")).map(|line| sentence(line)));
    section("What it must not be trusted with", Vec::new(), lines)
}

fn judged(card: &ModelCard, test: &Metrics) -> Section {
    let with = |value: Option<f64>, ci: &Option<Interval>| match ci {
        Some(ci) => format!("{} ({:.1} to {:.1})", percent(value), 100.0 * ci.low, 100.0 * ci.high),
        None => percent(value),
    };
    let facts = vec![
        ("Images", thousands(test.n)),
        ("Accuracy", with(test.accuracy, &test.accuracy_ci)),
        ("Balanced accuracy", percent(test.balanced_accuracy)),
        ("Macro F1", figure(test.macro_f1)),
    ];
    let of_class = |class: &ClassMetrics| {
        (
            classes::title(&class.name).to_owned(),
            format!("F1 {}, {} images", figure(class.f1), thousands(class.support)),
        )
    };
    let mut section = section(format!("On the test split of {}", card.dataset), facts, Vec::new());
    section.facts.extend(test.classes.iter().map(of_class));
    section
}

/// What its confidences are worth.
fn confidence(card: &ModelCard) -> Section {
    let mut facts = vec![("Temperature", temperatures(card))];
    if let Some(calibration) = &card.calibration {
        let then = |before, after| format!("{}; {} before the temperature", percent(after), percent(before));
        facts.push(("Calibration error", then(Some(calibration.ece_before), Some(calibration.ece_after))));
        facts.push(("Over bins of equal mass", then(calibration.adaptive_before, calibration.adaptive_after)));
        facts.push(("On images it did not learn from", thousands(calibration.images as u64)));
    }
    facts.extend(card.elsewhere.as_ref().map(|of| ("At another lab", at_another(of))));
    facts.push(match &card.operating {
        Some(point) => {
            let low_high = point.ci.map_or_else(String::new, |ci| {
                format!(" (95 % interval {:.2} to {:.2})", 100.0 * ci.low, 100.0 * ci.high)
            });
            let words = format!(
                "a cell under a confidence of {:.1} % is flagged; of the {} kept, {:.2} %{low_high} were wrong, and at most \
                 {:.1} % are with 95 % confidence",
                100.0 * point.threshold,
                percent(Some(point.coverage)),
                100.0 * point.measured,
                100.0 * point.risk,
            );
            ("Operating point", words)
        }
        None => ("Operating point", "none could be vouched for; a cell under a confidence of 50 % is flagged".to_owned()),
    });
    section("What its confidences are worth", facts, Vec::new())
}

/// The temperature for batches of another lab and what it does there.
fn at_another(of: &Elsewhere) -> String {
    let labs = of.labs.iter().map(|lab| {
        format!("error at {} {}, else {}", lab.name, percent(Some(lab.ece_after)), percent(Some(lab.ece_before)))
    });
    format!("temperature {:.2}; {}", of.temperature, labs.collect::<Vec<_>>().join("; "))
}

fn temperatures(card: &ModelCard) -> String {
    let words = format!("{:.3}, {:.3} at the first look", card.temperature, card.doubt_temperature());
    match card.calibration.map(|calibration| calibration.unfitted) {
        Some(Some(unfitted)) => format!("{words} ({})", unfitted.words()),
        Some(None) => words,
        None => format!("{words} (not measured on these weights)"),
    }
}

fn elsewhere(labs: &[OtherLab]) -> Section {
    let of = |lab: &OtherLab| {
        let mut words = format!("{} as it is", percent(Some(lab.plain)));
        if let Some(share) = lab.with_profile {
            words.push_str(&format!(", {} with its lab profile", percent(Some(share))));
        }
        if let Some(share) = lab.adapted {
            words.push_str(&format!(", {} adapted with {} of its cells", percent(Some(share)), lab.learned));
        }
        (lab.name.clone(), format!("{words} ({} images)", thousands(lab.images as u64)))
    };
    let lines = vec!["Balanced accuracy of models of this recipe that never saw the lab's images.".to_owned()];
    Section { title: "On other labs".to_owned(), facts: labs.iter().map(of).collect(), lines }
}

fn fitted(profile: &LabProfile) -> Section {
    let mut facts = vec![
        ("Lab", profile.lab.clone()),
        ("From", format!("{} images, model {}", profile.images, profile.base)),
        ("Crop", format!("{:.2} of the shorter side, before {:.2}", profile.crop, profile.crop_before)),
        ("Lab's share of the norm statistics", percent(Some(profile.blend))),
    ];
    if let Some(own) = &profile.self_trained {
        facts.push(("Cells learned by its own answers", format!("{} of {}", own.count(), own.asked)));
    }
    if let Some(tuned) = &profile.tuned {
        let cells: usize = tuned.cells.iter().map(|(_, count)| count).sum();
        facts.push(("Labelled cells learned", cells.to_string()));
    }
    section("Fitted to a lab", facts, Vec::new())
}

fn network(card: &ModelCard) -> Section {
    let network = &card.network;
    let facts = vec![
        (
            "Network",
            format!("{}, {} heads, {} wide", network.architecture.title(), network.heads, network.attention_width),
        ),
        ("Parameters", thousands(card.parameters as u64)),
        ("Input", card.preprocess.words()),
        ("Classes", card.classes.iter().collect::<Vec<_>>().join(", ")),
        ("Weights", card.weights_hash.short()),
    ];
    section("The network", facts, Vec::new())
}

fn origin(card: &ModelCard) -> Section {
    let facts = vec![
        ("Dataset", format!("{}, {}", card.dataset, card.dataset_hash.short())),
        ("Split", format!("seed {}, {}", card.split_seed, card.split_hash.short())),
        ("Trained", card.created.chars().take(10).collect()),
        ("With", format!("Leukoscope {}", card.app_version)),
    ];
    section("Where it comes from", facts, card.sources.iter().map(|source| sentence(source)).collect())
}

/// With a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bundled;

    #[test]
    fn the_card_says_limits_figures_and_origin() {
        let mut card = bundled::FIRST.card().unwrap();
        card.other_labs = vec![OtherLab {
            name: "Elsewhere".to_owned(),
            images: 1234,
            plain: 0.457,
            with_profile: Some(0.608),
            adapted: Some(0.715),
            learned: 87,
        }];
        let text = text(&card);
        let accuracy = percent(card.test.as_ref().unwrap().accuracy);
        for wanted in [
            NOTICE,
            accuracy.as_str(),
            "45.7 % as it is, 60.8 % with its lab profile, 71.5 % adapted with 87 of its cells (1,234 images)",
            "blasts",
            "is flagged",
            "at the first look",
            card.weights_hash.short().as_str(),
        ] {
            assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
        }
        assert_eq!(sections(&card).first().unwrap().title, "What it must not be trusted with");
        card.other_labs.clear();
        assert!(sections(&card).iter().all(|section| section.title != "On other labs"));
    }

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!([sentence("one lab's cells"), sentence("Done.")], ["One lab's cells.", "Done."]);
    }
}
