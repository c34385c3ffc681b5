//! A watched folder: what is written into it is classified as it comes, beside other work, until it is stopped.

use std::fs;

use leukoscope::app::{Setup, wish};

use crate::common::{headless, slide, until};

#[test]
fn images_that_a_camera_writes_are_classified_as_they_come() {
    let (outputs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut app = headless(Setup { outputs: outputs.path().to_owned(), ..Setup::default() });
    until(&mut app, "the models", |state| state.models.current().is_some());
    fs::copy(slide("ig"), folder.path().join("before.jpg")).unwrap();
    app.act([wish::Classify::Watch(folder.path().to_owned())]);
    until(&mut app, "the model", |state| state.classify.card.is_some());
    let bytes = fs::read(slide("monocyte")).unwrap();
    fs::write(folder.path().join("half.jpg"), &bytes[..bytes.len() / 2]).unwrap();
    fs::copy(slide("platelet"), folder.path().join("whole.jpg")).unwrap();
    until(&mut app, "the whole one", |state| state.classify.items.len() == 1);
    assert!(app.state().classify.items[0].path.ends_with("whole.jpg"));
    // A drop is answered meanwhile.
    app.act([wish::Classify::Classify(vec![slide("basophil")])]);
    until(&mut app, "the drop", |state| state.classify.items.len() == 2 && state.classify.running.is_empty());
    fs::write(folder.path().join("half.jpg"), &bytes).unwrap();
    until(&mut app, "the half one", |state| state.classify.items.len() == 3);
    let watched = app.state().classify.watching.clone().unwrap();
    assert_eq!(watched.came, 2);
    app.act([wish::Classify::StopWatching]);
    until(&mut app, "the end", |state| state.classify.watching.is_none());
    assert_eq!(app.state().classify.items.len(), 3, "what came stays");
}
