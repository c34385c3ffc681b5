//! What the colour gate refuses: of each lab's cells with limits from the other labs, and of what is no cell.
//!
//! `cargo test --release --locked --test core smear -- --ignored --nocapture` measures it on real cells, at the folder that
//! `LEUKO_SHARED` names, and on photographs, if `LEUKO_PHOTOS` names a folder of some.

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};
use leukoscope::data::{
    measure::smear::{self, LIMITS, Limits, Signs},
    read::{decode, folder},
    view::preprocess::Preprocess,
};
use rayon::prelude::*;

use super::common::shared_data;

/// Most cells of one lab; they are spread over its classes.
const CELLS: usize = 2400;

fn signs(image: &RgbImage) -> Signs {
    smear::signs(&Preprocess::new(128, 0.9).square(image).unwrap())
}

/// A face with hair, eyes and lips before a bright wall.
fn face(x: f32, y: f32) -> [f32; 3] {
    let within = |left: f32, top: f32, wide: f32, high: f32| ((x - left) / wide).hypot((y - top) / high) < 1.0;
    if !within(0.5, 0.5, 0.36, 0.46) {
        [150.0, 170.0, 200.0].map(|c| c - 30.0 * y)
    } else if y < 0.25 || within(0.36, 0.42, 0.06, 0.03) || within(0.64, 0.42, 0.06, 0.03) {
        [58.0, 40.0, 30.0]
    } else if within(0.5, 0.7, 0.12, 0.035) {
        [185.0, 90.0, 90.0]
    } else {
        [225.0 - 55.0 * x, 175.0 - 60.0 * x, 145.0 - 60.0 * x]
    }
}

/// What no cell looks like, drawn.
fn foreign() -> Vec<(&'static str, RgbImage)> {
    let drawn = |of: fn(f32, f32) -> [f32; 3]| {
        RgbImage::from_fn(256, 256, |x, y| Rgb(of(x as f32 / 255.0, y as f32 / 255.0).map(|value| value as u8)))
    };
    vec![
        ("white", drawn(|_, _| [255.0; 3])),
        ("black", drawn(|_, _| [0.0; 3])),
        ("grey gradient", drawn(|x, _| [40.0 + 190.0 * x; 3])),
        ("faint grey gradient", drawn(|x, y| [180.0 + 20.0 * (x + y); 3])),
        (
            "text on a page",
            drawn(|x, y| [if (y * 40.0).fract() < 0.4 && (x * 70.0).fract() < 0.5 { 40.0 } else { 250.0 }; 3]),
        ),
        (
            "grey window",
            drawn(|x, y| {
                [if y < 0.1 {
                    60.0
                } else if x < 0.2 {
                    225.0
                } else {
                    248.0
                }; 3]
            }),
        ),
        (
            "green field",
            drawn(|x, y| [60.0, 120.0, 40.0].map(|c| c * (1.0 + 0.3 * (x * 97.0).sin() * (y * 83.0).sin()))),
        ),
        ("skin", drawn(|x, y| [225.0 - 60.0 * x, 175.0 - 55.0 * x, 145.0 - 60.0 * x].map(|c| c - 20.0 * y))),
        ("face", drawn(face)),
        ("blue sky", drawn(|_, y| [90.0 + 85.0 * y, 140.0 + 65.0 * y, 210.0 + 25.0 * y])),
    ]
}

#[test]
fn what_is_clearly_no_cell_is_refused() {
    for (name, image) in foreign() {
        assert!(LIMITS.refusal(&signs(&image)).is_some(), "{name}: {:?}", signs(&image));
    }
}

fn measured(folder: &Path, most: usize) -> Vec<(PathBuf, Signs)> {
    let files = folder::images(&[folder.to_owned()]);
    let take = files.len().min(most);
    let chosen: Vec<_> = (0..take).filter_map(|index| files.get(index * files.len() / take)).collect();
    let sign = |file: &&PathBuf| Some(((*file).clone(), signs(&decode::open(file).ok()?)));
    chosen.par_iter().filter_map(sign).collect()
}

/// The value that a share of the cells lie under.
fn quantile(cells: &[(PathBuf, Signs)], of: impl Fn(&Signs) -> f32, share: f32) -> f32 {
    let mut values: Vec<f32> = cells.iter().map(|(_, signs)| of(signs)).collect();
    values.sort_by(f32::total_cmp);
    values[((values.len() - 1) as f32 * share).round() as usize]
}

/// The rule that the limits were set by, on some labs: a margin beyond all but 0.5 % of each lab's cells.
fn limits(labs: &[&Vec<(PathBuf, Signs)>]) -> Limits {
    let least = |of: fn(&Signs) -> f32| labs.iter().map(|lab| quantile(lab, of, 0.005)).fold(f32::MAX, f32::min);
    let most = |of: fn(&Signs) -> f32| labs.iter().map(|lab| quantile(lab, of, 0.995)).fold(0.0, f32::max);
    Limits(Signs {
        edge: least(|signs| signs.edge) / 3.0,
        opaque: most(|signs| signs.opaque) * 1.5,
        foreign: most(|signs| signs.foreign) * 3.0,
        foreign_dense: most(|signs| signs.foreign_dense) + 0.04,
        violet: least(|signs| signs.violet) / 2.0,
        // What is flat, and how much green excuses a hue, was set by what is no cell.
        ..LIMITS.0
    })
}

fn refused(cells: &[(PathBuf, Signs)], limits: &Limits) -> f64 {
    let refused = cells.iter().filter(|(_, signs)| limits.refusal(signs).is_some()).count();
    refused as f64 / cells.len() as f64
}

#[test]
#[ignore = "reads thousands of real cells"]
fn cells_of_a_lab_pass_with_limits_from_the_others() {
    let Some(data) = shared_data() else { return };
    let names = ["pbc", "bccd-cells", "chula-cells", "krd-cells"];
    let labs: Vec<_> = names.iter().map(|name| measured(&data.join(name), CELLS)).collect();
    for (index, (name, lab)) in names.iter().zip(&labs).enumerate() {
        let others: Vec<_> = labs.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, lab)| lab).collect();
        let (without, shipped) = (refused(lab, &limits(&others)), refused(lab, &LIMITS));
        eprintln!(
            "{name}: {} cells, {:.2} % refused with limits of the other labs, {:.2} % with those in force",
            lab.len(),
            without * 100.0,
            shipped * 100.0
        );
        assert!(without <= 0.01 && shipped <= 0.01, "{name}: {:?}", limits(&others));
    }
    let Limits(rule) = limits(&labs.iter().collect::<Vec<_>>());
    eprintln!("limits by the rule: {rule:?}");
    assert!(LIMITS.0.edge <= rule.edge && LIMITS.0.violet <= rule.violet, "{rule:?}");
    assert!(LIMITS.0.opaque >= rule.opaque && LIMITS.0.foreign >= rule.foreign, "{rule:?}");
    assert!(LIMITS.0.foreign_dense >= rule.foreign_dense, "{rule:?}");
    for (name, image) in foreign() {
        eprintln!("{name}: {}", LIMITS.refusal(&signs(&image)).unwrap_or("passes"));
    }
    if let Some(photos) = std::env::var_os("LEUKO_PHOTOS") {
        for (file, signs) in measured(Path::new(&photos), CELLS) {
            eprintln!("{}: {}", file.display(), LIMITS.refusal(&signs).unwrap_or("passes"));
        }
    }
}
