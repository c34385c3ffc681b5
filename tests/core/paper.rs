//! Reports on paper: they open, every page says where it is from, nothing is lost between pages.

use leukoscope::{
    domain::{classes::ClassList, confusion::Confusion, metrics::Metrics},
    report::{
        chart::{Chart, Provenance},
        csv::Table,
        document::Document,
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
