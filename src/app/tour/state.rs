//! The stops of the tour, and the one that a person is at.

use crate::app::Page;

/// One stop: a page, and what there is to see on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    pub page: Page,
    pub title: &'static str,
    pub text: &'static str,
}

/// All of them, in order.
pub const STOPS: [Stop; 6] = [
    Stop {
        page: Page::Dataset,
        title: key!("Eight kinds of cells"),
        text: key!(
            "These 96 slides are drawn by the program: twelve of each class. The bars count them, the split under \
               them says which are learned from and which are kept back for judging. Click a bar to see its cells."
        ),
    },
    Stop {
        page: Page::Classify,
        title: key!("One cell, eight confidences"),
        text: key!(
            "A model gives each cell a share of confidence for every class, always in the same order. Walk with the \
               arrow keys and watch which bars compete where the model is not sure."
        ),
    },
    Stop {
        page: Page::Evaluate,
        title: key!("How often is it right?"),
        text: key!(
            "Rows of the matrix are the labels, columns what the model said: what lies off the diagonal is a \
               mistake. Click a cell of the matrix and look at the images behind the number."
        ),
    },
    Stop {
        page: Page::Compare,
        title: key!("Is one model better?"),
        text: key!(
            "Two models on the same cells. A difference that chance explains is no difference: the sentence at the \
               top says so, and the cells that only one of them got right are shown."
        ),
    },
    Stop {
        page: Page::Map,
        title: key!("How a model sees them"),
        text: key!(
            "Every cell is a point, and cells that the model takes for alike lie near each other. Draw a loop around \
               a group to see its cells; hold the pointer on a stray one and ask why it lies there."
        ),
    },
    Stop {
        page: Page::Quiz,
        title: key!("And you?"),
        text: key!(
            "The same cells without a name, one key a class. At the end you see your agreement with the labels and \
               with both models. The same seed asks the same cells, so a whole class can answer one quiz."
        ),
    },
];

/// Where a person is on the tour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TourState {
    /// The place of the stop; `None` while there is no tour.
    pub at: Option<usize>,
}

impl TourState {
    #[must_use]
    pub fn stop(&self) -> Option<&'static Stop> {
        STOPS.get(self.at?)
    }
}
