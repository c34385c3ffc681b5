//! Where a 3x3 window lies: output size, padding, and which pixels meet which tap.

use super::Padding;

/// A 3x3 window sliding over images of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    height: Axis,
    width: Axis,
}

/// One direction of a window.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    input: usize,
    output: usize,
    stride: usize,
    before: usize,
}

/// For each row and each column of a result, the row or column of the source that each of the three taps reads.
#[derive(Debug)]
pub struct Taps {
    pub rows: Vec<[Option<usize>; 3]>,
    pub columns: Vec<[Option<usize>; 3]>,
}

/// The rows of a source that the taps of a row of the result read; `nothing` stands where they lie outside.
#[inline(always)]
pub fn sources<'a>(taps: &[Option<usize>; 3], source: &'a [f32], row: usize, nothing: &'a [f32]) -> [&'a [f32]; 3] {
    let mut sources = [nothing; 3];
    for (found, tap) in sources.iter_mut().zip(taps) {
        if let Some(y) = tap {
            *found = &source[y * row..][..row];
        }
    }
    sources
}

impl Window {
    /// A window over `height` x `width` pixels that moves by `stride`.
    pub fn new(height: usize, width: usize, stride: usize, padding: Padding) -> Self {
        Self { height: Axis::new(height, stride, padding), width: Axis::new(width, stride, padding) }
    }

    pub fn input_width(&self) -> usize {
        self.width.input
    }

    pub fn output_width(&self) -> usize {
        self.width.output
    }

    pub fn output_height(&self) -> usize {
        self.height.output
    }

    pub fn input_pixels(&self) -> usize {
        self.height.input * self.width.input
    }

    pub fn output_pixels(&self) -> usize {
        self.height.output * self.width.output
    }

    /// Padding as (left, right, top, bottom).
    pub fn padding(&self) -> (usize, usize, usize, usize) {
        (self.width.before, self.width.after(), self.height.before, self.height.after())
    }

    /// What each output pixel reads from the input.
    pub fn forward(&self) -> Taps {
        Taps { rows: self.height.forward(), columns: self.width.forward() }
    }

    /// What each input pixel reads from the output's gradient.
    pub fn backward(&self) -> Taps {
        Taps { rows: self.height.backward(), columns: self.width.backward() }
    }
}

impl Axis {
    fn new(input: usize, stride: usize, padding: Padding) -> Self {
        let output = match padding {
            Padding::Same => input.div_ceil(stride),
            Padding::Far => input.saturating_sub(2) / stride + 1,
            Padding::Valid if input < 3 => 0,
            Padding::Valid => (input - 3) / stride + 1,
        };
        let before = match padding {
            Padding::Same => (output.saturating_sub(1) * stride + 3).saturating_sub(input) / 2,
            Padding::Valid | Padding::Far => 0,
        };
        Self { input, output, stride, before }
    }

    fn after(&self) -> usize {
        (self.output.saturating_sub(1) * self.stride + 3).saturating_sub(self.input + self.before)
    }

    fn forward(&self) -> Vec<[Option<usize>; 3]> {
        let at = |output: usize, tap: usize| {
            (output * self.stride + tap).checked_sub(self.before).filter(|input| *input < self.input)
        };
        (0..self.output).map(|output| std::array::from_fn(|tap| at(output, tap))).collect()
    }

    fn backward(&self) -> Vec<[Option<usize>; 3]> {
        let at = |input: usize, tap: usize| {
            let steps = (input + self.before).checked_sub(tap)?;
            (steps.is_multiple_of(self.stride) && steps / self.stride < self.output).then(|| steps / self.stride)
        };
        (0..self.input).map(|input| std::array::from_fn(|tap| at(input, tap))).collect()
    }
}
