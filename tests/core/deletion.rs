//! What a real cell's answer loses where the places are hidden that a map names: "deletion" (Petsiuk et al. 2018, arXiv
//! 1806.07421).

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};
use leukoscope::{
    data::{
        measure::look,
        read::{decode, folder},
    },
    device::Compute,
    domain::classes::ClassList,
    eval::predict::Predictor,
    explain::{
        explain,
        grid::Grid,
        layer::{Map, Question},
        place::Place,
    },
    model::bundled,
};

use super::common::shared_data;

/// A cell with a share of the square hidden behind its background: the places where a map is highest, or where it is lowest.
fn hidden(image: &RgbImage, place: &Place, map: &Grid, share: f32, highest: bool) -> RgbImage {
    let background = Rgb(look::measure(image).unwrap().white.map(|share| (share * 255.0).round() as u8));
    let order = |value: f32| if highest { -value } else { value };
    let mut figures: Vec<f32> = map.values.iter().copied().map(order).collect();
    figures.sort_by(f32::total_cmp);
    let limit = figures[(figures.len() as f32 * share) as usize];
    let mut image = image.clone();
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let (across, down) = place.share(f64::from(x) + 0.5, f64::from(y) + 0.5);
        if order(map.at(across as f32, down as f32)) < limit {
            *pixel = background;
        }
    }
    image
}

/// How much of the probability of their class cells lose on average where the tenth of the square is hidden that a map says
/// is most for it, and where the half is hidden that it says is least.
fn lost(model: &Predictor, images: &[RgbImage], map: Map) -> [f32; 2] {
    let mut sums = [0.0; 2];
    for image in images {
        let explained = explain(model, image).unwrap();
        let (class, before) = explained.prediction.top().unwrap();
        let map = explained.layer(map, Question { class, against: None }).unwrap().figures;
        for (sum, (share, highest)) in sums.iter_mut().zip([(0.1, true), (0.5, false)]) {
            let after = explain(model, &hidden(image, &explained.place, &map, share, highest)).unwrap().prediction;
            *sum += (before - after.0[class]) / images.len() as f32;
        }
    }
    sums
}

#[test]
fn a_real_cell_loses_its_class_with_the_tenth_that_grad_cam_names_and_keeps_it_without_the_half_that_it_does_not() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cells");
    let images = of_folders(&folder, 2);
    assert_eq!(images.len(), 16);
    for bundled in bundled::ALL {
        let model = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
        let [named, rest] = lost(&model, &images, Map::GradCam);
        assert!(named > 0.5 && rest < 0.05, "{}: {named}, {rest}", bundled.name);
    }
}

/// So many images of every class of a dataset, evenly from the list of their names.
fn of_folders(dataset: &Path, count: usize) -> Vec<RgbImage> {
    ClassList::known()
        .iter()
        .flat_map(|class| {
            let files = folder::images(&[dataset.join(class)]);
            let step = files.len() / count;
            files.into_iter().step_by(step).take(count)
        })
        .map(|file| decode::open(&file).unwrap())
        .collect()
}

/// What 96 cells of PBC lose with what attention and Grad-CAM name:
/// `cargo test --release --test core hiding -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn hiding_what_attention_and_grad_cam_name() {
    let Some(data) = shared_data() else { return };
    let images = of_folders(&data.join("pbc"), 12);
    for bundled in bundled::ALL {
        let model = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
        for map in [Map::Mean, Map::GradCam] {
            let [named, rest] = lost(&model, &images, map).map(|lost| 100.0 * lost);
            println!(
                "{} {map:?}: {named:.1} points with the highest tenth, {rest:.1} with the lowest half",
                bundled.name
            );
        }
    }
}
