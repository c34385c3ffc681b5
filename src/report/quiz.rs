//! An answered quiz for files: a row a cell as CSV, and everything of it as JSON.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    error::ReportError,
    table::{Cell, Table},
    words::NOTICE,
};
use crate::{
    data::atomic,
    domain::quiz::{ByModel, Quiz, Sheet},
};

/// What a quiz can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Json,
}

impl Kind {
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Writes an answered quiz whole or not at all.
///
/// # Errors
/// When the disk refuses.
pub fn write(path: &Path, sheet: &Sheet, kind: Kind) -> Result<(), ReportError> {
    let bytes = match kind {
        Kind::Csv => cells(sheet).to_csv()?,
        Kind::Json => serde_json::to_vec_pretty(&record(sheet)).map_err(|why| ReportError::Picture(why.to_string()))?,
    };
    atomic::write(path, &bytes).map_err(|why| ReportError::Save { path: path.to_owned(), why })
}

/// One row a class: how often it was asked, and how often it was named.
#[must_use]
pub fn classes(sheet: &Sheet) -> Table {
    let mut table = Table::new(["class", "cells", "named", "sensitivity"]);
    let counts = &sheet.score.metrics.confusion;
    for (label, class) in sheet.score.metrics.classes.iter().enumerate() {
        table.push([
            Cell::from(&class.name),
            class.support.into(),
            counts.count(label, label).into(),
            Cell::percent(class.recall).within(class.ci.recall),
        ]);
    }
    table
}

/// One row a cell: truth, answer and what each model says; where it all comes from is in every row.
#[must_use]
pub fn cells(sheet: &Sheet) -> Table {
    let quiz = &sheet.quiz;
    let mut header: Vec<String> = ["cell", "truth", "answer", "right"].map(str::to_owned).into();
    header.extend(sheet.models.iter().flat_map(|of| [of.model.clone(), format!("{} confidence", of.model)]));
    header.extend(["content", "dataset", "dataset_hash", "seed", "ended", "app", "notice"].map(str::to_owned));
    let mut table = Table::new(header);
    for (place, (cell, answer)) in quiz.cells.iter().zip(quiz.answers()).enumerate() {
        let right = if cell.label == *answer { "yes" } else { "no" };
        let mut row = vec![
            Cell::from(&cell.path),
            quiz.classes.name(cell.label).into(),
            quiz.classes.name(*answer).into(),
            right.into(),
        ];
        for of in &sheet.models {
            let given = of.given.get(place).and_then(Option::as_ref);
            row.push(given.map_or_else(|| Cell::from(""), |(class, _)| Cell::from(class)));
            row.push(given.map_or_else(|| Cell::from(""), |(_, share)| Cell::from(*share)));
        }
        row.extend([cell.hash.to_string(), quiz.dataset.clone(), quiz.dataset_hash.to_string()].map(Cell::from));
        row.push(Cell::Words(quiz.plan.seed.to_string()));
        row.extend([sheet.ended.as_str(), app(), NOTICE].map(Cell::from));
        table.push(row);
    }
    table
}

const fn app() -> &'static str {
    concat!("Leukoscope ", env!("CARGO_PKG_VERSION"))
}

fn record(sheet: &Sheet) -> Value {
    let (quiz, metrics) = (&sheet.quiz, &sheet.score.metrics);
    let counts = &metrics.confusion;
    let classes = metrics.classes.iter().enumerate().map(|(label, class)| {
        let (named, ci) = (counts.count(label, label), class.ci.recall);
        json!({ "class": class.name, "cells": class.support, "named": named, "sensitivity": class.recall, "ci": ci })
    });
    let cells = quiz.cells.iter().zip(quiz.answers()).map(|(cell, answer)| {
        let [truth, answer] = [cell.label, *answer].map(|label| quiz.classes.name(label));
        json!({ "cell": cell.path, "content": cell.hash, "truth": truth, "answer": answer })
    });
    json!({
        "kind": "quiz",
        "app": app(),
        "notice": NOTICE,
        "ended": sheet.ended,
        "dataset": quiz.dataset,
        "dataset_hash": quiz.dataset_hash,
        "split_hash": quiz.split_hash,
        "plan": quiz.plan,
        "n": metrics.n,
        "accuracy": metrics.accuracy,
        "accuracy_ci": metrics.accuracy_ci,
        "kappa": metrics.kappa,
        "kappa_ci": sheet.score.kappa_ci,
        "classes": classes.collect::<Vec<_>>(),
        "models": sheet.models.iter().map(|of| model(of, quiz)).collect::<Vec<_>>(),
        "cells": cells.collect::<Vec<_>>(),
    })
}

fn model(of: &ByModel, quiz: &Quiz) -> Value {
    json!({
        "model": of.model,
        "model_hash": of.model_hash,
        "right": of.right(quiz),
        "kappa_with_answers": of.kappa(quiz),
        "learned_from": of.learned_from,
        "given": of.given,
    })
}
