//! Predictive values at a mix of classes that a person names: a folder's own mix is seldom that of a patient's blood.

use serde::{Deserialize, Serialize};

use super::{confusion::Confusion, metrics::Metrics};

/// Leukocytes of a healthy adult's blood in percent: the middles of the ranges of MedlinePlus, "Blood differential test"
/// (medlineplus.gov/ency/article/003657.htm), where segmented and band neutrophils are one class here.
const ADULT_BLOOD: [(&str, f64); 5] =
    [("basophil", 0.75), ("eosinophil", 2.5), ("lymphocyte", 30.0), ("monocyte", 5.0), ("neutrophil", 51.5)];

/// Shares of classes; they need not sum to 1, as only their proportions count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassMix {
    /// What a person calls it.
    pub name: String,
    pub shares: Vec<(String, f64)>,
}

impl ClassMix {
    /// The leukocytes of a healthy adult.
    #[must_use]
    pub fn adult_blood() -> Self {
        let shares = ADULT_BLOOD.map(|(class, percent)| (class.to_owned(), percent / 100.0)).to_vec();
        Self { name: "adult blood".to_owned(), shares }
    }

    /// The mix of the images that were judged.
    #[must_use]
    pub fn of_folder(metrics: &Metrics) -> Self {
        let share = |support: u64| support as f64 / metrics.n.max(1) as f64;
        let shares = metrics.classes.iter().map(|class| (class.name.clone(), share(class.support))).collect();
        Self { name: "as in this folder".to_owned(), shares }
    }

    /// Reads `class=share` pairs, parted by commas or lines; shares are numbers or percentages.
    ///
    /// # Errors
    /// In words, what cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty() && !part.starts_with('#'));
        let shares: Vec<(String, f64)> = parts.map(share).collect::<Result<_, _>>()?;
        if shares.iter().map(|(_, share)| share).sum::<f64>() <= 0.0 {
            return Err("it names no class with a share above 0".to_owned());
        }
        Ok(Self { name: "own numbers".to_owned(), shares })
    }

    /// The share of a class, 0 where it is not named.
    #[must_use]
    pub fn share(&self, class: &str) -> f64 {
        self.shares.iter().filter(|(name, _)| name == class).map(|(_, share)| share).sum()
    }
}

fn share(part: &str) -> Result<(String, f64), String> {
    let (class, number) = part.split_once('=').ok_or_else(|| format!("`{part}` is not CLASS=SHARE"))?;
    let number = number.trim();
    let (digits, scale) = number.strip_suffix('%').map_or((number, 1.0), |digits| (digits.trim(), 0.01));
    let value = digits.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
    let value = value.ok_or_else(|| format!("`{number}` is not a share of {}", class.trim()))?;
    Ok((super::classes::canonical(class), value * scale))
}

/// What an answer is worth at a mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AtMix {
    pub mix: ClassMix,
    pub classes: Vec<ClassAtMix>,
    /// Classes of the mix without an image here: nothing is known of them, and the others stand for all.
    pub unknown: Vec<String>,
}

/// One class at a mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassAtMix {
    pub name: String,
    /// Among the classes that are known, 0 to 1.
    pub share: f64,
    /// Positive predictive value (precision): chance that a cell given the class is of it. `None` where the mix lacks it.
    pub ppv: Option<f64>,
    /// Negative predictive value: chance that a cell given another class is of another one.
    pub npv: Option<f64>,
}

impl AtMix {
    /// Bayes' rule over the rows of a confusion matrix: how a class is answered does not depend on how often it comes.
    #[must_use]
    pub fn of(confusion: &Confusion, mix: &ClassMix) -> Self {
        let labels = 0..confusion.labels.len();
        let known = |label: usize| confusion.support(label) > 0;
        let weight = |label: usize| if known(label) { mix.share(confusion.labels.name(label)) } else { 0.0 };
        let total: f64 = labels.clone().map(weight).sum();
        let share = |label: usize| if total > 0.0 { weight(label) / total } else { 0.0 };
        let given =
            |truth: usize, label: usize| confusion.count(truth, label) as f64 / confusion.support(truth).max(1) as f64;
        let class = |label: usize| {
            let all: f64 = labels.clone().map(|truth| share(truth) * given(truth, label)).sum();
            let own = share(label) * given(label, label);
            let missed = share(label) - own;
            let present = share(label) > 0.0;
            ClassAtMix {
                name: confusion.labels.name(label).to_owned(),
                share: share(label),
                ppv: (present && all > 0.0).then(|| own / all),
                npv: (present && all < 1.0).then(|| 1.0 - missed / (1.0 - all)),
            }
        };
        let lacking = |(name, share): &&(String, f64)| *share > 0.0 && !confusion.labels.label(name).is_some_and(known);
        let unknown = mix.shares.iter().filter(lacking).map(|(name, _)| name.clone()).collect();
        Self { mix: mix.clone(), classes: labels.clone().map(class).collect(), unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::classes::ClassList;

    /// 110 basophils of which one is missed, and 1,429 neutrophils of which two are called basophil, as the bundled
    /// MobileNet's class against all others was.
    fn confusion() -> Confusion {
        let labels = ClassList::new(["basophil", "neutrophil"].map(str::to_owned));
        Confusion { labels, counts: vec![vec![109, 1], vec![2, 1427]] }
    }

    fn mix(text: &str) -> ClassMix {
        ClassMix::parse(text).unwrap()
    }

    #[test]
    fn a_rare_class_loses_its_predictive_value_as_bayes_says() {
        let confusion = confusion();
        let folder = AtMix::of(&confusion, &ClassMix::of_folder(&Metrics::of(confusion.clone())));
        assert!((folder.classes[0].ppv.unwrap() - 109.0 / 111.0).abs() < 1e-12, "the folder's own mix gives precision");
        assert!((folder.classes[0].npv.unwrap() - 1427.0 / 1428.0).abs() < 1e-12);
        let rare = AtMix::of(&confusion, &mix("basophil=0.5%, neutrophil=99.5%"));
        let by_hand = 0.005 * 109.0 / 110.0 / (0.005 * 109.0 / 110.0 + 0.995 * 2.0 / 1429.0);
        assert!((rare.classes[0].ppv.unwrap() - by_hand).abs() < 1e-12 && (by_hand - 0.78).abs() < 0.01);
    }

    #[test]
    fn proportions_alone_count_and_classes_without_images_are_named() {
        let confusion = confusion();
        let (a, b) = (
            AtMix::of(&confusion, &mix("BAS=1\nneutrophils=3")),
            AtMix::of(&confusion, &mix("basophil=25%,neutrophil=0.75,monocyte=0")),
        );
        assert_eq!(a.classes, b.classes);
        assert_eq!(a.classes[0].share, 0.25);
        let blood = AtMix::of(&confusion, &ClassMix::adult_blood());
        assert_eq!(blood.unknown, ["eosinophil", "lymphocyte", "monocyte"]);
        let lacking = AtMix::of(&confusion, &mix("neutrophil=1"));
        assert_eq!((lacking.classes[0].ppv, lacking.classes[0].share), (None, 0.0));
    }

    #[test]
    fn what_is_no_mix_is_said() {
        for (text, why) in [
            ("basophil", "CLASS=SHARE"),
            ("basophil=x", "not a share"),
            ("basophil=-1", "not a share"),
            ("", "no class"),
            ("ig=0", "no class"),
        ] {
            assert!(ClassMix::parse(text).unwrap_err().contains(why), "{text}");
        }
    }
}
