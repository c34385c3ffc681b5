//! What a session counts: the differential that the model suggests, and the one that people made of it.

use std::collections::HashMap;

use super::{
    case::Case,
    entry::{Bin, Suggested},
    view::{State, View},
};
use crate::domain::{
    classes::{ClassList, KNOWN},
    differential::{Differential, Rules},
    occurring::Occurring,
};

/// The counts of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Cells in all.
    pub cells: u64,
    /// What the model says where it is sure enough; what it held back or refused is not in it.
    pub suggested: Differential,
    /// Every cell where it lies now.
    pub reviewed: Differential,
    /// Cells that the model held back.
    pub held: u64,
    pub refused: u64,
    /// Cells in Unidentified now.
    pub unidentified: u64,
    pub not_classed: u64,
    pub confirmed: u64,
    /// Cells that people gave a class that the model had not suggested.
    pub reclassified: u64,
    pub unseen: u64,
}

impl Tally {
    /// Counts a session as it stands.
    #[must_use]
    pub fn of(case: &Case, view: &View) -> Self {
        let cells = view.cells();
        let of = |is: &dyn Fn(&super::view::CellView) -> bool| cells.iter().filter(|cell| is(cell)).count() as u64;
        let asked = Asked { classes: &case.model.classes, occurring: &case.occurring, rules: view.rules(case) };
        let reviewed = cells.iter().filter_map(|cell| cell.bin.class());
        Self {
            cells: cells.len() as u64,
            suggested: suggested(cells.iter().map(|cell| &cell.suggested), &asked),
            reviewed: differential(reviewed, &asked),
            held: of(&|cell| is_held(&cell.suggested)),
            refused: of(&|cell| cell.suggested.refused.is_some()),
            unidentified: of(&|cell| cell.bin == Bin::Unidentified),
            not_classed: of(&|cell| cell.state == State::NotClassed),
            confirmed: of(&|cell| cell.state == State::Confirmed),
            reclassified: of(&|cell| cell.state == State::Reclassified),
            unseen: of(&|cell| !cell.seen),
        }
    }
}

/// What was asked for: the model's classes, those that can occur, and the lab's rules.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub classes: &'a ClassList,
    pub occurring: &'a Occurring,
    pub rules: &'a Rules,
}

/// Whether a suggestion waits for a person although the image was not refused.
#[must_use]
pub fn is_held(suggested: &Suggested) -> bool {
    suggested.refused.is_none() && suggested.bin() == Bin::Unidentified
}

/// The differential of suggestions alone.
#[must_use]
pub fn suggested<'a>(all: impl Iterator<Item = &'a Suggested>, asked: &Asked<'_>) -> Differential {
    let bins: Vec<Bin> = all.map(Suggested::bin).collect();
    differential(bins.iter().filter_map(Bin::class), asked)
}

/// Counts classes in the order of the model's list; those that can occur stand there with 0, further ones where they were met.
fn differential<'a>(found: impl Iterator<Item = &'a str>, asked: &Asked<'_>) -> Differential {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    found.for_each(|class| *counts.entry(class).or_default() += 1);
    let mask = asked.occurring.among(asked.classes).unwrap_or_default();
    let mut order: Vec<&str> = asked.classes.iter().chain(KNOWN.iter().map(|class| class.name)).collect();
    let mut others: Vec<&str> = counts.keys().copied().filter(|class| !order.contains(class)).collect();
    others.sort_unstable();
    order.extend(others);
    let mut rows: Vec<(String, u64)> = Vec::new();
    for class in order {
        let count = counts.get(class).copied();
        let can_occur = mask.names(asked.classes).any(|name| name == class);
        if (can_occur || count.is_some()) && !rows.iter().any(|(name, _)| name == class) {
            rows.push((class.to_owned(), count.unwrap_or(0)));
        }
    }
    Differential::of(&rows, asked.rules)
}
