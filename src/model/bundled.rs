//! The models that come with the program, so that the first image dropped is classified on the first start.

use std::sync::{Arc, OnceLock};

use super::{card::ModelCard, error::ModelError};
use crate::domain::learned::Learned;

/// What both of them learned from: PBC in the split that they share, and all cells of BCCD and Chula.
static CELLS: &[u8] = include_bytes!("../../assets/models/pbc.cells");

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
}

/// The small and quick one, which stands ready where nobody has chosen.
pub static FIRST: Bundled = Bundled {
    name: "mobilenet",
    card: include_str!("../../assets/models/mobilenet.ron"),
    weights: include_bytes!("../../assets/models/mobilenet.bpk"),
    memory: include_bytes!("../../assets/models/mobilenet.safetensors"),
    sieve: include_bytes!("../../assets/models/mobilenet.sieve"),
    words: include_bytes!("../../assets/models/mobilenet.words"),
};

static XCEPTION: Bundled = Bundled {
    name: "xception",
    card: include_str!("../../assets/models/xception.ron"),
    weights: include_bytes!("../../assets/models/xception.bpk"),
    memory: include_bytes!("../../assets/models/xception.safetensors"),
    sieve: include_bytes!("../../assets/models/xception.sieve"),
    words: include_bytes!("../../assets/models/xception.words"),
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

    /// What it learned from.
    ///
    /// # Errors
    /// [`ModelError::Learned`] where the list was damaged when the program was built.
    pub fn learned(&self) -> Result<Arc<Learned>, ModelError> {
        static LIST: OnceLock<Result<Arc<Learned>, ModelError>> = OnceLock::new();
        let read = || Learned::from_bytes(CELLS).map(Arc::new).map_err(ModelError::Learned);
        LIST.get_or_init(read).clone()
    }
}
