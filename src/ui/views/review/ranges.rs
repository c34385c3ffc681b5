//! The lab's word on its counts: the counter's white cell count, and reference ranges, which are off until they are filled in.

use egui::{CollapsingHeader, Grid, RichText, TextEdit, Ui};

use crate::{
    app::{
        Actions, AppState, Wish as _,
        pages::review::{Form, Message, Open},
        wish,
    },
    domain::{
        differential::{Range, Rules},
        review::entry::Ruled,
    },
    ui::widgets::{marker, parts},
};

/// What is typed, and what it was filled from.
#[derive(Default)]
pub(super) struct Ranges {
    from: Option<Ruled>,
    wbc: String,
    corrected_from: String,
    /// Of each class: from, to.
    ends: Vec<(String, [String; 2])>,
}

impl Ranges {
    fn fill(&mut self, open: &Open) {
        let view = open.view();
        let now = Ruled { rules: view.rules(&open.case).clone(), wbc: view.wbc(&open.case) };
        let classes = || open.tally.reviewed.classes.iter().map(|share| share.name.as_str());
        let same = self.ends.iter().map(|(class, _)| class.as_str()).eq(classes());
        if same && self.from.as_ref() == Some(&now) {
            return;
        }
        let range = |class: &str| now.rules.ranges.iter().find(|range| range.class == class);
        let ends =
            |class: &str| range(class).map_or_else(Default::default, |of| [of.low, of.high].map(|end| end.to_string()));
        self.ends = classes().map(|class| (class.to_owned(), ends(class))).collect();
        self.wbc = now.wbc.map_or_else(String::new, |wbc| wbc.to_string());
        self.corrected_from = now.rules.corrected_from.to_string();
        self.from = Some(now);
    }

    /// What is typed as rules.
    ///
    /// # Errors
    /// In words, what cannot be read.
    fn read(&self) -> Result<Ruled, String> {
        let before = self.from.clone().unwrap_or_default();
        let mut ranges: Vec<Range> = Vec::new();
        for (class, [low, high]) in &self.ends {
            if !(low.trim().is_empty() && high.trim().is_empty()) {
                ranges.push(Range::parse(&format!("{class}={}-{}", low.trim(), high.trim()))?);
            }
        }
        let others =
            before.rules.ranges.iter().filter(|range| self.ends.iter().all(|(class, _)| *class != range.class));
        ranges.extend(others.cloned());
        let corrected_from = self.corrected_from.trim().parse::<f64>().ok().filter(|from| *from >= 0.0);
        let corrected_from = corrected_from.ok_or(t!("the correction begins at a number from 0 on"))?;
        Ok(Ruled { rules: Rules { corrected_from, ranges, ..before.rules }, wbc: Form::wbc(&self.wbc)? })
    }
}

pub(super) fn show(ui: &mut Ui, state: &AppState, open: &Open, ranges: &mut Ranges, actions: &mut Actions) {
    ranges.fill(open);
    let obstacle = Message::Rules(Box::default()).obstacle(state);
    let mut done = false;
    ui.add_enabled_ui(obstacle.is_none(), |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(t!("WBC per µL")).small().weak());
            done |= field(ui, &mut ranges.wbc, t!("WBC per µL"), 72.0, t!("off"));
        });
        CollapsingHeader::new(RichText::new(t!("Reference ranges, %")).small()).id_salt("ranges").show(ui, |ui| {
            Grid::new("reference ranges").num_columns(3).spacing([8.0, 4.0]).show(ui, |ui| {
                for (class, [low, high]) in &mut ranges.ends {
                    ui.horizontal(|ui| {
                        let (rect, _) = ui.allocate_exact_size(egui::vec2(10.0, 16.0), egui::Sense::hover());
                        marker::paint(ui.painter(), rect.center(), 4.0, class);
                        ui.label(RichText::new(marker::code(ui.ctx(), class)).size(12.0));
                    });
                    done |= field(ui, low, &t!("{class} from", class), 48.0, t!("off"));
                    done |= field(ui, high, &t!("{class} to", class), 48.0, t!("off"));
                    ui.end_row();
                }
            });
            ui.horizontal(|ui| {
                ui.label(RichText::new(t!("Correct WBC from NRBC")).small().weak());
                done |= field(ui, &mut ranges.corrected_from, t!("Correct WBC from NRBC"), 40.0, "5");
            });
        });
    });
    let half = |(_, [low, high]): &(String, [String; 2])| low.trim().is_empty() != high.trim().is_empty();
    let waits = ranges.ends.iter().any(half);
    match ranges.read() {
        Ok(ruled) if done && ranges.from.as_ref() != Some(&ruled) => {
            actions.push(wish::Review::Rules(Box::new(ruled)));
        }
        Ok(_) => {}
        Err(_) if waits => {
            ui.label(RichText::new(t!("A range has both ends")).small().weak());
        }
        Err(why) => {
            ui.label(RichText::new(crate::app::notices::sentence(&why)).small().color(ui.visuals().error_fg_color));
        }
    }
}

/// A small field; whether it was left or Enter was pressed.
fn field(ui: &mut Ui, text: &mut String, name: &str, width: f32, hint: &str) -> bool {
    let edit = ui.add(TextEdit::singleline(text).hint_text(hint).desired_width(width).font(egui::TextStyle::Small));
    parts::named(&edit, name);
    edit.lost_focus()
}
