//! The cell and its maps on the graphics card, made anew only where they changed.

use std::{collections::HashMap, sync::Arc};

use egui::{ColorImage, Context, TextureHandle, TextureId, TextureOptions};
use image::RgbImage;

use crate::{
    app::pages::explain::Answer,
    explain::{
        grid::Grid,
        layer::{Layer, Map, Question},
        overlay::Paint,
    },
};

/// Texels of a map on one side.
const SIDE: usize = 96;

/// Which map, of which side, of the pinned state or the present one.
pub(super) type Key = (bool, usize, Map);

/// What a map's texture was made of.
#[derive(Clone, Copy, PartialEq)]
struct Made {
    explained: usize,
    occlusion: usize,
    question: Question,
    paint: Paint,
}

/// A map as it is drawn.
#[derive(Clone, Copy)]
pub(super) struct Drawn {
    /// `None` where there is no evidence.
    pub(super) texture: Option<TextureId>,
    pub(super) most: f32,
}

struct Kept {
    made: Made,
    texture: TextureHandle,
    evidence: bool,
    most: f32,
}

#[derive(Default)]
pub(super) struct Textures {
    /// Of the present and the pinned state, by where they lie in memory.
    pictures: HashMap<bool, (usize, TextureHandle)>,
    maps: HashMap<Key, Kept>,
}

fn place<T>(of: &Arc<T>) -> usize {
    Arc::as_ptr(of) as usize
}

impl Textures {
    /// The image itself.
    pub(super) fn picture(&mut self, ctx: &Context, pinned: bool, image: &Arc<RgbImage>) -> TextureId {
        let at = place(image);
        if let Some((of, texture)) = self.pictures.get(&pinned)
            && *of == at
        {
            return texture.id();
        }
        let size = [image.width() as usize, image.height() as usize];
        let pixels = ColorImage::from_rgb(size, image.as_raw());
        let texture = ctx.load_texture("explained", pixels, TextureOptions::LINEAR);
        let id = texture.id();
        self.pictures.insert(pinned, (at, texture));
        id
    }

    /// A map of an answer; `None` while there is none.
    pub(super) fn map(
        &mut self,
        ctx: &Context,
        key: Key,
        (answer, question): (&Answer, Question),
        paint: &Paint,
    ) -> Option<Drawn> {
        let made = Made {
            explained: place(&answer.explained),
            occlusion: if key.2 == Map::Occlusion { answer.occlusion.as_ref().map_or(0, place) } else { 0 },
            question,
            paint: *paint,
        };
        if self.maps.get(&key).is_none_or(|kept| kept.made != made) {
            let layer = answer.layer(key.2, question)?;
            let pixels = pixels(&layer, paint);
            match self.maps.get_mut(&key) {
                Some(kept) => {
                    kept.texture.set(pixels, TextureOptions::LINEAR);
                    (kept.made, kept.evidence, kept.most) = (made, layer.evidence, layer.most);
                }
                None => {
                    let texture = ctx.load_texture("map", pixels, TextureOptions::LINEAR);
                    self.maps.insert(key, Kept { made, texture, evidence: layer.evidence, most: layer.most });
                }
            }
        }
        let kept = self.maps.get(&key)?;
        Some(Drawn { texture: kept.evidence.then(|| kept.texture.id()), most: kept.most })
    }
}

/// Colours with their opacity.
fn pixels(layer: &Layer, paint: &Paint) -> ColorImage {
    let fine = Grid::from_fn(SIDE, |across, down| layer.grid.at(across, down));
    let texel = |figure: &f32| {
        let ([r, g, b], opacity) = paint.of(*figure);
        [r, g, b, (opacity * 255.0).round() as u8]
    };
    let bytes: Vec<u8> = fine.values.iter().flat_map(texel).collect();
    ColorImage::from_rgba_unmultiplied([SIDE, SIDE], &bytes)
}
