//! The magnification of a batch: nobody writes it down, so it is read from red cells and nuclei.

use std::collections::BTreeMap;

use super::find::{NUCLEUS_TO_RED, Survey, cells};
use crate::domain::{
    field::{FieldCell, Scale},
    look::{Look, median},
};

/// Fields of one size from which on their medians are believed over what one field shows.
const BATCH: usize = 3;
/// Nuclei from which on their median is believed over the red cells: which cells lie in a field is chance.
const NUCLEI: usize = 12;

/// The sizes of a batch, for each size of image apart: images of one camera are of one size.
#[derive(Clone, Debug, Default)]
pub struct Scales(BTreeMap<(u32, u32), Scale>);

impl Scales {
    /// Medians over the fields of each size.
    #[must_use]
    pub fn of<'a>(surveys: impl IntoIterator<Item = &'a Survey>) -> Self {
        let mut groups: BTreeMap<(u32, u32), Vec<&Survey>> = BTreeMap::new();
        for survey in surveys {
            groups.entry((survey.width, survey.height)).or_default().push(survey);
        }
        Self(groups.into_iter().map(|(size, group)| (size, of(&group))).collect())
    }

    /// The scale of a field: its batch's, or its own where it stands alone.
    #[must_use]
    pub fn scale(&self, survey: &Survey) -> Scale {
        self.0.get(&(survey.width, survey.height)).copied().unwrap_or_else(|| of(&[survey]))
    }
}

fn of(group: &[&Survey]) -> Scale {
    let reds = group.iter().filter_map(|survey| survey.red_cell);
    let red_cell = if group.len() >= BATCH { median(reds) } else { None };
    let scale = Scale { red_cell, ..Scale::default() };
    let nuclei = group.iter().flat_map(|survey| cells(survey, &scale));
    let nuclei: Vec<f64> = nuclei.filter(|cell: &FieldCell| !cell.edge).map(|cell| cell.diameter).collect();
    Scale { red_cell, nuclei: nuclei.len(), nucleus: median(nuclei) }
}

/// Side in pixels of the square that shows a cell of this field as large as a model knows it: `home` is what the model
/// learned from. `None` where nothing in the field tells its scale.
#[must_use]
pub fn framing(survey: &Survey, scale: &Scale, home: &Look) -> Option<f64> {
    let by_red = scale.red_cell.or(survey.red_cell).map(|diameter| diameter * NUCLEUS_TO_RED);
    let by_nuclei = scale.nucleus.filter(|_| scale.nuclei >= NUCLEI || by_red.is_none());
    let share = home.nucleus.filter(|share| *share > 0.0)?;
    by_nuclei.or(by_red).map(|nucleus| nucleus / share)
}
