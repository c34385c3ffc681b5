//! `leuko find` on drawn fields: boxes, classes, files that are no image, and how it ends.

use std::fs;

use leukoscope::data::synthetic::field;
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

#[test]
fn nothing_to_look_at_fails_in_one_line() {
    for (call, code) in [(&["find", "no/such/field.png"][..], 1), (&["find"], 2)] {
        let output = leuko(call);
        assert_eq!((output.code, output.stdout.as_str()), (code, ""), "{call:?}");
        assert_eq!(output.stderr.matches("error: ").count(), 1, "{call:?}: {}", output.stderr);
    }
}
