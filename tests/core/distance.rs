//! How far two lists of numbers lie apart, for the tests of the library and those beside it alike: nothing is near a value
//! that is not a number, and lists of two lengths are never compared.

/// The largest difference; not a number where one of them is not.
#[track_caller]
pub fn furthest(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len(), "lists of two lengths");
    let far = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs());
    far.fold(0.0, |worst, far| if far.is_nan() || far > worst { far } else { worst })
}

/// The largest difference over the largest value of `theirs`, which counts as `least` at least.
#[track_caller]
pub fn relative(ours: &[f32], theirs: &[f32], least: f32) -> f32 {
    furthest(ours, theirs) / theirs.iter().fold(least, |largest, value| largest.max(value.abs()))
}

#[test]
fn what_is_not_a_number_is_near_nothing() {
    assert_eq!(furthest(&[1.0, 2.0, 5.0], &[1.5, 2.0, 3.0]), 2.0);
    assert_eq!(relative(&[1.0, 2.0, 5.0], &[1.5, 2.0, -4.0], 1.0), 9.0 / 4.0);
    for odd in [f32::NAN, f32::INFINITY] {
        // Wherever it stands, and whatever follows it.
        for place in 0..3 {
            let mut list = [1.0, 2.0, 3.0];
            list[place] = odd;
            assert!(!furthest(&list, &[1.0, 2.0, 3.0]).is_finite() && !furthest(&[1.0, 2.0, 3.0], &list).is_finite());
            assert!(furthest(&list, &list).is_nan());
        }
    }
    assert!(std::panic::catch_unwind(|| furthest(&[1.0], &[])).is_err());
}
