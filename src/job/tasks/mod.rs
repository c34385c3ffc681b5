//! What jobs do: each a call or two into the layers below, with the desk's observer and stop. Who asks decides what the
//! answer means; nothing here knows of the window.

pub mod data;
pub mod explain;
pub mod files;
pub mod lab;
pub mod map;
pub mod models;
pub mod quiz;
pub mod review;
pub mod runs;
pub mod watch;
