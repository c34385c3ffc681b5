//! Every table and list that lies in a run folder or beside one.
#![no_main]

use leukoscope::store::{labels, learned, preferences, run_dir, waiting};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for file in [run_dir::RECORD, run_dir::HISTORY, run_dir::SPLIT, "preferences.ron", "queue.ron", "labels.csv"] {
        std::fs::write(root.join(file), bytes).expect("room");
    }
    drop((run_dir::load(root), run_dir::history(root), run_dir::split_rows(root), learned::load(root)));
    drop((preferences::load(root), waiting::load(root), labels::read(&root.join("labels.csv"))));
});
