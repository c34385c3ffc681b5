//! What names a model or a dataset beyond doubt: its content beside its place, since another one may take its place.

use std::path::PathBuf;

use super::hash::ContentHash;

/// One model: a run that is deleted and trained again has the same id and other weights.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelKey {
    /// A bundled name or the path of a run folder.
    pub id: String,
    pub weights: ContentHash,
}

/// One state of a dataset's folder: files that change make another one of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DatasetKey {
    pub root: PathBuf,
    /// Of all images with their labels.
    pub content: ContentHash,
}
