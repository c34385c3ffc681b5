//! Leukocytes in drawn fields, and what kind of image one is.

use image::{Rgb, RgbImage, imageops};
use leukoscope::{
    data::{
        read::sheet::Sheet,
        synthetic::{self, field::DrawnField},
    },
    domain::field::{Bounds, FieldCell, Kind, Place, Scale},
    field::{
        batch::Found,
        cells,
        cut::{around, crop, crops, each},
        kind::kind,
        scale::Scales,
        survey, survey_of,
    },
    model::bundled,
};

/// Hits, false finds and misses: the middle of a found box in a true one, one to one.
fn judged(found: &[FieldCell], truth: &[Bounds]) -> [usize; 3] {
    let mut left = truth.to_vec();
    let (mut hits, mut false_finds) = (0, 0);
    for cell in found {
        match left.iter().position(|bounds| bounds.holds(cell.bounds.middle())) {
            Some(at) => {
                left.remove(at);
                hits += 1;
            }
            None => false_finds += 1,
        }
    }
    [hits, false_finds, left.len()]
}

fn truth(field: &DrawnField) -> Vec<Bounds> {
    field.cells.iter().map(|cell| cell.bounds).collect()
}

#[test]
fn leukocytes_of_twenty_drawn_fields_are_found_and_nothing_else_is() {
    let fields: Vec<DrawnField> = (0..20).map(synthetic::field::draw).collect();
    let surveys: Vec<_> = fields.iter().map(|field| survey(&field.image).unwrap()).collect();
    let scales = Scales::of(&surveys);
    let mut sums = [0; 3];
    for (field, survey) in fields.iter().zip(surveys) {
        let found = Found::of(survey, &scales);
        assert_eq!(found.sorted.kind, Kind::Field, "{}", found.sorted.why);
        let judged = judged(&found.cells, &truth(field));
        sums.iter_mut().zip(judged).for_each(|(sum, count)| *sum += count);
    }
    let [hits, false_finds, missed] = sums;
    eprintln!("{hits} found, {false_finds} false, {missed} missed");
    assert!(hits > 50, "so few cells were drawn that the test says little: {hits}");
    assert!(hits as f64 / (hits + false_finds) as f64 >= 0.97, "{false_finds} of {} are false", hits + false_finds);
    assert!(hits as f64 / (hits + missed) as f64 >= 0.97, "{missed} of {} are missed", hits + missed);
}

#[test]
fn the_same_seed_draws_the_same_field() {
    let (one, again, other) = (synthetic::field::draw(3), synthetic::field::draw(3), synthetic::field::draw(4));
    assert!(one.image == again.image && one.cells == again.cells);
    assert!(one.image != other.image);
    assert!(one.cells.len() >= 2);
}

#[test]
fn a_field_is_found_alike_at_half_and_at_three_times_its_size() {
    let field = synthetic::field::draw(7);
    for times in [0.5, 3.0] {
        let [wide, high] = [field.image.width(), field.image.height()].map(|side| (f64::from(side) * times) as u32);
        let resized = imageops::resize(&field.image, wide, high, imageops::FilterType::Triangle);
        let mut found = cells(&survey(&resized).unwrap(), &Scale::default());
        for cell in &mut found {
            let back = |at: u32| (f64::from(at) / times) as u32;
            let Bounds { xmin, ymin, xmax, ymax } = cell.bounds;
            cell.bounds = Bounds { xmin: back(xmin), ymin: back(ymin), xmax: back(xmax), ymax: back(ymax) };
        }
        assert_eq!(judged(&found, &truth(&field)), [field.cells.len(), 0, 0], "times {times}");
    }
}

#[test]
fn drawn_single_cells_are_cells_and_a_wide_picture_shows_the_cell_at_its_end() {
    let mut as_cells = 0;
    let classes = ["neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil", "ig", "erythroblast", "platelet"];
    for (class, seed) in classes.into_iter().flat_map(|class| (0..4).map(move |seed| (class, seed))) {
        let survey = survey(&synthetic::draw(class, seed)).unwrap();
        as_cells += usize::from(kind(&survey, &Scale::default()).kind == Kind::Cell);
    }
    assert!(as_cells >= 31, "{as_cells} of 32");
    let cell = synthetic::draw("neutrophil", 1);
    let mut wide = RgbImage::from_pixel(1100, 363, Rgb([240, 229, 218]));
    imageops::replace(&mut wide, &cell, 740, 0);
    let survey = survey(&wide).unwrap();
    let found = Found::of(survey, &Scales::default());
    assert_eq!((found.sorted.kind, found.cells.len()), (Kind::Field, 1), "{}", found.sorted.why);
    let (x, y) = found.cells[0].nucleus.middle();
    assert!((x - 920.0).abs() < 60.0 && (y - 181.0).abs() < 60.0, "{x} {y}");
}

#[test]
fn red_cells_alone_a_blank_sheet_and_a_page_are_neither() {
    let blank = RgbImage::from_pixel(640, 480, Rgb([250, 250, 250]));
    let page = RgbImage::from_fn(640, 480, |x, y| Rgb([if y % 20 < 8 && x % 9 < 5 { 30 } else { 250 }; 3]));
    let red = RgbImage::from_fn(640, 480, |x, y| {
        let inside = ((x % 120) as f32 - 60.0).hypot((y % 120) as f32 - 60.0) < 48.0;
        Rgb(if inside { [222, 175, 172] } else { [240, 235, 228] })
    });
    for (name, image) in [("blank", blank), ("page", page), ("red cells", red)] {
        let found = Found::of(survey(&image).unwrap(), &Scales::default());
        assert_eq!((found.sorted.kind, found.cells.len()), (Kind::Neither, 0), "{name}: {}", found.sorted.why);
    }
}

#[test]
fn crops_show_nuclei_as_large_as_the_model_knows_them_at_any_magnification() {
    let home = bundled::FIRST.card().unwrap().home().look;
    let field = synthetic::field::draw(11);
    let side = |times: u32| {
        let (wide, high) = (field.image.width() * times, field.image.height() * times);
        let image = imageops::resize(&field.image, wide, high, imageops::FilterType::Triangle);
        let survey = survey(&image).unwrap();
        let scale = Scales::of([&survey]).scale(&survey);
        let found = cells(&survey, &scale);
        let crops = crops(&image, &survey, &found, &scale, &home);
        assert_eq!(crops.len(), found.len());
        let side = f64::from(crops[0].width());
        (side, scale.nucleus.unwrap() / side)
    };
    let ((once, small), (twice, large)) = (side(1), side(2));
    assert!((twice / once / 2.0 - 1.0).abs() < 0.08, "{once} {twice}");
    // Too few nuclei lie in one field to tell the scale: the red cells do, which are drawn with sizes of their own.
    for share in [small, large] {
        assert!((share / home.nucleus.unwrap() - 1.0).abs() < 0.35, "{share} of a crop");
    }
}

#[test]
fn cells_of_a_field_of_many_strips_are_found_and_cut_as_in_memory() {
    // Drawn fields beside and below each other, so that cells lie across every border of strips.
    let fields: Vec<DrawnField> = (0..6).map(synthetic::field::draw).collect();
    let mut whole = RgbImage::from_pixel(4500, 3701, *fields[0].image.get_pixel(0, 0));
    let ((width, height), mut drawn) = (fields[0].image.dimensions(), 0);
    for (n, (x, y)) in (0..3701 / height).flat_map(|y| (0..4500 / width).map(move |x| (x, y))).enumerate() {
        let field = &fields[n % fields.len()];
        imageops::replace(&mut whole, &field.image, (x * width).into(), (y * height).into());
        drawn += field.cells.len();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.png");
    whole.save(&path).unwrap();
    let sheet = Sheet::open(&path).unwrap();
    assert!(sheet.whole().is_none(), "it is small enough for one strip");
    let (of_file, of_memory) = (survey_of(&sheet).unwrap(), survey(&whole).unwrap());
    let scale = Scales::of([&of_memory]).scale(&of_memory);
    let found = cells(&of_file, &scale);
    assert!(drawn > 30 && found.len() * 10 >= drawn * 9, "{} of {drawn}", found.len());
    assert_eq!(found, cells(&of_memory, &scale));
    let places: Vec<Place> = found.iter().map(|cell| around(cell, None)).collect();
    let mut seen = vec![0; places.len()];
    each(&sheet, &places, [9; 3], |at, piece| {
        assert!(piece == crop(&whole, places[at], [9; 3]), "{:?}", places[at]);
        seen[at] += 1;
    })
    .unwrap();
    assert!(seen.iter().all(|times| *times == 1));
}
