//! The rooms of the window: what each can be asked and what each hears, one line a room.

use super::{AppState, Effects, models, pages, window};

/// What a button, a menu, a key or the command list may ask for.
pub trait Wish {
    /// The words on its button and in the command list; empty where it has neither.
    fn text(&self) -> String;

    /// One sentence more than the words; may be empty.
    fn tooltip(&self) -> &'static str;

    /// Why it cannot be done now; `None` when it can.
    fn obstacle(&self, state: &AppState) -> Option<&'static str>;
}

/// Each room is a module with a `Message` that can be asked of it, `News` that its jobs bring, and the two functions
/// `update` and `hear` that take them into the state.
macro_rules! rooms {
    ($($Room:ident: $($path:ident)::+),* $(,)?) => {
        /// One wish of a person.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Action {
            $($Room($($path)::+::Message)),*
        }

        /// What a job brought, for the room that asked.
        #[derive(Debug)]
        pub enum News {
            $($Room($($path)::+::News)),*
        }

        $(
            impl From<$($path)::+::Message> for Action {
                fn from(message: $($path)::+::Message) -> Self {
                    Self::$Room(message)
                }
            }

            impl From<$($path)::+::News> for News {
                fn from(news: $($path)::+::News) -> Self {
                    Self::$Room(news)
                }
            }
        )*

        impl Action {
            fn wish(&self) -> &dyn Wish {
                match self {
                    $(Self::$Room(message) => message),*
                }
            }
        }

        /// Does one action that can be done now.
        pub(super) fn update(state: &mut AppState, action: Action, effects: &mut Effects) {
            match action {
                $(Action::$Room(message) => $($path)::+::update(state, message, effects)),*
            }
        }

        /// Takes in what a job brought.
        pub(super) fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
            match news {
                $(News::$Room(news) => $($path)::+::hear(state, news, effects)),*
            }
        }
    };
}

rooms! {
    Window: window,
    Models: models,
    Dataset: pages::dataset,
    Train: pages::train,
    Runs: pages::train::runs,
    Evaluate: pages::evaluate,
    Compare: pages::compare,
    Classify: pages::classify,
    Settings: pages::settings,
}

impl Action {
    /// The words on its button and in the command list.
    #[must_use]
    pub fn text(&self) -> String {
        self.wish().text()
    }

    /// One sentence more than the words.
    #[must_use]
    pub fn tooltip(&self) -> &'static str {
        self.wish().tooltip()
    }

    /// Why it cannot be done now; `None` when it can. Buttons, menus, keys and the guard before it is done ask here.
    #[must_use]
    pub fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        self.wish().obstacle(state)
    }
}

/// What the views of one frame asked for, in order.
#[derive(Debug, Default)]
pub struct Actions(Vec<Action>);

impl Actions {
    pub fn push(&mut self, action: impl Into<Action>) {
        self.0.push(action.into());
    }

    pub fn take(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.0)
    }
}

/// The reason where something is in the way.
pub(super) fn no(blocked: bool, why: &'static str) -> Option<&'static str> {
    blocked.then_some(why)
}
