//! Things that happen in another order than they were meant to: answers that come late, steps that are taken back, models that
//! change while they are asked. Without a window, since what the window shows follows from the state.

use std::path::PathBuf;

use leukoscope::{
    app::{Action, App, AppState, Level, Notice, Page, Setup, wish},
    domain::config::TrainConfig,
    eval::learned::Scope,
    store::preferences::{self, Preferences, ThemeChoice},
};

use crate::common::{headless, slide, slides, smallest, trained, until};

fn setup(outputs: &tempfile::TempDir) -> Setup {
    Setup { outputs: outputs.path().to_owned(), ..Setup::default() }
}

fn id(outputs: &tempfile::TempDir, run: &str) -> String {
    outputs.path().join(run).display().to_string()
}

fn started(setup: Setup) -> App {
    let mut app = headless(setup);
    until(&mut app, "the models", |state| state.models.current().is_some());
    app
}

fn classified(app: &mut App, count: usize) {
    until(app, "the images", |state| state.classify.running.is_empty() && state.classify.items.len() == count);
}

/// What can be undone last, undone.
fn undo(app: &mut App) {
    app.act(vec![wish::Window::Undo]);
}

/// The newest message that offers to take a step back.
fn undoable(app: &App) -> Option<u64> {
    let undo = |notice: &&Notice| notice.offer.as_ref().is_some_and(|(word, _)| word == "Undo");
    app.state().notices.log().iter().rfind(undo).map(|notice| notice.id)
}

fn said(app: &App, words: &str) -> usize {
    app.state().notices.log().iter().filter(|notice| notice.text.contains(words)).count()
}

#[test]
fn another_lab_s_figures_stand_beside_those_of_their_own_model_alone() {
    let (outputs, lab) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    trained(&outputs, "other", 1);
    for class in ["ig", "platelet"] {
        std::fs::create_dir(lab.path().join(class)).unwrap();
        std::fs::copy(slide(class), lab.path().join(class).join("a.jpg")).unwrap();
    }
    let mut app = started(Setup { open: vec![slides()], ..setup(&outputs) });
    until(&mut app, "the dataset", |state| state.dataset.opened.is_some() && state.models.known.len() == 3);
    app.act(vec![wish::Evaluate::On(Some(Scope::All)), wish::Evaluate::Evaluate]);
    until(&mut app, "the first model", |state| state.evaluate.home.result().is_some());
    let first = app.state().evaluate.home.answered().cloned().unwrap().model;
    // The other lab is asked about the first model while the second one is already being judged at home.
    app.act([wish::Evaluate::Model(id(&outputs, "other")), wish::Evaluate::Other(lab.path().to_owned())]);
    assert_eq!(app.state().evaluate.elsewhere.asked().map(|asked| &asked.model), Some(&first));
    until(&mut app, "both", |state| {
        state.evaluate.home.running().is_none() && state.evaluate.elsewhere.running().is_none()
    });
    let home = app.state().evaluate.home.answered().cloned().unwrap().model;
    assert_eq!(home.id, id(&outputs, "other"));
    assert!(app.state().evaluate.other().is_none(), "it is of the first model, the page is of the second");
    assert_eq!(said(&app, "not of the model that is shown"), 1);
    app.act([wish::Evaluate::Model(first.id.clone())]);
    until(&mut app, "the first model again", |state| state.evaluate.home.running().is_none());
    let (lab, away) = app.state().evaluate.other().expect("now it is of the model that is shown");
    assert_eq!((lab.model.clone(), away.metrics.n), (first, 2));
}

#[test]
fn results_of_two_models_never_mix_and_both_come_back() {
    let outputs = tempfile::tempdir().unwrap();
    let mut app = started(setup(&outputs));
    app.act(vec![wish::Classify::Classify(vec![slide("ig"), slide("platelet")])]);
    classified(&mut app, 2);
    let (items, model) = (app.state().classify.items.clone(), app.state().classify.model.clone());
    app.act([wish::Models::Use("xception".to_owned())]);
    app.act([wish::Classify::Classify(vec![slide("monocyte")])]);
    classified(&mut app, 1);
    assert_ne!(app.state().classify.model, model);
    undo(&mut app);
    assert_eq!((&app.state().classify.items, &app.state().classify.model), (&items, &model));
    undo(&mut app);
    assert_eq!(app.state().classify.items.len(), 1, "the other model's result made way and is back as well");
    app.act(vec![wish::Classify::Again]);
    classified(&mut app, 1);
    undo(&mut app);
    assert_eq!(app.state().classify.items.len(), 1);
}

#[test]
fn what_was_waiting_when_the_page_was_cleared_is_classified_after_the_undo() {
    let outputs = tempfile::tempdir().unwrap();
    let mut app = started(setup(&outputs));
    let folders = ["ig", "platelet", "monocyte"].map(|class| slides().join(class));
    app.act(folders.iter().map(|folder| wish::Classify::Classify(vec![folder.clone()])));
    until(&mut app, "the first images", |state| !state.classify.items.is_empty());
    app.act(vec![wish::Classify::Clear]);
    assert!(app.state().classify.items.is_empty() && app.state().classify.running.is_empty());
    until(&mut app, "the jobs", |state| !state.activity.busy());
    assert_eq!(said(&app, "Stopped"), 0, "that they made way is no news, and their undo is still on the screen");
    undo(&mut app);
    classified(&mut app, 36);
    let mut files: Vec<PathBuf> = app.state().classify.items.iter().map(|item| item.path.clone()).collect();
    files.sort();
    files.dedup();
    assert_eq!(files.len(), 36);
}

#[test]
fn an_image_that_is_given_again_stands_once_in_the_list() {
    let outputs = tempfile::tempdir().unwrap();
    let mut app = started(setup(&outputs));
    app.act(vec![wish::Classify::Classify(vec![slide("ig"), slide("platelet")])]);
    classified(&mut app, 2);
    app.act([wish::Window::Go(Page::Welcome)]);
    app.act([wish::Classify::Classify(vec![slide("ig")])]);
    classified(&mut app, 2);
    assert_eq!((app.state().page, app.state().classify.current), (Page::Classify, 0));
}

#[test]
fn an_offer_that_cannot_be_taken_now_is_still_there_afterwards() {
    let outputs = tempfile::tempdir().unwrap();
    trained(&outputs, "a", 1);
    let mut app = started(setup(&outputs));
    let folder = outputs.path().join("a");
    until(&mut app, "the run", |state| state.train.runs.len() == 1);
    app.act([wish::Runs::Rename(folder, "b".to_owned())]);
    until(&mut app, "the new name", |state| state.train.changing.is_empty());
    let offer = undoable(&app).expect("a renaming can be undone");
    // Another run of the old name is in the way.
    trained(&outputs, "a", 2);
    app.act([wish::Settings::Outputs(None)]);
    until(&mut app, "both runs", |state| state.train.runs.len() == 2);
    app.act([wish::Window::TakeOffer(offer)]);
    assert_eq!(said(&app, "Another run has that name"), 1);
    app.act([wish::Runs::Delete(outputs.path().join("a"))]);
    until(&mut app, "the deletion", |state| state.train.runs.len() == 1);
    app.act([wish::Window::TakeOffer(offer)]);
    until(&mut app, "the old name", |state| state.train.runs.iter().any(|run| run.name == "a"));
    assert!(app.state().notices.offered(offer).is_none(), "it was taken");
    assert!(undoable(&app).is_some(), "that of the deletion stands");
}

#[test]
fn a_run_that_was_trained_anew_in_the_same_folder_is_another_model() {
    let outputs = tempfile::tempdir().unwrap();
    trained(&outputs, "a", 1);
    let mut app = started(setup(&outputs));
    until(&mut app, "the run", |state| state.models.known.len() == 3);
    app.act([wish::Models::Use(id(&outputs, "a"))]);
    app.act([wish::Classify::Classify(vec![slide("ig")])]);
    classified(&mut app, 1);
    std::fs::remove_dir_all(outputs.path().join("a")).unwrap();
    trained(&outputs, "a", 2);
    let before = app.state().classify.model.clone().unwrap();
    app.act([wish::Settings::Outputs(None)]);
    until(&mut app, "the new run", |state| state.models.known.len() == 3 && !state.models.has(&before));
    app.act(vec![wish::Classify::Classify(vec![slide("platelet")])]);
    classified(&mut app, 1);
    assert_eq!(app.state().classify.items[0].path, slide("platelet"), "they do not stand in one list");
    undo(&mut app);
    assert_eq!(app.state().classify.items[0].path, slide("ig"));
}

#[test]
fn a_remembered_model_that_is_gone_is_named_and_stays_remembered() {
    let (outputs, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let gone = id(&outputs, "gone");
    let kept = Preferences { model: Some(gone.clone()), ..Preferences::default() };
    preferences::save(config.path(), &kept).unwrap();
    let mut app = started(Setup { config: Some(config.path().to_owned()), ..setup(&outputs) });
    assert_eq!(app.state().models.current.as_deref(), Some("mobilenet"));
    assert_eq!(said(&app, "The model gone is not there"), 1);
    assert_eq!(app.state().settings.preferences.model, Some(gone.clone()));
    trained(&outputs, "gone", 1);
    app.act([wish::Settings::Outputs(None)]);
    until(&mut app, "the model", |state| state.models.current.as_ref() == Some(&gone));
}

#[test]
fn a_second_window_begins_as_the_first_and_takes_nothing_from_it() {
    let (outputs, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let setup = Setup { config: Some(config.path().to_owned()), ..setup(&outputs) };
    let theme = |app: &App| app.state().settings.preferences.theme;
    let mut first = started(setup.clone());
    first.act([wish::Settings::Theme(ThemeChoice::Dark)]);
    until(&mut first, "the file", |_| preferences::load(config.path()).0.theme == ThemeChoice::Dark);
    let mut second = started(setup.clone());
    assert_eq!((said(&second, "Another window"), theme(&second)), (1, ThemeChoice::Dark));
    second.act([wish::Settings::Theme(ThemeChoice::Light)]);
    second.close(None);
    first.close(None);
    let after = started(setup);
    assert_eq!((said(&after, "Another window"), theme(&after)), (0, ThemeChoice::Dark));
}

#[test]
fn a_model_that_lies_elsewhere_is_opened_and_there_after_the_next_start() {
    let [outputs, elsewhere, config] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    trained(&elsewhere, "fitted", 1);
    let (folder, fitted) = (elsewhere.path().join("fitted"), id(&elsewhere, "fitted"));
    let setup = Setup { config: Some(config.path().to_owned()), ..setup(&outputs) };
    let mut app = started(setup.clone());
    app.act([wish::Models::Open(elsewhere.path().to_owned())]);
    until(&mut app, "the failure", |state| state.notices.unread() == 1);
    assert_eq!(said(&app, "This folder is no model"), 1);
    app.act([wish::Models::Open(folder)]);
    until(&mut app, "the model", |state| state.models.current.as_ref() == Some(&fitted));
    app.act(vec![wish::Classify::Classify(vec![slide("ig")])]);
    classified(&mut app, 1);
    app.close(None);
    let again = started(setup);
    assert_eq!(again.state().models.current, Some(fitted));
    assert_eq!(said(&again, "is not there"), 0);
}

#[test]
fn warnings_of_a_training_stand_in_its_row_and_on_the_button() {
    let (outputs, lab) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for class in ["ig", "mystery"] {
        std::fs::create_dir(lab.path().join(class)).unwrap();
        std::fs::copy(slide("ig"), lab.path().join(class).join(format!("{class}.jpg"))).unwrap();
    }
    let mut app = started(Setup { open: vec![slides()], ..setup(&outputs) });
    until(&mut app, "the dataset", |state| state.dataset.opened.is_some());
    let config = TrainConfig { also: vec![lab.path().to_owned()], ..smallest() };
    app.act(vec![wish::Train::Edit(Box::new(config)), wish::Train::Start]);
    let warned = |app: &App| app.state().train.running.first().is_some_and(|run| !run.warnings.is_empty());
    until(&mut app, "the warning", |state| state.activity.unread > 0);
    assert!(warned(&app), "it stands above the curves");
    until(&mut app, "the run", |state| state.train.running.is_empty());
    let warnings: Vec<_> = app.state().activity.tasks.iter().flat_map(|task| &task.warnings).collect();
    assert!(warnings.iter().any(|warning| warning.why.contains("mystery")), "{warnings:?}");
    app.act(vec![wish::Window::ReadActivity]);
    assert_eq!(app.state().unread(), 0);
    let loud = app.state().notices.log().iter().filter(|notice| notice.level == Level::Error).count();
    assert_eq!(loud, 0);
}

#[test]
fn a_dataset_that_is_still_opening_can_be_closed() {
    let outputs = tempfile::tempdir().unwrap();
    let mut app = started(setup(&outputs));
    app.act(vec![wish::Dataset::Open(slides()), wish::Dataset::Close]);
    until(&mut app, "the end", |state| !state.activity.busy());
    assert!(app.state().dataset.opened.is_none() && said(&app, "Opened") == 0);
}

#[test]
fn a_run_of_another_dataset_is_not_resumed() {
    let (outputs, lab) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    trained(&outputs, "a", 1);
    for class in ["ig", "platelet"] {
        std::fs::create_dir(lab.path().join(class)).unwrap();
        std::fs::copy(slide(class), lab.path().join(class).join("a.jpg")).unwrap();
    }
    let mut app = started(Setup { open: vec![lab.path().to_owned()], ..setup(&outputs) });
    until(&mut app, "the dataset", |state| state.dataset.opened.is_some() && state.train.runs.len() == 1);
    let resume = Action::from(wish::Train::Resume(outputs.path().join("a")));
    assert!(resume.obstacle(app.state()).is_some_and(|why| why.contains("another dataset")));
    app.act([wish::Dataset::Open(slides())]);
    until(&mut app, "its own dataset", |state| {
        state.dataset.opened.as_ref().is_some_and(|opened| opened.dataset.root == slides())
    });
    assert_eq!(resume.obstacle(app.state()), None);
}

/// Run by hand: `LEUKO_SHARED=DIR cargo test --release --test gui a_drop_is_answered -- --ignored --nocapture`.
#[test]
#[ignore = "judges all of a real dataset, and says how long a drop waits meanwhile"]
fn a_drop_is_answered_while_an_evaluation_runs() {
    let outputs = tempfile::tempdir().unwrap();
    let root = PathBuf::from(std::env::var_os("LEUKO_SHARED").unwrap()).join("data/pbc");
    let mut app = started(Setup { open: vec![root], ..setup(&outputs) });
    until(&mut app, "the dataset", |state| state.dataset.opened.is_some());
    app.act([wish::Evaluate::On(Some(Scope::All))]);
    app.act([wish::Evaluate::Evaluate]);
    let evaluating = |state: &AppState| {
        let task = state.evaluate.home.running().and_then(|job| state.activity.task(job));
        task.is_some_and(|task| task.done > 0)
    };
    until(&mut app, "the first judged cells", evaluating);
    let began = std::time::Instant::now();
    app.act([wish::Window::Drop(vec![slide("ig"), slide("platelet")])]);
    classified(&mut app, 2);
    println!("a drop of 2 images was answered after {:.2} s", began.elapsed().as_secs_f64());
    assert!(app.state().evaluate.home.running().is_some(), "the evaluation goes on");
}
