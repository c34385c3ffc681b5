//! Runs that differ by seed alone, one line a group: mean, standard deviation and range of their test figures.

use egui::{Grid, RichText, Role, ScrollArea, Ui, WidgetInfo};

use crate::{
    app::{Actions, wish},
    domain::spread::{SeedGroup, Spread},
};

/// Draws the groups.
pub(super) fn show(ui: &mut Ui, groups: &[SeedGroup<'_>], actions: &mut Actions) {
    ScrollArea::both().id_salt("seeds").auto_shrink(false).show(ui, |ui| {
        Grid::new("seeds").striped(true).num_columns(8).spacing([16.0, 4.0]).show(ui, |ui| {
            for head in [
                t!("Network"),
                t!("Settings"),
                t!("Seeds"),
                "n",
                t!("Accuracy"),
                t!("Balanced accuracy"),
                t!("Macro F1"),
                "",
            ] {
                ui.label(RichText::new(head).small().weak());
            }
            ui.end_row();
            for group in groups {
                line(ui, group, actions);
                ui.end_row();
            }
        });
        let words =
            t!("Mean ± standard deviation of the sample (lowest to highest), each on the test split of its own seed");
        ui.label(RichText::new(words).small().weak());
    });
}

fn line(ui: &mut Ui, group: &SeedGroup<'_>, actions: &mut Actions) {
    let Some(first) = group.runs.first() else { return };
    let (network, config) = (first.architecture.title(), &first.config);
    let names: Vec<_> = group.runs.iter().map(|run| run.name.as_str()).collect();
    ui.label(network).on_hover_text(names.join("\n"));
    let most = config.per_class.map_or_else(String::new, |most| t!(", {most} a class", most));
    ui.label(t!(
        "{dataset}, {size} px, {epochs} epochs{most}",
        dataset = first.dataset,
        size = config.size,
        epochs = config.epochs,
        most
    ));
    let seeds: Vec<_> = group.seeds().map(|seed| seed.to_string()).collect();
    ui.label(seeds.join(", "));
    ui.label(group.runs.len().to_string());
    let figures = [
        (t!("accuracy"), group.accuracy, Unit::Percent),
        (t!("balanced accuracy"), group.balanced_accuracy, Unit::Percent),
        (t!("macro F1"), group.macro_f1, Unit::Share),
    ];
    for (figure, spread, unit) in figures {
        let words = unit.words(spread);
        let label = ui.label(&words);
        let said =
            t!("{figure} of {network} over {count} seeds: {words}", figure, network, count = group.runs.len(), words);
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    }
    let name = t!("Draw the curves of {names} over each other", names = names.join(", "));
    let button = ui.small_button(t!("Curves")).on_hover_text(&name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if button.clicked() {
        actions.push(wish::Runs::TickOnly(group.runs.iter().map(|run| run.path.clone()).collect()));
    }
}

/// How a figure is written.
#[derive(Clone, Copy)]
enum Unit {
    Percent,
    Share,
}

impl Unit {
    /// `85.0 ± 5.0 % (80.0 to 90.0)` or `0.850 ± 0.050 (0.800 to 0.900)`.
    fn words(self, spread: Option<Spread>) -> String {
        let Some(spread) = spread else { return "n/a".to_owned() };
        let (unit, number): (_, fn(f64) -> String) = match self {
            Self::Percent => (" %", |share| format!("{:.1}", 100.0 * share)),
            Self::Share => ("", |share| format!("{share:.3}")),
        };
        let deviation = spread.deviation.map_or_else(String::new, |deviation| format!(" ± {}", number(deviation)));
        t!(
            "{mean}{deviation}{unit} ({low} to {high})",
            mean = number(spread.mean),
            deviation,
            unit,
            low = number(spread.low),
            high = number(spread.high)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_reads_as_in_a_paper() {
        let spread = Spread::of([0.8, 0.9, 0.85]);
        assert_eq!(Unit::Percent.words(spread), "85.0 ± 5.0 % (80.0 to 90.0)");
        assert_eq!(Unit::Share.words(spread), "0.850 ± 0.050 (0.800 to 0.900)");
        assert_eq!(Unit::Percent.words(None), "n/a");
    }
}
