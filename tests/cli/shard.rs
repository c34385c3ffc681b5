//! A long list in parts, as an array of jobs on a cluster classifies it.

use std::fs;

use super::program::{leuko, slides};

#[test]
fn the_lines_of_all_parts_in_order_are_those_of_the_whole() {
    let folder = slides(2);
    let path = folder.path().to_str().unwrap();
    fs::write(folder.path().join("ig").join("page.jpg"), "<html>no image</html>").unwrap();
    let classify = |shard: &str| {
        let call = ["classify", "mobilenet", path, "--as", "cell", "--device", "cpu", "--json", "--shard", shard];
        let output = leuko(&call);
        assert_eq!(output.code, 0, "{shard}: {}", output.stderr);
        output.stdout
    };
    let whole = classify("1/1");
    assert_eq!(whole.lines().count(), 17);
    let parts = ["1/3", "2/3", "3/3"].map(classify);
    assert!(parts.iter().all(|part| (5..=6).contains(&part.lines().count())));
    assert_eq!(parts.concat(), whole);
    // More parts than images: some are empty, and that is no failure.
    assert_eq!(classify("1/18"), "");
}

#[test]
fn a_part_that_there_is_not_is_a_wrong_call() {
    for wrong in ["0/3", "4/3", "3", "a/b"] {
        let output = leuko(&["classify", "mobilenet", ".", "--shard", wrong]);
        assert_eq!((output.code, output.stderr.lines().count()), (2, 1), "{wrong}: {}", output.stderr);
    }
}
