//! What a cell looks like in words: attributes such as the shape of its nucleus, each with a few values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod words;

pub use words::sentence;

/// One thing that can be said of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Such as `nucleus_shape`.
    pub name: String,
    /// What it can be, in the order of the alphabet.
    pub values: Vec<String>,
}

/// What is said of one cell by one attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The attribute.
    pub name: String,
    /// The likeliest of its values.
    pub value: String,
    /// Calibrated, from 0 to 1.
    pub confidence: f32,
}

/// What people say of a dataset's cells, by their path in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    pub attributes: Vec<Attribute>,
    /// For each cell the value of each attribute; `None` where nothing was said.
    pub cells: BTreeMap<String, Vec<Option<usize>>>,
}

impl Described {
    /// From a table's head, without its first column, and its rows: a path and as many words; an empty word says nothing.
    ///
    /// # Errors
    /// A sentence where a row is not as long as the head, or a cell has two rows.
    pub fn of_rows(head: &[String], rows: &[(String, Vec<String>)]) -> Result<Self, String> {
        let values = |column: usize| {
            let mut found: Vec<String> = rows
                .iter()
                .filter_map(|(_, words)| words.get(column))
                .filter(|word| !word.is_empty())
                .cloned()
                .collect();
            found.sort();
            found.dedup();
            found
        };
        let attribute = |(column, name): (usize, &String)| Attribute { name: name.clone(), values: values(column) };
        let attributes: Vec<Attribute> = head.iter().enumerate().map(attribute).collect();
        let mut cells = BTreeMap::new();
        for (path, words) in rows {
            if words.len() != head.len() {
                return Err(format!("the row of {path} has {} values instead of {}", words.len(), head.len()));
            }
            let of = |(attribute, word): (&Attribute, &String)| attribute.values.binary_search(word).ok();
            let said = attributes.iter().zip(words).map(of).collect();
            if cells.insert(path.clone(), said).is_some() {
                return Err(format!("{path} has two rows"));
            }
        }
        Ok(Self { attributes, cells })
    }
}

/// How well one attribute is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub name: String,
    /// Cells that something was said of.
    pub n: usize,
    /// `None` without cells.
    pub accuracy: Option<f64>,
    /// Mean F1 of the values that were said at all; `None` without cells.
    pub macro_f1: Option<f64>,
}

impl Figures {
    /// From what was said and what was given, a pair of values a cell.
    #[must_use]
    pub fn of(attribute: &Attribute, pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        // True positives, said, given.
        let mut counts = vec![[0_usize; 3]; attribute.values.len()];
        let mut add = |value: usize, place: usize| {
            counts.get_mut(value).and_then(|of| of.get_mut(place)).into_iter().for_each(|count| *count += 1);
        };
        let (mut n, mut hits) = (0, 0);
        for (said, given) in pairs {
            n += 1;
            add(said, 1);
            add(given, 2);
            if said == given {
                hits += 1;
                add(said, 0);
            }
        }
        let f1: Vec<f64> = counts
            .iter()
            .filter(|[_, said, _]| *said > 0)
            .map(|[hits, said, given]| 2.0 * *hits as f64 / (said + given) as f64)
            .collect();
        Self {
            name: attribute.name.clone(),
            n,
            accuracy: (n > 0).then(|| f64::from(hits) / n as f64),
            macro_f1: (!f1.is_empty()).then(|| f1.iter().sum::<f64>() / f1.len() as f64),
        }
    }
}

/// How often each value of each attribute was said of each class: `[class][attribute][value]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByClass(pub Vec<Vec<Vec<u32>>>);

/// Cells of a class at least, before a value that none of them had is a contradiction.
const ENOUGH: u32 = 100;
/// Share of a class's cells under which a value contradicts the class.
const RARE: f64 = 0.01;
/// Confidence in a value from which it can contradict anything.
const SURE: f32 = 0.9;

impl ByClass {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(classes: usize, attributes: &[Attribute]) -> Self {
        let none: Vec<Vec<u32>> = attributes.iter().map(|attribute| vec![0; attribute.values.len()]).collect();
        Self(vec![none; classes])
    }

    /// Counts a cell.
    pub fn add(&mut self, class: usize, said: &[Option<usize>]) {
        for (counts, value) in self.0.get_mut(class).into_iter().flatten().zip(said) {
            if let Some(count) = value.and_then(|value| counts.get_mut(value)) {
                *count += 1;
            }
        }
    }

    /// What is surely said of a cell, a value and its confidence an attribute, and hardly ever true of its class, by the
    /// attribute's place; the surest first.
    #[must_use]
    pub fn contradictions(&self, class: usize, said: &[(usize, f32)]) -> Vec<usize> {
        let Some(of_class) = self.0.get(class) else { return Vec::new() };
        let rare = |(counts, (value, confidence)): (&Vec<u32>, &(usize, f32))| {
            let all: u32 = counts.iter().sum();
            let count = counts.get(*value).copied().unwrap_or(0);
            *confidence >= SURE && all >= ENOUGH && f64::from(count) < RARE * f64::from(all)
        };
        let places = of_class.iter().zip(said).enumerate().filter(|(_, pair)| rare(*pair));
        let mut found: Vec<(usize, f32)> = places.map(|(place, (_, (_, confidence)))| (place, *confidence)).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.into_iter().map(|(place, _)| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described() -> Described {
        let rows = [("a.png", ["round", "no"]), ("b.png", ["lobed", ""]), ("c.png", ["round", "yes"])];
        let rows: Vec<_> =
            rows.iter().map(|(path, words)| ((*path).to_owned(), words.map(str::to_owned).to_vec())).collect();
        Described::of_rows(&["shape".to_owned(), "granules".to_owned()], &rows).unwrap()
    }

    #[test]
    fn a_table_gives_values_in_order_and_leaves_out_what_was_not_said() {
        let described = described();
        assert_eq!(described.attributes[0].values, ["lobed", "round"]);
        assert_eq!(described.attributes[1].values, ["no", "yes"]);
        assert_eq!(described.cells["b.png"], [Some(0), None]);
        assert_eq!(described.cells["c.png"], [Some(1), Some(1)]);
        let twice = [("a.png".to_owned(), vec!["x".to_owned()]), ("a.png".to_owned(), vec!["x".to_owned()])];
        assert!(Described::of_rows(&["shape".to_owned()], &twice).unwrap_err().contains("two rows"));
        assert!(Described::of_rows(&[], &twice).unwrap_err().contains("1 values instead of 0"));
    }

    #[test]
    fn figures_are_known_by_hand() {
        let attribute = Attribute { name: "shape".to_owned(), values: ["a", "b", "c"].map(str::to_owned).to_vec() };
        let figures = Figures::of(&attribute, [(0, 0), (0, 1), (1, 1), (1, 1)].into_iter());
        // a: precision 1, recall 1/2; b: precision 2/3, recall 1; nobody said c.
        assert_eq!((figures.n, figures.accuracy), (4, Some(0.75)));
        assert!((figures.macro_f1.unwrap() - (2.0 / 3.0 + 0.8) / 2.0).abs() < 1e-12);
        assert_eq!(Figures::of(&attribute, std::iter::empty()).macro_f1, None);
    }

    #[test]
    fn a_sure_value_that_a_class_hardly_ever_has_contradicts_it() {
        let mut counts = ByClass::new(2, &described().attributes);
        (0..200).for_each(|_| counts.add(1, &[Some(1), None]));
        counts.add(1, &[Some(0), None]);
        let said = |confidence| vec![(0, confidence), (0, 1.0)];
        assert_eq!(counts.contradictions(1, &said(0.95)), [0]);
        assert!(counts.contradictions(1, &said(0.8)).is_empty(), "not sure enough");
        assert!(counts.contradictions(0, &said(0.95)).is_empty(), "nothing is known of that class");
        // Nobody said anything of the granules, so nothing contradicts.
        assert_eq!(counts.contradictions(1, &said(1.0)), [0]);
    }
}
