//! Bytes that nobody meant: whatever is done to a file, reading it ends in an answer or in words. Never in a panic, and never
//! in more memory or time than the file itself is worth.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use burn::tensor::Device;
use image::{DynamicImage, ImageFormat};
use leukoscope::{
    data::read::{decode, scan::scan},
    domain::{
        architecture::Architecture,
        config::TrainConfig,
        differential::Rules,
        fingerprint::{BYTES, Fingerprint},
        hash::ContentHash,
        learned::{Known, Learned},
        occurring::Occurring,
        part::Part,
        review::{
            case::{CASE_VERSION, Case, ModelFacts},
            cell::CellId,
            entry::{Entry, What},
        },
        run::{EpochRecord, RunEnd, RunRecord},
    },
    eval::predict,
    fault::StopToken,
    model::{bundled, classifier::NetworkConfig, memory::Memory, weights},
    progress::Silent,
    store::{
        audit::{self, Appender},
        case_dir::{self, Session},
        learned,
        preferences::{self, Preferences},
        run_dir::{self, SplitRow},
        waiting::{self, Waiting},
    },
};
use time::OffsetDateTime;

use super::{common::picture as drawn, decode::panics};

/// Damaged files tried of each kind; many more with `LEUKO_HOSTILE=N`.
const TRIES: u64 = 60;
/// All tries of one kind together, on a busy machine.
const MOST_TIME: Duration = Duration::from_secs(60);
/// What stands well in a text that is read as numbers and lists.
const WORDS: [&[u8]; 8] = [
    b"-1",
    b"99999999999999999999",
    b"NaN",
    b"((((((((((((((((((((((((((((((((",
    b"\"\\u{0}",
    b"\xFF\xFE",
    b",,,,,,,,",
    b"Some(",
];

/// Numbers that follow from a seed.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// The bytes after one to four kinds of damage, the same for the same seed.
fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut draw = Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut bytes = bytes.to_vec();
    for _ in 0..=draw.below(4) {
        // Heads are where lengths stand, so half of the damage is there.
        let reach = if draw.below(2) == 0 { bytes.len().min(64) } else { bytes.len() };
        let (at, word) = (draw.below(reach), draw.below(WORDS.len()));
        let end = (at + 1 + draw.below(40)).min(bytes.len());
        match draw.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.splice(at..end, [])),
            2 => drop(bytes.splice(at..at, WORDS[word].iter().copied())),
            3 => bytes[at..end].fill([0, 0xFF, 0x7F][draw.below(3)]),
            4 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            _ => bytes[at..end].iter_mut().for_each(|byte| *byte ^= draw.next() as u8),
        }
        if bytes.is_empty() {
            bytes.push(draw.next() as u8);
        }
    }
    bytes
}

/// Gives many damaged forms of a file to what reads it.
fn survives(name: &str, whole: &[u8], mut read: impl FnMut(&[u8])) {
    let tries = std::env::var("LEUKO_HOSTILE").ok().and_then(|tries| tries.parse().ok()).unwrap_or(TRIES);
    let began = Instant::now();
    for seed in 0..tries {
        let bytes = damaged(whole, seed);
        assert_eq!(panics(|| read(&bytes)), 0, "{name}: try {seed}");
    }
    let most = MOST_TIME * u32::try_from(tries / TRIES + 1).unwrap();
    assert!(began.elapsed() < most, "{name}: {tries} tries took {:?}", began.elapsed());
}

/// The same for what is read by its place.
fn survives_at(name: &str, file: &Path, whole: &[u8], mut read: impl FnMut()) {
    survives(name, whole, |bytes| {
        fs::write(file, bytes).unwrap();
        read();
    });
}

#[test]
fn damaged_images_are_answered_or_refused() {
    let formats =
        [ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Pnm, ImageFormat::Tiff];
    for format in formats.into_iter().chain([ImageFormat::WebP]) {
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::from(drawn(8)).write_to(&mut bytes, format).unwrap();
        survives(&format!("{format:?}"), &bytes.into_inner(), |bytes| drop(decode::picture(bytes)));
    }
}

#[test]
fn damaged_models_are_answered_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/models/mobilenet.ron")).unwrap();
    let place = folder.path().to_string_lossy().into_owned();
    survives_at("card", &folder.path().join(run_dir::CARD), &text, || {
        if let Ok(card) = predict::card(&place) {
            drop(card.problems());
        }
    });
    let config = TrainConfig { size: 32, width: 0.125, heads: 2, attention_width: 16, ..TrainConfig::default() };
    let mut network = NetworkConfig::new(&config, 3).init(&Device::flex());
    let whole = weights::to_bytes(&network, weights::Precision::Half).unwrap();
    survives("weights", &whole, |bytes| drop(weights::apply_bytes(&mut network, bytes.to_vec())));
    let memory = Memory::new(&[0.5; 24], [2, 2, 3], &[vec![1.0, 0.0], vec![0.5, 0.5]]);
    let classes = bundled::FIRST.card().unwrap().classes;
    let whole = memory.owned_by(ContentHash([3; 32]), &classes).to_bytes().unwrap();
    survives("memory", &whole, |bytes| drop(Memory::from_bytes(bytes).map(|memory| memory.maps())));
    let mut list = Learned::default();
    (0..9).for_each(|n| list.add_cell(&ContentHash([n; 32]), Fingerprint([n; BYTES]), Known::guest()));
    survives("list", &list.to_bytes(), |bytes| drop(Learned::from_bytes(bytes)));
}

/// A run's record with everything in it.
fn record(path: &Path) -> RunRecord {
    let hash = ContentHash([4; 32]);
    let epoch = |epoch, train_loss| EpochRecord {
        epoch,
        train_loss,
        train_accuracy: 0.5,
        validation_loss: 1.25,
        validation_accuracy: 0.75,
        elsewhere_loss: None,
        elsewhere_accuracy: None,
        learning_rate: 1e-3,
        best: epoch == 2,
    };
    RunRecord {
        name: "run".to_owned(),
        path: path.to_owned(),
        architecture: Architecture::MobileNet,
        classes: bundled::FIRST.card().unwrap().classes,
        config: TrainConfig::default(),
        started: "2026-01-01T00:00:00Z".to_owned(),
        end: RunEnd::Unfinished,
        device: "cpu".to_owned(),
        dataset: "cells".to_owned(),
        dataset_hash: hash,
        split_hash: hash,
        also_hash: Some(hash),
        weights_hash: None,
        history: vec![epoch(1, 2.5), epoch(2, 1.5)],
        epoch_secs: vec![1.5, 1.25],
        matrices: Vec::new(),
        test: None,
        images_per_sec: Some(120.0),
        peak_memory_mb: None,
        app_version: "0.1.0".to_owned(),
        adapted: None,
    }
}

#[test]
fn damaged_tables_and_lists_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let kept = |file: &str| fs::read(root.join(file)).unwrap();
    let run = record(root);
    run_dir::save(&run).unwrap();
    assert_eq!(
        (run_dir::load(root).unwrap().history, run_dir::history(root).unwrap()),
        (run.history.clone(), run.history)
    );
    survives_at("record", &root.join(run_dir::RECORD), &kept(run_dir::RECORD), || drop(run_dir::load(root)));
    survives_at("history", &root.join(run_dir::HISTORY), &kept(run_dir::HISTORY), || drop(run_dir::history(root)));
    let row = |path: &str, split| SplitRow {
        path: path.to_owned(),
        hash: ContentHash([4; 32]),
        class: "ig".to_owned(),
        split,
    };
    run_dir::save_split_rows(root, &[row("ig/a.png", Part::Train), row("i,g/\"b\".png", Part::Test)]).unwrap();
    survives_at("split", &root.join(run_dir::SPLIT), &kept(run_dir::SPLIT), || {
        let _ = run_dir::split_rows(root);
        let _ = learned::load(root);
    });
    preferences::save(root, &Preferences { model: Some("x".to_owned()), ..Preferences::default() }).unwrap();
    survives_at("preferences", &root.join("preferences.ron"), &kept("preferences.ron"), || {
        drop(preferences::load(root))
    });
    let wait =
        |seed| Waiting { dataset: "a".into(), config: TrainConfig { seed, ..TrainConfig::default() }, resume: None };
    waiting::save(root, &[wait(1), wait(2)]).unwrap();
    survives_at("queue", &root.join("queue.ron"), &kept("queue.ron"), || drop(waiting::load(root)));
}

#[test]
fn damaged_datasets_are_opened_or_refused() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("set");
    for (seed, file) in (1..).zip(["ig/a_1.png", "ig/b_2.png", "monocyte/a_1.png", "monocyte/c_3.png"]) {
        fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
        drawn(seed).save(root.join(file)).unwrap();
    }
    let cache = place.path().join("cache");
    let open = || scan(&root, Some(&cache), &Silent, &StopToken::default());
    let found = open().unwrap();
    // What a cache must say is sealed, so that no damage to it may change what is found.
    let whole = fs::read(&cache).unwrap();
    survives_at("cache", &cache, &whole, || assert_eq!(open().unwrap(), found));
    survives_at("groups", &root.join("groups.csv"), b"file,group\na_1.png,P1\nb_2.png,P2\nc_3.png,P3\n", || {
        drop(open())
    });
}

#[test]
fn damaged_sessions_are_read_up_to_the_damage_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hash = ContentHash([4; 32]);
    let text = || "a name".to_owned();
    let card = bundled::FIRST.card().unwrap();
    let model = ModelFacts {
        name: text(),
        id: text(),
        weights: hash,
        classes: card.classes,
        preprocessing: text(),
        dataset: text(),
        dataset_hash: hash,
        split_hash: hash,
        device: text(),
        lab: None,
    };
    let case = Case {
        version: CASE_VERSION,
        id: text(),
        name: text(),
        created: OffsetDateTime::UNIX_EPOCH,
        who: text(),
        model,
        sources: vec![text()],
        app_version: text(),
        threshold: 0.9,
        operating: card.operating,
        occurring: Occurring::default(),
        rules: Rules::default(),
        wbc: Some(17_400.0),
    };
    drop(Session::create(folder.path(), &case).unwrap());
    let (head, log) = (folder.path().join(case_dir::CASE), folder.path().join(case_dir::ENTRIES));
    let whole = fs::read(&head).unwrap();
    let before = ContentHash::of(&whole);
    let mut open = Appender::open(&log, &audit::read(&log, before).unwrap()).unwrap();
    let what = |n: u64| What::Note { cell: CellId(hash), text: format!("remark {n}") };
    let entry = |n, before| Entry { n, at: OffsetDateTime::UNIX_EPOCH, who: text(), what: what(n), before };
    open.append(3, |_, n, before| entry(n, before)).unwrap();
    let lines = fs::read(&log).unwrap();
    assert_eq!(audit::parse(&lines, before).entries.len(), 3);
    survives("entries", &lines, |bytes| {
        let log = audit::parse(bytes, before);
        assert!(log.entries.iter().zip(1..).all(|(entry, n)| entry.what == what(n)), "an entry that nobody made");
        assert!(log.length + log.torn <= bytes.len() as u64);
    });
    survives_at("log", &log, &lines, || drop(Session::open(folder.path())));
    fs::write(&log, &lines).unwrap();
    survives_at("head", &head, &whole, || drop(case_dir::verify(folder.path())));
}
