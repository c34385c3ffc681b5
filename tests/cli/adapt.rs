//! Fitting a model to a lab through the real program.

use std::fs;

use super::{
    program::{document, leuko, slides},
    train::TRAINED,
};

/// A lab's images and the answer of `leuko adapt` on them.
fn adapt(out: &str, more: &[&str], dir: &str) -> super::program::Output {
    let (run, out) = (TRAINED.run(), TRAINED.home.path().join(out));
    let mut args = vec!["adapt", run.to_str().unwrap(), dir, "--out", out.to_str().unwrap(), "--device", "cpu"];
    args.extend(more);
    leuko(&args)
}

#[test]
fn a_profile_needs_no_labels_and_is_a_model() {
    // All images in one folder of a name that is no class.
    let (lab, flat) = (slides(3), tempfile::tempdir().unwrap());
    for class in fs::read_dir(lab.path()).unwrap().flatten() {
        for file in fs::read_dir(class.path()).unwrap().flatten() {
            let name = format!("{}-{}", class.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            fs::copy(file.path(), flat.path().join(name)).unwrap();
        }
    }
    let output = adapt("profile", &["--unlabelled", "--json"], flat.path().to_str().unwrap());
    assert_eq!(output.code, 0, "{}", output.stderr);
    let record = document(&output);
    let profile = &record["adapted"]["profile"];
    assert_eq!(profile["images"], 24);
    assert!(profile["look"]["nucleus"].is_number() && profile["blend"].is_number() && profile["tuned"].is_null());
    assert!(record["test"].is_null() && record["weights_hash"].is_string());
    let fitted = TRAINED.home.path().join("profile");
    let again = leuko(&[
        "evaluate",
        fitted.to_str().unwrap(),
        lab.path().to_str().unwrap(),
        "--split",
        "all",
        "--device",
        "cpu",
        "--json",
    ]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let shift = &document(&again)["shift"];
    for figure in ["mean_confidence", "nucleus_ratio", "background", "stain", "norms", "norms_at_home"] {
        assert!(shift[figure].is_number(), "{figure}: {shift}");
    }
    assert!(shift.get("verdict").is_some(), "{shift}");
    let output = adapt("profile", &["--unlabelled"], flat.path().to_str().unwrap());
    assert_eq!(output.code, 1);
    assert!(output.last_line().contains("the folder for the run is not empty"), "{}", output.stderr);
}

#[test]
fn labelled_cells_give_figures_before_and_after() {
    let lab = slides(8);
    let output = adapt("learned", &["--json"], lab.path().to_str().unwrap());
    assert_eq!(output.code, 0, "{}", output.stderr);
    let record = document(&output);
    for figures in ["before", "with_profile", "after"] {
        assert!(record["adapted"][figures]["balanced_accuracy"].is_number(), "{figures}");
    }
    assert!(record["adapted"]["old_lab_before"].is_null());
    assert_eq!(record["adapted"]["profile"]["tuned"]["cells"].as_array().unwrap().len(), 8);
    assert_eq!(record["test"], record["adapted"]["after"]);
    for file in ["card.ron", "weights.bpk", "evaluation.json", "split.csv", "plots/loss.svg"] {
        assert!(TRAINED.home.path().join("learned").join(file).is_file(), "{file}");
    }
}

#[test]
fn suggested_cells_are_labelled_in_a_table_and_the_classes_that_can_occur_stand_in_the_record() {
    let (lab, run) = (slides(8), TRAINED.run());
    let dir = lab.path().to_str().unwrap();
    let args = ["suggest", run.to_str().unwrap(), dir, "--count", "40", "--classes", "five-part", "--device", "cpu"];
    let output = leuko(&[&args[..], &["--json"]].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    let files: Vec<String> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["path"].as_str().unwrap().to_owned())
        .collect();
    let once: std::collections::BTreeSet<&String> = files.iter().collect();
    assert_eq!((files.len(), once.len()), (40, 40));
    let class =
        |file: &str| std::path::Path::new(file).parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let rows: String = files.iter().map(|file| format!("{file},{}\n", class(file))).collect();
    let table = lab.path().join("labels.csv");
    fs::write(&table, format!("file,class\n{rows}")).unwrap();
    let table = table.to_str().unwrap();
    let output = adapt("from-table", &["--labels", table, "--classes", "five-part", "--name", "Erbil", "--json"], dir);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let profile = &document(&output)["adapted"]["profile"];
    assert_eq!(profile["lab"], "Erbil");
    assert_eq!(profile["occurring"], "five_part");
    let five = ["neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil"];
    let learned = profile["tuned"]["cells"].as_array().unwrap();
    assert!(learned.iter().all(|of| five.contains(&of[0].as_str().unwrap())), "{profile}");
    let count: u64 = learned.iter().map(|of| of[1].as_u64().unwrap()).sum();
    let known = files.iter().filter(|file| five.contains(&class(file).as_str())).count() as u64;
    assert_eq!(count + profile["tuned"]["held_back"].as_u64().unwrap(), known);
}

#[test]
fn what_cannot_be_fitted_is_one_line() {
    let empty = tempfile::tempdir().unwrap();
    let (dir, other) = (empty.path().to_str().unwrap(), slides(2));
    fs::create_dir(empty.path().join("blast")).unwrap();
    for (more, dir, expected) in [
        (&["--unlabelled"][..], dir, "no image"),
        (&[], dir, ""),
        (&[], "no/such/folder", ""),
        (&["--replay", "no/such/folder"], other.path().to_str().unwrap(), ""),
    ] {
        let output = adapt("nothing", more, dir);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{dir}: {}", output.stderr);
        assert_eq!(output.stderr.matches("error: ").count(), 1, "{dir}: {}", output.stderr);
        assert!(output.last_line().contains(expected), "{dir}: {}", output.stderr);
        assert!(!TRAINED.home.path().join("nothing").exists(), "{dir}");
    }
    let output = adapt("nothing", &["--unlabelled", "--replay", dir], dir);
    assert_eq!(output.code, 2, "{}", output.stderr);
}
