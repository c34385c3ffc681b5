//! Maps with a known answer: a mark that decides the class is found by Grad-CAM and occlusion of both networks, weights drawn
//! at random give other maps (Adebayo et al. 2018, arXiv 1810.03292), and a mirrored image gives mirrored ones.

use std::{sync::OnceLock, time::Instant};

use burn::{
    module::Module,
    tensor::{Device, Tensor, TensorData},
};
use image::{Rgb, RgbImage, imageops};
use leukoscope::{
    data::{synthetic, view::preprocess::Preprocess},
    device::Compute,
    domain::{
        architecture::Architecture, classes::ClassList, config::Background, hash::ContentHash, prediction::Outcome,
    },
    eval::predict::Predictor,
    explain::{
        Explained,
        alter::Alteration,
        explain,
        grid::Grid,
        layer::{Layer, Map, Question},
        occlusion::occlude,
    },
    fault::StopToken,
    learn::{adam::Adam, loss::Targets, step::Lesson},
    model::{
        bundled,
        card::ModelCard,
        classifier::{Classifier, NetworkConfig},
        initial,
        kernels::on_the_pool,
        noise::Pass,
        stage::Stage,
        weights::{self, Precision},
    },
};

use super::distance::furthest;

/// Side of the pictures with marks, and of a mark, in pixels.
const SIDE: u32 = 128;
const MARK: u32 = 18;
/// Places of the patch on one side: it is 44 pixels wide then, and covers all of any mark in one of them.
const PLACES: usize = 5;
/// Pictures that the marked networks learn from, how often, and in batches of how many.
const LESSONS: usize = 96;
const ROUNDS: usize = 10;
const BATCH: usize = 16;

/// A picture of a pale slide with a violet cell in its middle and up to two marks somewhere, and the middle of the second place,
/// 0 to 1. A blue mark is in every other picture whatever the class, and so decides nothing; a red one is where the label is 1.
fn marked(seed: u32, label: usize) -> (RgbImage, (f32, f32)) {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let mut place = || (6 + next(SIDE - MARK - 12), 6 + next(SIDE - MARK - 12));
    let apart = |a: (u32, u32), b: (u32, u32)| a.0.abs_diff(b.0).max(a.1.abs_diff(b.1)) >= 2 * MARK;
    let (first, second) = std::iter::repeat_with(|| (place(), place())).find(|(a, b)| apart(*a, *b)).unwrap();
    let (radius, has_blue) = (16.0 + next(8) as f32, seed % 4 > 1);
    let grain: Vec<u8> = (0..SIDE * SIDE).map(|_| next(10) as u8).collect();
    let covers = |(left, top): (u32, u32), x, y| (left..left + MARK).contains(&x) && (top..top + MARK).contains(&y);
    let image = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let grain = grain[(y * SIDE + x) as usize];
        let colour = if covers(second, x, y) && label == 1 {
            [200, 40, 30]
        } else if covers(first, x, y) && has_blue {
            [30, 60, 190]
        } else if (x as f32 - SIDE as f32 / 2.0).hypot(y as f32 - SIDE as f32 / 2.0) < radius {
            [140, 90, 160]
        } else {
            [225, 215, 215]
        };
        Rgb(colour.map(|value: u8| value.saturating_add(grain)))
    });
    let middle = |at: u32| (at as f32 + MARK as f32 / 2.0) / SIDE as f32;
    (image, (middle(second.0), middle(second.1)))
}

/// A model of a network under a card that says what the test needs and nothing of chance.
fn model(network: &Classifier, config: &NetworkConfig, classes: &[&str]) -> Predictor {
    let bytes = weights::to_bytes(network, Precision::Full).unwrap();
    let mut card: ModelCard = bundled::FIRST.card().unwrap().with_weights(ContentHash::of(&bytes));
    card.network = config.clone();
    card.classes = ClassList::new(classes.iter().map(|name| (*name).to_owned()));
    card.preprocess.size = config.size;
    card.preprocess.crop = 1.0;
    card.preprocess.background = Background::AsIs;
    Predictor::from_parts(card, bytes, &Compute::cpu()).unwrap()
}

/// The last blocks of a bundled backbone and a new head that learn together to tell a red mark from none, as a fit to a lab
/// does.
fn taught(architecture: Architecture) -> Predictor {
    let bundled = bundled::ALL.into_iter().find(|model| model.card().unwrap().network.architecture == architecture);
    let bundled = Predictor::load(bundled.unwrap().name, &Compute::cpu()).unwrap();
    let config = NetworkConfig {
        size: SIDE as usize,
        classes: 2,
        heads: 2,
        attention_width: 32,
        ..bundled.card().network.clone()
    };
    let device = Device::flex();
    let mut network = initial::draw(config.init(&device), 1);
    network.backbone = bundled.plain_network().backbone.clone();
    let preprocess = bundled.card().preprocess.clone();
    let preprocess = Preprocess { size: config.size, crop: 1.0, background: Background::AsIs, ..preprocess };
    let lessons: Vec<(usize, Vec<f32>)> = (0..LESSONS)
        .map(|seed| {
            let mut pixels = vec![0.0; preprocess.len()];
            preprocess.normalise(&preprocess.square(&marked(seed as u32, seed % 2).0).unwrap(), &mut pixels);
            (seed % 2, pixels)
        })
        .collect();
    let batches: Vec<(Vec<usize>, TensorData)> = lessons
        .chunks(BATCH)
        .map(|batch| {
            let (labels, pixels): (Vec<usize>, Vec<&[f32]>) =
                batch.iter().map(|(label, pixels)| (*label, &pixels[..])).unzip();
            let data = TensorData::new(pixels.concat(), [labels.len(), config.size, config.size, 3]);
            let images = Tensor::<4>::from_data(data, &device);
            (labels, network.until(Stage::Early, images, &Pass::Infer).into_data())
        })
        .collect();
    let autodiff = device.autodiff();
    let mut network = network.to_device(&autodiff).train();
    let mut optimiser = Adam::default().into();
    let lesson = Lesson { device: &autodiff, size: config.size, clip_norm: 5.0, rate: 1e-3 };
    for (labels, maps) in batches.iter().cycle().take(ROUNDS * batches.len()) {
        on_the_pool(|| {
            let maps = Tensor::<4>::from_data(maps.clone(), &autodiff);
            let loss = Targets::even(2, 0.05)
                .of(labels)
                .loss(network.after(Stage::Early, maps, Pass::Infer).logits, &autodiff);
            lesson.descend(&mut network, &mut optimiser, &loss);
        });
    }
    model(&network.valid(), &config, &["plain", "red"])
}

/// Both networks, taught once for all tests.
fn both() -> &'static [Predictor] {
    static TAUGHT: OnceLock<Vec<Predictor>> = OnceLock::new();
    TAUGHT.get_or_init(|| [Architecture::MobileNet, Architecture::Xception].map(taught).into())
}

/// The place of the largest figure, 0 to 1.
fn peak(grid: &Grid) -> (f32, f32) {
    let most = (0..grid.values.len()).max_by(|a, b| grid.values[*a].total_cmp(&grid.values[*b])).unwrap();
    let middle = |at: usize| (at as f32 + 0.5) / grid.side as f32;
    (middle(most % grid.side), middle(most / grid.side))
}

/// The share of a map that is below its figure at a place.
fn rank(grid: &Grid, (x, y): (f32, f32)) -> f32 {
    let at = grid.at(x, y);
    grid.values.iter().filter(|value| **value < at).count() as f32 / grid.values.len() as f32
}

fn layer(model: &Predictor, image: &RgbImage, explained: &Explained, map: Map, question: Question) -> Layer {
    match map {
        Map::Occlusion => occlude(model, image, PLACES, &mut |_| {}, &StopToken::default()).unwrap().layer(question),
        map => explained.layer(map, question).unwrap(),
    }
}

/// Occlusion has its peak at the mark. Grad-CAM of sixteen tokens, each of which sees most of the picture, is high there and
/// may be higher beside it (its peak was as near in 6 of 8 pictures for both). Attention is left out: it is of no class
/// (MobileNet's lies among the upper two fifths at the mark in 8 of 8, Xception's in 6).
#[test]
fn grad_cam_and_occlusion_of_both_networks_find_the_mark_that_decides_the_class() {
    const CELLS: u32 = 8;
    for model in both() {
        let name = model.card().network.architecture.id();
        let mut found = [0; 2];
        for cell in 0..CELLS {
            // Each with the blue mark too.
            let (image, mark) = marked(1002 + 4 * cell, 1);
            let explained = explain(model, &image).unwrap();
            assert_eq!(explained.prediction.top().unwrap().0, 1, "{name} has not learned the mark");
            let layer = |map| layer(model, &image, &explained, map, Question { class: 1, against: Some(0) });
            let (cam, occlusion) = (layer(Map::GradCam), layer(Map::Occlusion));
            // By chance three in ten, and a fifth.
            found[0] += u32::from(cam.evidence && rank(&cam.grid, mark) > 0.7);
            let (left, top) = peak(&occlusion.grid);
            found[1] += u32::from(occlusion.evidence && (left - mark.0).hypot(top - mark.1) < 0.25);
        }
        assert!(found.iter().all(|found| *found >= CELLS - 1), "{name}: {found:?} of {CELLS}");
    }
}

#[test]
fn the_answer_is_that_of_classification_and_rows_of_attention_sum_to_one() {
    for bundled in bundled::ALL {
        let model = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
        for (class, seed) in [("monocyte", 3), ("lymphocyte", 4), ("platelet", 5)] {
            let image = synthetic::draw(class, seed);
            let explained = explain(&model, &image).unwrap();
            let answered = model.classify_crops(vec![image], &StopToken::default()).unwrap().remove(0);
            let Outcome::Seen { prediction, .. } = answered else { panic!("{answered:?}") };
            assert!(
                furthest(&explained.prediction.0, &prediction.0) < 1e-5,
                "{:?} {prediction:?}",
                explained.prediction
            );
            let (attention, heads) = (&explained.attention, model.card().network.heads);
            let count = attention.side.pow(2);
            assert_eq!(attention.weights.len(), heads * count * count);
            for row in attention.weights.chunks_exact(count) {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{row:?}");
            }
            let heads = explained.attention.heads.iter();
            let mean = heads.map(|grid| grid.values.iter().sum::<f32>() / grid.values.len() as f32);
            assert!(
                mean.clone().all(|mean| (0.5..1.5).contains(&mean)),
                "even attention is 1: {:?}",
                mean.collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn a_mirrored_image_gives_mirrored_maps() {
    for bundled in bundled::ALL {
        let model = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
        // Square, so that the crop lies on whole pixels and resizing mirrors; and with the cell beside its middle.
        let image = imageops::crop_imm(&synthetic::draw("eosinophil", 0), 0, 60, 300, 300).to_image();
        for (turn, turned) in
            [((true, false), imageops::flip_horizontal(&image)), ((false, true), imageops::flip_vertical(&image))]
        {
            let [straight, mirrored] = [&image, &turned].map(|image| explain(&model, image).unwrap());
            let question = Question { class: straight.prediction.top().unwrap().0, against: None };
            for map in [Map::Head(0), Map::Mean, Map::GradCam] {
                let [straight, mirrored] =
                    [&straight, &mirrored].map(|explained| explained.layer(map, question).unwrap().figures);
                let (low, high) = straight.range();
                let far = furthest(&straight.mirrored(turn).values, &mirrored.values) / (high - low);
                assert!(far < 0.02, "{} {map:?}: {far}", bundled.name);
                assert!(furthest(&straight.values, &mirrored.values) / (high - low) > 0.1, "it has a side");
            }
            let [straight, mirrored] = [&image, &turned].map(|image| {
                occlude(&model, image, 5, &mut |_| {}, &StopToken::default()).unwrap().map(question.class, None)
            });
            let far = furthest(&straight.mirrored(turn).values, &mirrored.values);
            assert!(far < 0.01, "{} occlusion: {far}", bundled.name);
        }
    }
}

/// How alike two maps are: the correlation of their figures.
fn alike(a: &Grid, b: &Grid) -> f32 {
    let middle = |grid: &Grid| grid.values.iter().sum::<f32>() / grid.values.len() as f32;
    let (mean_a, mean_b) = (middle(a), middle(b));
    let pairs = || a.values.iter().zip(&b.values).map(|(a, b)| (a - mean_a, b - mean_b));
    let (own_a, own_b) = (pairs().map(|(a, _)| a * a).sum::<f32>(), pairs().map(|(_, b)| b * b).sum::<f32>());
    pairs().map(|(a, b)| a * b).sum::<f32>() / (own_a * own_b).sqrt().max(1e-12)
}

#[test]
fn maps_of_weights_drawn_at_random_are_others() {
    for bundled in bundled::ALL {
        let learned = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
        let config = learned.card().network.clone();
        let random = initial::draw(config.init(&Device::flex()), 7);
        let bytes = weights::to_bytes(&random, Precision::Full).unwrap();
        let card = learned.card().with_weights(ContentHash::of(&bytes));
        let random = Predictor::from_parts(card, bytes, &Compute::cpu()).unwrap();
        let cells = [("monocyte", 1), ("neutrophil", 2), ("eosinophil", 3), ("lymphocyte", 4)];
        for map in [Map::Mean, Map::GradCam, Map::Occlusion] {
            let likeness = cells.map(|(class, seed)| {
                let image = synthetic::draw(class, seed);
                let label = learned.card().classes.label(class).unwrap();
                let question = Question { class: label, against: None };
                let [ours, theirs] = [&learned, &random].map(|model| {
                    let explained = explain(model, &image).unwrap();
                    match map {
                        Map::Occlusion => {
                            occlude(model, &image, 5, &mut |_| {}, &StopToken::default()).unwrap().map(label, None)
                        }
                        map => explained.layer(map, question).unwrap().figures,
                    }
                });
                alike(&ours, &theirs)
            });
            let mean = likeness.iter().sum::<f32>() / likeness.len() as f32;
            assert!(mean < 0.5, "{} {map:?}: {likeness:?}", bundled.name);
        }
    }
}

#[test]
fn a_picture_without_a_cell_has_no_evidence_in_its_attention() {
    for bundled in bundled::ALL {
        let model = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
        let blank = RgbImage::from_pixel(360, 360, Rgb([228, 214, 205]));
        let explained = explain(&model, &blank).unwrap();
        assert!(explained.refused.is_some());
        let question = Question { class: explained.prediction.top().unwrap().0, against: None };
        for map in [Map::Mean, Map::GradCam] {
            let layer = explained.layer(map, question).unwrap();
            assert!(
                !layer.evidence && layer.grid.values.iter().all(|figure| *figure == 0.0),
                "{} {map:?}",
                bundled.name
            );
        }
        let hidden = occlude(&model, &blank, 3, &mut |_| {}, &StopToken::default()).unwrap();
        assert!(!hidden.layer(question).evidence);
    }
}

/// Milliseconds until the maps of both networks follow a slider: `cargo test --release --test core slider -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn a_step_of_a_slider() {
    const STEPS: usize = 60;
    let models = bundled::ALL.map(|bundled| Predictor::load(bundled.name, &Compute::cpu()).unwrap());
    let cells: Vec<RgbImage> = (0..4).map(|seed| synthetic::draw("monocyte", seed)).collect();
    let mut times = vec![Vec::new(); models.len() + 1];
    for step in 0..STEPS + 5 {
        let alteration = Alteration { noise: step as f32 / 400.0, hue: step as f32 / 100.0, ..Alteration::default() };
        let began = Instant::now();
        let altered = alteration.apply(&cells[step % cells.len()]);
        for (model, times) in models.iter().zip(&mut times) {
            let began = Instant::now();
            explain(model, &altered).unwrap();
            times.push(began.elapsed());
        }
        times.last_mut().unwrap().push(began.elapsed());
    }
    let names = bundled::ALL.iter().map(|bundled| bundled.name).chain(["both, with the change of the image"]);
    for (name, times) in names.zip(&mut times) {
        // The first steps make room in memory.
        times.drain(..5);
        times.sort();
        let at = |share: f64| times[(share * (times.len() - 1) as f64) as usize].as_secs_f64() * 1000.0;
        println!("{name}: p50 {:.0} ms, p95 {:.0} ms", at(0.5), at(0.95));
    }
}
