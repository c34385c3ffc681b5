//! What keeps a model from forgetting while it learns a lab: maps inside the network with the answers that it must go on
//! giving.
//!
//! Where the old lab's cells are at hand they are shown again. Else the model's own memory of them is, or, for a model
//! without one, slides drawn by the program stand in for them (learning without forgetting, Li and Hoiem 2016).

use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;

use super::{cells::Cells, examples::SMOOTHING, lacking};
use crate::{
    data::{
        read::{
            batch::{Batch, Mode},
            decode::DecodeError,
        },
        synthetic,
    },
    domain::profile::Retained,
    eval::{
        forward::{BATCH, Images, read, softmax},
        predict::Predictor,
    },
    fault::{Halt, StopToken},
    fit::remember::until,
    learn::loss::Targets,
    model::{memory::Memory, noise::Pass, stage::Stage},
};

/// One in so many remembered cells is not shown again.
const HELD: usize = 4;
/// Slides drawn of each class that the program can draw.
const DRAWN: u64 = 24;
/// Maps at the end of a stage, with the answer wanted for each.
pub struct Anchors {
    source: Source,
    /// The network learns behind it alone.
    pub stage: Stage,
    /// `[n, h, w, c]`
    maps: Vec<f32>,
    /// Numbers of a map.
    length: usize,
    targets: Vec<Vec<f32>>,
}

/// Where anchors come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Cells,
    Memory,
    Drawn,
}

impl Anchors {
    const fn new(source: Source, stage: Stage) -> Self {
        Self { source, stage, maps: Vec::new(), length: 0, targets: Vec::new() }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Cells of the old lab that are shown again.
    #[must_use]
    pub fn replayed(&self) -> usize {
        if self.source == Source::Cells { self.len() } else { 0 }
    }

    /// Cells that the model remembers.
    #[must_use]
    pub fn remembered(&self) -> usize {
        if self.source == Source::Memory { self.len() } else { 0 }
    }

    /// Map and wanted answer of a cell.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(&[f32], &[f32])> {
        let map = self.maps.get(index * self.length..(index + 1) * self.length)?;
        Some((map, self.targets.get(index)?))
    }

    /// How many of these cells a model answers with the class that is wanted. Its blocks before the stage must be those
    /// that the maps were made with.
    pub fn retained(&self, model: &Predictor, stop: &StopToken) -> Result<Option<Retained>, Halt> {
        let network = model.plain_network();
        let (device, shape) = (&model.compute().device, self.shape(model));
        let mut retained = Retained { cells: 0, same: 0 };
        for (maps, answers) in self.maps.chunks(self.length.max(1) * BATCH).zip(self.targets.chunks(BATCH)) {
            stop.check()?;
            let [h, w, c] = shape;
            let maps = Tensor::<4>::from_data(TensorData::new(maps.to_vec(), [answers.len(), h, w, c]), device);
            let logits = read(network.after(self.stage, maps, Pass::Infer).logits)?;
            for (row, answer) in logits.chunks_exact(logits.len() / answers.len()).zip(answers) {
                retained.cells += 1;
                retained.same += u64::from(largest(row) == largest(answer));
            }
        }
        Ok((retained.cells > 0).then_some(retained))
    }

    /// Height, width and channels of a map.
    fn shape(&self, model: &Predictor) -> [usize; 3] {
        let [_, h, w, c] = until(model, self.stage, vec![0.0; model.card().preprocess.len()]).dims();
        [h, w, c]
    }

    /// Adds normalised images with their targets.
    fn add(&mut self, model: &Predictor, pixels: Vec<f32>, targets: Vec<Vec<f32>>) -> Result<(), Halt> {
        let map = until(model, self.stage, pixels);
        let [_, h, w, c] = map.dims();
        self.length = h * w * c;
        self.maps.extend(read(map)?);
        self.targets.extend(targets);
        Ok(())
    }
}

/// What the model remembers of its own lab: cells to be shown again, and every fourth one that is not, to judge by.
#[must_use]
pub fn remembered(memory: &Memory) -> (Anchors, Anchors) {
    let [mut shown, mut kept] = [(); 2].map(|()| Anchors::new(Source::Memory, Stage::Late));
    let (maps, length) = (memory.maps(), memory.shape().iter().product::<usize>());
    for (at, (map, answer)) in maps.chunks_exact(length.max(1)).zip(memory.answers()).enumerate() {
        let of = if at % HELD == HELD - 1 { &mut kept } else { &mut shown };
        of.length = length;
        of.maps.extend_from_slice(map);
        of.targets.push(answer.to_vec());
    }
    (shown, kept)
}

/// Cells of the old lab in its own framing, with their labels.
pub fn replayed(cells: &Cells, model: &Predictor, stop: &StopToken) -> Result<Anchors, Halt> {
    let classes = model.card().classes.len();
    let store = cells.frames(&model.card().preprocess);
    let targets = Targets::even(classes, SMOOTHING);
    let mut anchors = Anchors::new(Source::Cells, Stage::Early);
    let add = |batch: Batch| {
        let labels: Vec<usize> = batch.indices.iter().filter_map(|index| cells.label(*index)).collect();
        anchors.add(model, batch.pixels, targets.of(&labels).answers().map(<[f32]>::to_vec).collect())
    };
    Images { store: &store, indices: &cells.train, mode: Mode::Plain }.in_batches(add, stop)?;
    if anchors.targets.is_empty() {
        Err(lacking("no cell to show again could be read".to_owned()))
    } else {
        Ok(anchors)
    }
}

/// Drawn slides in the old lab's framing, with the answers of the model before.
pub fn drawn(base: &Predictor, stop: &StopToken) -> Result<Anchors, Halt> {
    let known = crate::domain::classes::KNOWN.iter().map(|class| class.name);
    let wanted: Vec<(&str, u64)> = known.flat_map(|class| (0..DRAWN).map(move |seed| (class, seed))).collect();
    let preprocess = &base.card().preprocess;
    let slides = wanted
        .par_iter()
        .map(|(class, seed)| {
            let mut numbers = vec![0.0; preprocess.len()];
            preprocess.normalise(&preprocess.square(&synthetic::draw(class, *seed))?, &mut numbers);
            Ok(numbers)
        })
        .collect::<Result<Vec<_>, DecodeError>>()?;
    let mut anchors = Anchors::new(Source::Drawn, Stage::Early);
    for part in slides.chunks(BATCH) {
        stop.check()?;
        let rows = base.forward().logits(part.concat())?;
        let targets = rows.iter().map(|logits| softmax(logits, 1.0)).collect();
        anchors.add(base, part.concat(), targets)?;
    }
    Ok(anchors)
}

/// Place of the largest value.
fn largest(row: &[f32]) -> Option<usize> {
    row.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(at, _)| at)
}
