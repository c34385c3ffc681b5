//! The models that come with the program, so that the first image dropped is classified on the first start.

use std::sync::{Arc, OnceLock};

use super::{card::ModelCard, error::ModelError};
use crate::domain::learned::Learned;

/// What both of them learned from: PBC in the split that they share, and all cells of BCCD and Chula.
static CELLS: &[u8] = include_bytes!("../../assets/models/pbc.cells");

macro_rules! cell {
    ($class:literal, $name:literal) => {
        (concat!($class, ".jpg"), include_bytes!(concat!("../../tests/cells/", $class, "/", $name, ".jpg")))
    };
}

/// A cell of each class of the lab that the bundled models come from, as JPEG files with their names; none of them was
/// learned from. A. Acevedo et al. 2020, CC BY 4.0, see `tests/cells/README.md`.
pub static HOME_CELLS: [(&str, &[u8]); 8] = [
    cell!("neutrophil", "BNE_595137"),
    cell!("lymphocyte", "LY_547808"),
    cell!("monocyte", "MO_676964"),
    cell!("eosinophil", "EO_320908"),
    cell!("basophil", "BA_943255"),
    cell!("ig", "MY_177233"),
    cell!("erythroblast", "ERB_222683"),
    cell!("platelet", "PLATELET_761591"),
];

/// A model inside the program itself.
pub struct Bundled {
    /// What commands call it.
    pub name: &'static str,
    card: &'static str,
    /// Burnpack of 16-bit weights.
    pub weights: &'static [u8],
    /// The cells that it remembers, as safetensors.
    pub memory: &'static [u8],
    /// What tells its cells from other pictures, as safetensors.
    pub sieve: &'static [u8],
    /// What says its cells in words, as safetensors.
    pub words: &'static [u8],
    /// The list of what it learned from besides [`CELLS`].
    cells: Option<&'static [u8]>,
    learned: OnceLock<Result<Arc<Learned>, ModelError>>,
}

/// The small and quick one, which stands ready where nobody has chosen.
pub static FIRST: Bundled = Bundled {
    name: "mobilenet",
    card: include_str!("../../assets/models/mobilenet.ron"),
    weights: include_bytes!("../../assets/models/mobilenet.bpk"),
    memory: include_bytes!("../../assets/models/mobilenet.safetensors"),
    sieve: include_bytes!("../../assets/models/mobilenet.sieve"),
    words: include_bytes!("../../assets/models/mobilenet.words"),
    cells: Some(include_bytes!("../../assets/models/mobilenet.cells")),
    learned: OnceLock::new(),
};

static XCEPTION: Bundled = Bundled {
    name: "xception",
    card: include_str!("../../assets/models/xception.ron"),
    weights: include_bytes!("../../assets/models/xception.bpk"),
    memory: include_bytes!("../../assets/models/xception.safetensors"),
    sieve: include_bytes!("../../assets/models/xception.sieve"),
    words: include_bytes!("../../assets/models/xception.words"),
    cells: None,
    learned: OnceLock::new(),
};

/// Every bundled model, in the order of menus. Not a constant, which every use would copy into the program with its weights.
pub static ALL: [&Bundled; 2] = [&FIRST, &XCEPTION];

/// The bundled model of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Bundled> {
    ALL.into_iter().find(|model| model.name == name)
}

impl Bundled {
    /// # Errors
    /// [`ModelError::Card`] where the card was damaged when the program was built.
    pub fn card(&self) -> Result<ModelCard, ModelError> {
        ron::from_str(self.card).map_err(|why| ModelError::Card(why.to_string()))
    }

    /// What it learned from: PBC in the split that all of them share, and every cell of other labs.
    ///
    /// # Errors
    /// [`ModelError::Learned`] where a list was damaged when the program was built.
    pub fn learned(&self) -> Result<Arc<Learned>, ModelError> {
        let read = || {
            let mut list = Learned::from_bytes(CELLS)?;
            if let Some(own) = self.cells {
                list.join(&Learned::from_bytes(own)?);
            }
            Ok(Arc::new(list))
        };
        self.learned.get_or_init(|| read().map_err(ModelError::Learned)).clone()
    }
}
