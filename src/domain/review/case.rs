//! The head of a session: what was looked at, with which model, by whom and since when. It is written once.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    classes::{ClassList, KNOWN, canonical, title},
    differential::Rules,
    hash::ContentHash,
    letters::Letters,
    occurring::Occurring,
    operating::OperatingPoint,
};

/// The version of the session's own layout.
pub const CASE_VERSION: u32 = 1;

/// What a session was begun with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub version: u32,
    /// Names the session wherever its folder lies.
    pub id: String,
    /// What a person calls it, such as a specimen's number; empty where nobody named it.
    #[serde(default)]
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    /// Who began it.
    pub who: String,
    pub model: ModelFacts,
    /// Files and folders that the cells came from, as they were given.
    pub sources: Vec<String>,
    pub app_version: String,
    /// Confidence under which a cell starts in Unidentified.
    pub threshold: f32,
    /// Where that threshold comes from; `None` where it is only a convention.
    #[serde(default)]
    pub operating: Option<OperatingPoint>,
    /// Classes that can occur on these slides.
    #[serde(default)]
    pub occurring: Occurring,
    #[serde(default)]
    pub rules: Rules,
    /// The white cell count of a counter, per microlitre, where it is known.
    #[serde(default)]
    pub wbc: Option<f64>,
}

/// The model that suggests, as its card has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    pub name: String,
    /// A bundled name or the path of a run folder.
    pub id: String,
    pub weights: ContentHash,
    pub classes: ClassList,
    pub preprocessing: String,
    pub dataset: String,
    pub dataset_hash: ContentHash,
    pub split_hash: ContentHash,
    pub device: String,
    /// The lab that it was fitted to.
    #[serde(default)]
    pub lab: Option<String>,
}

impl Case {
    /// A name from what makes the session its own.
    #[must_use]
    pub fn id_of(who: &str, created: OffsetDateTime, model: &ContentHash, sources: &[String]) -> String {
        let nanos = created.unix_timestamp_nanos().to_le_bytes();
        let parts = [who.as_bytes(), &nanos, &model.0].into_iter();
        ContentHash::of_parts(parts.chain(sources.iter().map(String::as_bytes))).to_string().chars().take(16).collect()
    }

    /// What a person calls the session: its name, or the beginning of its id.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// Classes that a person may give, in order: the model's, then the known ones that it lacks.
    #[must_use]
    pub fn choices(&self) -> Vec<String> {
        let known = KNOWN.iter().map(|class| class.name);
        let more = known.filter(|name| self.model.classes.label(name).is_none());
        self.model.classes.iter().chain(more).map(str::to_owned).collect()
    }

    /// The class that a text means, by its name, its alias or its letter.
    ///
    /// # Errors
    /// In words, where it means none that can be given.
    pub fn choice(&self, text: &str) -> Result<String, String> {
        let (choices, wanted) = (self.choices(), canonical(text));
        if choices.contains(&wanted) {
            return Ok(wanted);
        }
        let mut letters = text.trim().chars();
        if let (Some(letter), None) = (letters.next(), letters.next())
            && let Some(class) = Letters::of(choices.iter().map(String::as_str)).class(letter)
        {
            return Ok(class.to_owned());
        }
        let names = choices.iter().map(|name| title(name)).collect::<Vec<_>>().join(", ");
        Err(format!("there is no class {text}; there are {names}"))
    }
}

/// Facts for the tests of this folder and of what is built on it.
#[cfg(test)]
pub(crate) mod example {
    use super::*;

    pub(crate) fn at(secs: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_780_000_000 + secs).unwrap()
    }

    pub(crate) fn case() -> Case {
        let hash = |text: &str| ContentHash::of(text.as_bytes());
        let sources = vec!["slides".to_owned()];
        Case {
            version: CASE_VERSION,
            id: Case::id_of("Ada", at(0), &hash("weights"), &sources),
            name: "S-17".to_owned(),
            created: at(0),
            who: "Ada".to_owned(),
            model: ModelFacts {
                name: "mobilenet".to_owned(),
                id: "mobilenet".to_owned(),
                weights: hash("weights"),
                classes: ClassList::known(),
                preprocessing: "96 px, crop 1".to_owned(),
                dataset: "pbc".to_owned(),
                dataset_hash: hash("dataset"),
                split_hash: hash("split"),
                device: "CPU".to_owned(),
                lab: None,
            },
            sources,
            app_version: "0.1.0".to_owned(),
            threshold: 0.8,
            operating: None,
            occurring: Occurring::All,
            rules: Rules::default(),
            wbc: Some(17_400.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{example::case, *};

    #[test]
    fn a_class_is_meant_by_name_alias_or_letter() {
        let case = case();
        for text in ["neutrophil", "NEU", "Neutrophils", "n"] {
            assert_eq!(case.choice(text).as_deref(), Ok("neutrophil"), "{text}");
        }
        assert!(case.choice("neutrophl").unwrap_err().contains("Immature granulocyte"));
    }

    #[test]
    fn a_person_may_give_what_the_model_does_not_know() {
        let mut case = case();
        case.model.classes = ClassList::new(["blast", "neutrophil"].map(str::to_owned));
        assert_eq!(case.choices().len(), 9);
        assert_eq!((case.choice("PLT"), case.choice("blast")), (Ok("platelet".to_owned()), Ok("blast".to_owned())));
    }

    #[test]
    fn a_head_comes_back_as_it_was_written() {
        let case = case();
        let text = ron::ser::to_string_pretty(&case, ron::ser::PrettyConfig::default()).unwrap();
        assert_eq!(ron::from_str::<Case>(&text).unwrap(), case);
    }
}
