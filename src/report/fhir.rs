//! A differential as a FHIR R4 DiagnosticReport, with one contained Observation a class.
//!
//! Codes are LOINC's that name no method ("Differential panel, method unspecified - Blood", 69738-3, and its members), since
//! those of an automated count (770-8 and so on) mean a counter and not images that a person reviewed. Where LOINC has no
//! code for what is counted here, the text stands alone. Units are UCUM's.

use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{chart::Provenance, words::NOTICE};
use crate::domain::{
    differential::{Differential, Flag, NRBC, PLATELET, Range, Share},
    review::{
        case::Case,
        tally::Tally,
        view::{Status, View},
    },
};

mod narrative;

const LOINC: &str = "http://loinc.org";
const UCUM: &str = "http://unitsofmeasure.org";
const INTERPRETATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const SECTION: &str = "http://terminology.hl7.org/CodeSystem/v2-0074";
const ABSENT: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
/// Names the program that made a report, as a contained Device.
const DEVICE: &str = "leukoscope";

/// LOINC's code and name of a class per 100 leukocytes in blood, by no method.
const CODES: [(&str, &str, &str); 6] = [
    ("basophil", "30180-4", "Basophils/100 leukocytes in Blood"),
    ("eosinophil", "26450-7", "Eosinophils/100 leukocytes in Blood"),
    ("ig", "38518-7", "Immature granulocytes/100 leukocytes in Blood"),
    ("lymphocyte", "26478-8", "Lymphocytes/100 leukocytes in Blood"),
    ("monocyte", "26485-3", "Monocytes/100 leukocytes in Blood"),
    ("neutrophil", "26511-6", "Neutrophils/100 leukocytes in Blood"),
];
const NRBC_CODE: (&str, &str) = ("19048-8", "Nucleated erythrocytes/100 leukocytes [Ratio] in Blood");

/// The report of a session as it stands, or as it was signed.
#[must_use]
pub fn report(case: &Case, view: &View, provenance: &Provenance, issued: OffsetDateTime) -> Value {
    let tally = Tally::of(case, view);
    let context = Context { case, view, tally: &tally, provenance };
    let observations = context.observations();
    let results: Vec<Value> =
        observations.iter().map(|of| json!({"reference": format!("#{}", text(&of["id"]))})).collect();
    let contained: Vec<Value> = std::iter::once(context.device()).chain(observations).collect();
    let mut report = json!({
        "resourceType": "DiagnosticReport",
        "id": case.id,
        "text": {"status": "generated", "div": narrative::div(case, view, &tally, provenance)},
        "contained": contained,
        "identifier": [{"system": "urn:leukoscope:session", "value": case.id}],
        "status": view.status().word(),
        "category": [{"coding": [{"system": SECTION, "code": "HM", "display": "Hematology"}]}],
        "code": {
            "coding": [coding(LOINC, "69738-3", "Differential panel, method unspecified - Blood")],
            "text": "Leukocyte differential of single-cell images"
        },
        "effectiveDateTime": instant(case.created),
        "issued": instant(issued),
        "performer": [{"display": case.who}],
        "result": results,
        "conclusion": context.conclusion(),
    });
    if let (Some(signature), Some(report)) = (view.signed(), report.as_object_mut()) {
        report.insert("resultsInterpreter".to_owned(), json!([{"display": signature.who}]));
    }
    report
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({"system": system, "code": code, "display": display})
}

/// With a second's precision, as an instant must have.
fn instant(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}

/// A figure of this many decimals as a JSON number.
fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

struct Context<'a> {
    case: &'a Case,
    view: &'a View,
    tally: &'a Tally,
    provenance: &'a Provenance,
}

impl Context<'_> {
    /// One for each leukocyte, for nucleated red cells, for platelets, and for the count that all is of.
    fn observations(&self) -> Vec<Value> {
        let reviewed = &self.tally.reviewed;
        let shares = reviewed.classes.iter().enumerate().map(|(place, share)| self.share(place, share));
        let mut all: Vec<Value> = shares.collect();
        all.extend(reviewed.nrbc.map(|count| self.nrbc(reviewed, count)));
        all.extend(
            reviewed.platelets.map(|count| self.plain(PLATELET, "Platelets among the images, a plain count", count)),
        );
        all.push(self.plain("leukocytes", "Leukocytes counted", reviewed.leukocytes));
        all.extend(self.corrected(reviewed));
        all
    }

    /// What every observation has.
    fn observation(&self, id: &str, code: &Value) -> Value {
        let status = match self.view.status() {
            Status::Preliminary => "preliminary",
            Status::Final => "final",
            Status::Amended => "amended",
        };
        json!({
            "resourceType": "Observation",
            "id": id,
            "status": status,
            "category": [{"coding": [coding(CATEGORY, "laboratory", "Laboratory")]}],
            "code": code,
            "effectiveDateTime": instant(self.case.created),
            "device": {"reference": format!("#{DEVICE}")},
        })
    }

    fn share(&self, place: usize, share: &Share) -> Value {
        let known = CODES.iter().find(|(class, ..)| *class == share.name);
        let name = format!("{} per 100 leukocytes", share.title());
        let code = match known {
            Some((_, code, display)) => json!({"coding": [coding(LOINC, code, display)], "text": name}),
            None => json!({"text": name}),
        };
        // A class may be called anything, an id may not.
        let id = known.map_or_else(|| format!("class-{}", place + 1), |(class, ..)| (*class).to_owned());
        let mut of = self.observation(&id, &code);
        let Some(fields) = of.as_object_mut() else { return of };
        put_value(fields, share.percent, "%", "%");
        if let Some(flag) = share.flag {
            let (code, display) = match flag {
                Flag::Low => ("L", "Low"),
                Flag::High => ("H", "High"),
            };
            fields.insert("interpretation".to_owned(), json!([{"coding": [coding(INTERPRETATION, code, display)]}]));
        }
        if let Some(range) = self.view.rules(self.case).ranges.iter().find(|range| range.class == share.name) {
            fields.insert("referenceRange".to_owned(), json!([reference(range)]));
        }
        let mut components = vec![component_count("Cells of this class", share.count)];
        components.extend(share.ci.map(|ci| component_range(ci.low, ci.high, "%", "%")));
        let suggested = self.tally.suggested.share(&share.name);
        components.extend(suggested.and_then(|of| of.percent).map(|percent| {
            json!({"code": {"text": "Suggested by the model before review"}, "valueQuantity": quantity(percent, "%", "%")})
        }));
        fields.insert("component".to_owned(), Value::Array(components));
        of
    }

    fn nrbc(&self, reviewed: &Differential, count: u64) -> Value {
        let (code, display) = NRBC_CODE;
        let code = json!({"coding": [coding(LOINC, code, display)], "text": "Nucleated red cells per 100 leukocytes"});
        let mut of = self.observation(NRBC, &code);
        let Some(fields) = of.as_object_mut() else { return of };
        put_value(fields, reviewed.nrbc_per_100_wbc, "/100{WBCs}", "/100 WBC");
        let mut components = vec![component_count("Nucleated red cells counted", count)];
        components.extend(reviewed.nrbc_ci.map(|ci| component_range(ci.low, ci.high, "/100{WBCs}", "/100 WBC")));
        fields.insert("component".to_owned(), Value::Array(components));
        of
    }

    fn plain(&self, id: &str, name: &str, count: u64) -> Value {
        let mut of = self.observation(id, &json!({"text": name}));
        if let Some(fields) = of.as_object_mut() {
            fields.insert("valueInteger".to_owned(), json!(count));
        }
        of
    }

    /// The white cell count without nucleated red cells, where it was given and there are enough of these.
    fn corrected(&self, reviewed: &Differential) -> Option<Value> {
        let wbc = self.view.wbc(self.case).filter(|_| reviewed.wants_correction)?;
        let corrected = reviewed.corrected_wbc(wbc)?;
        let mut of =
            self.observation("corrected-wbc", &json!({"text": "Leukocytes corrected for nucleated red cells"}));
        let fields = of.as_object_mut()?;
        let quantity = json!({"value": corrected.round(), "unit": "/uL", "system": UCUM, "code": "/uL"});
        fields.insert("valueQuantity".to_owned(), quantity);
        Some(of)
    }

    /// The program and the model, with all that an export must carry.
    fn device(&self) -> Value {
        let notes = self.provenance.facts().iter().map(|(fact, value)| json!({"text": format!("{fact}: {value}")}));
        let notice = json!({"text": NOTICE});
        json!({
            "resourceType": "Device",
            "id": DEVICE,
            "identifier": [{"system": "urn:leukoscope:weights", "value": self.case.model.weights.to_string()}],
            "deviceName": [{"name": format!("Leukoscope with {}", self.case.model.name), "type": "user-friendly-name"}],
            "version": [{"value": self.case.app_version}],
            "note": notes.chain([notice]).collect::<Vec<_>>(),
        })
    }

    fn conclusion(&self) -> String {
        let reviewed = &self.tally.reviewed;
        let counted = format!("{} leukocytes counted", reviewed.leukocytes);
        let parts = [Some(counted), reviewed.warning()].into_iter().flatten().chain(reviewed.notes.iter().cloned());
        format!("{}. {NOTICE}", parts.collect::<Vec<_>>().join(". "))
    }
}

/// A value with its unit, or why there is none.
fn put_value(fields: &mut serde_json::Map<String, Value>, value: Option<f64>, code: &str, unit: &str) {
    match value {
        Some(value) => fields.insert("valueQuantity".to_owned(), quantity(value, code, unit)),
        None => {
            let why = coding(ABSENT, "not-performed", "Not Performed");
            fields.insert("dataAbsentReason".to_owned(), json!({"coding": [why], "text": "No leukocyte was counted"}))
        }
    };
}

fn quantity(value: f64, code: &str, unit: &str) -> Value {
    json!({"value": rounded(value, 2), "unit": unit, "system": UCUM, "code": code})
}

fn component_count(name: &str, count: u64) -> Value {
    json!({"code": {"text": name}, "valueInteger": count})
}

fn component_range(low: f64, high: f64, code: &str, unit: &str) -> Value {
    let range = json!({"low": quantity(low, code, unit), "high": quantity(high, code, unit)});
    json!({"code": {"text": "Exact (Clopper-Pearson) 95 % confidence interval"}, "valueRange": range})
}

fn reference(range: &Range) -> Value {
    let [low, high] = [range.low, range.high].map(|end| quantity(end, "%", "%"));
    json!({"low": low, "high": high, "text": "The laboratory's own range"})
}
