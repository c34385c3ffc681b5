//! The oracles of a careful lab, and what a differential says where there is little to say.

use super::*;

fn counted(pairs: &[(&str, u64)]) -> Differential {
    ruled(pairs, &Rules::default())
}

fn ruled(pairs: &[(&str, u64)], rules: &Rules) -> Differential {
    let counts: Vec<(String, u64)> = pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    Differential::of(&counts, rules)
}

/// Clopper and Pearson's 95 % limits in percent as haematology prints them: a row for each observed percentage, and in it
/// those of 100, 200, 400 and 1,000 cells.
#[test]
fn intervals_are_those_of_the_printed_table() {
    let rows: [(u64, [(f64, f64); 4]); 7] = [
        (0, [(0.0, 3.6), (0.0, 1.8), (0.0, 0.9), (0.0, 0.4)]),
        (1, [(0.0, 5.4), (0.1, 3.6), (0.3, 2.5), (0.5, 1.8)]),
        (5, [(1.6, 11.3), (2.4, 9.0), (3.1, 7.6), (3.7, 6.5)]),
        (10, [(4.9, 17.6), (6.2, 15.0), (7.2, 13.4), (8.2, 12.0)]),
        (20, [(12.7, 29.2), (14.7, 26.2), (16.2, 24.3), (17.6, 22.6)]),
        (50, [(39.8, 60.2), (42.9, 57.1), (45.0, 55.0), (46.9, 53.1)]),
        (60, [(49.7, 69.7), (52.9, 66.8), (55.0, 64.8), (56.9, 63.1)]),
    ];
    for (percent, limits) in rows {
        for (n, (low, high)) in [100, 200, 400, 1000].into_iter().zip(limits) {
            let count = percent * n / 100;
            let differential = counted(&[("eosinophil", count), ("neutrophil", n - count)]);
            let share = &differential.classes[0];
            assert_eq!(share.shown_ci(), format!("{low:.1} to {high:.1}"), "{percent} % of {n}");
            assert_eq!(share.percent, Some(percent as f64));
        }
    }
}

#[test]
fn nucleated_red_cells_correct_the_white_count() {
    assert_eq!(corrected_wbc(17_400.0, 8.0).round(), 16_111.0);
    let with = |nrbc| counted(&[("erythroblast", nrbc), ("neutrophil", 60), ("lymphocyte", 40), ("platelet", 7)]);
    let eight = with(8);
    assert_eq!((eight.leukocytes, eight.nrbc_per_100_wbc, eight.platelets), (100, Some(8.0), Some(7)));
    assert_eq!(eight.corrected_wbc(17_400.0).map(f64::round), Some(16_111.0));
    assert!(eight.wants_correction && with(5).wants_correction && !with(4).wants_correction);
    let strict = Rules { corrected_from: 10.0, ..Rules::default() };
    let cells = [("erythroblast", 8), ("neutrophil", 100)];
    assert!(!ruled(&cells, &strict).wants_correction, "from where on is a setting");
    let ci = eight.nrbc_ci.unwrap();
    assert!(ci.low < 8.0 && 8.0 < ci.high && ci.low > 3.0 && ci.high < 17.0, "{ci:?}");
}

#[test]
fn red_cells_and_platelets_are_in_no_percentage() {
    let all = counted(&[("basophil", 1), ("erythroblast", 50), ("ig", 9), ("neutrophil", 190), ("platelet", 70)]);
    assert_eq!(all.leukocytes, 200);
    let names: Vec<&str> = all.classes.iter().map(|share| share.name.as_str()).collect();
    assert_eq!(names, ["basophil", "ig", "neutrophil"]);
    assert_eq!(all.share("basophil").unwrap().shown, "0.5");
    assert_eq!(all.share("platelet"), None);
    assert_eq!((all.warning(), all.notes.len()), (None, 0));
}

#[test]
fn a_model_that_cannot_tell_red_cells_says_nothing_of_them() {
    let all = counted(&[("monocyte", 3), ("neutrophil", 3)]);
    assert_eq!((all.nrbc, all.nrbc_per_100_wbc, all.platelets, all.corrected_wbc(9000.0)), (None, None, None, None));
}

#[test]
fn few_cells_are_warned_of_and_none_at_all_is_no_figure() {
    let none = counted(&[("erythroblast", 3), ("neutrophil", 0), ("platelet", 5)]);
    assert!(none.warning().unwrap().starts_with("No leukocyte was counted"));
    let share = &none.classes[0];
    assert_eq!((share.percent, share.ci, share.shown.as_str()), (None, None, "n/a"));
    assert_eq!((none.nrbc, none.nrbc_per_100_wbc, share.more_to_halve(0)), (Some(3), None, None));
    let one = counted(&[("neutrophil", 1)]);
    assert!(one.warning().unwrap().starts_with("Only 1 leukocyte was"));
    assert_eq!((one.classes[0].shown.as_str(), one.classes[0].shown_ci()), ("100.0", "2.5 to 100.0".to_owned()));
    assert!(counted(&[("neutrophil", 99)]).warning().unwrap().contains("consecutive"));
    assert_eq!(counted(&[("neutrophil", 100)]).warning(), None);
}

#[test]
fn a_class_that_nobody_called_a_leukocyte_is_named_and_one_that_somebody_did_counts() {
    let cells = [("blast", 20), ("neutrophil", 80), ("smudge", 0)];
    let unknown = counted(&cells);
    assert_eq!((unknown.leukocytes, unknown.beside.len()), (80, 1));
    assert!(unknown.notes[0].contains("blast (20)"), "{:?}", unknown.notes);
    let rules = Rules { also_leukocytes: vec!["blast".to_owned()], ..Rules::default() };
    assert_eq!(ruled(&cells, &rules).share("blast").unwrap().percent, Some(20.0));
}

#[test]
fn ranges_flag_what_lies_outside_and_say_when_that_is_sure() {
    let cells = [("basophil", 1), ("eosinophil", 30), ("lymphocyte", 29), ("neutrophil", 40)];
    assert!(counted(&cells).classes.iter().all(|share| share.flag.is_none()), "off until filled in");
    let range = |class: &str, low, high| Range { class: class.to_owned(), low, high };
    let ranges = vec![range("eosinophil", 1.0, 4.0), range("lymphocyte", 20.0, 40.0), range("neutrophil", 45.0, 70.0)];
    let flagged = ruled(&cells, &Rules { ranges, ..Rules::default() });
    let of = |class: &str| flagged.share(class).map(|share| (share.flag.map(Flag::letter), share.is_sure)).unwrap();
    assert_eq!([of("basophil"), of("lymphocyte")], [(None, false); 2]);
    assert_eq!((of("eosinophil"), of("neutrophil")), ((Some("H"), true), (Some("L"), false)));
}

#[test]
fn so_many_more_cells_halve_an_interval() {
    for (hits, n) in [(0, 100), (1, 100), (5, 200), (50, 100), (60, 100), (100, 100), (3, 7)] {
        let width = |hits: u64, n: u64| exact(hits, n).map(|ci| ci.high - ci.low).unwrap();
        let more = more_to_halve(hits, n).unwrap();
        let after = (hits as f64 * (n + more) as f64 / n as f64).round() as u64;
        assert!(width(after, n + more) <= width(hits, n) / 2.0, "{hits} of {n}: {more}");
        assert!((n..=4 * n).contains(&more), "{hits} of {n}: {more}");
    }
    // About four times as many in the middle, twice as many where nothing was met.
    assert!((280..=300).contains(&more_to_halve(50, 100).unwrap()));
    assert!((100..=105).contains(&more_to_halve(0, 100).unwrap()));
    assert_eq!(more_to_halve(0, 0), None);
}

#[test]
fn ranges_are_read_and_what_is_none_is_said() {
    assert_eq!(Range::parse("NEU=45-70.5%"), Ok(Range { class: "neutrophil".to_owned(), low: 45.0, high: 70.5 }));
    for text in ["neutrophil", "neutrophil=5", "neutrophil=70-45", "neutrophil=0-101", "neutrophil=a-b"] {
        assert!(Range::parse(text).is_err(), "{text}");
    }
}
