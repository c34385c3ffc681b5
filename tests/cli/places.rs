//! Folders and disks as they are found: with few images, many classes, any name; closed, full, and of somebody else.

use std::{fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    program::{command, document, leuko, slides},
    train::{TRAINED, train},
};

/// The slide of a class, under another seed another one.
fn slide(class: &str, seed: u64, file: &Path) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    leukoscope::data::synthetic::draw(class, seed).save(file).unwrap();
}

fn scanned(folder: &TempDir) -> Value {
    document(&leuko(&["scan", folder.path().to_str().unwrap(), "--json", "--no-cache"]))
}

#[test]
fn classes_of_no_one_and_two_images_are_named_and_too_few_are_not_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("basophil")).unwrap();
    for (class, count) in [("monocyte", 1), ("platelet", 2)] {
        (0..count).for_each(|n| slide(class, n, &folder.path().join(format!("{class}/{n}.png"))));
    }
    let scan = scanned(&folder);
    assert_eq!(scan["skipped"], serde_json::json!([{"path": "basophil", "why": "a folder without an image"}]));
    let said = leuko(&["scan", folder.path().to_str().unwrap(), "--no-cache"]).stdout;
    assert!(said.contains("too few in Monocyte (1), Platelet (2)"), "{said}");
    let run = folder.path().join("run");
    let few = train(&folder, &run, &[]);
    assert_eq!(few.code, 1);
    let line = "training ended: the ";
    assert!(few.last_line().contains(line) && few.last_line().contains(" split holds "), "{}", few.stderr);
    fs::remove_dir_all(folder.path().join("platelet")).unwrap();
    let one = train(&folder, &run, &[]);
    assert!(one.last_line().contains("there is only one class; a classifier needs two"), "{}", one.stderr);
    assert!(!run.exists());
}

#[test]
fn three_hundred_classes_are_counted_and_their_names_kept() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..300 {
        let image =
            image::RgbImage::from_fn(8, 8, |x, y| image::Rgb([n as u8, (x * 31 + n / 2) as u8, (y * 31) as u8]));
        let class = folder.path().join(format!("type {n:03}"));
        fs::create_dir(&class).unwrap();
        image.save(class.join("a.png")).unwrap();
    }
    let scan = scanned(&folder);
    let classes = scan["classes"].as_array().unwrap();
    assert_eq!((classes.len(), &scan["total"]), (300, &300.into()));
    assert_eq!((&classes[0]["name"], &classes[299]["name"]), (&"type 000".into(), &"type 299".into()));
}

#[test]
fn names_of_any_length_and_script_are_opened_and_classified() {
    let folder = tempfile::tempdir().unwrap();
    let long = ["a folder of a long name ".repeat(9).trim_end().to_owned(), "b".repeat(200)].join("/");
    let names =
        ["嗜中性粒细胞 1.png", "단핵구.png", "न्यूट्रोफिल.png", "عدلة.png", "cell 🔬 (2).png", &format!("{long}/c.png")];
    for (seed, name) in (0..).zip(names) {
        slide("neutrophil", seed, &folder.path().join("neutrophil").join(name));
    }
    // A class folder with a space at its end is the same class.
    slide("monocyte", 1, &folder.path().join("monocyte /d.png"));
    slide("monocyte", 2, &folder.path().join("monocyte/e.png"));
    let scan = scanned(&folder);
    let classes = serde_json::json!([{"name": "monocyte", "count": 2}, {"name": "neutrophil", "count": 6}]);
    assert_eq!(scan["classes"], classes, "{scan}");
    let output = leuko(&["classify", "mobilenet", folder.path().to_str().unwrap(), "--device", "cpu", "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["label"].is_string()).count(), 8);
    for name in names {
        assert!(lines.iter().any(|line| line["path"].as_str().unwrap().ends_with(name)), "{name}");
    }
}

/// A call as somebody who is not the owner of the files; `None` where such a call cannot be made here.
#[cfg(unix)]
fn stranger(home: &TempDir, args: &[&str]) -> Option<(Option<i32>, String, String)> {
    use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};
    let is_root = fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let mut call = command(home, args);
    if is_root {
        call.uid(65_534).gid(65_534);
    }
    let output = match call.output() {
        Ok(output) => output,
        Err(why) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "\nSKIPPED: nobody else may run the program here: {why}");
            return None;
        }
    };
    Some((output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap()))
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_or_written_is_said_and_nothing_else_is_lost() {
    use std::os::unix::fs::PermissionsExt as _;
    let (home, folder) = (tempfile::tempdir().unwrap(), slides(1));
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(folder.path(), 0o755);
    let closed = fs::read_dir(folder.path().join("ig")).unwrap().next().unwrap().unwrap().path();
    allow(&closed, 0o000);
    allow(&folder.path().join("platelet"), 0o000);
    let path = folder.path().to_str().unwrap();
    let Some((code, said, _)) = stranger(&home, &["scan", path, "--json", "--no-cache"]) else { return };
    let scan: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &scan["total"]), (Some(0), &6.into()));
    let whys: Vec<&str> =
        scan["unreadable"].as_array().unwrap().iter().map(|row| row["why"].as_str().unwrap()).collect();
    assert_eq!(whys, ["the file cannot be read: permission denied", "it cannot be read: permission denied"]);
    let call = ["classify", "mobilenet", closed.to_str().unwrap(), "--device", "cpu"];
    let (code, said, _) = stranger(&home, &call).unwrap();
    assert_eq!(code, Some(0));
    assert!(said.ends_with("refused, the file cannot be read: permission denied\n"), "{said}");
    // A folder that is only read: the table goes nowhere, and one line says so.
    let out = folder.path().join("charts");
    let (code, said, why) = stranger(&home, &["scan", path, "--out", out.to_str().unwrap(), "--no-cache"]).unwrap();
    assert_eq!((code, said.as_str(), why.matches("error: ").count()), (Some(1), "", 1), "{why}");
    assert!(why.contains("Permission denied") && why.contains("choose a folder that can be written to"), "{why}");
    allow(&folder.path().join("platelet"), 0o755);
}

/// A call that may write files of up to so many blocks of 512 bytes: what is beyond them fails, as on a full disk.
#[cfg(unix)]
fn on_a_full_disk(blocks: u32, args: &[&str]) -> (Option<i32>, String) {
    let home = tempfile::tempdir().unwrap();
    let call = command(&home, args);
    let mut shell = std::process::Command::new("sh");
    let set: Vec<_> = call.get_envs().filter_map(|(name, value)| Some((name, value?))).collect();
    shell.envs(set).arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"")).arg("sh");
    let output = shell.arg(call.get_program()).args(call.get_args()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_while_a_run_is_saved_ends_it_in_one_line_and_room_made_it_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    let (dataset, out) = (TRAINED.slides.path().to_str().unwrap(), run.to_str().unwrap());
    let begun: Vec<&str> = [&["train", dataset, "--out", out][..], &super::train::TINY, &["--seed", "7"]].concat();
    // The record fits and the first checkpoint does not.
    let (code, said) = on_a_full_disk(64, &begun);
    assert_eq!((code, said.matches("error: ").count()), (Some(1), 1), "{said}");
    let line = said.lines().last().unwrap();
    assert!(
        line.contains("a file could not be written: File too large") && line.contains("check free space"),
        "{line}"
    );
    assert!(!run.join("checkpoint/writing").exists(), "half a checkpoint takes room");
    let resumed = leuko(&["train", dataset, "--device", "cpu", "--resume", out]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    let history = |run: &Path| fs::read_to_string(run.join("history.csv")).unwrap();
    assert_eq!(history(&run), history(&TRAINED.run()));
    // Not even the record fits: as if it had never begun.
    let nothing = place.path().join("nothing");
    let call: Vec<&str> = begun.iter().map(|arg| if *arg == out { nothing.to_str().unwrap() } else { *arg }).collect();
    let (code, said) = on_a_full_disk(0, &call);
    assert_eq!(code, Some(1), "{said}");
    assert!(!nothing.exists());
}
