//! The elements of FHIR R4 (4.0.1) that these reports may hold, as the published definitions list them.

/// An element: its name, how often it must and may come, and what it is.
pub(super) type Element = (&'static str, usize, Max, Kind);

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Max {
    One,
    Many,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Id,
    Uri,
    DateTime,
    Instant,
    Decimal,
    Integer,
    Xhtml,
    Code(&'static [&'static str]),
    Part(fn() -> Vec<Element>),
    Contained,
    /// In R4, and not in these reports.
    Unused,
}
use Kind::{Code, Contained, DateTime, Decimal, Id, Instant, Integer, Part, Text, Unused, Uri, Xhtml};
use Max::{Many, One};

/// http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html
const REPORT_STATUS: &[&str] = &[
    "registered",
    "partial",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "appended",
    "cancelled",
    "entered-in-error",
    "unknown",
];
/// http://hl7.org/fhir/R4/valueset-observation-status.html
const OBSERVATION_STATUS: &[&str] =
    &["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"];
const NARRATIVE_STATUS: &[&str] = &["generated", "extensions", "additional", "empty"];
const DEVICE_NAME: &[&str] =
    &["udi-label-name", "user-friendly-name", "patient-reported-name", "manufacturer-name", "model-name", "other"];

fn with(base: &[Element], more: &[Element]) -> Vec<Element> {
    [base, more].concat()
}

/// What every resource with a narrative may have.
const DOMAIN_RESOURCE: &[Element] = &[
    ("resourceType", 1, One, Text),
    ("id", 0, One, Id),
    ("meta", 0, One, Unused),
    ("implicitRules", 0, One, Unused),
    ("language", 0, One, Unused),
    ("text", 0, One, Part(narrative)),
    ("contained", 0, Many, Contained),
    ("extension", 0, Many, Unused),
    ("modifierExtension", 0, Many, Unused),
];

fn narrative() -> Vec<Element> {
    vec![("status", 1, One, Code(NARRATIVE_STATUS)), ("div", 1, One, Xhtml)]
}

fn coding() -> Vec<Element> {
    vec![
        ("system", 0, One, Uri),
        ("version", 0, One, Text),
        ("code", 0, One, Text),
        ("display", 0, One, Text),
        ("userSelected", 0, One, Unused),
    ]
}

fn concept() -> Vec<Element> {
    vec![("coding", 0, Many, Part(coding)), ("text", 0, One, Text)]
}

fn identifier() -> Vec<Element> {
    vec![
        ("use", 0, One, Code(&["usual", "official", "temp", "secondary", "old"])),
        ("type", 0, One, Part(concept)),
        ("system", 0, One, Uri),
        ("value", 0, One, Text),
    ]
}

fn reference() -> Vec<Element> {
    vec![("reference", 0, One, Text), ("type", 0, One, Uri), ("identifier", 0, One, Unused), ("display", 0, One, Text)]
}

fn quantity() -> Vec<Element> {
    vec![
        ("value", 0, One, Decimal),
        ("comparator", 0, One, Code(&["<", "<=", ">=", ">"])),
        ("unit", 0, One, Text),
        ("system", 0, One, Uri),
        ("code", 0, One, Text),
    ]
}

fn range() -> Vec<Element> {
    vec![("low", 0, One, Part(quantity)), ("high", 0, One, Part(quantity))]
}

fn annotation() -> Vec<Element> {
    vec![("authorString", 0, One, Text), ("time", 0, One, DateTime), ("text", 1, One, Text)]
}

fn reference_range() -> Vec<Element> {
    vec![
        ("low", 0, One, Part(quantity)),
        ("high", 0, One, Part(quantity)),
        ("type", 0, One, Part(concept)),
        ("appliesTo", 0, Many, Part(concept)),
        ("age", 0, One, Part(range)),
        ("text", 0, One, Text),
    ]
}

/// The value[x] of an observation or of a component, as far as it is used here, and what goes with it.
const VALUE: &[Element] = &[
    ("code", 1, One, Part(concept)),
    ("valueQuantity", 0, One, Part(quantity)),
    ("valueCodeableConcept", 0, One, Part(concept)),
    ("valueString", 0, One, Text),
    ("valueInteger", 0, One, Integer),
    ("valueRange", 0, One, Part(range)),
    ("dataAbsentReason", 0, One, Part(concept)),
    ("interpretation", 0, Many, Part(concept)),
    ("referenceRange", 0, Many, Part(reference_range)),
];

fn component() -> Vec<Element> {
    VALUE.to_vec()
}

pub(super) fn observation() -> Vec<Element> {
    let own: &[Element] = &[
        ("identifier", 0, Many, Part(identifier)),
        ("basedOn", 0, Many, Part(reference)),
        ("partOf", 0, Many, Part(reference)),
        ("status", 1, One, Code(OBSERVATION_STATUS)),
        ("category", 0, Many, Part(concept)),
        ("subject", 0, One, Part(reference)),
        ("focus", 0, Many, Part(reference)),
        ("encounter", 0, One, Part(reference)),
        ("effectiveDateTime", 0, One, DateTime),
        ("issued", 0, One, Instant),
        ("performer", 0, Many, Part(reference)),
        ("note", 0, Many, Part(annotation)),
        ("bodySite", 0, One, Part(concept)),
        ("method", 0, One, Part(concept)),
        ("specimen", 0, One, Part(reference)),
        ("device", 0, One, Part(reference)),
        ("hasMember", 0, Many, Part(reference)),
        ("derivedFrom", 0, Many, Part(reference)),
        ("component", 0, Many, Part(component)),
    ];
    with(&with(DOMAIN_RESOURCE, VALUE), own)
}

fn device_name() -> Vec<Element> {
    vec![("name", 1, One, Text), ("type", 1, One, Code(DEVICE_NAME))]
}

fn device_version() -> Vec<Element> {
    vec![("type", 0, One, Part(concept)), ("component", 0, One, Part(identifier)), ("value", 1, One, Text)]
}

pub(super) fn device() -> Vec<Element> {
    let own: &[Element] = &[
        ("identifier", 0, Many, Part(identifier)),
        ("status", 0, One, Code(&["active", "inactive", "entered-in-error", "unknown"])),
        ("manufacturer", 0, One, Text),
        ("deviceName", 0, Many, Part(device_name)),
        ("modelNumber", 0, One, Text),
        ("type", 0, One, Part(concept)),
        ("version", 0, Many, Part(device_version)),
        ("note", 0, Many, Part(annotation)),
    ];
    with(DOMAIN_RESOURCE, own)
}

pub(super) fn diagnostic_report() -> Vec<Element> {
    let own: &[Element] = &[
        ("identifier", 0, Many, Part(identifier)),
        ("basedOn", 0, Many, Part(reference)),
        ("status", 1, One, Code(REPORT_STATUS)),
        ("category", 0, Many, Part(concept)),
        ("code", 1, One, Part(concept)),
        ("subject", 0, One, Part(reference)),
        ("encounter", 0, One, Part(reference)),
        ("effectiveDateTime", 0, One, DateTime),
        ("issued", 0, One, Instant),
        ("performer", 0, Many, Part(reference)),
        ("resultsInterpreter", 0, Many, Part(reference)),
        ("specimen", 0, Many, Part(reference)),
        ("result", 0, Many, Part(reference)),
        ("imagingStudy", 0, Many, Part(reference)),
        ("media", 0, Many, Unused),
        ("conclusion", 0, One, Text),
        ("conclusionCode", 0, Many, Part(concept)),
        ("presentedForm", 0, Many, Unused),
    ];
    with(DOMAIN_RESOURCE, own)
}
