//! What models are asked: to judge a dataset, to be compared, and to classify images.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::data;
use crate::{
    domain::{
        comparison::Comparison,
        config::DeviceChoice,
        field::{Bounds, Taken},
        occurring::Occurring,
        prediction::Classified,
        shift::Shift,
    },
    eval::{
        compare,
        evaluate::{self, Evaluation},
        learned::{self, Scope},
        stream::{Said, Stream},
    },
    fault::{Failure, Halt},
    job::{Opened, desk::Desk, observe::Gathered},
    model::card::ModelCard,
};

/// Judges a model on a dataset, among the classes that can occur.
///
/// # Errors
/// [`Halt`] when it was stopped, there is no such model, it lacks a class that can occur, or no cell is left to judge.
pub fn evaluate(
    (model, occurring): (&str, &Occurring),
    opened: &Opened,
    scope: Option<Scope>,
    device: &DeviceChoice,
    desk: &Desk<'_>,
) -> Result<Evaluation, Halt> {
    let predictor = desk.model_among(model, device, occurring)?;
    let cells = learned::cells(&[&predictor], &opened.dataset, scope)?;
    evaluate::judge(&predictor, &opened.dataset, &cells, desk.observer, desk.stop)
}

/// Judges a model on what it did not learn from of a folder that is not opened.
///
/// # Errors
/// As [`evaluate()`], and where the folder is no dataset.
pub fn evaluate_folder(
    (model, occurring): (&str, &Occurring),
    root: &Path,
    device: &DeviceChoice,
    desk: &Desk<'_>,
) -> Result<Evaluation, Halt> {
    let dataset = data::scan(root, desk)?;
    let predictor = desk.model_among(model, device, occurring)?;
    let cells = learned::cells(&[&predictor], &dataset, None)?;
    evaluate::judge(&predictor, &dataset, &cells, desk.observer, desk.stop)
}

/// Puts two models to the same cells of a dataset.
///
/// # Errors
/// As [`evaluate()`].
pub fn compare(
    [a, b]: [&str; 2],
    opened: &Opened,
    scope: Option<Scope>,
    device: &DeviceChoice,
    desk: &Desk<'_>,
) -> Result<Comparison, Halt> {
    let [a, b] = [desk.model(a, device)?, desk.model(b, device)?];
    compare::compare(&a, &b, &opened.dataset, scope, desk.observer, desk.stop)
}

/// What a classifying job says before its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Classifying {
    /// The card of the model that the images to come are put to, and those images.
    Began(Arc<ModelCard>, Vec<PathBuf>),
    /// Images and their cells with the outcome, as they come.
    Came(Vec<Said>),
}

/// Puts images to a model and passes the outcomes on, at most ten times a second; how many images there were, and how far
/// they are from what the model learned from.
///
/// # Errors
/// [`Halt`] when it was stopped, there is no such model, or no image among the paths.
pub fn classify(
    (model, occurring): (&str, &Occurring),
    (paths, taken): (&[PathBuf], &Taken),
    device: &DeviceChoice,
    desk: &Desk<'_>,
    say: &dyn Fn(Classifying),
) -> Result<(usize, Shift), Halt> {
    let images = data::images_of(paths, desk)?;
    if images.is_empty() {
        let why = "there is no image among the files";
        return Err(Failure::new("nothing was classified", why, "drop image files").into());
    }
    let predictor = desk.model_among(model, device, occurring)?;
    say(Classifying::Began(Arc::new(predictor.card().clone()), images.clone()));
    let send = |items| say(Classifying::Came(items));
    let mut gathered = Gathered::new(&send);
    let mut stream = Stream::new(&predictor, taken.clone());
    let mut hear = |said| {
        gathered.add(said);
        Ok(())
    };
    let ended = stream.feed(&images, &mut hear, desk.observer, desk.stop);
    gathered.flush();
    ended?;
    Ok((images.len(), stream.end(desk.observer, desk.stop)?))
}

/// Puts one more cell of a field to a model, where a person has drawn a box around it; `side` is how wide its neighbours were
/// cut, where there are any.
///
/// # Errors
/// [`Halt`] when it was stopped, there is no such model, or the field cannot be read any more.
pub fn classify_box(
    (model, occurring): (&str, &Occurring),
    (path, bounds, side): (&Path, Bounds, Option<u32>),
    device: &DeviceChoice,
    desk: &Desk<'_>,
) -> Result<Classified, Halt> {
    let predictor = desk.model_among(model, device, occurring)?;
    predictor.classify_box(path, bounds, side, desk.stop)
}
