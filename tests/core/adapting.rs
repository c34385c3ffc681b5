//! Labs that are known by their zoom and colour: a profile finds both, labelled cells are learned, and a small batch of
//! the own lab does no harm.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use image::{Rgb, RgbImage};
use leukoscope::{
    data::{
        read::{folder, scan::scan},
        synthetic,
    },
    device::Compute,
    domain::{
        classes::KNOWN,
        config::{DeviceChoice, Init, TrainConfig},
        dataset::Dataset,
        run::RunRecord,
        scope,
    },
    eval::{
        evaluate::judge,
        learned::{Scope, cells},
        predict::Predictor,
        shift::{self, Doubt},
    },
    fault::{Halt, StopToken},
    fit::{
        adapt::{AdaptRequest, SelfTraining, TuneConfig, adapt},
        profile::{Fitting, fit},
    },
    progress::{Silent, Watch},
    store::run_dir,
    train::{TrainRequest, run},
};

use super::common::slides;

/// A network that learned the program's own slides from what the bundled one knows, shared by the tests of this file.
static HOME: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("home");
    let config = TrainConfig {
        size: 64,
        epochs: 3,
        batch: 16,
        microscope: 0.0,
        surroundings: 0.0,
        init: Init::Model("mobilenet".to_owned()),
        device: DeviceChoice::Cpu,
        ..TrainConfig::default()
    };
    let request = TrainRequest { dataset: slides(), config, out: Some(out.clone()), resume: None };
    run(&request, &Silent, &StopToken::default()).unwrap();
    (folder, out)
});

fn home() -> Predictor {
    Predictor::load(&HOME.1.to_string_lossy(), &Compute::cpu()).unwrap()
}

/// Slides as another lab shows them: cut `zoom` times tighter, in another light and stain.
fn write_lab(dir: &Path, per_class: u64, zoom: f32) {
    write_cells(dir, 5000..5000 + per_class, zoom);
}

fn write_cells(dir: &Path, seeds: std::ops::Range<u64>, zoom: f32) {
    for class in KNOWN {
        fs::create_dir_all(dir.join(class.name)).unwrap();
        for seed in seeds.clone() {
            let slide = synthetic::draw(class.name, seed);
            let side = (360.0 / zoom) as u32;
            let [left, top] = [(slide.width() - side) / 2, (slide.height() - side) / 2];
            let tight = image::imageops::crop_imm(&slide, left, top, side, side).to_image();
            recolour(tight).save(dir.join(class.name).join(format!("{seed}.png"))).unwrap();
        }
    }
}

fn recolour(mut image: RgbImage) -> RgbImage {
    for pixel in image.pixels_mut() {
        let light = |value: u8, power: f32, lamp: f32| ((f32::from(value) / 255.0).powf(power) * lamp * 255.0) as u8;
        let Rgb([r, g, b]) = *pixel;
        *pixel = Rgb([light(r, 1.3, 0.75), light(g, 1.2, 0.85), light(b, 1.1, 0.95)]);
    }
    image
}

/// Images of a dataset that a model learned from.
fn learned_of(model: &Predictor, set: &Dataset) -> usize {
    scope::learned(model.learned(), set).into_iter().filter(|learned| *learned).count()
}

fn adapted(request: AdaptRequest) -> Result<RunRecord, Halt> {
    let model = HOME.1.to_string_lossy().into_owned();
    adapt(&AdaptRequest { model, device: DeviceChoice::Cpu, ..request }, &Silent, &StopToken::default())
}

#[test]
fn a_run_measures_its_own_lab_and_knows_another_by_its_looks() {
    let model = home();
    let own = model.card().home.clone().expect("a run ends with its home measured");
    assert!(own.look.nucleus.is_some() && own.look.images > 60 && own.norms.is_finite());
    let seen = |dir: &Path| {
        let files = folder::images(&[dir.to_owned()]);
        shift::measure(&model, &files, &Doubt::default(), &StopToken::default()).unwrap()
    };
    let at_home = seen(&slides());
    assert_eq!(at_home.verdict, None, "{at_home:?}");
    let lab = tempfile::tempdir().unwrap();
    write_lab(lab.path(), 3, 1.7);
    let away = seen(lab.path());
    assert_eq!(away.verdict.as_deref(), Some(shift::VERDICT), "{away:?}");
    assert!(away.background.unwrap() > 3.0 * at_home.background.unwrap(), "{away:?} {at_home:?}");
    assert!(away.norms.unwrap() > at_home.norms.unwrap());
}

#[test]
fn a_profile_finds_the_zoom_and_an_ordinary_run_folder_carries_it() {
    let (lab, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_lab(lab.path(), 6, 1.5);
    let out = out.path().join("fitted");
    let dir = lab.path().to_owned();
    let record = adapted(AdaptRequest { dir, out: Some(out.clone()), unlabelled: true, ..AdaptRequest::default() });
    let record = record.unwrap();
    let profile = record.adapted.as_ref().unwrap().profile.clone();
    assert_eq!(profile.images, 48);
    assert!((profile.scale.unwrap() / 1.5 - 1.0).abs() < 0.12, "{profile:?}");
    // Whether the crop follows is for the norms to say, and those of so small a network know little.
    let follows = profile.crop_before * profile.scale.unwrap();
    assert!([profile.crop_before, follows].iter().any(|crop| (profile.crop - crop).abs() < 1e-9), "{profile:?}");
    assert!(profile.norms <= profile.norms_before + 1e-6 && profile.blend <= 48.0 / 64.0, "{profile:?}");
    assert_eq!(run_dir::load(&out).unwrap().adapted, record.adapted);
    let model = Predictor::load(&out.to_string_lossy(), &Compute::cpu()).unwrap();
    assert_eq!(model.card().profile.as_ref(), Some(&profile));
    assert_eq!(profile.base_hash, home().card().weights_hash);
    let files = folder::images(&[lab.path().to_owned()]);
    let shift = shift::measure(&model, &files, &Doubt::default(), &StopToken::default()).unwrap();
    assert_eq!(shift.verdict, None, "its own lab is no stranger to a fitted model: {shift:?}");
}

/// Cells in a light and a framing that the model does not know; their folders' names are not read.
#[test]
fn a_model_learns_a_lab_from_its_own_answers() {
    let (lab, unseen, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Nearer, and the network is sure of nearly all of them.
    write_cells(lab.path(), 5000..5016, 1.85);
    write_cells(unseen.path(), 6000..6016, 1.85);
    let set = scan(unseen.path(), None, &Silent, &StopToken::default()).unwrap();
    let fitted = |name: &str, dir: &Path, self_training: Option<SelfTraining>| {
        let out = out.path().join(name);
        let request = AdaptRequest {
            dir: dir.to_owned(),
            out: Some(out.clone()),
            unlabelled: true,
            // The crop stays wrong, so that answers leave something to learn.
            fitting: Fitting { framing: false, ..Fitting::default() },
            self_training,
            ..AdaptRequest::default()
        };
        let profile = adapted(request).unwrap().adapted.unwrap().profile;
        (profile, Predictor::load(&out.to_string_lossy(), &Compute::cpu()).unwrap())
    };
    let accuracy = |model: &Predictor| {
        let all = cells(&[model], &set, Some(Scope::All)).unwrap();
        judge(model, &set, &all, &Silent, &StopToken::default()).unwrap().metrics.accuracy.unwrap()
    };
    let (profile, alone) = fitted("alone", lab.path(), None);
    assert_eq!(profile.self_trained, None);
    let usual = SelfTraining::default();
    let how = SelfTraining { rounds: 2, sure: 0.9, tuning: TuneConfig { rounds: 1, steps: 32, ..usual.tuning } };
    let (profile, taught) = fitted("taught", lab.path(), Some(how.clone()));
    let own = profile.self_trained.clone().unwrap_or_else(|| panic!("nothing learned: {profile:?}"));
    assert!((100..=128).contains(&own.asked) && own.cells.len() > 1, "{own:?}");
    assert!((16..own.asked).contains(&own.count()), "{own:?}");
    assert_eq!(taught.card().profile.as_ref(), Some(&profile));
    let (alone, before, after) = (&alone, accuracy(&alone), accuracy(&taught));
    // Measured: 14 wrong of 128, then 6.
    assert!(after > before + 0.05, "{before} to {after}");
    // What it learned from is known, so that no report on those cells goes without a word.
    let cells_of_lab = scan(lab.path(), None, &Silent, &StopToken::default()).unwrap();
    let learned = |model: &Predictor| learned_of(model, &cells_of_lab);
    assert_eq!((learned(alone), learned(&taught)), (0, own.count()));
    let credits = |model: &Predictor| model.card().sources.iter().filter(|of| of.starts_with("adapted to")).count();
    assert_eq!((credits(alone), credits(&taught)), (0, 1));
    // There is nothing to learn at home, for who is sure of all, and for who is sure of nothing.
    assert_eq!(fitted("home", &slides(), Some(how.clone())).0.self_trained, None);
    for sure in [0.0, 1.1] {
        let how = SelfTraining { sure, ..how.clone() };
        assert_eq!(fitted(&format!("sure {sure}"), lab.path(), Some(how)).0.self_trained, None, "{sure}");
    }
}

#[test]
fn labelled_cells_are_learned_and_held_back_ones_say_so() {
    let (lab, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_lab(lab.path(), 12, 2.2);
    let out = out.path().join("learned");
    let tuning = Some(TuneConfig { rounds: 3, steps: 20, rate: 2e-3, ..TuneConfig::default() });
    let dir = lab.path().to_owned();
    let request =
        AdaptRequest { dir, out: Some(out.clone()), replay: Some(slides()), tuning, ..AdaptRequest::default() };
    let record = adapted(request).unwrap();
    let adapted = record.adapted.as_ref().unwrap();
    let balanced = |metrics: &Option<leukoscope::domain::metrics::Metrics>| {
        metrics.as_ref().and_then(|metrics| metrics.balanced_accuracy).unwrap()
    };
    let (before, after) = (balanced(&adapted.before), balanced(&adapted.after));
    assert!(after > before + 0.1, "{before} to {after}");
    let (old, now) = (balanced(&adapted.old_lab_before), balanced(&adapted.old_lab_after));
    assert!(now > old - 0.15, "the old lab fell from {old} to {now}");
    let tuned = adapted.profile.tuned.as_ref().unwrap();
    let learned: usize = tuned.cells.iter().map(|(_, count)| count).sum();
    assert_eq!(learned + tuned.held_back, 96);
    assert!(tuned.cells.len() == 8 && tuned.held_back >= 16, "{tuned:?}");
    for file in [run_dir::CARD, run_dir::WEIGHTS, run_dir::SPLIT, run_dir::EVALUATION, run_dir::HISTORY] {
        assert!(out.join(file).is_file(), "{file}");
    }
    // What the model before learned from is still known, and so is the lab.
    let model = Predictor::load(&out.to_string_lossy(), &Compute::cpu()).unwrap();
    for (dir, least) in [(lab.path().to_owned(), 60), (slides(), 60)] {
        let set = scan(&dir, None, &Silent, &StopToken::default()).unwrap();
        let known = learned_of(&model, &set);
        assert!((least..96).contains(&known), "{known}");
    }
}

/// Without a cell of the old lab at hand, what the model remembers of it holds it in place.
#[test]
fn what_a_model_remembers_holds_its_own_lab_and_goes_on_with_it() {
    // Two classes of the eight, in the light they are known in: who learns nothing else takes all cells for them.
    let (lab, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for class in ["eosinophil", "neutrophil"] {
        fs::create_dir_all(lab.path().join(class)).unwrap();
        for seed in 0..16 {
            let file = lab.path().join(class).join(format!("{seed}.png"));
            synthetic::draw(class, 5000 + seed).save(file).unwrap();
        }
    }
    let bare = out.path().join("bare");
    fs::create_dir(&bare).unwrap();
    for file in [run_dir::CARD, run_dir::WEIGHTS, run_dir::SPLIT, run_dir::RECORD] {
        fs::copy(HOME.1.join(file), bare.join(file)).unwrap();
    }
    let set = scan(&slides(), None, &Silent, &StopToken::default()).unwrap();
    let learn = |model: &Path, name: &str, tuning: TuneConfig| {
        let out = out.path().join(name);
        let (model, dir) = (model.to_string_lossy().into_owned(), lab.path().to_owned());
        let (tuning, device) = (Some(tuning), DeviceChoice::Cpu);
        let request = AdaptRequest { model, dir, out: Some(out.clone()), tuning, device, ..AdaptRequest::default() };
        let learned = adapt(&request, &Silent, &StopToken::default()).unwrap().adapted.unwrap();
        let model = Predictor::load(&out.to_string_lossy(), &Compute::cpu()).unwrap();
        let all = cells(&[&model], &set, Some(Scope::All)).unwrap();
        let home = judge(&model, &set, &all, &Silent, &StopToken::default()).unwrap().metrics.accuracy.unwrap();
        (learned, home, out.join(run_dir::MEMORY).is_file())
    };
    // Enough steps to forget much, with what is remembered shown again and without.
    let long = TuneConfig { rounds: 2, steps: 60, rate: 3e-3, weight: 1.0, anchors: 24, ..TuneConfig::default() };
    let (learned, held, carried) = learn(&HOME.1, "held", long.clone());
    let (_, loose, _) = learn(&HOME.1, "loose", TuneConfig { anchors: 0, ..long.clone() });
    assert!(held > loose + 0.1, "the own lab: {held} held, {loose} loose");
    let short = TuneConfig { rounds: 1, steps: 1, ..long };
    let (without, _, carried_without) = learn(&bare, "without", short);
    assert!(carried && !carried_without, "what is remembered stays true, and goes on with the model");
    let remembered =
        |adapted: &leukoscope::domain::profile::Adapted| adapted.profile.tuned.as_ref().unwrap().remembered;
    assert!(remembered(&learned) > 0 && remembered(&without) == 0);
}

/// Twenty cells of two classes of the own lab: a profile may not spoil what is right already.
#[test]
fn a_small_batch_of_few_classes_does_no_harm_at_home() {
    let model = home();
    let set = scan(&slides(), None, &Silent, &StopToken::default()).unwrap();
    let accuracy = |model: &Predictor| {
        let all = cells(&[model], &set, Some(Scope::All)).unwrap();
        judge(model, &set, &all, &Silent, &StopToken::default()).unwrap().metrics.accuracy.unwrap()
    };
    let files: Vec<PathBuf> = ["neutrophil", "eosinophil"]
        .iter()
        .flat_map(|class| folder::images(&[slides().join(class)]).into_iter().take(10))
        .collect();
    let watch = Watch { observer: &Silent, stop: &StopToken::default() };
    let fitted = fit(&model, "few", &files, Fitting::default(), watch).unwrap();
    assert!(fitted.profile.blend <= 20.0 / (20.0 + Fitting::default().prior) + 1e-9, "{:?}", fitted.profile);
    let (before, card) = (accuracy(&model), fitted.card);
    assert!(before > 0.9, "{before} at home");
    let after = accuracy(&Predictor::from_parts(card, fitted.weights, model.compute()).unwrap());
    assert!(after > before - 0.1, "{before} to {after}");
}

#[test]
fn too_little_to_learn_from_ends_with_words() {
    let out = tempfile::tempdir().unwrap();
    let fails = |dir: &Path, unlabelled: bool, expected: &str| {
        let request = AdaptRequest {
            dir: dir.to_owned(),
            out: Some(out.path().join("none")),
            unlabelled,
            ..AdaptRequest::default()
        };
        let Err(Halt::Failed(failure)) = adapted(request) else { panic!("{} was taken", dir.display()) };
        assert!(failure.why.contains(expected), "{failure}");
        assert!(!out.path().join("none").exists(), "{failure}");
    };
    let empty = tempfile::tempdir().unwrap();
    fails(empty.path(), true, "no image");
    fails(&empty.path().join("gone"), true, "no such folder");
    let few = tempfile::tempdir().unwrap();
    write_lab(few.path(), 1, 1.0);
    fails(few.path(), false, "needs 16");
    fs::remove_dir_all(few.path().join("monocyte")).unwrap();
    fails(few.path(), true, "needs 8");
    let one = tempfile::tempdir().unwrap();
    fs::create_dir_all(one.path().join("monocyte")).unwrap();
    for seed in 0..18 {
        synthetic::draw("monocyte", seed).save(one.path().join(format!("monocyte/{seed}.png"))).unwrap();
    }
    fails(one.path(), false, "one class");
    fs::rename(one.path().join("monocyte"), one.path().join("blast")).unwrap();
    fails(one.path(), false, "0 of its images");
}
