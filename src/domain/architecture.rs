//! Which networks exist, by the names that commands, cards and run folders use.

use serde::{Deserialize, Serialize};

/// A convolutional backbone that feeds the multi-head attention classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// MobileNet v1 (Howard et al. 2017, arXiv 1704.04861).
    MobileNet,
    /// Xception (Chollet 2017, arXiv 1610.02357).
    Xception,
    /// A transformer encoder (Vaswani et al. 2017) over the tokens of MobileNet's map at a sixteenth of the image's side, after
    /// the hybrids of Dosovitskiy et al. 2021 and Xiao et al. 2021 (arXiv 2106.14881).
    Hybrid,
}

impl Architecture {
    /// Every architecture that can be trained, in the order of menus.
    pub const ALL: [Self; 3] = [Self::MobileNet, Self::Xception, Self::Hybrid];

    /// The name in commands and files, such as `mobilenet`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::MobileNet => "mobilenet",
            Self::Xception => "xception",
            Self::Hybrid => "hybrid",
        }
    }

    /// The name on the screen, such as `MobileNet + attention`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::MobileNet => "MobileNet + attention",
            Self::Xception => "Xception + attention",
            Self::Hybrid => "MobileNet + transformer",
        }
    }

    /// The architecture whose bundled model a run starts from where nothing else is said.
    #[must_use]
    pub const fn start(self) -> Self {
        match self {
            Self::Hybrid => Self::MobileNet,
            own => own,
        }
    }
}
