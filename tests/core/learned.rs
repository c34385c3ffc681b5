//! What models learned from, through whole runs: it is known after copies, from other models, and decides what may judge.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex},
};

use leukoscope::{
    data::read::scan::scan,
    device::Compute,
    domain::{
        config::{DeviceChoice, Init, TrainConfig},
        dataset::Dataset,
        part::Part,
        run::{RunEnd, RunRecord},
    },
    eval::{
        evaluate::judge,
        learned::{Scope, cells, own_split},
        predict::Predictor,
    },
    fault::{Halt, StopToken},
    model::bundled,
    progress::{Event, Silent},
    store::{self, run_dir},
    train::{TrainRequest, run},
};

use super::common::{shared_data, slides};

fn request(out: PathBuf, change: impl FnOnce(&mut TrainConfig)) -> TrainRequest {
    let mut config = TrainConfig {
        size: 32,
        width: 0.25,
        epochs: 1,
        batch: 16,
        heads: 2,
        attention_width: 32,
        device: DeviceChoice::Cpu,
        ..TrainConfig::default()
    };
    change(&mut config);
    TrainRequest { dataset: slides(), config, out: Some(out), resume: None }
}

/// Trains, and gives the record with every warning.
fn train(request: &TrainRequest) -> (Result<RunRecord, Halt>, Vec<String>) {
    let warnings = Mutex::new(Vec::new());
    let watch = |event: Event| {
        if let Event::Warning { warning } = event {
            warnings.lock().unwrap().push(warning.to_string());
        }
    };
    let record = run(request, &watch, &StopToken::default());
    (record, warnings.into_inner().unwrap())
}

/// A small network that learned the slides, split by the usual seed.
static FIRST: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("first");
    train(&request(out.clone(), |_| {})).0.unwrap();
    (folder, out)
});

fn load(run: &Path) -> Predictor {
    Predictor::load(&run.to_string_lossy(), &Compute::cpu()).unwrap()
}

fn open(dir: &Path) -> Dataset {
    scan(dir, None, &Silent, &StopToken::default()).unwrap()
}

fn copy_slides(to: &Path, change: impl Fn(image::RgbImage) -> image::RgbImage, ending: &str) {
    for item in open(&slides()).items {
        let file = to.join(&item.path).with_extension(ending);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        change(image::open(slides().join(&item.path)).unwrap().to_rgb8()).save(file).unwrap();
    }
}

fn parts(run: &Path) -> Vec<(String, Part)> {
    run_dir::split_rows(run).unwrap().into_iter().map(|row| (row.path, row.split)).collect()
}

#[test]
fn a_folder_that_lost_files_is_judged_on_test_cells_alone() {
    let (model, dir) = (load(&FIRST.1), tempfile::tempdir().unwrap());
    copy_slides(dir.path(), |slide| slide, "png");
    for class in open(dir.path()).classes.iter() {
        let lost = dir.path().join(class).read_dir().unwrap().next().unwrap().unwrap().path();
        fs::remove_file(lost).unwrap();
    }
    let test: Vec<String> =
        parts(&FIRST.1).into_iter().filter(|(_, part)| *part == Part::Test).map(|(path, _)| path).collect();
    let set = open(dir.path());
    for scope in [None, Some(Scope::Test)] {
        let chosen = cells(&[&model], &set, scope).unwrap();
        assert!(chosen.indices.len() + 8 >= test.len() && chosen.scope == Scope::Test, "{chosen:?}");
        let names: Vec<&str> = chosen.indices.iter().map(|index| set.items[*index].path.as_str()).collect();
        // The copies are of another format, so their names end otherwise.
        let stem = |path: &str| path.rsplit_once('.').map(|(stem, _)| stem.to_owned());
        assert!(names.iter().all(|name| test.iter().any(|path| stem(path) == stem(name))), "{names:?} {test:?}");
    }
}

#[test]
fn resized_and_encoded_copies_are_known_again() {
    let (model, dir) = (load(&FIRST.1), tempfile::tempdir().unwrap());
    let smaller =
        |slide: image::RgbImage| image::imageops::resize(&slide, 224, 224, image::imageops::FilterType::Triangle);
    copy_slides(dir.path(), smaller, "jpg");
    let set = open(dir.path());
    let (own, chosen) = (cells(&[&model], &open(&slides()), None).unwrap(), cells(&[&model], &set, None).unwrap());
    assert_eq!((chosen.scope, chosen.indices.len()), (Scope::Unseen, own.indices.len()));
    assert_eq!(chosen.learned_left_out, own.learned_left_out);
    let refused = cells(&[&model], &set, Some(Scope::Test)).unwrap_err();
    assert!(refused.to_string().contains("is not the dataset that the model learned from"), "{refused}");
}

#[test]
fn a_folder_of_an_earlier_version_is_known_by_its_split_and_a_damaged_list_is_no_empty_one() {
    let (old, set) = (tempfile::tempdir().unwrap(), open(&slides()));
    for file in [run_dir::CARD, run_dir::WEIGHTS, run_dir::SPLIT] {
        fs::copy(FIRST.1.join(file), old.path().join(file)).unwrap();
    }
    let now = cells(&[&load(&FIRST.1)], &set, None).unwrap();
    assert_eq!(cells(&[&load(old.path())], &set, None).unwrap().indices, now.indices);
    let mut list = fs::read(FIRST.1.join(run_dir::LEARNED)).unwrap();
    list.pop();
    fs::write(old.path().join(run_dir::LEARNED), list).unwrap();
    let failure = Predictor::load(&old.path().to_string_lossy(), &Compute::cpu()).err().expect("a damaged list");
    assert!(failure.to_string().contains("damaged"), "{failure}");
}

#[test]
fn another_lab_that_holds_the_datasets_own_cells_lends_no_test_cell() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = request(folder.path().join("run"), |config| config.also = vec![slides()]);
    let (record, warnings) = train(&wanted);
    let (record, model, set) = (record.unwrap(), load(&folder.path().join("run")), open(&slides()));
    let held_back = parts(&record.path).into_iter().filter(|(_, part)| *part != Part::Train).count();
    let told =
        warnings.iter().filter(|warning| warning.starts_with(&format!("{held_back} images of synthetic are left out")));
    assert_eq!(told.count(), 1, "{warnings:?}");
    let chosen = cells(&[&model], &set, None).unwrap();
    let test = parts(&record.path).into_iter().filter(|(_, part)| *part == Part::Test).count();
    assert_eq!((chosen.scope, chosen.indices.len()), (Scope::Test, test));
    assert_eq!(judge(&model, &set, &chosen, &Silent, &StopToken::default()).unwrap().trained_on, 0);
}

#[test]
fn a_run_with_another_lab_knows_its_cells_and_is_not_resumed_with_others() {
    let (folder, lab) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy_slides(lab.path(), |slide| image::imageops::crop_imm(&slide, 30, 60, 200, 190).to_image(), "png");
    let wanted = request(folder.path().join("run"), |config| config.also = vec![lab.path().to_owned()]);
    let record = train(&wanted).0.unwrap();
    let failure = cells(&[&load(&record.path)], &open(lab.path()), None).unwrap_err();
    assert!(failure.why.contains("learned from"), "{failure}");
    let mut cut_short = run_dir::load(&record.path).unwrap();
    cut_short.end = RunEnd::Unfinished;
    run_dir::save(&cut_short).unwrap();
    fs::remove_file(lab.path().join(&open(lab.path()).items[0].path)).unwrap();
    let (resumed, _) = train(&TrainRequest { resume: Some(record.path), ..wanted });
    assert!(resumed.is_err_and(|halt| halt.to_string().contains("the other labs are not those")));
}

#[test]
fn a_run_that_goes_on_from_another_keeps_its_parts_whatever_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    let first = Init::Model(FIRST.1.to_string_lossy().into_owned());
    let wanted = request(folder.path().join("second"), |config| (config.init, config.seed) = (first, 2));
    let (record, warnings) = train(&wanted);
    assert_eq!(parts(&record.unwrap().path), parts(&FIRST.1));
    assert!(!warnings.iter().any(|warning| warning.contains("were learned from")), "{warnings:?}");
}

#[test]
fn what_a_teacher_learned_from_is_no_test_cell_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let teacher = FIRST.1.to_string_lossy().into_owned();
    let wanted = request(folder.path().join("taught"), |config| (config.teacher, config.seed) = (vec![teacher], 2));
    let (record, warnings) = train(&wanted);
    let record = record.unwrap();
    let told = warnings.iter().filter(|warning| warning.contains("cells were learned from by a teacher")).count();
    assert_eq!(told, 1, "{warnings:?}");
    let fair = |rows: &[(String, Part)], path: &str| rows.iter().any(|(of, part)| of == path && *part == Part::Test);
    let (own, theirs) = (parts(&record.path), parts(&FIRST.1));
    let set = open(&slides());
    let expected: Vec<usize> = (0..set.items.len())
        .filter(|index| [&own, &theirs].into_iter().all(|rows| fair(rows, &set.items[*index].path)))
        .collect();
    match cells(&[&load(&record.path)], &set, Some(Scope::Test)) {
        Ok(chosen) => {
            assert_eq!(chosen.indices, expected);
            assert_eq!(record.test.unwrap().n, expected.len() as u64);
        }
        Err(_) => assert!(expected.is_empty() && record.test.is_none()),
    }
}

#[test]
fn a_file_that_changed_since_the_scan_is_named_and_not_judged() {
    let (model, dir) = (load(&FIRST.1), tempfile::tempdir().unwrap());
    copy_slides(dir.path(), |slide| slide, "png");
    let set = open(dir.path());
    let chosen = cells(&[&model], &set, None).unwrap();
    let changed = &set.items[chosen.indices[0]].path;
    let other = &set.items[chosen.indices[1]].path;
    fs::copy(dir.path().join(other), dir.path().join(changed)).unwrap();
    let evaluation = judge(&model, &set, &chosen, &Silent, &StopToken::default()).unwrap();
    assert_eq!(evaluation.metrics.n, chosen.indices.len() as u64 - 1);
    let (path, why) = &evaluation.refused[0];
    assert!(path == changed && why.contains("has changed since"), "{path}: {why}");
}

#[test]
fn the_bundled_models_carry_the_split_that_they_were_trained_on() {
    let Some(data) = shared_data() else { return };
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pbc.scan");
    let pbc = scan(&data.join("pbc"), Some(&cache), &Silent, &StopToken::default()).unwrap();
    for bundled in bundled::ALL {
        let model = Predictor::load(bundled.name, &Compute::cpu()).unwrap();
        assert_eq!(own_split(&model, &pbc).unwrap().hash, model.card().split_hash, "{}", bundled.name);
        for lab in ["bccd-cells", "chula-cells"] {
            assert!(cells(&[&model], &open(&data.join(lab)), None).is_err(), "it learned from all of {lab}");
        }
        let third = cells(&[&model], &open(&data.join("krd-cells")), None);
        match bundled.name {
            "mobilenet" => assert!(third.is_err(), "it learned from all of KRD"),
            _ => assert_eq!(third.unwrap().learned_left_out, 0),
        }
        assert!(store::learned::of(bundled.name).unwrap().to_bytes().len() < 1_200_000);
    }
}
