//! Files to views for a network: each is told for a cell's image or a field of view, and fields are cut into their cells.

use std::path::{Path, PathBuf};

use image::RgbImage;

use crate::{
    data::{
        measure::smear,
        read::{
            ahead::Handing,
            decode::{self, Limit, Note, Picture},
            sheet::Sheet,
        },
        view::{preprocess::Preprocess, raster},
    },
    domain::{
        field::{FieldCell, Kind, Place, Portion, ShownAs, Sorted, Spot, Taken},
        hash::ContentHash,
        look::Look,
        prediction::LOOK,
    },
    fault::{Halt, StopToken},
    field::{
        batch::{Fields, Found, Read},
        cut,
    },
};

/// Files that are read at once.
const TOGETHER: usize = 32;
/// Cells of one field that are kept for the batch's look, spread over it, and their longest side in pixels.
const PIECES: usize = 32;
const PIECE: u32 = 320;

/// Longest side in pixels of the copy that a single cell is seen in where its picture is larger than memory.
const COPY: u32 = 4000;

/// Said of a cell whose rows did not come.
const UNREAD: &str = "its part of the file could not be read";

/// What a field without cells is told.
pub const NO_CELL: &str = "no leukocyte was found in this field of view";

/// One file, ready for the network.
pub(super) struct Ready {
    pub path: PathBuf,
    pub content: Option<ContentHash>,
    /// What it was told for and why, with its width and height; `None` where nobody looked or it is no image.
    pub seen: Option<(Sorted, (u32, u32))>,
    pub rows: Vec<Row>,
}

/// One cell of it.
pub(super) struct Row {
    pub portion: Portion,
    /// The square that the network is shown, not yet as numbers; or why there is none.
    pub view: Result<RgbImage, String>,
    pub flags: Vec<String>,
    /// The cell as it was cut out, for the batch's look.
    pub piece: Option<RgbImage>,
}

impl Row {
    const fn refused(portion: Portion, why: String) -> Self {
        Self { portion, view: Err(why), flags: Vec::new(), piece: None }
    }
}

/// Reads the files of a batch.
pub(super) struct Reader {
    pub fields: Fields,
    pub taken: Taken,
    pub preprocess: Preprocess,
    /// What the model learned from.
    pub look: Look,
}

impl Reader {
    /// Hands each file over, in order; ends early where a person stops.
    pub(super) fn run(&self, handing: &Handing<Ready>, stop: &StopToken) {
        let hear = |_: &Path, ready| if handing.hand(Ok(ready)) { Ok(()) } else { Err(Halt::Stopped) };
        if let Err(Halt::Failed(failure)) = self.fields.each(TOGETHER, |file| self.ready(file), hear, stop) {
            // Nobody may listen any more.
            let _ = handing.hand(Err(failure));
        }
    }

    fn ready(&self, path: &Path) -> Ready {
        let ready = |content, seen, rows| Ready { path: path.to_owned(), content, seen, rows };
        let wanted = self.taken.of(path);
        if wanted == ShownAs::Cell {
            let (content, picture) = decode::hashed(path, Limit::CELL);
            return ready(content, None, vec![self.whole(picture.map_err(|why| why.to_string()))]);
        }
        let Read { content, opened } = self.fields.read(path);
        let (found, sheet) = match opened {
            Ok(opened) => opened,
            Err(why) => return ready(content, None, vec![self.whole(Err(why.to_string()))]),
        };
        let rows = if wanted == ShownAs::Field || found.sorted.kind == Kind::Field {
            self.cells(&found, &sheet)
        } else {
            vec![self.alone(&sheet)]
        };
        ready(content, Some((found.sorted, sheet.size())), rows)
    }

    /// An image of one cell.
    fn whole(&self, picture: Result<Picture, String>) -> Row {
        match picture {
            Ok(Picture { image, notes }) => self.one(&image, &notes),
            Err(why) => Row::refused(Portion::Whole, why),
        }
    }

    /// The same of a picture that may be larger than memory: from a copy, which has more pixels than any network sees.
    fn alone(&self, sheet: &Sheet) -> Row {
        match sheet.whole() {
            Some(image) => self.one(image, sheet.notes()),
            None => match sheet.shrunk(COPY) {
                Ok(copy) => self.one(&copy, sheet.notes()),
                Err(why) => Row::refused(Portion::Whole, why.to_string()),
            },
        }
    }

    fn one(&self, image: &RgbImage, notes: &[Note]) -> Row {
        let flags = notes.iter().map(ToString::to_string).collect();
        Row { portion: Portion::Whole, view: self.view(image), flags, piece: None }
    }

    /// The cells of a field.
    fn cells(&self, found: &Found, sheet: &Sheet) -> Vec<Row> {
        if found.cells.is_empty() {
            let why = found.survey.refused.unwrap_or(NO_CELL);
            return vec![Row::refused(Portion::Empty, why.to_owned())];
        }
        let stride = found.cells.len().div_ceil(PIECES);
        let place = |cell: &FieldCell| cut::place(&found.survey, cell, &found.scale, &self.look);
        let places: Vec<Place> = found.cells.iter().map(place).collect();
        let row = |(cell, at): (&FieldCell, &Place)| {
            let touches =
                cell.touching.then(|| format!("another cell lies so close that parts of it may show: {LOOK}"));
            let portion = Portion::Spot(Spot { cell: *cell, at: *at });
            Row { flags: touches.into_iter().collect(), ..Row::refused(portion, UNREAD.to_owned()) }
        };
        let mut rows: Vec<Row> = found.cells.iter().zip(&places).map(row).collect();
        // Of each piece only what the network is shown is kept.
        let read = cut::each(sheet, &places, found.survey.background, |index, piece| {
            if let Some(row) = rows.get_mut(index) {
                row.view = self.view(&piece);
                row.piece = index.is_multiple_of(stride).then(|| small(piece));
            }
        });
        if let Err(why) = read {
            rows.iter_mut().for_each(|row| row.view = Err(why.to_string()));
        }
        rows
    }

    /// What the network is shown, without what cannot be a stained cell.
    fn view(&self, image: &RgbImage) -> Result<RgbImage, String> {
        let square = self.preprocess.square(image).map_err(|why| why.to_string())?;
        smear::refusal(&square).map_or(Ok(square), |why| Err(why.to_owned()))
    }
}

/// At most [`PIECE`] pixels a side.
fn small(piece: RgbImage) -> RgbImage {
    let (width, height) = piece.dimensions();
    if width.max(height) <= PIECE {
        return piece;
    }
    let share = f64::from(PIECE) / f64::from(width.max(height));
    let side = |length: u32| ((f64::from(length) * share).round() as u32).max(1);
    let whole = [0.0, 0.0, f64::from(width), f64::from(height)];
    raster::resize(&piece, whole, side(width), side(height)).unwrap_or(piece)
}
