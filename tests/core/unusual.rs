//! Files that are images, but not as a single cell's usually is: several pages, numbers that are no bytes, no alpha where
//! there is one, long shapes, whole slides, names that are no text.

use std::{
    fs::{self, File},
    io::{Cursor, Write as _},
    path::Path,
};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use leukoscope::{
    data::read::{
        decode::{self, DecodeError, Note, picture},
        scan::scan,
    },
    domain::{dataset::Dataset, findings::findings, split::Split},
    fault::StopToken,
    progress::Silent,
    store::run_dir,
};

use super::common::picture as drawn;

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A TIFF of 8 x 4 pixels a page, three channels of one strip each; `float` pages hold 32-bit numbers.
fn tiff(pages: &[[f32; 96]], float: bool) -> Vec<u8> {
    let mut bytes = b"II*\0".to_vec();
    let number = |bytes: &mut Vec<u8>, value: usize| bytes.extend((value as u32).to_le_bytes());
    number(&mut bytes, 8);
    for (page, values) in pages.iter().enumerate() {
        let (bits, format, width): (u16, u16, usize) = if float { (32, 3, 4) } else { (8, 1, 1) };
        let entries = 10;
        let behind = bytes.len() + 2 + entries * 12 + 4;
        let next = behind + 12 + values.len() * width;
        bytes.extend((entries as u16).to_le_bytes());
        let one = |tag: u16, kind: u16, count: usize, value: usize| (tag, kind, count, value);
        for (tag, kind, count, value) in [
            one(256, 3, 1, 8),
            one(257, 3, 1, 4),
            one(258, 3, 3, behind),
            one(259, 3, 1, 1),
            one(262, 3, 1, 2),
            one(273, 4, 1, behind + 12),
            one(277, 3, 1, 3),
            one(278, 3, 1, 4),
            one(279, 4, 1, values.len() * width),
            one(339, 3, 3, behind + 6),
        ] {
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            number(&mut bytes, count);
            number(&mut bytes, value);
        }
        number(&mut bytes, if page + 1 < pages.len() { next } else { 0 });
        bytes.extend([[bits; 3], [format; 3]].concat().iter().flat_map(|value| value.to_le_bytes()));
        for value in values {
            if float { bytes.extend(value.to_le_bytes()) } else { bytes.push(*value as u8) }
        }
    }
    bytes
}

fn page(from: f32, to: f32) -> [f32; 96] {
    std::array::from_fn(|index| from + (to - from) * index as f32 / 95.0)
}

#[test]
fn several_pages_give_the_first_and_say_so() {
    let found = picture(&tiff(&[page(0.0, 95.0), page(9.0, 9.0), page(7.0, 7.0)], false)).unwrap();
    assert_eq!(found.image.as_raw()[..3], [0, 1, 2]);
    assert_eq!(found.notes, [Note::Pages(3)]);
    assert_eq!(found.notes[0].to_string(), "page 1 of 3 was used");
    assert_eq!(picture(&tiff(&[page(0.0, 95.0)], false)).unwrap().notes, []);
}

#[test]
fn floating_point_values_are_scaled_and_named_or_refused() {
    let unit = picture(&tiff(&[page(0.0, 1.0)], true)).unwrap();
    assert_eq!((unit.image.as_raw()[0], unit.image.as_raw()[95], unit.notes.len()), (0, 255, 0));
    let bytes = picture(&tiff(&[page(10.0, 200.0)], true)).unwrap();
    assert_eq!((bytes.image.as_raw()[0], bytes.image.as_raw()[95]), (10, 200));
    assert_eq!(bytes.notes, [Note::Scaled { low: 0.0, high: 255.0 }]);
    let own = picture(&tiff(&[page(-3.0, 4000.0)], true)).unwrap();
    assert_eq!((own.image.as_raw()[0], own.image.as_raw()[95]), (0, 255));
    assert_eq!(own.notes, [Note::Scaled { low: -3.0, high: 4000.0 }]);
    let mut odd = page(0.0, 1.0);
    odd[40] = f32::NAN;
    let refused = picture(&tiff(&[odd], true)).unwrap_err();
    assert!(refused.to_string().contains("not numbers"), "{refused}");
}

#[test]
fn an_alpha_that_is_zero_everywhere_is_none() {
    let plain = drawn(4);
    let clear = RgbaImage::from_fn(plain.width(), plain.height(), |x, y| {
        let [r, g, b] = plain.get_pixel(x, y).0;
        Rgba([r, g, b, 0])
    });
    let found = picture(&encode(&clear.clone().into(), ImageFormat::Png)).unwrap();
    assert_eq!((found.image, found.notes), (plain, vec![Note::ClearAlpha]));
    let mut one = clear;
    one.get_pixel_mut(3, 3).0[3] = 255;
    let found = picture(&encode(&one.into(), ImageFormat::Png)).unwrap();
    assert_eq!((found.image.get_pixel(0, 0).0, found.notes.len()), ([255; 3], 0));
}

#[test]
fn a_long_picture_says_that_its_middle_was_seen() {
    let long = |width, height| picture(&encode(&RgbImage::new(width, height).into(), ImageFormat::Png)).unwrap().notes;
    assert_eq!(long(90, 30), [Note::Long { width: 90, height: 30 }]);
    assert_eq!(long(30, 61), [Note::Long { width: 30, height: 61 }]);
    assert_eq!(long(60, 30), []);
}

/// A file of so many bytes, of which only the first are there.
fn sparse(path: &Path, start: &[u8], length: u64) {
    let mut file = File::create(path).unwrap();
    file.write_all(start).unwrap();
    file.set_len(length).unwrap();
}

#[test]
fn a_whole_slide_is_refused_by_its_header_before_it_is_read() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("slide");
    let mut slide = tiff(&[page(0.0, 1.0)], false);
    for (entry, side) in [(0, 90_000_u32), (1, 80_000), (7, 80_000)] {
        // The width, the height and the rows of a strip, as 32-bit numbers.
        let at = 10 + entry * 12;
        slide[at + 2] = 4;
        slide[at + 8..at + 12].copy_from_slice(&side.to_le_bytes());
    }
    sparse(&file, &slide, 900 << 20);
    assert_eq!(decode::read(&file).unwrap_err(), DecodeError::TooLarge(90_000, 80_000));
    let mut photo = encode(&drawn(1).into(), ImageFormat::Jpeg);
    let frame = photo.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    photo[frame + 5..frame + 9].copy_from_slice(&[0x40, 0, 0x80, 0]);
    sparse(&file, &photo, 50 << 20);
    assert_eq!(decode::read(&file).unwrap_err(), DecodeError::TooLarge(0x8000, 0x4000));
    sparse(&file, b"PK\x03\x04", 900 << 20);
    assert_eq!(decode::read(&file).unwrap_err(), DecodeError::TooManyBytes(900 << 20));
}

fn scanned(root: &Path) -> Dataset {
    scan(root, None, &Silent, &StopToken::default()).unwrap()
}

#[test]
fn a_scan_names_what_is_used_in_part() {
    let place = tempfile::tempdir().unwrap();
    let class = place.path().join("monocyte");
    fs::create_dir(&class).unwrap();
    fs::write(class.join("pages.tif"), tiff(&[page(0.0, 90.0), page(0.0, 95.0)], false)).unwrap();
    fs::write(class.join("float.tiff"), tiff(&[page(0.0, 255.0)], true)).unwrap();
    drawn(3).save(class.join("plain.png")).unwrap();
    RgbImage::from_fn(90, 30, |x, y| Rgb([x as u8, y as u8, 9])).save(class.join("long.png")).unwrap();
    let dataset = scanned(place.path());
    let named: Vec<(&str, &str)> =
        dataset.remarks.iter().map(|remark| (remark.path.as_str(), remark.why.as_str())).collect();
    assert_eq!(
        named,
        [
            ("monocyte/float.tiff", "floating-point values were brought to 8 bits"),
            ("monocyte/long.png", "only the middle of its 90 x 30 pixels was seen"),
            ("monocyte/pages.tif", "page 1 of 2 was used"),
        ]
    );
    let rows = findings(&dataset);
    let row = rows.iter().find(|row| row.title == "Images used in part").unwrap();
    assert!(row.paths.len() == 3 && row.meaning.contains("page 1 of 2 was used"), "{row:?}");
}

#[test]
fn class_folders_that_differ_by_unicode_form_only_are_one_class() {
    let place = tempfile::tempdir().unwrap();
    // An accent as part of its letter and as a letter of its own; in one folder the case differs too.
    for (seed, name) in (1..).zip(["train/c\u{e9}lula", "train/ce\u{301}lula", "test/Ce\u{301}lula", "test/monocyte"]) {
        let folder = place.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        drawn(seed).save(folder.join("a.png")).unwrap();
    }
    let dataset = scanned(place.path());
    assert_eq!(dataset.classes.iter().collect::<Vec<_>>(), ["C\u{e9}lula", "monocyte"]);
    assert_eq!(dataset.counts(), [3, 1]);
    assert!(dataset.items.iter().all(|item| dataset.file(item).is_file()));
}

#[cfg(unix)]
#[test]
fn names_that_are_no_unicode_stay_apart_and_are_found_again() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    let place = tempfile::tempdir().unwrap();
    let class = place.path().join("monocyte");
    fs::create_dir(&class).unwrap();
    for (seed, name) in (1..).zip([&b"caf\xE9.png"[..], b"caf\xE8.png", b"caf\\xE9.png", "caf\u{e9}.png".as_bytes()]) {
        drawn(seed).save_with_format(class.join(OsStr::from_bytes(name)), ImageFormat::Png).unwrap();
    }
    let dataset = scanned(place.path());
    assert_eq!(dataset.items.len(), 4);
    for item in &dataset.items {
        assert!(decode::open(&dataset.file(item)).is_ok(), "{}", item.path);
    }
    let split = Split::stratified(&dataset, 1);
    run_dir::save_split(place.path(), &dataset, &split).unwrap();
    let mut rows = run_dir::split_rows(place.path()).unwrap();
    assert_eq!(rows, run_dir::rows_of(&dataset, &split));
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    rows.dedup_by(|a, b| a.path == b.path);
    assert_eq!(rows.len(), 4);
}
