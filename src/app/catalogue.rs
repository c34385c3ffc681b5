//! The actions that the command list offers; buttons and keys use the same ones.

use super::{
    Action, AppState, Page, models,
    pages::{classify, compare, dataset, evaluate, explain, lab, map, quiz, review, settings, train},
    tour, window,
};
use crate::{fault::StopMode, language::Language, report::quiz::Kind, store::preferences::ThemeChoice};

/// Every action without further words, those that can be done now first.
#[must_use]
pub fn catalogue(state: &AppState) -> Vec<Action> {
    let mut all: Vec<Action> = Page::all().map(|page| window::Message::Go(page).into()).collect();
    all.extend([
        dataset::Message::Choose.into(),
        classify::Message::ChooseImages.into(),
        classify::Message::ChooseFolder.into(),
        classify::Message::TrySynthetic.into(),
        dataset::Message::OpenSynthetic.into(),
        models::Message::Choose.into(),
        dataset::Message::Rescan.into(),
        dataset::Message::Close.into(),
        train::Message::Start.into(),
        train::Message::Stop(StopMode::Keep).into(),
        train::Message::Stop(StopMode::Discard).into(),
        train::Message::ClearQueue.into(),
        evaluate::Message::Evaluate.into(),
        compare::Message::Compare.into(),
        evaluate::Message::ChooseReport.into(),
        compare::Message::ChooseReport.into(),
        lab::Message::Choose.into(),
        lab::Message::LookAtBatch.into(),
        lab::Message::Suggest.into(),
        lab::Message::ChooseLabels.into(),
        lab::Message::Fit.into(),
        lab::Message::Keep.into(),
        lab::Message::Discard.into(),
        classify::Message::Again.into(),
        classify::Message::Clear.into(),
        explain::Message::Choose.into(),
        explain::Message::OpenSelected.into(),
        explain::Message::OpenSynthetic.into(),
        explain::Message::Reset.into(),
        explain::Message::Pin.into(),
        explain::Message::Unpin.into(),
        explain::Message::ChooseFolder.into(),
        classify::Message::ChooseWatched.into(),
        classify::Message::StopWatching.into(),
        window::Message::Present.into(),
        window::Message::Picture.into(),
        window::Message::Undo.into(),
        window::Message::Redo.into(),
        settings::Message::ToggleInspector.into(),
        settings::Message::ChooseOutputs.into(),
        window::Message::Close.into(),
    ]);
    all.extend(lessons());
    all.extend(state.models.current.clone().map(|id| models::Message::ShowCard(id).into()));
    all.extend(state.classify.last_aside().map(|id| classify::Message::Restore(id).into()));
    if !state.train.left_over.is_empty() {
        all.extend([train::Message::LineUpLeftOver, train::Message::ForgetLeftOver].map(Action::from));
    }
    all.extend(reviewing(state));
    all.extend(ThemeChoice::ALL.map(|theme| settings::Message::Theme(theme).into()));
    all.extend(Language::ALL.map(|language| settings::Message::Language(language).into()));
    all.sort_by_key(|action| action.obstacle(state).is_some());
    all
}

/// What can be done in a review; most of it only where one is open.
fn reviewing(state: &AppState) -> Vec<Action> {
    use review::Message;
    let mut all = vec![Message::Propose, Message::ChooseSession];
    if let Some(open) = &state.review.open {
        all.extend([
            Message::Confirm,
            Message::NotClassed,
            Message::Unidentified,
            Message::WriteNote,
            Message::ChooseGallery,
            Message::Undo,
            Message::Redo,
            Message::Sign,
            Message::Amend,
            Message::ChooseReport,
            Message::Reopen,
            Message::Close,
        ]);
        all.extend(open.letters.iter().map(|(class, _)| Message::Reclassify(class.to_owned())));
    }
    all.into_iter().map(Action::from).collect()
}

/// What is shown to learn from: the map, the quiz and the tour.
fn lessons() -> [Action; 9] {
    [
        map::Message::Draw.into(),
        map::Message::ChooseOther.into(),
        map::Message::WithoutOther.into(),
        quiz::Message::Start.into(),
        quiz::Message::Leave.into(),
        quiz::Message::ChooseFile(Kind::Csv).into(),
        quiz::Message::ChooseFile(Kind::Json).into(),
        tour::Message::Start.into(),
        tour::Message::Leave.into(),
    ]
}
