//! Teachers: what other models answer to the training images is learned beside the labels (Hinton et al. 2015, arXiv
//! 1503.02531).
//!
//! Each image is asked about once, as it is; the network that learns sees it varied and must give the same answer. Where
//! neighbouring classes have no sharp border, an answer says more than a label does.

use std::sync::Arc;

use super::plan::Material;
use crate::{
    data::read::batch::{FrameStore, Mode},
    device::Compute,
    domain::{classes::ClassList, config::TrainConfig},
    eval::{forward::Images, predict::Predictor},
    fault::Halt,
    learn::{error::TrainError, loss::Wanted},
    progress::{Event, Task, Watch},
};

/// Decoded images that are kept: each is looked at once, so none.
const NO_CACHE: usize = 0;

/// The mean of the teachers' calibrated answers to each training image.
pub struct Teachers {
    /// By the index of an image; empty where nobody was asked.
    answers: Vec<Vec<f32>>,
    /// How much of a target is the answer, the rest being the label.
    share: f64,
}

impl Teachers {
    /// Asks the teachers that the settings name, if any.
    ///
    /// # Errors
    /// [`Halt`] where a teacher cannot be loaded or lacks a class of the dataset, its device fails, or a person stops.
    pub fn ask(
        config: &TrainConfig,
        material: &Material,
        compute: &Compute,
        Watch { observer, stop }: Watch<'_>,
    ) -> Result<Option<Self>, Halt> {
        if config.teacher.is_empty() || config.teaching <= 0.0 {
            return Ok(None);
        }
        let wanted: Vec<usize> = material.train.iter().chain(&material.also).copied().collect();
        let total = (wanted.len() * config.teacher.len()) as u64;
        let mut answers = vec![Vec::new(); material.frames.len()];
        let mut done = 0;
        for name in &config.teacher {
            let teacher = Predictor::load(name, compute)?;
            let order = order(name, &teacher.card().classes, &material.dataset.classes)?;
            let store =
                Arc::new(FrameStore::new(material.frames.files().to_vec(), &teacher.card().preprocess, NO_CACHE));
            let images = Images { store: &store, indices: &wanted, mode: Mode::Plain };
            let hear = |index: usize, logits: Vec<f32>| {
                if let Some(answer) = answers.get_mut(index) {
                    add(answer, &teacher.calibrated(&logits).0, &order);
                }
                done += 1;
                observer.tell(Event::Progress { task: Task::Asking, done, total });
            };
            images.ask(|pixels| teacher.answers(&pixels), hear, stop)?;
        }
        answers.iter_mut().for_each(normalise);
        Ok(Some(Self { answers, share: config.teaching }))
    }

    /// Moves the targets of these images towards the teachers' answers.
    pub fn teach(&self, wanted: &mut Wanted, images: &[usize]) {
        for (row, index) in images.iter().enumerate() {
            if let Some(answer) = self.answers.get(*index).filter(|answer| !answer.is_empty()) {
                wanted.mix_in(row, answer, self.share);
            }
        }
    }
}

/// Where each class of the dataset stands among the teacher's.
fn order(name: &str, theirs: &ClassList, ours: &ClassList) -> Result<Vec<usize>, TrainError> {
    let unknown = |class: &str| TrainError::Settings(format!("the teacher `{name}` does not know the class {class}"));
    ours.iter().map(|class| theirs.label(class).ok_or_else(|| unknown(class))).collect()
}

fn add(answer: &mut Vec<f32>, probabilities: &[f32], order: &[usize]) {
    answer.resize(order.len(), 0.0);
    for (sum, class) in answer.iter_mut().zip(order) {
        *sum += probabilities.get(*class).copied().unwrap_or(0.0);
    }
}

/// A teacher may know classes that the dataset lacks: what it gave to them is shared out.
fn normalise(answer: &mut Vec<f32>) {
    let sum: f32 = answer.iter().sum();
    if sum > f32::MIN_POSITIVE {
        answer.iter_mut().for_each(|p| *p /= sum);
    } else {
        answer.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(names: &[&str]) -> ClassList {
        ClassList::new(names.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn answers_are_put_in_the_datasets_order_and_averaged() {
        let ours = classes(&["eosinophil", "monocyte"]);
        let order = order("a", &classes(&["basophil", "eosinophil", "monocyte"]), &ours).unwrap();
        let mut answer = Vec::new();
        add(&mut answer, &[0.5, 0.4, 0.1], &order);
        add(&mut answer, &[0.0, 0.2, 0.8], &order);
        normalise(&mut answer);
        assert_eq!(answer.iter().map(|p| (p * 1e4).round() / 1e4).collect::<Vec<_>>(), [0.4, 0.6]);
        let mut none = vec![0.0, 0.0];
        normalise(&mut none);
        assert!(none.is_empty(), "an image that no teacher places has no answer");
    }

    #[test]
    fn a_teacher_that_lacks_a_class_is_refused_by_name() {
        let why = order("b", &classes(&["basophil"]), &classes(&["basophil", "ig"])).unwrap_err().to_string();
        assert!(why.contains("`b` does not know the class ig"), "{why}");
    }
}
