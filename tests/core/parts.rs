//! Which part an image is in: near-copies and patients stay together, and nobody moves when others come or go.

use std::{collections::BTreeMap, fs, path::Path};

use image::{RgbImage, codecs::jpeg::JpegEncoder, imageops};
use leukoscope::{
    data::{
        measure::fingerprint::fingerprint,
        read::scan::{scan, scan_by},
        synthetic,
    },
    domain::{
        dataset::{Dataset, Severity, group_of},
        findings::findings,
        hash::ContentHash,
        part::Part,
        split::Split,
    },
    fault::StopToken,
    progress::Silent,
};

use super::common::picture;

fn open(root: &Path) -> Dataset {
    scan(root, None, &Silent, &StopToken::default()).unwrap()
}

fn put(root: &Path, path: &str, image: &RgbImage) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    image.save_with_format(&file, image::ImageFormat::Png).unwrap();
}

fn encoded(image: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(image).unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

fn resized(image: &RgbImage, width: u32, height: u32) -> RgbImage {
    imageops::resize(image, width, height, imageops::FilterType::CatmullRom)
}

/// The part of each image by its pixels.
fn parts(dataset: &Dataset, seed: u64) -> BTreeMap<ContentHash, Option<Part>> {
    let split = Split::stratified(dataset, seed);
    dataset.items.iter().map(|item| item.pixels).zip(split.parts).collect()
}

/// 80 small pictures of two classes, each of other pixels.
fn many(root: &Path, classes: [&str; 2], range: std::ops::Range<u32>) {
    for n in range {
        let mut image = picture(n);
        image.put_pixel(0, 0, image::Rgb([n as u8, (n >> 8) as u8, 7]));
        put(root, &format!("{}/{n}.png", classes[n as usize % 2]), &image);
    }
}

/// The dataset without its near-copies: `picture` draws gradients that are near each other.
fn apart(root: &Path) -> Dataset {
    Dataset { near_copies: Vec::new(), ..open(root) }
}

/// Seen before: of 80 cells with a mirrored and a 97 % copy each, 38 families lay in several parts.
#[test]
fn eighty_families_of_near_copies_stay_together() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..80_u64 {
        let class = ["basophil", "eosinophil", "lymphocyte", "neutrophil"][n as usize % 4];
        let cell = synthetic::draw(class, n);
        put(dir.path(), &format!("{class}/{n}_a.png"), &cell);
        put(dir.path(), &format!("{class}/{n}_b.png"), &encoded(&imageops::flip_horizontal(&cell), 85));
        put(dir.path(), &format!("{class}/{n}_c.png"), &resized(&cell, 349, 352));
    }
    let dataset = open(dir.path());
    assert_eq!(dataset.near_copies.len(), 80);
    assert!(dataset.duplicates.is_empty());
    assert!(dataset.near_copies.iter().all(|group| group.items.len() == 3 && !group.conflict));
    for seed in 0..5 {
        let split = Split::stratified(&dataset, seed);
        for group in &dataset.near_copies {
            let parts: Vec<_> = group.items.iter().map(|index| split.parts[*index].unwrap()).collect();
            assert!(parts.iter().all(|part| *part == parts[0]));
        }
    }
    assert!(findings(&dataset).iter().any(|row| row.title == "Near-copies" && row.paths.len() == 240));
}

#[test]
fn copies_of_a_cell_are_near_and_other_cells_are_not() {
    let cells: Vec<RgbImage> = (0..40).map(|n| synthetic::draw(["monocyte", "platelet"][n % 2], n as u64)).collect();
    let prints: Vec<_> = cells.iter().map(fingerprint).collect();
    for (n, (cell, print)) in cells.iter().zip(&prints).enumerate() {
        let copies = [
            imageops::rotate90(cell),
            imageops::rotate180(&imageops::flip_vertical(cell)),
            encoded(&resized(cell, 224, 224), 85),
            encoded(&resized(cell, 256, 258), 50),
            imageops::crop_imm(cell, 0, 1, 360, 360).to_image(),
        ];
        assert!(copies.iter().all(|copy| print.is_near(&fingerprint(copy))), "{n}");
        assert!(prints.iter().enumerate().all(|(other, far)| other == n || !print.is_near(far)), "{n}");
    }
    let blank = RgbImage::from_pixel(60, 60, image::Rgb([200, 180, 210]));
    assert!(!fingerprint(&blank).is_near(&fingerprint(&blank)));
}

#[test]
fn a_near_copy_under_another_label_is_left_out_with_its_original() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..6 {
        for class in ["monocyte", "platelet"] {
            put(dir.path(), &format!("{class}/{n}.png"), &synthetic::draw(class, n));
        }
    }
    put(dir.path(), "platelet/copy.png", &imageops::rotate270(&synthetic::draw("monocyte", 2)));
    let dataset = open(dir.path());
    let out: Vec<_> =
        dataset.items.iter().zip(Split::stratified(&dataset, 1).parts).filter(|(_, part)| part.is_none()).collect();
    let mut paths: Vec<_> = out.iter().map(|(item, _)| item.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["monocyte/2.png", "platelet/copy.png"]);
    let rows = findings(&dataset);
    assert!(rows.iter().any(|row| row.severity == Severity::LeftOut && row.title.contains("under two labels")));
}

#[test]
fn nobody_moves_when_images_go_or_come() {
    let [whole, less, more] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    many(whole.path(), ["neutrophil", "monocyte"], 0..300);
    many(less.path(), ["set/Neutrophils", "set/MONO"], 2..300);
    many(more.path(), ["NEU", "monocytes"], 0..333);
    let before = parts(&apart(whole.path()), 3);
    for (dir, count) in [(&less, 298), (&more, 300)] {
        let after = parts(&apart(dir.path()), 3);
        let shared: Vec<_> = before.iter().filter(|(pixels, _)| after.contains_key(pixels)).collect();
        assert_eq!(shared.len(), count);
        assert!(shared.iter().all(|(pixels, part)| after[pixels] == **part));
    }
    assert_ne!(before, parts(&apart(whole.path()), 4));
    for part in Part::ALL {
        assert!(before.values().any(|of| *of == Some(part)));
    }
}

#[test]
fn patients_named_by_folders_stay_in_one_part() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..120_u32 {
        let (patient, class) = (n % 20, ["neutrophil", "Blast"][n as usize / 60]);
        let mut image = picture(n);
        image.put_pixel(0, 0, image::Rgb([n as u8, 0, 0]));
        put(dir.path(), &format!("wrapper/patient_{patient:03}/{class}/{n}.png"), &image);
    }
    let dataset = apart(dir.path());
    assert_eq!(dataset.classes.iter().collect::<Vec<_>>(), ["Blast", "neutrophil"]);
    assert_eq!(dataset.groups(), Some(20));
    let split = Split::stratified(&dataset, 1);
    assert_eq!(split.grouped, Some(20));
    let mut of_patient: BTreeMap<&str, Vec<Part>> = BTreeMap::new();
    for (item, part) in dataset.items.iter().zip(&split.parts) {
        of_patient.entry(item.group.as_deref().unwrap()).or_default().push(part.unwrap());
    }
    assert!(of_patient.values().all(|parts| parts.len() == 6 && parts.iter().all(|part| *part == parts[0])));
    assert_eq!(Part::ALL.map(|part| split.count(part)), [96, 12, 12]);
    assert!(!findings(&dataset).iter().any(|row| row.title.contains("no patient is known")));
}

#[test]
fn patients_come_from_a_pattern_or_a_table_too() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..12_u32 {
        let mut image = picture(n);
        image.put_pixel(0, 0, image::Rgb([n as u8, 0, 0]));
        put(dir.path(), &format!("{}/P{}_{n}.png", ["neutrophil", "monocyte"][n as usize % 2], n / 4), &image);
    }
    let plain = open(dir.path());
    assert_eq!(plain.groups(), None);
    assert!(findings(&plain).iter().any(|row| row.title == "Split by image: no patient is known"));
    let by = |pattern: &str| scan_by(Some(pattern), dir.path(), None, &Silent, &StopToken::default());
    let named = by(r"P(\d+)_").unwrap();
    assert_eq!(named.groups(), Some(3));
    assert!(named.items.iter().all(|item| item.group == group_of(r"P(\d+)_", item.path.rsplit('/').next().unwrap())));
    assert!(by("P(").is_err());
    fs::write(dir.path().join("groups.csv"), "\u{feff}File;Group\nneutrophil/P0_0.png;x\nP0_1.png;x\n").unwrap();
    let listed = open(dir.path());
    assert_eq!(listed.groups(), Some(1));
    assert_eq!(listed.items.iter().filter(|item| item.group.as_deref() == Some("x")).count(), 2);
    assert!(listed.skipped.is_empty());
    fs::write(dir.path().join("groups.csv"), "name,patient\na,b\n").unwrap();
    assert!(scan(dir.path(), None, &Silent, &StopToken::default()).is_err());
}

#[test]
fn folders_that_only_repeat_the_classes_are_no_patients() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..16_u32 {
        let class = ["neutrophil", "monocyte", "basophil", "platelet"][n as usize % 4];
        put(dir.path(), &format!("{class}/{class}_photos/{n}.png"), &picture(n));
    }
    assert_eq!(open(dir.path()).groups(), None);
}
