//! A differential: shares of the leukocytes with exact intervals, what is counted beside them, and what a reader must know.

use serde::{Deserialize, Serialize};

use super::{
    classes::{canonical, find, title},
    interval::{Interval, exact},
};

mod shown;

pub use shown::{Shown, shown};

/// Cells that each reader counts by custom; fewer deserve a warning.
pub const USUAL: u64 = 100;
/// NRBC per 100 WBC from which a corrected WBC is offered.
pub const CORRECTED_FROM: f64 = 5.0;
/// The class of nucleated red cells.
pub const NRBC: &str = "erythroblast";
pub const PLATELET: &str = "platelet";

/// What a lab chooses about its differentials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// NRBC per 100 WBC from which a corrected WBC is offered.
    pub corrected_from: f64,
    /// Empty until a person fills them in.
    pub ranges: Vec<Range>,
    /// Further classes that are leukocytes, beside the known ones.
    pub also_leukocytes: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { corrected_from: CORRECTED_FROM, ranges: Vec::new(), also_leukocytes: Vec::new() }
    }
}

/// A lab's own reference range of a class, in percent of the leukocytes, ends included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub class: String,
    pub low: f64,
    pub high: f64,
}

impl Range {
    /// Reads `class=low-high`, in percent.
    ///
    /// # Errors
    /// In words, what cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').and_then(|(class, ends)| Some((class, ends.split_once('-')?)));
        let (class, (low, high)) = parts.ok_or_else(|| format!("`{text}` is not CLASS=LOW-HIGH"))?;
        let number = |text: &str| text.trim().trim_end_matches('%').trim_end().parse::<f64>().ok();
        let ends = number(low).zip(number(high)).filter(|(low, high)| 0.0 <= *low && low <= high && *high <= 100.0);
        let (low, high) = ends.ok_or_else(|| format!("`{low}-{high}` is no range within 0 to 100"))?;
        Ok(Self { class: canonical(class), low, high })
    }
}

/// Where a share lies outside its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    Low,
    High,
}

impl Flag {
    /// `L` or `H`.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Low => "L",
            Self::High => "H",
        }
    }
}

/// One leukocyte's part. Percentages and intervals are 0 to 100.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub name: String,
    pub count: u64,
    /// `None` where no leukocyte was counted.
    pub percent: Option<f64>,
    /// As a page shows it, with one decimal; see [`shown`].
    pub shown: String,
    /// Exact 95 % interval (Clopper and Pearson 1934).
    pub ci: Option<Interval>,
    /// Against the lab's own range, where it has one.
    pub flag: Option<Flag>,
    /// Whether the whole interval lies outside the range.
    pub is_sure: bool,
}

impl Share {
    /// What a person reads.
    #[must_use]
    pub fn title(&self) -> &str {
        title(&self.name)
    }

    /// The interval as a page shows it, such as `1.6 to 11.3`.
    #[must_use]
    pub fn shown_ci(&self) -> String {
        self.ci.map_or_else(|| "n/a".to_owned(), |ci| format!("{:.1} to {:.1}", ci.low, ci.high))
    }

    /// How many more leukocytes, of which as many are of this class, make the interval half as wide.
    #[must_use]
    pub fn more_to_halve(&self, leukocytes: u64) -> Option<u64> {
        more_to_halve(self.count, leukocytes)
    }
}

/// Cells of a class that is neither a leukocyte nor counted in another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    pub name: String,
    pub count: u64,
}

/// A count of cells by class, as a lab reads it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Differential {
    /// What all percentages are of.
    pub leukocytes: u64,
    /// The leukocytes, in the order of the classes that were given.
    pub classes: Vec<Share>,
    /// Nucleated red cells that were counted; `None` where they cannot be told.
    pub nrbc: Option<u64>,
    /// `None` without a leukocyte.
    pub nrbc_per_100_wbc: Option<f64>,
    /// Exact 95 % interval of that rate.
    pub nrbc_ci: Option<Interval>,
    /// A plain count; `None` where they cannot be told.
    pub platelets: Option<u64>,
    /// Classes of which nobody said that they are leukocytes: in no percentage.
    pub beside: Vec<Beside>,
    /// Whether there is so much NRBC that a corrected WBC is worth offering.
    pub wants_correction: bool,
    /// What the shown percentages do not say, such as why they do not add up.
    pub notes: Vec<String>,
}

impl Differential {
    /// Counts by class name, in the order in which they are shown; a class that was not met has a count of 0.
    #[must_use]
    pub fn of(counts: &[(String, u64)], rules: &Rules) -> Self {
        let is_white = |name: &str| find(name).is_some_and(|class| class.leukocyte) || is_named(rules, name);
        let (white, other): (Vec<_>, Vec<_>) = counts.iter().partition(|(name, _)| is_white(name));
        let leukocytes = white.iter().map(|(_, count)| count).sum();
        let shown = shown(&white.iter().map(|(_, count)| *count).collect::<Vec<_>>());
        let share = |(counted, shown): (&&(String, u64), String)| share(counted, leukocytes, shown, rules);
        let classes = white.iter().zip(shown.texts).map(share).collect();
        let of = |class: &str| other.iter().find(|(name, _)| name == class).map(|(_, count)| *count);
        let nrbc = of(NRBC);
        let rate = nrbc.filter(|_| leukocytes > 0).map(|nrbc| 100.0 * nrbc as f64 / leukocytes as f64);
        let beside = other.iter().filter(|(name, count)| *count > 0 && name != NRBC && name != PLATELET);
        let mut all = Self {
            leukocytes,
            classes,
            nrbc,
            nrbc_per_100_wbc: rate,
            nrbc_ci: nrbc.and_then(|nrbc| rate_interval(nrbc, leukocytes)),
            platelets: of(PLATELET),
            beside: beside.map(|(name, count)| Beside { name: name.clone(), count: *count }).collect(),
            wants_correction: rate.is_some_and(|rate| rate >= rules.corrected_from),
            notes: Vec::new(),
        };
        all.notes = shown.note.into_iter().chain(all.remark()).collect();
        all
    }

    /// Says which classes are in no percentage.
    fn remark(&self) -> Option<String> {
        let names: Vec<String> = self.beside.iter().map(|of| format!("{} ({})", title(&of.name), of.count)).collect();
        (!names.is_empty()).then(|| format!("Not known as leukocytes and in no percentage: {}", names.join(", ")))
    }

    /// What speaks against leaning on these figures, in a sentence; `None` from 100 leukocytes on.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let few = match self.leukocytes {
            0 => "No leukocyte was counted, so there is no differential".to_owned(),
            1 => "Only 1 leukocyte was counted".to_owned(),
            n if n < USUAL => format!("Only {n} leukocytes were counted"),
            _ => return None,
        };
        Some(format!("{few}: {USUAL} are usual, 200 where it matters. {CONSECUTIVE}"))
    }

    /// The white cell count without the nucleated red cells that a counter takes for white ones.
    #[must_use]
    pub fn corrected_wbc(&self, wbc: f64) -> Option<f64> {
        self.nrbc_per_100_wbc.map(|nrbc| corrected_wbc(wbc, nrbc))
    }

    /// The share of a class; `None` where it is none of the leukocytes here.
    #[must_use]
    pub fn share(&self, class: &str) -> Option<&Share> {
        self.classes.iter().find(|share| share.name == class)
    }
}

/// What makes a count worth anything.
pub const CONSECUTIVE: &str = "Cells must be consecutive, as they come, and not picked";

fn is_named(rules: &Rules, name: &str) -> bool {
    rules.also_leukocytes.iter().any(|also| also == name)
}

fn share((name, count): &(String, u64), of: u64, shown: String, rules: &Rules) -> Share {
    let percent = (of > 0).then(|| 100.0 * *count as f64 / of as f64);
    let ci = exact(*count, of).map(|ci| Interval { low: 100.0 * ci.low, high: 100.0 * ci.high });
    let range = rules.ranges.iter().find(|range| range.class == *name);
    let flag = percent.zip(range).and_then(|(percent, range)| match percent {
        percent if percent < range.low => Some(Flag::Low),
        percent if percent > range.high => Some(Flag::High),
        _ => None,
    });
    let is_sure = flag.zip(ci).zip(range).is_some_and(|((flag, ci), range)| match flag {
        Flag::Low => ci.high < range.low,
        Flag::High => ci.low > range.high,
    });
    Share { name: name.clone(), count: *count, percent, shown, ci, flag, is_sure }
}

/// WBC x 100 / (100 + NRBC), with NRBC per 100 WBC.
#[must_use]
pub fn corrected_wbc(wbc: f64, nrbc_per_100: f64) -> f64 {
    wbc * 100.0 / (100.0 + nrbc_per_100)
}

/// The exact 95 % interval of so many per 100 others: given how many were counted in all, the ones are binomial.
fn rate_interval(ones: u64, others: u64) -> Option<Interval> {
    if others == 0 {
        return None;
    }
    let rate = |share: f64| 100.0 * share / (1.0 - share);
    exact(ones, ones + others).map(|ci| Interval { low: rate(ci.low), high: rate(ci.high) })
}

/// How many more trials with the same share of hits make the exact interval half as wide; `None` for no trial.
#[must_use]
pub fn more_to_halve(hits: u64, n: u64) -> Option<u64> {
    let width = |n: u64, hits: u64| exact(hits, n).map(|ci| ci.high - ci.low);
    let wanted = width(n, hits)? / 2.0;
    let at = |all: u64| (hits as f64 * all as f64 / n as f64).round() as u64;
    let is_enough = |all: u64| width(all, at(all)).is_some_and(|width| width <= wanted);
    let (mut few, mut enough) = (n, 2 * n);
    while !is_enough(enough) {
        (few, enough) = (enough, enough.checked_mul(2)?);
    }
    while enough - few > 1 {
        let middle = u64::midpoint(few, enough);
        if is_enough(middle) {
            enough = middle;
        } else {
            few = middle;
        }
    }
    Some(enough - n)
}

#[cfg(test)]
mod tests;
