//! Review sessions of drawn slides, as the terminal would have begun them, without a network.

use std::path::{Path, PathBuf};

use leukoscope::{
    data::read::folder,
    domain::{
        classes::{ClassList, KNOWN},
        differential::Rules,
        hash::ContentHash,
        occurring::Occurring,
        review::{
            case::{CASE_VERSION, Case, ModelFacts},
            cell::{CellId, Source},
            entry::{Suggested, What},
        },
    },
    store::case_dir::Session,
};
use time::OffsetDateTime;

/// What the cell of a number really is.
pub fn truth(n: usize) -> &'static str {
    KNOWN[n % 8].name
}

/// The name of the cell of a number.
pub fn id(n: usize) -> CellId {
    CellId(ContentHash::of(&n.to_le_bytes()))
}

/// A cell of a drawn slide: every tenth suggestion is wrong, every ninth too doubtful to count.
fn suggested(n: usize, slides: &[Vec<PathBuf>]) -> What {
    let class = if n.is_multiple_of(10) { truth(n + 1) } else { truth(n) };
    let confidence = 0.99 - 0.004 * n as f32;
    let probabilities = KNOWN.iter().map(|of| if of.name == class { confidence } else { (1.0 - confidence) / 7.0 });
    let files = &slides[n % 8];
    What::Suggested(Box::new(Suggested {
        cell: id(n),
        source: Source::File(files[n / 8 % files.len()].display().to_string()),
        class: Some(class.to_owned()),
        confidence: Some(confidence),
        probabilities: probabilities.collect(),
        flags: Vec::new(),
        refused: None,
        doubtful: n.is_multiple_of(9),
    }))
}

/// Begins a session of so many cells of the slides below a folder.
pub fn begin(folder: &Path, slides: &Path, cells: usize) -> Session {
    let hash = |text: &str| ContentHash::of(text.as_bytes());
    let created = OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap();
    let case = Case {
        version: CASE_VERSION,
        id: "0123456789abcdef".to_owned(),
        name: "S-17".to_owned(),
        created,
        who: "Ada".to_owned(),
        model: ModelFacts {
            name: "mobilenet".to_owned(),
            id: "mobilenet".to_owned(),
            weights: hash("weights"),
            classes: ClassList::known(),
            preprocessing: "96 px".to_owned(),
            dataset: "pbc".to_owned(),
            dataset_hash: hash("dataset"),
            split_hash: hash("split"),
            device: "CPU".to_owned(),
            lab: None,
        },
        sources: vec!["slides".to_owned()],
        app_version: "0.1.0".to_owned(),
        threshold: 0.8,
        operating: None,
        occurring: Occurring::All,
        rules: Rules::default(),
        wbc: None,
    };
    let slides: Vec<Vec<PathBuf>> = KNOWN.iter().map(|of| folder::images(&[slides.join(of.name)])).collect();
    let mut session = Session::create(folder, &case).unwrap();
    session.enter_at("Ada", created, (0..cells).map(|n| suggested(n, &slides)).collect()).unwrap();
    session
}
