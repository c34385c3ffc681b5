//! What a person gives by mistake: models that are broken, batches that are too large, hardly a cell.

use std::{
    fs,
    path::{Path, PathBuf},
};

use leukoscope::{domain::hash::ContentHash, model::bundled};
use serde_json::Value;

use super::{
    program::{Output, document, leuko, slides},
    train::{TINY, TRAINED},
};

/// The bundled model as a run folder whose card and weights were changed.
fn model(place: &Path, card: impl Fn(String) -> String, weights: impl Fn(&mut Vec<u8>)) -> PathBuf {
    let folder = place.join("model");
    fs::create_dir_all(&folder).unwrap();
    let mut bytes = bundled::FIRST.weights.to_vec();
    weights(&mut bytes);
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/models/mobilenet.ron")).unwrap();
    fs::write(folder.join("card.ron"), card(text)).unwrap();
    fs::write(folder.join("weights.bpk"), bytes).unwrap();
    folder
}

#[test]
fn a_model_that_is_broken_or_of_another_kind_is_refused_in_one_line() {
    let place = tempfile::tempdir().unwrap();
    let set = slides(1);
    let image = fs::read_dir(set.path().join("ig")).unwrap().next().unwrap().unwrap().path();
    let own = bundled::FIRST.card().unwrap().weights_hash.to_string();
    // A card that vouches for whatever lies beside it, so that the weights themselves are judged.
    let vouched = |bytes: &[u8]| ContentHash::of(bytes).to_string();
    let whole = bundled::FIRST.weights.to_vec();
    let cut = whole[..whole.len() / 2].to_vec();
    let mut odd = whole.clone();
    // The last tensor's numbers, of 16 bits: all of them not a number.
    let end = odd.len();
    odd[end - 64..].fill(0xFF);
    let same = |text: String| text;
    type Card<'a> = Box<dyn Fn(String) -> String + 'a>;
    let cases: [(&str, Card<'_>, Vec<u8>); 7] = [
        ("its weights are not the ones that its card names", Box::new(same), cut.clone()),
        ("its weights are damaged", Box::new(|text| text.replace(&own, &vouched(&cut))), cut.clone()),
        ("not a number", Box::new(|text| text.replace(&own, &vouched(&odd))), odd.clone()),
        ("its weights do not fit its card", Box::new(|text| text.replace("mobilenet,", "xception,")), whole.clone()),
        (
            "8 class names for a network of 3 classes",
            Box::new(|text| text.replace("classes: 8", "classes: 3")),
            whole.clone(),
        ),
        (
            "version 99 is newer than this program",
            Box::new(|text| text.replacen("version: 1", "version: 99", 1)),
            whole.clone(),
        ),
        ("the file is damaged", Box::new(|text| text[..text.len() / 2].to_owned()), whole.clone()),
    ];
    for (words, card, weights) in cases {
        let folder = model(place.path(), card, |bytes| bytes.clone_from(&weights));
        let output = leuko(&["classify", folder.to_str().unwrap(), image.to_str().unwrap(), "--device", "cpu"]);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{words}");
        let failures = output.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(failures, 1, "{}", output.stderr);
        assert!(output.last_line().contains(words), "{words}: {}", output.stderr);
    }
    // The model itself, so that the cases above fail for what was changed.
    let folder = model(place.path(), same, |_| ());
    let output = leuko(&["classify", folder.to_str().unwrap(), image.to_str().unwrap(), "--device", "cpu"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
}

/// One epoch of the smallest network with a setting changed.
fn trained(out: &Path, option: &str, value: &str) -> Output {
    let mut args =
        vec!["train", TRAINED.slides.path().to_str().unwrap(), "--out", out.to_str().unwrap(), option, value];
    let kept = TINY.as_chunks::<2>().0.iter().filter(|[name, _]| *name != option && *name != "--epochs");
    args.extend(kept.flatten());
    args.extend(["--epochs", "1"]);
    leuko(&args)
}

#[test]
fn a_batch_larger_than_all_images_and_a_gpu_that_is_not_there_are_answered() {
    let place = tempfile::tempdir().unwrap();
    let large = trained(&place.path().join("large"), "--batch", "1024");
    assert_eq!(large.code, 0, "{}", large.stderr);
    let devices = document(&leuko(&["devices", "--json"]));
    let mut kinds = devices.as_array().unwrap().iter().map(|device| device["kind"].as_str().unwrap());
    if kinds.any(|kind| kind.ends_with("gpu")) {
        return; // There is one: nothing to refuse.
    }
    let out = place.path().join("gpu");
    let asked = trained(&out, "--device", "gpu");
    assert_eq!(asked.code, 1, "{}", asked.stderr);
    assert!(asked.last_line().contains("the device cannot be used") && !out.exists(), "{}", asked.stderr);
}

#[test]
fn one_cell_and_no_leukocyte_have_their_differential() {
    let of = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cells").join(path);
        document(&leuko(&["differential", "mobilenet", path.to_str().unwrap(), "--device", "cpu", "--json"]))
    };
    let one = of("lymphocyte/LY_547808.jpg");
    assert_eq!((&one["images"], &one["leukocytes"]), (&1.into(), &1.into()), "{one}");
    let percents: Vec<f64> =
        one["classes"].as_array().unwrap().iter().filter_map(|row| row["percent"].as_f64()).collect();
    assert!(percents.contains(&100.0) && percents.iter().sum::<f64>() == 100.0, "{one}");
    let none = of("platelet");
    assert_eq!((&none["leukocytes"], &none["nrbc_per_100_wbc"]), (&0.into(), &Value::Null), "{none}");
    assert!(none["classes"].as_array().unwrap().iter().all(|row| row["percent"].is_null()), "{none}");
}

#[test]
fn a_folder_of_one_true_class_has_its_figures_and_none_that_it_cannot_have() {
    let folder = slides(3);
    for class in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if !class.ends_with("eosinophil") {
            fs::remove_dir_all(class).unwrap();
        }
    }
    let path = folder.path().to_str().unwrap();
    let call = ["evaluate", "mobilenet", path, "--split", "all", "--device", "cpu"];
    let found = document(&leuko(&[&call[..], &["--json"]].concat()));
    let rows = found["classes"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    assert_eq!((&found["n"], &row("eosinophil")["support"]), (&3.into(), &3.into()));
    assert!(row("monocyte")["recall"].is_null() && row("eosinophil")["specificity"].is_null(), "{found}");
    let said = leuko(&call).stdout;
    assert!(said.contains("n/a"), "{said}");
}
