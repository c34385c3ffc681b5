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

/// Surveys of one size of image that are kept: from so many on, more hardly move a median.
const KEPT: usize = 24;

/// The sizes of a batch, for each size of image apart: images of one camera are of one size.
#[derive(Clone, Debug, Default)]
pub struct Scales(BTreeMap<(u32, u32), Group>);

/// Images of one size.
#[derive(Clone, Debug, Default)]
struct Group {
    surveys: Vec<Survey>,
    scale: Scale,
}

impl Scales {
    /// Medians over the fields of each size.
    #[must_use]
    pub fn of<'a>(surveys: impl IntoIterator<Item = &'a Survey>) -> Self {
        Self::default().with(surveys)
    }

    /// The same with more fields.
    #[must_use]
    pub fn with<'a>(mut self, surveys: impl IntoIterator<Item = &'a Survey>) -> Self {
        for survey in surveys {
            let group = self.0.entry((survey.width, survey.height)).or_default();
            if group.surveys.len() < KEPT {
                group.surveys.push(survey.clone());
            }
        }
        for group in self.0.values_mut() {
            group.scale = of(&group.surveys.iter().collect::<Vec<_>>());
        }
        self
    }

    /// The scale of a field: its batch's, or its own where it stands alone.
    #[must_use]
    pub fn scale(&self, survey: &Survey) -> Scale {
        self.0.get(&(survey.width, survey.height)).map_or_else(|| of(&[survey]), |group| group.scale)
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
