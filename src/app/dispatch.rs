//! Brings each wish to its room, and what jobs bring to the room that asked.

use super::{Action, AppState, Effects, News, Wish, action::rooms, files, models, pages, tour, window};

macro_rules! ways {
    ($($Room:ident: $($path:ident)::+),* $(,)?) => {
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
                $(News::$Room(news) => $($path)::+::hear(state, news, effects),)*
                News::Chosen(action) => {
                    state.choosing = false;
                    if let Some(action) = action {
                        effects.then(*action);
                    }
                }
            }
        }
    };
}

rooms!(ways);

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
