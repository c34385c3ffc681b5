//! `leuko find` on drawn fields: boxes, classes, files that are no image, and how it ends.

use std::fs;

use leukoscope::data::synthetic::{self, field};
use serde_json::Value;

use super::program::leuko;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_field_is_a_line_with_its_cells_and_a_bad_file_is_a_row() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..2 {
        field::draw(seed).image.save(folder.path().join(format!("{seed}.png"))).unwrap();
    }
    fs::write(folder.path().join("9.jpg"), "<html>no image</html>").unwrap();
    let output = leuko(&["find", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let found = lines(&output.stdout);
    assert_eq!(found.len(), 3);
    for (line, seed) in found.iter().zip(0..2) {
        assert!(line["path"].as_str().unwrap().ends_with(&format!("{seed}.png")));
        assert_eq!(line["kind"], "field", "{line}");
        let cells = line["cells"].as_array().unwrap();
        assert_eq!(cells.len(), field::draw(seed).cells.len(), "{line}");
        for cell in cells {
            assert!(cell["edge"].is_boolean() && cell["touching"].is_boolean() && cell.get("label").is_none());
            assert!(cell["xmin"].as_u64() < cell["xmax"].as_u64() && cell["xmax"].as_u64() <= Some(1200), "{cell}");
            assert!(cell["ymin"].as_u64() < cell["ymax"].as_u64() && cell["ymax"].as_u64() <= Some(900), "{cell}");
        }
    }
    assert_eq!(found[2]["cells"], serde_json::json!([]));
    assert!(found[2]["refused"].as_str().unwrap().contains("no image"), "{}", found[2]);
}

#[test]
fn a_model_names_each_cell_and_a_person_reads_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("field.png");
    field::draw(4).image.save(&file).unwrap();
    let file = file.to_str().unwrap();
    let output = leuko(&["find", file, "--model", "mobilenet", "--device", "cpu", "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let found = lines(&output.stdout);
    for cell in found[0]["cells"].as_array().unwrap() {
        let named = cell["label"].is_string() && cell["confidence"].as_f64().is_some_and(|p| p > 0.1 && p <= 1.0);
        assert!(named || cell["refused"].is_string(), "{cell}");
    }
    let table = leuko(&["find", file]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    assert!(table.stdout.lines().next().unwrap().contains("leukocyte"), "{}", table.stdout);
    assert_eq!(table.stdout.lines().count(), 1 + field::draw(4).cells.len(), "{}", table.stdout);
}

/// Two fields and an image of one cell.
fn mixed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for seed in [4, 5] {
        field::draw(seed).image.save(folder.path().join(format!("{seed}.png"))).unwrap();
    }
    synthetic::draw("monocyte", 2).save(folder.path().join("9.png")).unwrap();
    folder
}

#[test]
fn classify_tells_fields_from_cells_and_a_person_overrules() {
    let folder = mixed();
    let classify = |more: &[&str]| {
        let call = ["classify", "mobilenet", folder.path().to_str().unwrap(), "--device", "cpu", "--json"];
        let output = leuko(&[&call[..], more].concat());
        assert_eq!(output.code, 0, "{}", output.stderr);
        lines(&output.stdout)
    };
    let told = classify(&[]);
    let (of_fields, of_cells): (Vec<_>, Vec<_>) = told.iter().partition(|line| line.get("field").is_some());
    assert_eq!(of_fields.len(), field::draw(4).cells.len() + field::draw(5).cells.len());
    assert_eq!(of_cells.len(), 1);
    assert!(of_cells[0]["path"].as_str().unwrap().ends_with("9.png") && of_cells[0].get("xmin").is_none());
    for line in of_fields {
        assert!(line["xmin"].as_u64() < line["xmax"].as_u64() && line["edge"].is_boolean(), "{line}");
        assert!(line["label"].is_string() || line["refused"].is_string(), "{line}");
    }
    assert_eq!(classify(&["--as", "cell"]).len(), 3);
    assert!(classify(&["--as", "field"]).iter().all(|line| line["field"] == true));
}

#[test]
fn a_count_and_a_session_take_the_cells_of_fields() {
    let (folder, place) = (mixed(), tempfile::tempdir().unwrap());
    let of = folder.path().to_str().unwrap();
    let count = |more: &[&str]| {
        let call = ["differential", "mobilenet", of, "--device", "cpu", "--json"];
        let output = leuko(&[&call[..], more].concat());
        assert_eq!(output.code, 0, "{}", output.stderr);
        lines(&output.stdout).remove(0)
    };
    let all = field::draw(4).cells.len() + field::draw(5).cells.len() + 1;
    let (counted, whole) = (count(&[]), count(&["--count-edges"]));
    assert_eq!((&counted["images"], &whole["cells"]), (&serde_json::json!(3), &serde_json::json!(all)));
    assert_eq!(counted["cells"].as_u64().unwrap() + counted["edges"].as_u64().unwrap(), all as u64);
    let session = place.path().join("session");
    let session = session.to_str().unwrap();
    let new = ["session", "new", "mobilenet", of, "--out", session, "--who", "Ada", "--device", "cpu", "--json"];
    let output = leuko(&new);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let shown = lines(&output.stdout).remove(0);
    let cells = shown["cells"].as_array().unwrap();
    assert_eq!(cells.len() as u64, counted["cells"].as_u64().unwrap());
    assert_eq!(cells.iter().filter(|cell| cell["place"].is_object()).count(), cells.len() - 1);
    let again = leuko(&["session", "add", session, of, "--who", "Ada", "--device", "cpu", "--json"]);
    assert_eq!(
        lines(&again.stdout).remove(0)["cells"].as_array().unwrap().len(),
        cells.len(),
        "they are there already"
    );
}

#[test]
fn nothing_to_look_at_fails_in_one_line() {
    for (call, code) in [(&["find", "no/such/field.png"][..], 1), (&["find"], 2)] {
        let output = leuko(call);
        assert_eq!((output.code, output.stdout.as_str()), (code, ""), "{call:?}");
        assert_eq!(output.stderr.matches("error: ").count(), 1, "{call:?}: {}", output.stderr);
    }
}
