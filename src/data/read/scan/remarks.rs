//! Images that are read, but not as they stand in their file: what a scan says of them.

use std::{fs::File, io::BufReader, path::Path};

use rayon::prelude::*;

use crate::{
    data::read::decode::{Note, tiff},
    domain::dataset::{Item, LeftOut},
    fault::path_text,
};

/// A row for each such item, in their order. TIFF files are asked for their pages each time: their headers are short.
pub(super) fn of(root: &Path, items: &[Item]) -> Vec<LeftOut> {
    let rows = items.par_iter().flat_map_iter(|item| {
        let size = Note::on_size(item.width, item.height).map(|note| note.to_string());
        let whys = pages(root, item).into_iter().flatten().flatten().chain(size);
        whys.map(|why| LeftOut { path: item.path.clone(), why })
    });
    rows.collect()
}

fn pages(root: &Path, item: &Item) -> Option<[Option<String>; 2]> {
    let ending = item.path.rsplit('.').next()?.to_ascii_lowercase();
    if !ending.starts_with("tif") {
        return None;
    }
    let file = File::open(root.join(path_text::path(&item.path))).ok()?;
    let facts = tiff::facts(&mut BufReader::new(file))?;
    let pages = (facts.pages > 1).then(|| Note::Pages(facts.pages).to_string());
    Some([pages, facts.is_float.then(|| "floating-point values were brought to 8 bits".to_owned())])
}
