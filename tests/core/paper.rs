//! Reports on paper: they open, every page says where it is from, nothing is lost between pages.

use leukoscope::{
    domain::{classes::ClassList, confusion::Confusion, metrics::Metrics},
    report::{
        chart::{Chart, Provenance},
        csv::Table,
        document::Document,
        fonts::Library,
        pdf,
        words::NOTICE,
    },
};

use super::pdf_reader::pages;

fn metrics() -> Metrics {
    let mut confusion = Confusion::new(ClassList::known());
    for label in 0..8 {
        (0..20).for_each(|again| confusion.add(label, if again == 0 { 0 } else { label }));
    }
    Metrics::of(confusion)
}

#[test]
fn every_page_has_its_number_and_the_notice() {
    let origin = Provenance::new().with("model", "b".repeat(64));
    let charts = Chart::of_metrics(&metrics(), &origin);
    let mut report = Document::new("MobileNet on slides", origin);
    report.heading("Figures").lead("Accuracy 95.6 % (91.2 to 97.9)");
    charts.iter().for_each(|chart| {
        report.chart(chart);
    });
    let said = pages(pdf::render(&report).unwrap());
    assert_eq!(said.len(), 2, "the facts and a chart, then two charts");
    for (index, page) in said.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of 2", index + 1)) && page.contains(NOTICE), "{page}");
    }
    assert!(said[0].contains("MobileNet on slides") && said[0].contains(&"b".repeat(64)), "{}", said[0]);
    assert!(said[0].contains(&format!("Written {}", report.date())));
    assert!(said.concat().contains("Accuracy 95.6 % (91.2 to 97.9)"));
    for chart in &charts {
        assert!(said.concat().contains(&chart.title), "the words of {} can be selected", chart.name);
    }
}

#[test]
fn a_long_table_goes_on_with_its_head_and_loses_no_row() {
    let mut table = Table::new(["path", "true class"]);
    (0..60)
        .for_each(|row| table.push([format!("neutrophil/a-rather-long-name-of-a-file-{row:03}.jpg"), "ig".to_owned()]));
    let mut report = Document::new("Rows", Provenance::new());
    report.table("Mistakes", &table);
    let said = pages(pdf::render(&report).unwrap());
    assert!(said.len() > 1, "sixty rows are more than a page");
    let all = said.concat();
    assert!((0..60).all(|row| all.contains(&format!("file-{row:03}.jpg"))), "{all}");
    assert!(said.iter().all(|page| page.lines().any(|line| line == "path")), "the head stands on every page");
}

#[test]
fn words_that_no_font_has_and_words_wider_than_the_page_are_survived() {
    let mut report = Document::new("细胞 \u{1} <&>", Provenance::new().with("folder", "x".repeat(400)));
    report.paragraph(&"w".repeat(500)).table("Nothing", &Table::default());
    let said = pages(pdf::render(&report).unwrap());
    let all = said.concat();
    let longest = |letter: char| -> usize {
        let lines = all.lines().filter(|line| !line.is_empty() && line.chars().all(|of| of == letter));
        lines.map(|line| line.chars().count()).sum()
    };
    assert_eq!((longest('w'), longest('x')), (500, 400), "{all}");
}

/// Eosinophil in Chinese, neutrophil in Korean, lymphocyte in Hindi and monocyte in Arabic.
const NAMES: [&str; 4] = ["嗜酸性粒细胞", "호중구", "लिम्फोसाइट", "وحيدة"];

/// A report of classes with such names, in words, in a table and in charts.
fn of_the_world() -> Document {
    let classes = ClassList::new(NAMES.map(str::to_owned));
    let mut confusion = Confusion::new(classes.clone());
    for label in 0..4 {
        (0..20).for_each(|again| confusion.add(label, if again == 0 { 0 } else { label }));
    }
    let origin = Provenance::new().with_classes(&classes).with("folder", "细胞");
    let charts = Chart::of_metrics(&Metrics::of(confusion), &origin);
    let mut report = Document::new("MobileNet, 细胞", origin);
    let mut table = Table::new(["path", "class"]);
    NAMES.iter().for_each(|name| table.push([format!("{name}/1.png"), (*name).to_owned()]));
    report.heading("Figures").table("Mistakes", &table);
    charts.iter().for_each(|chart| {
        report.chart(chart);
    });
    report
}

#[test]
fn names_of_the_world_are_copied_as_they_are_where_a_font_has_them() {
    let fonts: [&[u8]; 3] = [
        include_bytes!("../fonts/cjk.otf"),
        include_bytes!("../fonts/devanagari.ttf"),
        include_bytes!("../fonts/arabic.ttf"),
    ];
    let library = Library::given(fonts.map(<[u8]>::to_vec).to_vec());
    let bytes = pdf::render_with(&of_the_world(), &library).unwrap();
    assert!(bytes.len() < 200_000, "only what is used is in the file: {} bytes", bytes.len());
    let all = pages(bytes).concat();
    for name in NAMES {
        let said = all.lines().filter(|line| *line == name).count();
        assert!(said >= 4, "{name} stands in the table and in three charts, not {said} times\n{all}");
        // A mark of direction behind a word that runs to the left is no letter.
        assert!(all.replace('\u{200e}', "").contains(&format!("{name}/1.png")), "{name}\n{all}");
    }
    assert!(!all.contains("C1") && !all.contains("code points"), "{all}");
}

#[test]
fn names_that_no_font_has_are_codes_with_a_note() {
    let bytes = pdf::render_with(&of_the_world(), &Library::given(Vec::new())).unwrap();
    let all = pages(bytes).concat();
    assert!(NAMES.iter().all(|name| !all.contains(name)), "{all}");
    // In the order of the class list, that of the code points: Arabic, Hindi, Chinese, Korean.
    for code in ["C1", "C2", "C3", "C4"] {
        assert!(all.lines().filter(|line| *line == code).count() >= 4, "{code}\n{all}");
        assert!(all.contains(&format!("{code}/1.png")), "{code}\n{all}");
    }
    let escaped: String = NAMES[1].chars().map(|letter| format!("\\u{{{:x}}}", u32::from(letter))).collect();
    let notes = all.matches(&format!("C4: {escaped}")).count();
    assert_eq!(notes, 4, "one below the table and one in each chart\n{all}");
    assert!(all.contains("MobileNet, \\u{7ec6}\\u{80de}"), "{all}");
}
