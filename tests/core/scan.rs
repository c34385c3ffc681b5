//! Opening folders: real cells, bad files, odd layouts, the cache and the split.

use std::{fs, path::Path, time::Instant};

use leukoscope::{
    data::read::scan::scan,
    domain::{
        dataset::{Dataset, Severity},
        findings::findings,
        part::Part,
        split::Split,
    },
    fault::{Halt, StopMode, StopToken},
    progress::Silent,
};

use super::common::{picture, shared_data};

fn open(root: &Path) -> Dataset {
    scan(root, None, &Silent, &StopToken::default()).unwrap()
}

fn put(root: &Path, path: &str, seed: u32) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    picture(seed).save_with_format(&file, image::ImageFormat::Png).unwrap();
}

fn put_bytes(root: &Path, path: &str, bytes: &[u8]) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, bytes).unwrap();
}

#[test]
fn real_cells_are_counted_and_the_second_opening_finds_the_same() {
    let Some(data) = shared_data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("scan");
    let start = Instant::now();
    let cold = scan(&data.join("pbc"), Some(&cache), &Silent, &StopToken::default()).unwrap();
    let first = start.elapsed();
    let start = Instant::now();
    let cached = scan(&data.join("pbc"), Some(&cache), &Silent, &StopToken::default()).unwrap();
    eprintln!("scan of {}: cold {first:?}, cached {:?}", cold.items.len(), start.elapsed());
    assert_eq!(cold, cached);
    assert_eq!(cold.items.len(), 15_385);
    assert_eq!(cold.duplicates.len(), 17);
    assert_eq!(cold.duplicates.iter().map(|group| group.items.len()).sum::<usize>(), 34);
    assert_eq!(cold.duplicates.iter().filter(|group| group.conflict).count(), 1);
    assert!(cold.unreadable.is_empty() && cold.skipped.is_empty());
    assert!(cold.items.iter().all(|item| item.sub_type.is_some()));
    eprintln!("near-copies: {:?}", cold.near_copies);
    assert_eq!(cold.near_copies.len(), 1);
    let split = Split::stratified(&cold, 1);
    let counts = Part::ALL.map(|part| split.count(part));
    eprintln!("split {counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), 15_383);
    // Each image falls into its part by chance: four standard deviations of a tenth are 149 images.
    assert!((1_390..=1_687).contains(&counts[1]) && (1_390..=1_687).contains(&counts[2]));
}

#[test]
fn bad_files_become_rows_with_a_reason_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    (0..3).for_each(|n| put(root, &format!("neutrophil/{n}.png"), n));
    put(root, "monocyte/png named.jpg", 9);
    put_bytes(root, "monocyte/empty.jpg", b"");
    put_bytes(root, "monocyte/page.jpg", b"<!DOCTYPE html><p>not found</p>");
    put_bytes(root, "monocyte/words.jpg", b"hello");
    put_bytes(root, "monocyte/zip.png", b"PK\x03\x04rest");
    put_bytes(root, "monocyte/Thumbs.db", b"x");
    put_bytes(root, "monocyte/._a.jpg", b"x");
    put_bytes(root, "monocyte/.DS_169665.jpg", b"x");
    put_bytes(root, "__MACOSX/monocyte/a.jpg", b"x");
    put_bytes(root, "notes.txt", b"x");
    let mut whole = std::io::Cursor::new(Vec::new());
    picture(5).write_to(&mut whole, image::ImageFormat::Jpeg).unwrap();
    let whole = whole.into_inner();
    put_bytes(root, "monocyte/cut.jpg", &whole[..whole.len() * 3 / 4]);
    let mut png = fs::read(root.join("neutrophil/0.png")).unwrap();
    let at = png.len() - 30;
    png[at] ^= 0x55;
    put_bytes(root, "monocyte/crc.png", &png);
    let dataset = open(root);
    assert_eq!(dataset.items.len(), 4);
    let why = |name: &str| {
        let row = dataset.unreadable.iter().find(|row| row.path.ends_with(name));
        row.unwrap_or_else(|| panic!("{name} is missing in {:?}", dataset.unreadable)).why.clone()
    };
    assert!(why("empty.jpg").contains("empty"));
    assert!(why("page.jpg").contains("web page"));
    assert!(why("words.jpg").contains("text"));
    assert!(why("zip.png").contains("ZIP"));
    assert!(why("cut.jpg").contains("cut short"), "{}", why("cut.jpg"));
    assert!(!why("crc.png").is_empty());
    assert_eq!(dataset.unreadable.len(), 6);
    assert_eq!(dataset.skipped.len(), 5, "{:?}", dataset.skipped);
    let rows = findings(&dataset);
    assert!(rows.iter().any(|row| row.severity == Severity::MustFix && row.title.contains("fewer than three")));
    assert!(rows.is_sorted_by_key(|row| row.severity));
}

#[test]
fn layouts_and_aliases_mean_the_same_classes() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    put(root, "wrapper/train/NEU/a.png", 1);
    put(root, "wrapper/train/Neutrophils/deep/er/b.png", 2);
    put(root, "wrapper/val/immunoglobulin (ig)/c.png", 3);
    put(root, "wrapper/test/Blast/d.png", 4);
    put(root, "wrapper/test/blast/e.png", 5);
    let dataset = open(root);
    assert_eq!(dataset.classes.iter().collect::<Vec<_>>(), ["Blast", "ig", "neutrophil"]);
    assert_eq!(dataset.counts(), [2, 1, 2]);
    let parts: Vec<_> = dataset.items.iter().map(|item| item.folder_part.unwrap()).collect();
    assert_eq!(parts, [Part::Test, Part::Test, Part::Train, Part::Train, Part::Validation]);
    assert_eq!(Split::stratified(&dataset, 3).parts, parts.into_iter().map(Some).collect::<Vec<_>>());
    assert!(findings(&dataset).iter().any(|row| row.title.contains("immunoglobulin")));
}

#[test]
fn the_split_follows_content_not_names() {
    let [one, two] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for n in 0..40 {
        put(one.path(), &format!("ly/{n}.png"), n);
        put(two.path(), &format!("train2/lymphocyte/x{}.png", 99 - n), n);
    }
    for n in 40..44 {
        put(one.path(), &format!("mo/{n}.png"), n);
        put(two.path(), &format!("train2/Monocytes/y{n}.png"), n);
    }
    put(one.path(), "ly/copy.png", 7);
    put(two.path(), "train2/lymphocyte/copy.png", 7);
    put(one.path(), "mo/conflict.png", 8);
    put(two.path(), "train2/Monocytes/conflict.png", 8);
    let (a, b) = (open(one.path()), open(two.path()));
    assert_eq!(a.hash, b.hash);
    let (x, y) = (Split::stratified(&a, 5), Split::stratified(&b, 5));
    assert_eq!(x.hash, y.hash);
    assert_ne!(x.hash, Split::stratified(&a, 6).hash);
    for group in &a.duplicates {
        let parts: Vec<_> = group.items.iter().map(|index| x.parts[*index]).collect();
        assert!(parts.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(parts[0].is_none(), group.conflict);
    }
    for label in 0..2 {
        for part in Part::ALL {
            assert!(x.indices(part).iter().any(|index| a.items[*index].label == label), "{label} lacks {part:?}");
        }
    }
}

#[test]
fn a_folder_that_is_no_dataset_fails_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let why = |path: &Path| match scan(path, None, &Silent, &StopToken::default()) {
        Err(Halt::Failed(failure)) => failure.why,
        other => panic!("{other:?}"),
    };
    assert!(why(&dir.path().join("gone")).contains("does not exist"));
    assert!(why(dir.path()).contains("no class folder"));
    put(dir.path(), "a.png", 1);
    assert!(why(&dir.path().join("a.png")).contains("file"));
    assert!(why(dir.path()).contains("no class folder"));
    put(dir.path(), "ba/a.png", 1);
    let stop = StopToken::default();
    stop.stop(StopMode::Discard);
    assert!(matches!(scan(dir.path(), None, &Silent, &stop), Err(Halt::Stopped)));
}

#[cfg(unix)]
#[test]
fn a_link_that_loops_is_a_row_and_a_damaged_cache_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("set");
    put(&root, "ba/a.png", 1);
    put(&root, "ba/b.png", 2);
    std::os::unix::fs::symlink(&root, root.join("ba/loop")).unwrap();
    let cache = dir.path().join("cache");
    let read = || scan(&root, Some(&cache), &Silent, &StopToken::default()).unwrap();
    let first = read();
    assert_eq!(first.items.len(), 2);
    assert!(first.skipped[0].why.contains("leads back"));
    let mut bytes = fs::read(&cache).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&cache, bytes).unwrap();
    assert_eq!(read(), first);
}
