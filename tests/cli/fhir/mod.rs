//! The structure of FHIR R4 (4.0.1) that a report must have: elements with their cardinalities, types and required value
//! sets, as the published definitions of DiagnosticReport, Observation, Device and their data types list them.

#![allow(clippy::indexing_slicing, reason = "a value of JSON answers any question")]

mod r4;

use serde_json::{Map, Value, json};

use r4::{
    Element,
    Kind::{self, Code, Contained, DateTime, Decimal, Id, Instant, Integer, Part, Text, Unused, Uri, Xhtml},
    Max::{Many, One},
    device, diagnostic_report, observation,
};

/// Everything that is wrong with a report.
fn problems(report: &Value) -> Vec<String> {
    let mut found = Vec::new();
    resource(report, "DiagnosticReport", "", &mut found);
    let text = report.to_string();
    for contained in report["contained"].as_array().into_iter().flatten() {
        let id = contained["id"].as_str().unwrap_or_default();
        let is_named = !id.is_empty() && text.contains(&format!("\"#{id}\""));
        note(is_named, &mut found, || format!("dom-3: the contained {id} is not referred to"));
        let nested = contained.get("contained").is_none() && contained.get("meta").is_none();
        note(nested, &mut found, || format!("dom-2: {id} contains more"));
    }
    let ids: Vec<&str> =
        report["contained"].as_array().into_iter().flatten().filter_map(|of| of["id"].as_str()).collect();
    for reference in references(report) {
        let is_there = reference.strip_prefix('#').is_some_and(|id| ids.iter().filter(|own| **own == id).count() == 1);
        note(is_there, &mut found, || format!("ref-1: {reference} leads nowhere"));
    }
    note(text.contains("Not a medical device"), &mut found, || "the notice is missing".to_owned());
    found
}

fn note(holds: bool, found: &mut Vec<String>, words: impl FnOnce() -> String) {
    if !holds {
        found.push(words());
    }
}

fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("reference").and_then(Value::as_str);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn resource(value: &Value, wanted: &str, at: &str, found: &mut Vec<String>) {
    let elements = match value["resourceType"].as_str() {
        Some("DiagnosticReport") => diagnostic_report(),
        Some("Observation") => observation(),
        Some("Device") => device(),
        _ => Vec::new(),
    };
    note(wanted.is_empty() || value["resourceType"] == wanted, found, || format!("{at}: it is no {wanted}"));
    part(value, &elements, at, found);
    if value["resourceType"] == "Observation" {
        let both = value.get("dataAbsentReason").is_some() && has_value(value);
        note(!both, found, || format!("obs-6: {at} has a value and none"));
        let any = value.get("dataAbsentReason").is_some() || has_value(value);
        note(any, found, || format!("{at} says nothing"));
    }
}

fn has_value(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| fields.keys().any(|name| name.starts_with("value")))
}

fn part(value: &Value, elements: &[Element], at: &str, found: &mut Vec<String>) {
    let Some(fields) = value.as_object() else {
        found.push(format!("{at} is no object"));
        return;
    };
    note(!fields.is_empty(), found, || format!("ele-1: {at} is empty"));
    for name in fields.keys() {
        let is_known = elements.iter().any(|(known, ..)| known == name);
        note(is_known, found, || format!("{at}.{name} is not in R4"));
    }
    for element in elements {
        member(fields, element, at, found);
    }
    if fields.contains_key("code") && fields.contains_key("unit") {
        note(fields.contains_key("system"), found, || format!("qty-3: {at} has a code of no system"));
        if fields.get("system") == Some(&json!("http://unitsofmeasure.org")) {
            let units = ["%", "/100{WBCs}", "/uL"].map(Value::from);
            note(units.contains(&fields["code"]), found, || format!("{at}: {} is no unit of UCUM", fields["code"]));
        }
    }
    let values = fields.keys().filter(|name| name.starts_with("value") && *name != "value").count();
    note(values <= 1, found, || format!("{at} has {values} values"));
}

fn member(fields: &Map<String, Value>, (name, least, most, kind): &Element, at: &str, found: &mut Vec<String>) {
    let at = format!("{at}.{name}");
    let items: Vec<&Value> = match fields.get(*name) {
        None => Vec::new(),
        Some(Value::Array(items)) if *most == Many => {
            note(!items.is_empty(), found, || format!("{at}: a list has a member or is not there"));
            items.iter().collect()
        }
        Some(other) => {
            note(*most == One && !other.is_array(), found, || format!("{at} comes once"));
            vec![other]
        }
    };
    note(items.len() >= *least, found, || format!("{at} is missing"));
    for item in items {
        value(item, *kind, &at, found);
    }
}

fn value(item: &Value, kind: Kind, at: &str, found: &mut Vec<String>) {
    let text = item.as_str();
    let holds = match kind {
        Text => text.is_some_and(|text| !text.trim().is_empty()),
        Id => text.is_some_and(|id| {
            (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        }),
        Uri => text.is_some_and(|uri| uri.contains(':') && !uri.contains(char::is_whitespace)),
        DateTime | Instant => text.is_some_and(is_instant),
        Decimal => item.is_number(),
        Integer => item.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        Xhtml => text.is_some_and(|div| {
            div.starts_with("<div xmlns=\"http://www.w3.org/1999/xhtml\">")
                && is_balanced(div)
                && !div.contains("<script")
        }),
        Code(codes) => text.is_some_and(|code| codes.contains(&code)),
        Part(elements) => return part(item, &elements(), at, found),
        Contained => return resource(item, "", at, found),
        Unused => false,
    };
    note(holds, found, || format!("{at}: {item} is not what it must be"));
}

/// `YYYY-MM-DDThh:mm:ss` with a zone.
fn is_instant(text: &str) -> bool {
    let shape = "dddd-dd-ddTdd:dd:dd";
    let fits = |(want, letter): (char, char)| if want == 'd' { letter.is_ascii_digit() } else { want == letter };
    let zone = text.get(shape.len()..).unwrap_or_default();
    text.len() > shape.len() && shape.chars().zip(text.chars()).all(fits) && (zone == "Z" || zone.len() == 6)
}

/// Whether every tag is closed in its turn.
fn is_balanced(xhtml: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for tag in xhtml.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else {
            open.push(name);
        }
    }
    open.is_empty()
}

/// Panics with all that is wrong with a report, and asks for what ours must have beyond the structure.
pub fn check(report: &Value) {
    let found = problems(report);
    assert!(found.is_empty(), "{}", found.join("\n"));
    let observations = report["contained"].as_array().unwrap().iter().filter(|of| of["resourceType"] == "Observation");
    let observations: Vec<&Value> = observations.collect();
    let results = report["result"].as_array().unwrap();
    assert_eq!(results.len(), observations.len(), "one result an observation");
    assert!(observations.iter().all(|of| of["status"] == report["status"]));
    let codes = observations.iter().filter_map(|of| of["code"]["coding"][0]["code"].as_str()).collect::<Vec<_>>();
    for code in ["30180-4", "26450-7", "38518-7", "26478-8", "26485-3", "26511-6", "19048-8"] {
        assert!(codes.contains(&code), "{code} is not among {codes:?}");
    }
    for of in observations.iter().filter(|of| of["code"]["coding"][0]["system"].is_string()) {
        let unit = if of["id"] == "erythroblast" { "/100{WBCs}" } else { "%" };
        let is_unit = of["valueQuantity"]["code"] == unit || of.get("dataAbsentReason").is_some();
        assert!(is_unit, "{of}");
    }
}

/// What is changed, and how.
type Change = (&'static str, fn(&mut Value));

/// Changes that no checker may let through.
pub fn wrong_ones(right: &Value) {
    let changes: [Change; 9] = [
        ("status", |of| of["status"] = json!("signed")),
        ("code", |of| drop(of.as_object_mut().unwrap().remove("code"))),
        ("element", |of| of["observations"] = json!([])),
        ("list", |of| of["category"] = json!({})),
        ("reference", |of| of["result"][0]["reference"] = json!("#nobody")),
        ("contained", |of| drop(of["result"].as_array_mut().unwrap().pop())),
        ("instant", |of| of["issued"] = json!("2026-11-29")),
        ("narrative", |of| of["text"]["div"] = json!("<p>no div</p>")),
        ("value", |of| of["contained"][1]["valueInteger"] = json!(3)),
    ];
    for (name, change) in changes {
        let mut wrong = right.clone();
        change(&mut wrong);
        assert!(!problems(&wrong).is_empty(), "a wrong {name} was let through");
    }
}
