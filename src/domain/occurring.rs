//! Which classes can occur on these slides: the others take no part in an answer, and what they had goes to the rest.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::classes::{ClassList, canonical, title};

/// What a five-part differential counts.
pub const FIVE_PART: [&str; 5] = ["neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil"];
/// What the preset is called.
pub const FIVE_PART_NAME: &str = "five-part";
/// Of one class alone every answer would be certain.
const FEWEST: usize = 2;

/// A person's choice of classes: a preset, names, or by default all that the model has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occurring {
    #[default]
    All,
    /// Those of [`FIVE_PART`] that the model has.
    FivePart,
    /// Names as [`canonical`] writes them, sorted.
    Only(Vec<String>),
}

impl Occurring {
    /// Whether every class of the model takes part.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }

    /// Where these classes stand in a model's list.
    ///
    /// # Errors
    /// In words, where the model lacks a class that was named, or fewer than two would be left.
    pub fn among(&self, classes: &ClassList) -> Result<Mask, String> {
        let named: Vec<&str> = match self {
            Self::All => return Ok(Mask::default()),
            Self::FivePart => FIVE_PART.into_iter().filter(|name| classes.label(name).is_some()).collect(),
            Self::Only(names) => names.iter().map(String::as_str).collect(),
        };
        if let Some(unknown) = named.iter().find(|name| classes.label(name).is_none()) {
            let known = classes.iter().collect::<Vec<_>>().join(", ");
            return Err(format!("the model has no class {unknown}; it has {known}"));
        }
        if named.len() < FEWEST {
            return Err(format!("at least {FEWEST} classes of the model must be able to occur"));
        }
        Ok(Mask(classes.iter().map(|name| named.contains(&name)).collect()))
    }

    /// For people, such as `five-part`, `all` or `Basophil, Monocyte`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::FivePart => FIVE_PART_NAME.to_owned(),
            Self::Only(names) => names.iter().map(|name| title(name)).collect::<Vec<_>>().join(", "),
        }
    }
}

impl FromStr for Occurring {
    type Err = String;

    /// `all`, `five-part`, or names parted by commas, by any of their aliases.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "all" => return Ok(Self::All),
            FIVE_PART_NAME => return Ok(Self::FivePart),
            _ => {}
        }
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(canonical);
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Err(format!("name classes as in neutrophil,lymphocyte, or {FIVE_PART_NAME}"));
        }
        Ok(Self::Only(names))
    }
}

impl fmt::Display for Occurring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only(names) => f.write_str(&names.join(",")),
            named => f.write_str(&named.words()),
        }
    }
}

/// A choice in a model's order: whether each of its classes takes part. Empty, all do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mask(Vec<bool>);

impl Mask {
    /// Whether every class takes part.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.iter().all(|admitted| *admitted)
    }

    #[must_use]
    pub fn admits(&self, label: usize) -> bool {
        self.0.get(label).copied().unwrap_or(self.0.is_empty())
    }

    /// Logits whose softmax is that of the classes that take part alone, and 0 for the others.
    #[must_use]
    pub fn of_logits(&self, logits: &[f32]) -> Vec<f32> {
        let place = |(label, logit): (usize, &f32)| if self.admits(label) { *logit } else { f32::NEG_INFINITY };
        logits.iter().enumerate().map(place).collect()
    }

    /// The names that take part, of the model's own list.
    pub fn names<'a>(&'a self, classes: &'a ClassList) -> impl Iterator<Item = &'a str> {
        classes.iter().enumerate().filter(|(label, _)| self.admits(*label)).map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Occurring {
        text.parse().unwrap()
    }

    #[test]
    fn presets_names_and_aliases_are_read_and_written() {
        assert_eq!((read("all"), read("five-part")), (Occurring::All, Occurring::FivePart));
        let two = read("Neutrophils, LYM,lymphocyte");
        assert_eq!(two, Occurring::Only(vec!["lymphocyte".to_owned(), "neutrophil".to_owned()]));
        assert_eq!(read(&two.to_string()), two);
        assert_eq!(
            (two.words(), Occurring::FivePart.to_string()),
            ("Lymphocyte, Neutrophil".into(), "five-part".into())
        );
        assert!(" , ".parse::<Occurring>().is_err());
    }

    #[test]
    fn a_choice_is_found_in_the_models_order() {
        let classes = ClassList::known();
        let mask = Occurring::FivePart.among(&classes).unwrap();
        let names: Vec<&str> = mask.names(&classes).collect();
        assert_eq!(names, ["basophil", "eosinophil", "lymphocyte", "monocyte", "neutrophil"]);
        assert!(!mask.is_all() && mask.admits(0) && !mask.admits(2) && !mask.admits(99));
        let all = Occurring::All.among(&classes).unwrap();
        assert!(all.is_all() && all.admits(7) && all.names(&classes).count() == 8);
    }

    #[test]
    fn what_a_model_lacks_is_said_and_one_class_alone_is_no_choice() {
        let classes = ClassList::new(["blast", "monocyte", "neutrophil"].map(str::to_owned));
        assert!(read("monocyte,platelet").among(&classes).unwrap_err().contains("no class platelet"));
        assert!(read("monocyte").among(&classes).is_err());
        assert_eq!(Occurring::FivePart.among(&classes).unwrap().names(&classes).count(), 2);
        assert!(Occurring::FivePart.among(&ClassList::new(["a".to_owned(), "b".to_owned()])).is_err());
    }

    #[test]
    fn other_logits_are_put_out_of_reach() {
        let classes = ClassList::new(["a", "b", "c"].map(str::to_owned));
        let mask = read("a,c").among(&classes).unwrap();
        assert_eq!(mask.of_logits(&[1.0, 9.0, 2.0]), [1.0, f32::NEG_INFINITY, 2.0]);
    }
}
