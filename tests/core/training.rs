//! Whole runs on synthetic slides: they learn and they repeat.

use std::{fs, path::Path};

use leukoscope::{
    data::synthetic,
    device::Compute,
    domain::{
        config::{DeviceChoice, Init, TrainConfig},
        moving_map::{MapEpoch, MovingMap},
        prediction::{Classified, Outcome},
        run::{RunEnd, RunRecord},
    },
    eval::predict::Predictor,
    fault::{Halt, StopToken},
    fit::pack::{PackInputs, Packed, pack},
    model::{blend, card::ModelCard},
    progress::{Silent, Watch},
    store::{moving_map, run_dir},
    train::{TrainRequest, run},
};

use super::{common::slides, distance::furthest};

/// A small network from random weights, two epochs on the project's slides.
pub(super) fn request(folder: &Path, name: &str) -> TrainRequest {
    let config = TrainConfig {
        size: 32,
        width: 0.25,
        epochs: 2,
        batch: 16,
        heads: 2,
        attention_width: 32,
        device: DeviceChoice::Cpu,
        init: Init::Random,
        ..TrainConfig::default()
    };
    TrainRequest { dataset: slides(), config, out: Some(folder.join(name)), resume: None }
}

pub(super) fn train(request: &TrainRequest) -> RunRecord {
    run(request, &Silent, &StopToken::default()).unwrap()
}

#[test]
fn a_run_repeats_and_its_folder_can_be_moved_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    let first = train(&request(folder.path(), "a"));
    let second = train(&request(folder.path(), "b"));
    assert_eq!((&first.history, &first.matrices), (&second.history, &second.matrices));
    assert_eq!(first.matrices.len(), first.history.len());
    for (counts, epoch) in first.matrices.iter().zip(&first.history) {
        let cells: u64 = counts.iter().flatten().sum();
        let right: u64 = counts.iter().enumerate().map(|(label, row)| row[label]).sum();
        assert!((right as f64 / cells as f64 - epoch.validation_accuracy).abs() < 1e-12, "{counts:?}");
    }
    let map = moving_map::load(&first.path).unwrap().unwrap();
    assert_eq!(Some(&map), moving_map::load(&second.path).unwrap().as_ref());
    for (epoch, of) in first.history.iter().zip(&map.epochs) {
        assert_eq!(epoch.epoch, of.epoch);
        // Of few validation cells all are followed.
        let right = map.right(of) as f64 / map.cells.len() as f64;
        assert!((right - epoch.validation_accuracy).abs() < 1e-12, "{right}");
    }
    assert_eq!((map.epochs.len(), first.weights_hash), (first.history.len(), second.weights_hash));
    assert_eq!(first.end, RunEnd::Completed);
    assert_eq!(run_dir::history(&first.path).unwrap(), first.history);
    for file in [run_dir::CARD, run_dir::WEIGHTS, run_dir::SPLIT, run_dir::EVALUATION] {
        assert!(first.path.join(file).is_file(), "{file}");
    }

    let moved = folder.path().join("moved");
    fs::rename(&first.path, &moved).unwrap();
    let predictor = Predictor::load(&moved.to_string_lossy(), &Compute::cpu()).unwrap();
    let paths = leukoscope::data::read::folder::images(&[slides()]);
    let classify = |paths: &[std::path::PathBuf]| {
        let mut all: Vec<Classified> = Vec::new();
        predictor.classify(paths, &mut |one| all.push(one), &Silent, &StopToken::default()).unwrap();
        all
    };
    let together = classify(&paths[..40]);
    for (alone, among) in paths[..4].iter().flat_map(|path| classify(std::slice::from_ref(path))).zip(&together) {
        let (Outcome::Seen { prediction: a, .. }, Outcome::Seen { prediction: b, .. }) =
            (&alone.outcome, &among.outcome)
        else {
            panic!("a slide was refused: {alone:?}");
        };
        let far = furthest(&a.0, &b.0);
        assert!(far < 1e-5, "{far}");
    }
}

/// The share of the squared distances from the middle that lies between the classes: 1 where each class is a point.
fn apart(map: &MovingMap, of: &MapEpoch) -> f32 {
    let places = of.places();
    let square = |[x, y]: [f32; 2]| x * x + y * y;
    let between = |label: usize| {
        let cells = map.cells.iter().zip(&places).filter(|(cell, _)| cell.truth == label);
        let own: Vec<[f32; 2]> = cells.map(|(_, place)| *place).collect();
        let n = own.len() as f32;
        n * square([0, 1].map(|at| own.iter().map(|place| place[at]).sum::<f32>() / n))
    };
    (0..map.classes.len()).map(between).sum::<f32>() / places.into_iter().map(square).sum::<f32>()
}

#[test]
fn classes_move_apart_on_the_map_from_epoch_to_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let cells = folder.path().join("cells");
    for class in ["eosinophil", "lymphocyte", "platelet"] {
        fs::create_dir_all(cells.join(class)).unwrap();
        for seed in 0..40 {
            synthetic::draw(class, seed).save(cells.join(class).join(format!("{seed}.png"))).unwrap();
        }
    }
    let mut request = TrainRequest { dataset: cells, ..request(folder.path(), "run") };
    // What makes learning last beyond its cells makes it slow; here it has to be quick.
    let plain =
        TrainConfig { noise: 0.0, dropout: 0.0, augment: 0.0, microscope: 0.0, surroundings: 0.0, ..request.config };
    request.config = TrainConfig { epochs: 16, patience: 0, batch: 8, learning_rate: 3e-3, ..plain };
    let run = train(&request);
    let map = moving_map::load(&run.path).unwrap().unwrap();
    assert_eq!(map.epochs.iter().map(|of| of.epoch).collect::<Vec<_>>(), (1..=16).collect::<Vec<_>>());
    let classes: Vec<usize> = (0..3).map(|label| map.cells.iter().filter(|cell| cell.truth == label).count()).collect();
    assert_eq!(classes, [4; 3], "evenly");
    let shares: Vec<f32> = map.epochs.iter().map(|of| apart(&map, of)).collect();
    // A dozen cells of a small network swing from epoch to epoch.
    let mean = |shares: &[f32]| shares.iter().sum::<f32>() / shares.len() as f32;
    assert!(mean(&shares[12..]) > mean(&shares[..4]) + 0.2, "{shares:?}");
}

#[test]
fn settings_that_cannot_be_trained_end_with_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut odd = request(folder.path(), "odd");
    odd.config.size = 33;
    let Err(Halt::Failed(failure)) = run(&odd, &Silent, &StopToken::default()) else { panic!("size 33 was taken") };
    assert!(failure.why.contains("multiple of 16"), "{failure}");
}

#[test]
fn a_teachers_answers_are_learned_beside_the_labels() {
    let folder = tempfile::tempdir().unwrap();
    let taught = |name: &str, teacher: &[&str], teaching: f64| {
        let mut request = request(folder.path(), name);
        request.config.epochs = 1;
        request.config.teacher = teacher.iter().map(|model| (*model).to_owned()).collect();
        request.config.teaching = teaching;
        request
    };
    let alone = train(&taught("alone", &[], 0.5));
    let unheard = train(&taught("unheard", &["mobilenet"], 0.0));
    let heard = train(&taught("heard", &["mobilenet"], 1.0));
    assert_eq!(unheard.weights_hash, alone.weights_hash);
    assert_ne!(heard.weights_hash, alone.weights_hash);
    let credited = |run: &RunRecord| {
        let card = leukoscope::eval::predict::card(&run.path.to_string_lossy()).unwrap();
        card.sources.iter().any(|source| source == "learned beside the answers of: mobilenet")
    };
    assert_eq!([&alone, &unheard, &heard].map(credited), [false, false, true]);

    let lost = run(&taught("lost", &["nowhere"], 0.5), &Silent, &StopToken::default());
    assert!(lost.is_err_and(|halt| halt.to_string().contains("nowhere")));
    assert!(!folder.path().join("lost").exists());
}

#[test]
fn trainings_that_began_from_one_another_are_averaged_and_calibrated_anew() {
    let folder = tempfile::tempdir().unwrap();
    let first = train(&request(folder.path(), "first"));
    let name = |run: &RunRecord| run.path.to_string_lossy().into_owned();
    let further = |name_of_it: &str, heads: usize, init: Init| {
        let mut request = request(folder.path(), name_of_it);
        request.config = TrainConfig { epochs: 1, heads, init, ..request.config };
        train(&request)
    };
    let (second, other) = (further("second", 2, Init::Model(name(&first))), further("other", 1, Init::Random));
    let averaged = |with: &RunRecord, dir: &Path| {
        let beside = PackInputs { averaged_with: &[name(with)], learned_from: Some(dir), judged_on: None };
        pack(&name(&first), beside, Watch { observer: &Silent, stop: &StopToken::default() })
    };
    let cpu = Compute::cpu();
    let load = |run: &RunRecord| Predictor::load(&name(run), &cpu).unwrap();
    let packed = averaged(&second, &slides()).unwrap();
    // What was measured on the first one's weights is measured anew on these.
    let (own, of_first) = (&packed.card, load(&first));
    assert_ne!((&own.calibration, &own.test), (&of_first.card().calibration, &of_first.card().test));
    let images = |card: &ModelCard| (card.calibration.map(|of| of.images), card.test.as_ref().map(|test| test.n));
    assert_eq!(images(own), images(of_first.card()));
    assert!(own.home.as_ref().is_some_and(|home| home.doubtful.iter().map(|of| of.cells).sum::<u64>() > 0));
    let mean = blend::values(Predictor::from_parts(packed.card.clone(), packed.weights, &cpu).unwrap().plain_network());
    let [a, b] = [&first, &second].map(|run| blend::values(load(run).plain_network()));
    for (path, own) in &mean {
        for ((a, b), m) in a[path].iter().zip(&b[path]).zip(own) {
            assert!((f32::midpoint(*a, *b) - m).abs() <= 1e-3 * m.abs().max(1e-3), "{path}: {a} {b} {m}");
        }
    }

    let refused = |result: Result<Packed, Halt>| result.err().unwrap().to_string();
    assert!(refused(averaged(&other, &slides())).contains("other` has another network"));
    let nothing = tempfile::tempdir().unwrap();
    assert!(!refused(averaged(&second, nothing.path())).is_empty());
}
