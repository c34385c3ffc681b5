//! What rooms of the window can be asked and what they hear, one line a room.

use super::{files, models, pages, tour, window};

/// Calls a macro with every room: its name, and the module with its `Message`, its `News`, and `update` and `hear`, which take
/// them into the state.
macro_rules! rooms {
    ($do:ident) => {
        $do! {
            Window: window,
            Tour: tour,
            Files: files,
            Models: models,
            Dataset: pages::dataset,
            Train: pages::train,
            Runs: pages::train::runs,
            Evaluate: pages::evaluate,
            Compare: pages::compare,
            Lab: pages::lab,
            Classify: pages::classify,
            Explain: pages::explain,
            Map: pages::map,
            Quiz: pages::quiz,
            Review: pages::review,
            Settings: pages::settings,
        }
    };
}
pub(super) use rooms;

macro_rules! words {
    ($($Room:ident: $($path:ident)::+),* $(,)?) => {
        /// One wish of a person.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Action {
            $($Room($($path)::+::Message)),*
        }

        /// What a job brought, for the room that asked.
        #[derive(Debug)]
        pub enum News {
            $($Room($($path)::+::News),)*
            /// A file dialog was closed, with what follows from it.
            Chosen(Option<Box<Action>>),
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
    };
}

rooms!(words);

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
