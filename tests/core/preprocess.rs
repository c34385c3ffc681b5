//! The one path to the network's numbers, and its training-only variation.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use image::{Rgb, RgbImage};
use leukoscope::{
    data::{
        read::{
            batch::{FrameStore, Mode, batches},
            decode,
        },
        synthetic,
        vary::augment::Augment,
        view::preprocess::{Background, Preprocess},
    },
    fault::StopToken,
};

#[test]
fn the_crop_is_centred_square_and_blind_to_the_border() {
    let image = RgbImage::from_fn(120, 80, |x, y| {
        let inside = (30..90).contains(&x) && (10..70).contains(&y);
        if inside { Rgb([90, 60, 30]) } else { Rgb([255, 0, 255]) }
    });
    let square = Preprocess::new(32, 0.7).square(&image).unwrap();
    assert_eq!(square.dimensions(), (32, 32));
    assert!(square.pixels().all(|pixel| pixel.0 == [90, 60, 30]));
}

#[test]
fn a_crop_beyond_the_image_mirrors_its_border() {
    // Darker to the right: a mirrored border turns the slope around, and the middle stays as it was.
    let image = RgbImage::from_fn(64, 80, |x, _| Rgb([200 - x as u8 * 2, 100, 50]));
    let wide = Preprocess::new(64, 1.5).square(&image).unwrap();
    assert_eq!(wide.dimensions(), (64, 64));
    let red = |x: u32| i32::from(wide.get_pixel(x, 32).0[0]);
    // 64 of 96 pixels are seen: 43 of the 64 columns, 10 to 52.
    assert!((red(10) - 200).abs() <= 4 && (red(52) - 74).abs() <= 6, "{} {}", red(10), red(52));
    for step in 0..8 {
        assert!((red(9 - step) - red(10 + step)).abs() <= 1, "left {step}");
        assert!((red(53 + step) - red(52 - step)).abs() <= 1, "right {step}");
    }
    assert!((10..52).all(|x| red(x) >= red(x + 1)));
}

#[test]
fn plain_numbers_are_x_over_127_5_less_1() {
    let mut out = [0.0; 6];
    Preprocess::new(1, 1.0).normalise(&[0, 127, 255, 51, 204, 128], &mut out);
    for (value, level) in out.iter().zip([0.0_f32, 127.0, 255.0, 51.0, 204.0, 128.0]) {
        assert!((value - (level / 127.5 - 1.0)).abs() < 1e-6);
    }
}

#[test]
fn levelling_takes_out_light_and_stain() {
    let slide = synthetic::draw("lymphocyte", 1);
    let dim = RgbImage::from_fn(slide.width(), slide.height(), |x, y| {
        let [r, g, b] = slide.get_pixel(x, y).0;
        Rgb([(f32::from(r) * 0.8) as u8, (f32::from(g) * 0.9) as u8, (f32::from(b) * 0.7) as u8])
    });
    let distance = |preprocess: &Preprocess| {
        let [a, b] = [&slide, &dim].map(|image| {
            let mut out = vec![0.0; preprocess.len()];
            preprocess.normalise(&preprocess.square(image).unwrap(), &mut out);
            out
        });
        a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f32>() / a.len() as f32
    };
    let plain = Preprocess::new(64, 0.9);
    let levelled = Preprocess { background: Background::Levelled, ..plain.clone() };
    assert!(distance(&levelled) < 0.1 * distance(&plain), "{} {}", distance(&levelled), distance(&plain));
    let kept: Preprocess = ron::from_str(&ron::to_string(&levelled).unwrap()).unwrap();
    assert_eq!(kept, levelled);
}

/// Eight slides, with the augmentation of a run.
fn slides(dir: &Path) -> (Vec<PathBuf>, Mode) {
    let files = (0..8)
        .map(|n| {
            let file = dir.join(format!("{n}.jpg"));
            synthetic::draw("neutrophil", n).save(&file).unwrap();
            file
        })
        .collect();
    let augment = Augment { strength: 1.0, microscope: 0.5, surroundings: 0.5 };
    (files, Mode::Augmented { augment, seed: 1, epoch: 1 })
}

#[test]
fn batches_hold_exactly_the_plain_square_and_augmented_ones_every_image_varied() {
    let dir = tempfile::tempdir().unwrap();
    let (files, augmented) = slides(dir.path());
    let preprocess = Preprocess::new(96, 0.9);
    let store = Arc::new(FrameStore::new(files.clone(), &preprocess, 1 << 26));
    let batch = batches(&store, vec![vec![5]], Mode::Plain, &StopToken::default()).next().unwrap().unwrap();
    let mut alone = vec![0.0; preprocess.len()];
    preprocess.normalise(&preprocess.square(&decode::open(&files[5]).unwrap()).unwrap(), &mut alone);
    assert_eq!(batch.pixels, alone);

    let plan: Vec<Vec<usize>> = vec![(0..8).cycle().take(24).collect(); 3];
    let mut seen = Vec::new();
    for batch in batches(&store, plan.clone(), augmented, &StopToken::default()).map(Result::unwrap) {
        assert!(batch.unreadable.is_empty() && batch.pixels.iter().all(|value| value.is_finite()));
        for (index, view) in batch.indices.iter().zip(batch.pixels.chunks_exact(preprocess.len())) {
            assert!(*index != 5 || view != alone, "an augmented image is not the plain one");
            seen.push(*index);
        }
    }
    assert_eq!(seen, plan.concat());
}

/// Draws what a run would see of some slides: `LEUKO_DRAW=DIR cargo test --test core augmented_sheet -- --ignored`.
#[test]
#[ignore = "writes a picture"]
fn augmented_sheet() {
    let out = PathBuf::from(std::env::var_os("LEUKO_DRAW").expect("LEUKO_DRAW names the folder"));
    let dir = tempfile::tempdir().unwrap();
    let (files, augmented) = slides(dir.path());
    let store = Arc::new(FrameStore::new(files, &Preprocess::new(96, 0.9), 1 << 26));
    let plan = vec![(0..8).cycle().take(48).collect()];
    let batch = batches(&store, plan, augmented, &StopToken::default()).next().unwrap().unwrap();
    let bytes: Vec<u8> = batch.pixels.iter().map(|v| ((v + 1.0) * 127.5).round() as u8).collect();
    let tall = RgbImage::from_raw(96, 96 * 48, bytes).unwrap();
    let mut sheet = RgbImage::new(96 * 8, 96 * 6);
    for n in 0..48 {
        let tile = image::imageops::crop_imm(&tall, 0, n * 96, 96, 96).to_image();
        image::imageops::replace(&mut sheet, &tile, i64::from(n % 8) * 96, i64::from(n / 8) * 96);
    }
    sheet.save(out.with_extension("augmented.png")).unwrap();
}
