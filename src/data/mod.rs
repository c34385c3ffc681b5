//! Disk to numbers, in rooms: [`read`] files, [`view`] images as networks see them, [`vary`] views for training, [`measure`]
//! images without a model; [`synthetic`] slides; and [`atomic`], how every layer writes a file whole or not at all.
//!
//! `read` uses the other rooms, `vary` and `measure` use `view` alone. No network, no window and no model belong here.

pub mod atomic;
pub mod measure;
pub mod read;
pub mod synthetic;
pub mod vary;
pub mod view;
