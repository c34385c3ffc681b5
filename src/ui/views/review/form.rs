//! What is asked before a session begins and before a signed one is changed.

use egui::{Context, Grid, Id, Key, Label, Modal, RichText, TextEdit, Ui};

use crate::{
    app::{Actions, AppState, pages::review::Form, wish},
    language,
    ui::widgets::parts,
};

pub fn show(ctx: &Context, state: &AppState, actions: &mut Actions) {
    let Some(form) = &state.review.form else { return };
    let fresh = is_fresh(ctx);
    let modal = Modal::new(Id::unique("review form")).show(ctx, |ui| {
        ui.set_width(400.0);
        match form {
            Form::Begin { .. } => begin(ui, state, (form, fresh), actions),
            Form::Amend { reason } => amend(ui, (reason, fresh), actions),
        }
        ui.horizontal(|ui| {
            let go = parts::button(ui, state, actions, wish::Review::Go, true);
            parts::button(ui, state, actions, wish::Review::Leave, false);
            if go.enabled() && ui.input(|input| input.key_pressed(Key::Enter)) {
                actions.push(wish::Review::Go);
            }
        });
    });
    if modal.should_close() {
        actions.push(wish::Review::Leave);
    }
}

/// Whether the form has just opened; its very first frame is only measured.
fn is_fresh(ctx: &Context) -> bool {
    let (id, now) = (Id::unique("when the review form was drawn"), ctx.cumulative_frame_nr());
    let before: Option<(u64, u64)> = ctx.data(|data| data.get_temp(id));
    let first = before.filter(|(_, last)| last + 1 >= now).map_or(now, |(first, _)| first);
    ctx.data_mut(|data| data.insert_temp(id, (first, now)));
    now < first + 3
}

fn begin(ui: &mut Ui, state: &AppState, (form, fresh): (&Form, bool), actions: &mut Actions) {
    let Form::Begin { name, who, wbc } = form else { return };
    let (mut name, mut who, mut wbc) = (name.clone(), who.clone(), wbc.clone());
    ui.heading(t!("Review these cells"));
    let cells = super::cells(state.classify.items.len());
    let model = state.classify.model.as_ref().and_then(|key| state.models.get(&key.id));
    let model = model.map_or_else(String::new, |model| t!(", suggested by {model}", model = model.name()));
    let occurring = &state.classify.occurring;
    let among = if occurring.is_all() {
        String::new()
    } else {
        t!(", among {occurring}", occurring = language::heard(&occurring.words()))
    };
    ui.add(Label::new(RichText::new(format!("{cells}{model}{among}")).weak()).wrap());
    let mut changed = false;
    Grid::new("begin a review").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
        let fields = [
            (t!("Specimen or name"), &mut name, t!("What the session is called")),
            (t!("Your name"), &mut who, t!("Stands in every entry")),
            (t!("WBC per µL"), &mut wbc, t!("From the counter, if known")),
        ];
        for (at, (title, text, hint)) in fields.into_iter().enumerate() {
            ui.label(title);
            let edit = ui.add(TextEdit::singleline(text).hint_text(hint).desired_width(240.0));
            parts::named(&edit, title);
            changed |= edit.changed();
            // What has no answer yet gets the keyboard.
            if at == 1 && fresh {
                edit.request_focus();
            }
            ui.end_row();
        }
    });
    if changed {
        actions.push(wish::Review::Fill(Form::Begin { name, who, wbc }));
    }
}

fn amend(ui: &mut Ui, (reason, fresh): (&str, bool), actions: &mut Actions) {
    let mut reason = reason.to_owned();
    ui.heading(t!("Amend the signed result"));
    let words = t!("A new version begins; the signed one stays readable. Why is it changed?");
    ui.add(Label::new(RichText::new(words).weak()).wrap());
    let edit = ui.add(TextEdit::singleline(&mut reason).hint_text(t!("Reason")).desired_width(f32::INFINITY));
    parts::named(&edit, t!("Reason"));
    if fresh {
        edit.request_focus();
    }
    if edit.changed() {
        actions.push(wish::Review::Fill(Form::Amend { reason }));
    }
}
