//! Which cells lie in which gallery, in which order, and where a person goes next.

use std::collections::HashMap;

use crate::domain::review::{
    case::Case,
    cell::CellId,
    entry::Bin,
    view::{CellView, State, View},
};

/// In which order cells stand in their gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The model's first class is least ahead of its second.
    #[default]
    Margin,
    /// The model is least sure.
    Confidence,
    /// As they came.
    Time,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::Margin, Self::Confidence, Self::Time];

    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Margin => t!("Smallest margin first"),
            Self::Confidence => t!("Least confident first"),
            Self::Time => t!("As they came"),
        }
    }

    /// What cells are sorted by; a refused one comes first.
    fn rank(self, cell: &CellView) -> f32 {
        let rank = match self {
            Self::Margin => cell.suggested.margin(),
            Self::Confidence => cell.suggested.confidence,
            Self::Time => None,
        };
        rank.filter(|rank| rank.is_finite()).unwrap_or(0.0)
    }
}

/// The cells of one bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Gallery {
    pub bin: Bin,
    pub cells: Vec<CellId>,
    /// How many it held before anybody had decided.
    pub suggested: usize,
}

/// One gallery a bin: Unidentified first, then each class that can occur or was met, then what is in no class.
#[must_use]
pub fn galleries(case: &Case, view: &View, order: Order) -> Vec<Gallery> {
    let classes = &case.model.classes;
    let mask = case.occurring.among(classes).unwrap_or_default();
    let can_occur = |class: &str| mask.names(classes).any(|name| name == class);
    let mut lying: HashMap<&Bin, Vec<&CellView>> = HashMap::new();
    let mut suggested: HashMap<Bin, usize> = HashMap::new();
    for cell in view.cells() {
        lying.entry(&cell.bin).or_default().push(cell);
        *suggested.entry(cell.suggested.bin()).or_default() += 1;
    }
    let met = |class: &str| lying.keys().any(|bin| bin.class() == Some(class));
    let choices = case.choices();
    let mut names: Vec<&str> =
        choices.iter().map(String::as_str).filter(|class| can_occur(class) || met(class)).collect();
    let mut others: Vec<&str> =
        lying.keys().filter_map(|bin| bin.class()).filter(|class| !names.contains(class)).collect();
    others.sort_unstable();
    names.extend(others);
    let classes = names.into_iter().map(|name| Bin::Class(name.to_owned()));
    let bins = [Bin::Unidentified].into_iter().chain(classes).chain([Bin::NotClassed]);
    let gallery = |bin: Bin| {
        let lying = lying.get(&bin).into_iter().flatten();
        // Worked out once a cell: a margin is more than a look.
        let mut cells: Vec<(f32, CellId)> = lying.map(|cell| (order.rank(cell), cell.id())).collect();
        cells.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let cells = cells.into_iter().map(|(_, id)| id).collect();
        let suggested = suggested.get(&bin).copied().unwrap_or(0);
        Gallery { bin, cells, suggested }
    };
    bins.map(gallery).collect()
}

/// The cell that a person turns to after deciding on some: the next one behind them that nobody has decided, in the order
/// of reading and round the end; `None` where all are decided.
#[must_use]
pub fn next(galleries: &[Gallery], view: &View, decided: &[CellId]) -> Option<CellId> {
    let all: Vec<CellId> = galleries.iter().flat_map(|gallery| gallery.cells.iter().copied()).collect();
    let last = all.iter().rposition(|cell| decided.contains(cell)).map_or(0, |at| at + 1);
    let waits =
        |cell: &CellId| !decided.contains(cell) && view.cell(*cell).is_some_and(|of| of.state == State::Suggested);
    let (before, behind) = all.split_at_checked(last).unwrap_or((&all, &[]));
    behind.iter().chain(before).copied().find(waits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        hash::ContentHash,
        review::{
            case::example::{at, case},
            cell::Source,
            entry::{Entry, Suggested, Verdict, What},
        },
    };

    fn id(n: u8) -> CellId {
        CellId(ContentHash([n; 32]))
    }

    /// Cells with their class, their confidence and a second class this far behind.
    fn view(cells: &[(u8, &str, f32, f32)]) -> View {
        let mut view = View::default();
        for (place, (n, class, confidence, margin)) in cells.iter().enumerate() {
            let suggested = Suggested {
                cell: id(*n),
                source: Source::File(format!("{n}.png")),
                class: Some((*class).to_owned()),
                confidence: Some(*confidence),
                probabilities: vec![*confidence, confidence - margin],
                flags: Vec::new(),
                refused: None,
                doubtful: *confidence < 0.5,
            };
            let what = What::Suggested(Box::new(suggested));
            let entry =
                Entry { n: place as u64 + 1, at: at(0), who: "Ada".to_owned(), what, before: ContentHash([0; 32]) };
            view.apply(&entry);
        }
        view
    }

    #[test]
    fn unidentified_comes_first_and_each_class_that_can_occur_has_its_place() {
        let view = view(&[(1, "neutrophil", 0.9, 0.85), (2, "neutrophil", 0.95, 0.2), (3, "ig", 0.4, 0.1)]);
        let of = |order| {
            let all = galleries(&case(), &view, order);
            assert_eq!((all.len(), &all[0].bin, &all[9].bin), (10, &Bin::Unidentified, &Bin::NotClassed));
            all.iter().find(|of| of.bin.class() == Some("neutrophil")).unwrap().cells.clone()
        };
        assert_eq!((of(Order::Time), of(Order::Margin)), (vec![id(1), id(2)], vec![id(2), id(1)]));
        assert_eq!(of(Order::Confidence), [id(1), id(2)]);
        let mut five = case();
        five.occurring = "neutrophil,monocyte".parse().unwrap();
        let titles: Vec<String> =
            galleries(&five, &view, Order::Time).iter().map(|of| of.bin.title().to_owned()).collect();
        assert_eq!(titles, ["Unidentified", "Monocyte", "Neutrophil", "Not classed"]);
    }

    #[test]
    fn the_next_cell_is_the_one_behind_that_waits_and_round_the_end() {
        let mut view = view(&[(1, "ig", 0.9, 0.9), (2, "ig", 0.9, 0.9), (3, "neutrophil", 0.9, 0.9)]);
        let all = galleries(&case(), &view, Order::Time);
        assert_eq!(next(&all, &view, &[id(1)]), Some(id(2)));
        assert_eq!(next(&all, &view, &[id(3)]), Some(id(1)));
        let what = view.decision(&[id(1), id(2)], Verdict::Confirm, ContentHash([0; 32]), "");
        view.apply(&Entry { n: 4, at: at(0), who: "Ada".to_owned(), what, before: ContentHash([0; 32]) });
        assert_eq!((next(&all, &view, &[id(1)]), next(&all, &view, &[id(3)])), (Some(id(3)), None));
    }
}
