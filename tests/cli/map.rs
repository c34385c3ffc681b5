//! Laying cells out through the real program.

use super::{
    program::{document, leuko},
    train::TRAINED,
};

#[test]
fn a_map_has_a_row_a_cell_and_another_lab_lies_on_the_same_plane() {
    let (run, slides) = (TRAINED.run(), TRAINED.slides.path());
    let (run, slides) = (run.to_str().unwrap(), slides.to_str().unwrap());
    let out = TRAINED.home.path().join("map.csv");
    let file = out.to_str().unwrap();
    let map = |more: &[&str]| {
        let mut args = vec!["map", run, slides, "--device", "cpu", "--split", "all", "--out", file, "--json"];
        args.extend(more);
        let output = leuko(&args);
        assert_eq!(output.code, 0, "{}", output.stderr);
        (document(&output), std::fs::read_to_string(&out).unwrap())
    };
    let (told, table) = map(&["--method", "pca", "--other", slides]);
    assert_eq!((&told["n"], &told["other_n"], &told["method"]), (&160.into(), &160.into(), &"pca".into()));
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!((rows[0], rows.len()), ("cell,folder,truth,given,confidence,x,y", 321));
    assert_eq!(rows[1..161], rows[161..], "the same cells lie in the same places");
    let shares: Vec<f64> = told["shares"].as_array().unwrap().iter().map(|share| share.as_f64().unwrap()).collect();
    assert!(shares[0] >= shares[1] && shares[1] > 0.0 && shares[0] + shares[1] <= 1.0 + 1e-9, "{shares:?}");
    let (told, table) = map(&[]);
    assert_eq!(
        (&told["method"], &told["shares"], table.lines().count()),
        (&"tsne".into(), &serde_json::Value::Null, 161)
    );
}
