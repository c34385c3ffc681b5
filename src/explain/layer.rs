//! One map as it is shown: figures from 0 to 1, what the largest stands for, and whether there is anything to show.

use serde::Serialize;

use super::{Explained, grid::Grid, occlusion::Occlusion};

/// Which map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Map {
    /// Of one head, from 0 on.
    Head(usize),
    /// The mean over all heads.
    Mean,
    GradCam,
    Occlusion,
}

/// The class that is asked about, and the one that it was not, by their labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Question {
    pub class: usize,
    pub against: Option<usize>,
}

/// A map ready to be laid over the image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Layer {
    /// In units of [`Map::unit`], before anything is cut away.
    pub figures: Grid,
    /// From 0 to 1; all 0 where there is no evidence.
    pub grid: Grid,
    /// What 1 stands for, in units of [`Map::unit`].
    pub most: f32,
    /// Whether the map is more than noise.
    pub evidence: bool,
}

/// What attention shows of the background alone is the network's habit and no evidence: somewhere a map must differ from
/// that by more than this share of even attention.
const LEAST_ATTENTION: f32 = 0.25;
/// Grad-CAM, from which the background is taken away, must reach this part of a logit.
const LEAST_LOGIT: f32 = 0.25;
/// Hiding a part changes an answer where the probability falls by more than this.
const LEAST_DROP: f32 = 0.01;

impl Map {
    /// Every map of a network with so many heads, in the order in which they are shown.
    pub fn all(heads: usize) -> impl Iterator<Item = Self> {
        (0..heads).map(Self::Head).chain([Self::Mean, Self::GradCam, Self::Occlusion])
    }

    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Head(index) => format!("Head {}", index + 1),
            Self::Mean => "Mean attention".to_owned(),
            Self::GradCam => "Grad-CAM".to_owned(),
            Self::Occlusion => "Occlusion".to_owned(),
        }
    }

    /// In names of files and on the command line.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Head(index) => format!("head-{}", index + 1),
            Self::Mean => "attention".to_owned(),
            Self::GradCam => "grad-cam".to_owned(),
            Self::Occlusion => "occlusion".to_owned(),
        }
    }

    /// One sentence on what it shows.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Head(_) => "Where one head of the attention looks, whatever the class; not always at what decides",
            Self::Mean => "Where the attention looks on average over its heads; not always at what decides",
            Self::GradCam => {
                "Which places of the last feature map speak for the class more than bare background would; each sees most of \
                 the image, so ask occlusion for the very place"
            }
            Self::Occlusion => "How far the probability falls where a patch of background hides the place",
        }
    }

    /// What its largest figure is given in.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Head(_) | Self::Mean => "times even attention",
            Self::GradCam => "logits",
            Self::Occlusion => "of the probability",
        }
    }
}

impl Explained {
    /// A map of attention or Grad-CAM; `None` for a head that the network lacks, and for occlusion.
    #[must_use]
    pub fn layer(&self, map: Map, question: Question) -> Option<Layer> {
        let attention = &self.attention;
        match map {
            Map::Head(index) => Some(attended(attention.heads.get(index)?, attention.blank.get(index)?)),
            Map::Mean => Some(attended(&attention.mean, &attention.blank_mean)),
            Map::GradCam => {
                let grids = &self.cam.classes;
                let class = grids.get(question.class)?;
                let against = question.against.and_then(|label| grids.get(label));
                let raw = against.map_or_else(|| class.clone(), |against| class.less(against));
                Some(positive(&raw, raw.range().1 > LEAST_LOGIT))
            }
            Map::Occlusion => None,
        }
    }
}

impl Occlusion {
    /// The map as far as it has come.
    #[must_use]
    pub fn layer(&self, question: Question) -> Layer {
        let map = self.map(question.class, question.against);
        let evidence = map.range().1 > LEAST_DROP;
        positive(&map, evidence)
    }
}

/// From the least attention to the most.
fn attended(grid: &Grid, blank: &Grid) -> Layer {
    let ((low, high), evidence) = (grid.range(), grid.furthest(blank) > LEAST_ATTENTION);
    let values = grid
        .values
        .iter()
        .map(|value| if evidence { (value - low) / (high - low).max(f32::EPSILON) } else { 0.0 })
        .collect();
    Layer { figures: grid.clone(), grid: Grid { side: grid.side, values }, most: high, evidence }
}

/// From nothing to the most.
fn positive(grid: &Grid, evidence: bool) -> Layer {
    let most = grid.range().1.max(0.0);
    let values = grid.values.iter().map(|value| if evidence { (value / most).max(0.0) } else { 0.0 }).collect();
    Layer { figures: grid.clone(), grid: Grid { side: grid.side, values }, most, evidence }
}
