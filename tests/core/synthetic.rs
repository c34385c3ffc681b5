//! The slides that the project draws itself.

use leukoscope::{
    data::{read::scan::scan, synthetic},
    domain::classes::{ClassList, KNOWN},
    fault::StopToken,
    progress::Silent,
};

#[test]
fn a_drawn_set_is_a_clean_dataset_and_the_same_each_time() {
    let draw = || {
        let dir = tempfile::tempdir().unwrap();
        synthetic::write_set(dir.path(), 4, 1, &Silent, &StopToken::default()).unwrap();
        scan(dir.path(), None, &Silent, &StopToken::default()).unwrap()
    };
    let set = draw();
    assert_eq!(set.classes, ClassList::known());
    assert_eq!(set.counts(), [4; 8]);
    assert!(set.duplicates.is_empty() && set.unreadable.is_empty() && set.odd_sizes.is_empty());
    assert!(set.items.iter().all(|item| item.sub_type.is_some() && (item.width, item.height) == (360, 363)));
    assert_eq!(set.hash, draw().hash);
}

#[test]
fn the_bundled_set_is_found_or_drawn() {
    let home = tempfile::tempdir().unwrap();
    let dir = synthetic::bundled_dir(home.path(), &Silent, &StopToken::default()).unwrap();
    let set = scan(&dir, None, &Silent, &StopToken::default()).unwrap();
    assert_eq!(set.counts(), [synthetic::BUNDLED_PER_CLASS; 8]);
}

/// Redraws the committed set and a contact sheet: `LEUKO_DRAW=DIR cargo test --test core redraw -- --ignored`.
#[test]
#[ignore = "writes datasets/synthetic anew"]
fn redraw() {
    let dir = std::path::PathBuf::from(std::env::var_os("LEUKO_DRAW").expect("LEUKO_DRAW names the folder"));
    let (count, seed) = (synthetic::BUNDLED_PER_CLASS, synthetic::BUNDLED_SEED);
    synthetic::write_set(&dir, count, seed, &Silent, &StopToken::default()).unwrap();
    let mut sheet = image::RgbImage::new(8 * 180, 6 * 182);
    for (column, class) in KNOWN.iter().enumerate() {
        for row in 0..6 {
            let slide = synthetic::draw(class.name, row);
            let small = image::imageops::thumbnail(&slide, 180, 182);
            image::imageops::replace(&mut sheet, &small, column as i64 * 180, row as i64 * 182);
        }
    }
    sheet.save(dir.with_extension("sheet.png")).unwrap();
}
