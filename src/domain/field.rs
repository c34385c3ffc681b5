//! Fields of view in words: boxes, cells found in them, the size of things there, and what kind of image one is.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// A box in pixels of the upright image; left and top inside, right and bottom the first pixels outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    pub xmin: u32,
    pub ymin: u32,
    pub xmax: u32,
    pub ymax: u32,
}

impl Bounds {
    /// The middle, in pixels.
    #[must_use]
    pub fn middle(&self) -> (f64, f64) {
        let between = |low: u32, high: u32| f64::midpoint(f64::from(low), f64::from(high));
        (between(self.xmin, self.xmax), between(self.ymin, self.ymax))
    }

    /// Whether two boxes share a pixel.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.xmin < other.xmax && other.xmin < self.xmax && self.ymin < other.ymax && other.ymin < self.ymax
    }

    /// Whether a place, in pixels, lies inside.
    #[must_use]
    pub fn holds(&self, (x, y): (f64, f64)) -> bool {
        (f64::from(self.xmin)..=f64::from(self.xmax)).contains(&x)
            && (f64::from(self.ymin)..=f64::from(self.ymax)).contains(&y)
    }
}

/// A rectangle in a field, in its pixels: from the upper left corner, which may lie outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    pub x: i32,
    pub y: i32,
    pub width: u32,
    pub height: u32,
}

impl Place {
    /// All of an image.
    #[must_use]
    pub const fn all((width, height): (u32, u32)) -> Self {
        Self { x: 0, y: 0, width, height }
    }

    /// What of it lies in an image of this width and height.
    #[must_use]
    pub fn within(self, (width, height): (u32, u32)) -> Self {
        let part = |low: i32, wanted: u32, length: u32| {
            let from = i64::from(low).clamp(0, i64::from(length));
            let to = (i64::from(low) + i64::from(wanted)).clamp(from, i64::from(length));
            (from as i32, (to - from) as u32)
        };
        let ((x, width), (y, height)) = (part(self.x, self.width, width), part(self.y, self.height, height));
        Self { x, y, width, height }
    }
}

/// One nucleated cell that was found in a field.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldCell {
    /// The cell as far as its nucleus tells: the nucleus with the cytoplasm that a leukocyte usually has.
    pub bounds: Bounds,
    /// The nucleus alone, all its lobes.
    pub nucleus: Bounds,
    /// Diameter in pixels of a disc of the nucleus's area.
    pub diameter: f64,
    /// Whether the image's border cuts it or may cut it: such a cell is not counted unless a person says so.
    pub edge: bool,
    /// Whether another cell lies so close that the box may hold parts of it, or that two cells were taken for one.
    pub touching: bool,
}

/// Cytoplasm around a nucleus, as a share of its diameter: true boxes are met best with it, and border marks too.
pub const CYTOPLASM: f64 = 0.2;

impl FieldCell {
    /// A cell that a person has drawn a box around, in an image of this width and height.
    #[must_use]
    pub fn drawn(bounds: Bounds, (width, height): (u32, u32)) -> Self {
        let side = f64::midpoint(f64::from(bounds.xmax - bounds.xmin), f64::from(bounds.ymax - bounds.ymin));
        let edge = bounds.xmin == 0 || bounds.ymin == 0 || bounds.xmax >= width || bounds.ymax >= height;
        // Its middle is the nucleus's as far as anybody knows.
        Self { bounds, nucleus: bounds, diameter: side / (1.0 + 2.0 * CYTOPLASM), edge, touching: false }
    }
}

/// Sizes in pixels of one magnification, from a field or many; `None` where too little was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Diameter of a red cell's widest inner disc.
    pub red_cell: Option<f64>,
    /// Diameter of a disc of the middle nucleus's area.
    pub nucleus: Option<f64>,
    /// Nuclei that were measured.
    pub nuclei: usize,
}

/// What an image shows, by the size, number and place of its nuclei.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One cell that the image was cut around.
    Cell,
    /// A field of view, in which cells must be found first.
    Field,
    /// No smear, or one without a nucleus or platelet to be seen.
    Neither,
}

/// What an image is taken for: a person's word, or what is in it decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShownAs {
    #[default]
    Auto,
    Cell,
    Field,
}

impl ShownAs {
    /// In the order in which people are asked.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Cell, Self::Field];

    /// The word on a command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cell => "cell",
            Self::Field => "field",
        }
    }
}

impl fmt::Display for ShownAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for ShownAs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.word() == text.trim().to_ascii_lowercase());
        found.ok_or_else(|| "say auto, cell or field".to_owned())
    }
}

/// What the images of a batch are taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub all: ShownAs,
    /// Images that a person said otherwise of.
    pub each: HashMap<PathBuf, ShownAs>,
}

impl Taken {
    /// All images alike.
    #[must_use]
    pub fn all(all: ShownAs) -> Self {
        Self { all, each: HashMap::new() }
    }

    #[must_use]
    pub fn of(&self, path: &Path) -> ShownAs {
        self.each.get(path).copied().unwrap_or(self.all)
    }
}

/// Where a cell of a field lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    pub cell: FieldCell,
    /// What was cut out and shown to the model.
    pub at: Place,
}

/// What of its image an answer is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Portion {
    /// The image of one cell.
    #[default]
    Whole,
    /// A cell in a field of view.
    Spot(Spot),
    /// A field of view in which no cell was found.
    Empty,
}

impl Portion {
    #[must_use]
    pub const fn spot(&self) -> Option<&Spot> {
        match self {
            Self::Spot(spot) => Some(spot),
            Self::Whole | Self::Empty => None,
        }
    }

    /// Whether the image was taken for a field of view.
    #[must_use]
    pub const fn is_field(&self) -> bool {
        !matches!(self, Self::Whole)
    }

    /// Whether the image's border cuts the cell or may cut it: it is in no count unless a person says so.
    #[must_use]
    pub fn is_at_edge(&self) -> bool {
        self.spot().is_some_and(|spot| spot.cell.edge)
    }
}

/// A kind with the reason for it in words, such as `2 nuclei lie apart`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sorted {
    pub kind: Kind,
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_share_pixels_or_they_do_not() {
        let one = Bounds { xmin: 10, ymin: 10, xmax: 20, ymax: 30 };
        assert!(one.overlaps(&Bounds { xmin: 19, ymin: 29, xmax: 40, ymax: 40 }));
        assert!(!one.overlaps(&Bounds { xmin: 20, ymin: 10, xmax: 40, ymax: 40 }));
        assert_eq!(one.middle(), (15.0, 20.0));
        assert!(one.holds((10.0, 30.0)) && !one.holds((9.9, 20.0)));
    }

    #[test]
    fn a_person_s_word_on_one_image_stands_over_that_on_all() {
        let mut taken = Taken::all("Field ".parse().unwrap());
        taken.each.insert("a.png".into(), ShownAs::Cell);
        assert_eq!((taken.of(Path::new("a.png")), taken.of(Path::new("b.png"))), (ShownAs::Cell, ShownAs::Field));
        assert!("slide".parse::<ShownAs>().is_err());
    }
}
