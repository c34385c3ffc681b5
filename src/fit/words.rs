//! Heads that say a cell's attributes, fitted on what a finished network sees of described cells; the network stays as it is.

use std::{path::Path, sync::Arc};

use burn::tensor::{Device, Tensor, TensorData, activation::softmax};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::remember;
use crate::{
    data::read::{
        attributes,
        batch::{Batch, FrameStore, Mode},
    },
    domain::{
        attributes::{Attribute, ByClass, Described, Figures},
        dataset::Dataset,
        part::Part,
        split::Split,
    },
    eval::{calibrate, forward::Images, predict::Predictor},
    fault::{Failure, Halt, StopToken},
    model::{
        kernels::{self, Rates},
        words::{Manners, Words},
    },
    progress::{Event, Task, Watch},
};

/// Described cells that a head is fitted on at least.
const FEWEST: usize = 100;
const EPOCHS: usize = 40;
const BATCH: usize = 256;
/// Adam's rate at its highest; it falls to zero along a half cosine.
const RATE: f64 = 2e-3;
/// Shares of the weights that are taken away at each step of the full rate, of which validation chooses.
const DECAYS: [f64; 3] = [0.01, 0.1, 0.5];

/// Heads with what they are worth.
pub struct Fitted {
    pub words: Words,
    /// On the validation split, by which decay and temperatures were chosen.
    pub validation: Vec<Figures>,
    /// On the test split.
    pub test: Vec<Figures>,
}

/// Fits heads for the labelled folder that a model learned from, by a file of attributes.
///
/// # Errors
/// [`Halt`] where the folder is another one, the file is no such table or describes too few of its cells, the device fails
/// or a person stops.
pub fn fit_folder(predictor: &Predictor, dir: &Path, file: &Path, watch: Watch<'_>) -> Result<Fitted, Halt> {
    let described = attributes::read(file)?;
    let (dataset, split) = remember::own_split(predictor, dir, watch)?;
    let few = || {
        let why = format!("it describes fewer than {FEWEST} of the model's training cells in {}", dir.display());
        Failure::new("nothing was learned of the attributes", why, "name files as they lie in the folder").at(file)
    };
    Ok(fit(predictor, (&dataset, &split), &described, watch)?.ok_or_else(few)?)
}

/// The same of a dataset with its split; `None` where too few of its training cells are described.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn fit(
    predictor: &Predictor,
    (dataset, split): (&Dataset, &Split),
    described: &Described,
    watch: Watch<'_>,
) -> Result<Option<Fitted>, Halt> {
    let of = |part| gather(predictor, dataset, &split.indices(part), described, watch);
    let train = of(Part::Train)?;
    if train.cells.len() < FEWEST {
        return Ok(None);
    }
    let (validation, test) = (of(Part::Validation)?, of(Part::Test)?);
    let attributes = &described.attributes;
    let mut best: Option<(f64, Words)> = None;
    for decay in DECAYS {
        let (weight, bias) = train.descend(attributes, decay, watch.stop)?;
        let manners = Manners {
            attributes: attributes.clone(),
            temperatures: vec![1.0; attributes.len()],
            by_class: train.by_class(predictor.card().classes.len(), attributes),
            owner: predictor.card().weights_hash,
        };
        let words = Words::new(manners, weight, bias).map_err(Failure::from)?;
        let worth = mean_f1(&validation.judge(&words));
        if best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, words));
        }
    }
    let Some((_, words)) = best else { return Ok(None) };
    let words = validation.calibrated(words)?;
    Ok(Some(Fitted { validation: validation.judge(&words), test: test.judge(&words), words }))
}

fn mean_f1(figures: &[Figures]) -> f64 {
    figures.iter().filter_map(|one| one.macro_f1).sum::<f64>() / figures.len().max(1) as f64
}

/// A described cell as the network sees it.
struct Cell {
    features: Vec<f32>,
    said: Vec<Option<usize>>,
    class: usize,
}

/// Described cells.
#[derive(Default)]
struct Cells {
    cells: Vec<Cell>,
}

fn gather(
    predictor: &Predictor,
    dataset: &Dataset,
    indices: &[usize],
    described: &Described,
    Watch { observer, stop }: Watch<'_>,
) -> Result<Cells, Halt> {
    let known = indices.iter().filter_map(|index| {
        let item = dataset.items.get(*index)?;
        let class = predictor.card().classes.label(dataset.classes.name(item.label))?;
        Some((dataset.file(item), described.cells.get(&item.path)?, class))
    });
    let known: Vec<_> = known.collect();
    let files = known.iter().map(|(file, ..)| file.clone()).collect();
    let store = Arc::new(FrameStore::new(files, &predictor.card().preprocess, 0));
    let all: Vec<usize> = (0..known.len()).collect();
    let mut cells = Vec::with_capacity(known.len());
    let (forward, total) = (predictor.forward(), known.len() as u64);
    let look = |batch: Batch| {
        let looks = forward.looks(batch.pixels)?;
        for (index, (_, features)) in batch.indices.iter().zip(looks) {
            let Some((_, said, class)) = known.get(*index) else { continue };
            cells.push(Cell { features, said: (*said).clone(), class: *class });
        }
        observer.tell(Event::Progress { task: Task::Measuring, done: cells.len() as u64, total });
        Ok(())
    };
    Images { store: &store, indices: &all, mode: Mode::Plain }.in_batches(look, stop)?;
    Ok(Cells { cells })
}

impl Cells {
    fn by_class(&self, classes: usize, attributes: &[Attribute]) -> ByClass {
        let mut counts = ByClass::new(classes, attributes);
        self.cells.iter().for_each(|cell| counts.add(cell.class, &cell.said));
        counts
    }

    fn judge(&self, words: &Words) -> Vec<Figures> {
        let given: Vec<Vec<(usize, f32)>> = self.cells.iter().map(|cell| words.values(&cell.features)).collect();
        let of = |(place, attribute): (usize, &Attribute)| {
            let pairs = self.cells.iter().zip(&given);
            let pairs = pairs.filter_map(|(cell, given)| Some(((*cell.said.get(place)?)?, given.get(place)?.0)));
            Figures::of(attribute, pairs)
        };
        words.manners().attributes.iter().enumerate().map(of).collect()
    }

    /// Temperatures that make confidences as high as their hit rates here.
    fn calibrated(&self, words: Words) -> Result<Words, Halt> {
        let rows = |place: usize| {
            let row = |cell: &Cell| Some((words.logits(&cell.features, place)?, (*cell.said.get(place)?)?));
            self.cells.iter().filter_map(row).collect::<Vec<_>>()
        };
        let places = 0..words.manners().attributes.len();
        let temperatures = places.map(|place| calibrate::temperature(&rows(place)).unwrap_or(1.0)).collect();
        Ok(words.with_temperatures(temperatures).map_err(Failure::from)?)
    }

    /// Mean and deviation of each feature.
    fn moments(&self) -> (Vec<f32>, Vec<f32>) {
        let width = self.cells.first().map_or(0, |cell| cell.features.len());
        let (mut mean, mut square) = (vec![0.0_f64; width], vec![0.0_f64; width]);
        for cell in &self.cells {
            for ((mean, square), value) in mean.iter_mut().zip(&mut square).zip(&cell.features) {
                *mean += f64::from(*value);
                *square += f64::from(*value).powi(2);
            }
        }
        let n = self.cells.len().max(1) as f64;
        let deviation = |(sum, square): (&f64, &f64)| ((square / n - (sum / n).powi(2)).max(0.0).sqrt() + 1e-6) as f32;
        let deviations = mean.iter().zip(&square).map(deviation).collect();
        (mean.iter().map(|sum| (sum / n) as f32).collect(), deviations)
    }

    /// Weights `[features, columns]` and bias of all heads at once: softmax regression on standardised features, cells
    /// without a value left out of that head's gradient.
    fn descend(&self, attributes: &[Attribute], decay: f64, stop: &StopToken) -> Result<(Vec<f32>, Vec<f32>), Halt> {
        let (mean, deviation) = self.moments();
        let (width, sizes) = (mean.len(), attributes.iter().map(|one| one.values.len()).collect::<Vec<_>>());
        let columns = sizes.iter().sum::<usize>();
        let device = Device::flex();
        // The last row is the bias.
        let mut weight = Tensor::<2>::zeros([width + 1, columns], &device);
        let (mut first, mut second) = (weight.clone(), weight.clone());
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        let steps = EPOCHS * order.len().div_ceil(BATCH);
        let mut step = 0;
        for _ in 0..EPOCHS {
            order.shuffle(&mut rng);
            for places in order.chunks(BATCH) {
                stop.check()?;
                let batch = Lesson::of(self, places, (&mean, &deviation), &sizes);
                let grad = batch.slope(weight.clone(), &device);
                step += 1;
                let share = 0.5 * (1.0 + (std::f64::consts::PI * f64::from(step) / steps as f64).cos());
                let bias = (1.0 - 0.999_f64.powi(step)).sqrt() / (1.0 - 0.9_f64.powi(step));
                let rate = (RATE * share * bias) as f32;
                let rates = Rates { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, rate };
                let kept = weight * (1.0 - RATE * share * decay);
                (weight, first, second) = kernels::adam(kept, grad, (first, second), rates);
            }
        }
        let values: Vec<f32> = weight.into_data().iter::<f32>().collect();
        Ok(unstandardised(&values, columns, (&mean, &deviation)))
    }
}

/// Weights of standardised features as weights of the features themselves, and the bias.
fn unstandardised(values: &[f32], columns: usize, (mean, deviation): (&[f32], &[f32])) -> (Vec<f32>, Vec<f32>) {
    let (weights, bias) = values.split_at(mean.len() * columns);
    let mut bias = bias.to_vec();
    let mut scaled = Vec::with_capacity(weights.len());
    for ((row, mean), deviation) in weights.chunks_exact(columns.max(1)).zip(mean).zip(deviation) {
        for (weight, bias) in row.iter().zip(&mut bias) {
            scaled.push(weight / deviation);
            *bias -= weight / deviation * mean;
        }
    }
    (scaled, bias)
}

/// A batch of cells.
struct Lesson {
    /// `[n, features + 1]`, the last one 1.
    features: Vec<f32>,
    /// `[n, columns]`: 1 at the value that was said.
    wanted: Vec<f32>,
    /// `[n, columns]`: 1 at all values of an attribute that was said.
    asked: Vec<f32>,
    n: usize,
    sizes: Vec<usize>,
}

impl Lesson {
    fn of(cells: &Cells, places: &[usize], (mean, deviation): (&[f32], &[f32]), sizes: &[usize]) -> Self {
        let columns: usize = sizes.iter().sum();
        let (mut features, mut wanted, mut asked) = (Vec::new(), Vec::new(), Vec::new());
        for cell in places.iter().filter_map(|place| cells.cells.get(*place)) {
            let standard = cell.features.iter().zip(mean).zip(deviation);
            features.extend(standard.map(|((value, mean), deviation)| (value - mean) / deviation));
            features.push(1.0);
            for (size, said) in sizes.iter().zip(&cell.said) {
                let one = |value| if *said == Some(value) { 1.0 } else { 0.0 };
                wanted.extend((0..*size).map(one));
                asked.extend(std::iter::repeat_n(if said.is_some() { 1.0 } else { 0.0 }, *size));
            }
        }
        Self { n: wanted.len() / columns.max(1), features, wanted, asked, sizes: sizes.to_vec() }
    }

    /// The gradient of the mean cross-entropy for the weights.
    fn slope(self, weight: Tensor<2>, device: &Device) -> Tensor<2> {
        let [rows, columns] = weight.dims();
        let tensor = |values: Vec<f32>, width| Tensor::<2>::from_data(TensorData::new(values, [self.n, width]), device);
        let x = tensor(self.features, rows);
        let logits = x.clone().matmul(weight).split_with_sizes(self.sizes, 1);
        let shares = Tensor::cat(logits.into_iter().map(|own| softmax(own, 1)).collect(), 1);
        let error = (shares - tensor(self.wanted, columns)) * tensor(self.asked, columns);
        x.transpose().matmul(error) / self.n as f64
    }
}
