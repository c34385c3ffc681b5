//! Everything that a run was trained with, as a table: made from the settings themselves, so that none can be forgotten.

use serde_json::Value;

use super::table::Table;
use crate::{data::view::preprocess::Preprocess, domain::run::RunRecord};

/// What is said of a setting that was left out.
const NONE: &str = "none";

/// What the run itself adds to its settings, then every one of them by its name.
pub fn settings(run: &RunRecord) -> Table {
    let mut table = Table::new(["setting", "value"]);
    let mut row = |name: &str, value: String| table.push([name.to_owned(), value]);
    row("Network", run.architecture.title().to_owned());
    row("Started (UTC)", run.started.clone());
    row("Trained on", run.device.clone());
    row("Program", if run.app_version.is_empty() { "unknown".to_owned() } else { run.app_version.clone() });
    row("Preprocessing", Preprocess::of(&run.config).words());
    row("Epochs trained of planned", format!("{} of {}", run.history.len(), run.config.epochs));
    for (name, value) in fields(run) {
        let words = match name.as_str() {
            "init" => run.config.init.to_string(),
            "device" => run.config.device.to_string(),
            _ => words(&value),
        };
        row(&title(&name), words);
    }
    table
}

fn fields(run: &RunRecord) -> impl Iterator<Item = (String, Value)> {
    let config = serde_json::to_value(&run.config).unwrap_or_default();
    if let Value::Object(fields) = config { fields } else { serde_json::Map::new() }.into_iter()
}

/// Such as `Label smoothing` of `label_smoothing`.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(all) if all.is_empty() => NONE.to_owned(),
        Value::Array(all) => all.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        architecture::Architecture,
        classes::ClassList,
        config::{Init, TrainConfig},
        hash::ContentHash,
        run::RunEnd,
    };

    fn run(config: TrainConfig) -> RunRecord {
        RunRecord {
            name: "a".to_owned(),
            path: "a".into(),
            architecture: Architecture::MobileNet,
            classes: ClassList::known(),
            config,
            started: String::new(),
            end: RunEnd::Completed,
            device: "CPU".to_owned(),
            dataset: "cells".to_owned(),
            dataset_hash: ContentHash([1; 32]),
            split_hash: ContentHash([2; 32]),
            weights_hash: None,
            history: Vec::new(),
            epoch_secs: Vec::new(),
            matrices: Vec::new(),
            test: None,
            images_per_sec: None,
            peak_memory_mb: None,
            app_version: String::new(),
            also_hash: None,
            adapted: None,
        }
    }

    #[test]
    fn every_setting_has_its_row_and_runs_that_differ_read_differently() {
        let plain = TrainConfig::default();
        let fields = serde_json::to_value(&plain).unwrap();
        let rows: Vec<Vec<String>> = settings(&run(plain.clone())).words().collect();
        for name in fields.as_object().unwrap().keys() {
            assert_eq!(rows.iter().filter(|row| row[0] == title(name)).count(), 1, "{name}");
        }
        let value = |config: TrainConfig, name: &str| {
            let rows = settings(&run(config));
            rows.words().find(|row| row[0] == name).unwrap()[1].clone()
        };
        let labs = TrainConfig { also: vec!["LAB A".into(), "LAB B".into()], per_class: Some(300), ..plain.clone() };
        assert_eq!(value(plain.clone(), "Also"), NONE);
        assert_eq!(value(plain.clone(), "Per class"), NONE);
        assert_eq!(value(labs.clone(), "Also"), "LAB A, LAB B");
        assert_eq!(value(labs, "Per class"), "300");
        let other = TrainConfig { init: Init::ImageNet("w.safetensors".into()), class_weights: true, ..plain.clone() };
        assert_eq!(value(other.clone(), "Init"), "imagenet:w.safetensors");
        assert_eq!((value(other, "Class weights"), value(plain, "Class weights")), ("yes".into(), "no".into()));
    }
}
