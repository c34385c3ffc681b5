//! A folder of two classes with a damaged image, a damaged table of patients and a damaged cache.
#![no_main]

use std::fs;

use leukoscope::{data::read::scan::scan, fault::StopToken, progress::Silent};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let place = tempfile::tempdir().expect("a folder");
    let (root, cache) = (place.path().join("set"), place.path().join("cache"));
    for class in ["ig", "monocyte"] {
        fs::create_dir_all(root.join(class)).expect("room");
        fs::write(root.join(class).join("a_1.png"), bytes).expect("room");
    }
    fs::write(root.join("groups.csv"), bytes).expect("room");
    fs::write(&cache, bytes).expect("room");
    drop(scan(&root, Some(&cache), &Silent, &StopToken::default()));
});
