//! A few cells spread over a batch whose length nobody knows yet.

use std::path::PathBuf;

use image::RgbImage;

use crate::eval::shift::SAMPLE;

/// A cell by its file, or as it was cut out of a field.
pub(super) enum Sampled {
    File(PathBuf),
    Piece(RgbImage),
}

/// Every so many-th cell: once there are twice as many as are wanted, every second of them goes.
pub(super) struct Sample {
    kept: Vec<Sampled>,
    stride: usize,
    offered: usize,
}

impl Default for Sample {
    fn default() -> Self {
        Self { kept: Vec::new(), stride: 1, offered: 0 }
    }
}

impl Sample {
    /// Takes the next cell in, or not.
    pub(super) fn offer(&mut self, cell: impl FnOnce() -> Sampled) {
        if self.offered.is_multiple_of(self.stride) {
            self.kept.push(cell());
        }
        self.offered += 1;
        if self.kept.len() >= 2 * SAMPLE {
            let mut place = 0;
            self.kept.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.stride *= 2;
        }
    }

    /// At most [`SAMPLE`] cells: files, and pieces of fields.
    pub(super) fn taken(self) -> (Vec<PathBuf>, Vec<RgbImage>) {
        let (all, take) = (self.kept.len(), self.kept.len().min(SAMPLE));
        let mut wanted = (0..take).map(|at| at * all / take).peekable();
        let (mut files, mut pieces) = (Vec::new(), Vec::new());
        for (at, cell) in self.kept.into_iter().enumerate() {
            if wanted.next_if_eq(&at).is_none() {
                continue;
            }
            match cell {
                Sampled::File(path) => files.push(path),
                Sampled::Piece(piece) => pieces.push(piece),
            }
        }
        (files, pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_batch_gives_a_sample_from_its_whole_length_and_a_short_one_all() {
        let of = |count: usize| {
            let mut sample = Sample::default();
            (0..count).for_each(|at| sample.offer(|| Sampled::File(at.to_string().into())));
            let (files, _) = sample.taken();
            files.iter().map(|file| file.display().to_string().parse().unwrap()).collect::<Vec<usize>>()
        };
        assert_eq!(of(5), [0, 1, 2, 3, 4]);
        for count in [300, 1000, 10_000] {
            let sample = of(count);
            let gaps: Vec<usize> = sample.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert_eq!(sample.len(), SAMPLE);
            assert!(
                *sample.last().unwrap() > count * 9 / 10
                    && gaps.iter().max() <= gaps.iter().min().map(|gap| gap * 2).as_ref(),
                "{gaps:?}"
            );
        }
    }
}
