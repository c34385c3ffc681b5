//! The results as rows, with the columns of the terminal's lines.

use super::ClassifyState;
use crate::{
    domain::{
        field::Bounds,
        prediction::{Classified, Outcome},
    },
    report::csv::Table,
};

/// Columns of a cell in a field.
const PLACE: [&str; 6] = ["xmin", "ymin", "xmax", "ymax", "edge", "touching"];

impl ClassifyState {
    /// One row a cell.
    #[must_use]
    pub fn table(&self) -> Table {
        let has_fields = self.has_fields();
        let first = ["path"].into_iter().chain(PLACE.into_iter().filter(|_| has_fields)).chain(["label", "confidence"]);
        let last = ["flags", "refused", "batch_verdict"].into_iter().map(str::to_owned);
        let mut table = Table::new(first.map(str::to_owned).chain(self.classes.iter().map(str::to_owned)).chain(last));
        for (index, item) in self.items.iter().enumerate() {
            let mut row = vec![item.path.display().to_string()];
            if has_fields {
                row.extend(place(item));
            }
            match &item.outcome {
                Outcome::Seen { prediction, flags } => {
                    let (label, share) = prediction.top().unzip();
                    row.push(label.map_or("", |label| self.classes.name(label)).to_owned());
                    row.push(share.map_or_else(String::new, |share| share.to_string()));
                    let shares = (0..self.classes.len()).map(|label| prediction.0.get(label));
                    row.extend(shares.map(|share| share.map_or_else(String::new, f32::to_string)));
                    row.extend([flags.join("; "), String::new()]);
                }
                Outcome::Refused(why) => {
                    row.extend(std::iter::repeat_n(String::new(), self.classes.len() + 3));
                    row.push(why.clone());
                }
            }
            row.push(self.verdict(index).and_then(|shift| shift.verdict.clone()).unwrap_or_default());
            table.push(row);
        }
        table
    }
}

/// The box of a cell and its marks; empty for an image of one cell.
fn place(item: &Classified) -> [String; 6] {
    item.portion.spot().map_or_else(Default::default, |spot| {
        let Bounds { xmin, ymin, xmax, ymax } = spot.cell.bounds;
        let [left, top, right, bottom] = [xmin, ymin, xmax, ymax].map(|at| at.to_string());
        [left, top, right, bottom, spot.cell.edge.to_string(), spot.cell.touching.to_string()]
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{spot, state};
    use crate::job::JobId;

    #[test]
    fn rows_are_as_wide_as_the_header_and_a_refused_image_has_no_class() {
        let mut state = state();
        let text = |state: &super::ClassifyState| String::from_utf8(state.table().to_csv().unwrap()).unwrap();
        let lines: Vec<String> = text(&state).lines().map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "path,label,confidence,ig,platelet,flags,refused,batch_verdict",
                "a.png,platelet,0.75,0.25,0.75,,,",
                "b.png,ig,0.5,0.5,0.5,,,",
                "\"c, d.txt\",,,,,,no image,"
            ]
        );
        state.begin(JobId(9), vec!["f.png".into()]);
        state.take_in(JobId(9), vec![spot("f.png", 40, true)]);
        let lines: Vec<String> = text(&state).lines().map(str::to_owned).collect();
        assert!(lines[0].starts_with("path,xmin,ymin,xmax,ymax,edge,touching,label,"), "{}", lines[0]);
        assert_eq!(lines[1], "a.png,,,,,,,platelet,0.75,0.25,0.75,,,");
        assert_eq!(lines[4], "f.png,40,10,70,40,true,false,ig,0.9,0.9,0.1,,,");
    }
}
