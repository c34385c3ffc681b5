//! `leuko explain`: pictures, figures and one document, equal to what the library finds, and how a wrong call ends.

use std::fs;

use leukoscope::{
    data::synthetic,
    device::Compute,
    eval::predict::Predictor,
    explain::{
        explain,
        layer::{Map, Question},
    },
};

use super::program::{document, leuko};

#[test]
fn every_map_is_a_file_of_figures_that_the_library_finds_too() {
    let folder = tempfile::tempdir().unwrap();
    let (image, out) = (folder.path().join("cell.png"), folder.path().join("out"));
    synthetic::draw("monocyte", 3).save(&image).unwrap();
    let (image_path, out_path) = (image.to_str().unwrap(), out.to_str().unwrap());
    let call = ["explain", "mobilenet", image_path, "--out", out_path, "--against", "LYM", "--device", "cpu"];
    let output = leuko(&[&call[..], &["--patches", "3", "--class", "monocyte", "--json"]].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    let found = document(&output);
    assert_eq!((&found["class"], &found["against"]), (&"monocyte".into(), &"lymphocyte".into()));
    let written: serde_json::Value = serde_json::from_slice(&fs::read(out.join("explanation.json")).unwrap()).unwrap();
    assert_eq!(written, found);
    let maps = found["maps"].as_array().unwrap();
    let names: Vec<_> = maps.iter().map(|row| row["map"].as_str().unwrap()).collect();
    assert_eq!(names, ["head-1", "head-2", "head-3", "head-4", "attention", "grad-cam", "occlusion"]);
    let model = Predictor::load("mobilenet", &Compute::cpu()).unwrap();
    let label = |name: &str| model.card().classes.label(name).unwrap();
    let question = Question { class: label("monocyte"), against: Some(label("lymphocyte")) };
    let ours = explain(&model, &image::open(&image).unwrap().to_rgb8()).unwrap();
    for (row, map) in maps.iter().zip(Map::all(4)) {
        let text = fs::read_to_string(row["figures"].as_str().unwrap()).unwrap();
        let values: Vec<f32> = text.lines().flat_map(|line| line.split(',')).map(|one| one.parse().unwrap()).collect();
        assert_eq!((values.len(), text.lines().count()), (32 * 32, 32));
        assert_eq!(row["picture"].is_string(), row["evidence"] == true, "{row}");
        if let Some(picture) = row["picture"].as_str() {
            assert_eq!(image::open(picture).unwrap().to_rgb8().dimensions(), (360, 363));
        }
        if let Some(layer) = ours.layer(map, question) {
            let far = values.iter().zip(&layer.figures.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(far < 1e-4, "{map:?}: {far}");
        }
    }
    let drops = found["occlusion"]["drops"].as_array().unwrap();
    assert!(drops.len() == 9 && drops.iter().all(serde_json::Value::is_number), "{drops:?}");
    let few = leuko(&[&call[..], &["--maps", "attention,grad-cam"]].concat());
    assert_eq!(few.code, 0, "{}", few.stderr);
    let lines: Vec<_> = few.stdout.lines().collect();
    assert!(lines.iter().all(|line| fs::metadata(line).is_ok()), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with("attention.csv")) && !few.stdout.contains("occlusion"));
}

#[test]
fn what_cannot_be_asked_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let (image, out) = (folder.path().join("cell.png"), folder.path().join("out"));
    synthetic::draw("monocyte", 3).save(&image).unwrap();
    let (image, out) = (image.to_str().unwrap(), out.to_str().unwrap());
    let call = |more: &[&str]| leuko(&[&["explain", "mobilenet", image, "--out", out][..], more].concat());
    for (more, code, words) in [
        (&["--class", "blast"][..], 2, "no class blast"),
        (&["--class", "mono", "--against", "monocyte"], 2, "against itself"),
        (&["--patches", "99"], 2, "3 to 17"),
    ] {
        let output = call(more);
        assert_eq!((output.code, output.stdout.as_str()), (code, ""), "{more:?}");
        assert!(output.stderr.contains(words), "{more:?}: {}", output.stderr);
    }
    let output = leuko(&["explain", "mobilenet", "no.png", "--out", out]);
    assert_eq!(output.code, 1);
    assert_eq!(output.stderr.matches("error: ").count(), 1, "{}", output.stderr);
}
