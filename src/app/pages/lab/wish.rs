//! How what can be asked about a lab is worded, and what stands in its way.

use super::Message;
use crate::app::{AppState, Wish, no};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Choose => t!("Choose the lab's images…"),
            Self::Look(_) | Self::LookAtStrange => t!("Fit to this lab…"),
            Self::LookAtBatch => t!("Take the images in Classify"),
            Self::LookAtSession => t!("Take the images in Review"),
            Self::TakeDecided => t!("Take the reviewed cells"),
            Self::Suggest => t!("Find 100 cells worth a label"),
            Self::ChooseLabels => t!("Read labels…"),
            Self::Unlabel => t!("Back"),
            Self::ForgetLabels => t!("Forget the labels"),
            Self::Skip(_) => t!("Leave out"),
            Self::Fit => t!("Fit to this lab"),
            Self::Keep => t!("Keep"),
            Self::Discard => t!("Discard"),
            Self::ReadLabels(_) | Self::Label(..) | Self::PutBack(_) | Self::Name(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Choose => t!("A folder of single cells from one lab; its sub-folders are read too"),
            Self::Look(_) | Self::LookAtStrange => {
                t!("Opens My lab with these images: what differs, labels, and a model fitted to them")
            }
            Self::LookAtBatch => t!("The images that were classified last, as one lab's"),
            Self::LookAtSession => t!("The images of the session that is open, as one lab's"),
            Self::TakeDecided => t!("Cells that were confirmed or reclassified in the session that is open"),
            Self::Suggest => t!("Cells that the model doubts, and not ten of one kind; asked for one by one"),
            Self::ChooseLabels => t!("A folder with a sub-folder a class, or a review session with its decided cells"),
            Self::Unlabel => t!("Takes the last label back (Z)"),
            Self::ForgetLabels => t!("Forgets every label of this lab"),
            Self::Skip(_) => t!("No cell, or not to be told (X)"),
            Self::Fit => t!("Makes a new model for this lab; the one in use stays as it is"),
            Self::Keep => t!("The fitted model gets this name, stands in every list of models, and is in use"),
            Self::Discard => t!("Moves the fitted model into the trash"),
            Self::ReadLabels(_) | Self::Label(..) | Self::PutBack(_) | Self::Name(_) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let lab = &state.lab;
        let looking = || no(lab.looked.running().is_some(), t!("A lab is being looked at"));
        let nothing = || no(lab.looked.result().is_none(), t!("Choose the lab's images first"));
        let moved = || lab.lab().and_then(|lab| gone(state, lab));
        match self {
            Self::Choose => state.dialog_open().or_else(|| state.without_model()).or_else(looking),
            Self::Look(paths) => {
                no(paths.is_empty(), t!("There are no images")).or_else(|| state.without_model()).or_else(looking)
            }
            Self::LookAtStrange => no(state.classify.shifted().is_none(), t!("No batch looks strange to the model"))
                .or_else(|| state.without_model())
                .or_else(looking),
            Self::LookAtBatch => no(state.classify.items.is_empty(), t!("Classify images of the lab first"))
                .or_else(|| state.without_model())
                .or_else(looking),
            Self::Suggest => nothing()
                .or_else(|| no(lab.asked.running().is_some(), t!("The cells are being looked for")))
                .or_else(moved),
            Self::LookAtSession => no(state.review.open.is_none(), t!("Open a review session first"))
                .or_else(|| state.without_model())
                .or_else(looking),
            Self::TakeDecided => {
                nothing().or_else(|| no(state.review.open.is_none(), t!("Open a review session first")))
            }
            Self::ChooseLabels => state.dialog_open().or_else(nothing),
            Self::ReadLabels(_) => nothing(),
            Self::Unlabel => no(!lab.labels.can_undo(), t!("No label was given yet")),
            Self::ForgetLabels => no(lab.labels.is_empty(), t!("There is no label")),
            Self::Fit => nothing()
                .or_else(|| no(lab.fit.running().is_some(), t!("The fit is under way")))
                .or_else(|| no(lab.waiting().is_some(), t!("Keep or discard the last fit first")))
                .or_else(moved),
            Self::Keep => match lab.waiting() {
                None => Some(t!("Fit the model first")),
                Some(run) => {
                    let name = lab.profile_name();
                    if name == run.name { None } else { state.train.name_problem(&run.path, &name) }
                }
            },
            Self::Discard => no(lab.waiting().is_none(), t!("There is no fit to discard")),
            Self::Label(..) | Self::Skip(_) | Self::PutBack(_) | Self::Name(_) => None,
        }
    }
}

/// Of a lab that was looked at with a model that is gone, or other classes.
fn gone(state: &AppState, lab: &super::Lab) -> Option<&'static str> {
    no(!state.models.has(&lab.model), t!("The model that looked at this lab is gone: choose the images again"))
        .or_else(|| state.moving(&lab.model.id))
}
