//! Adam's update of one parameter (Kingma and Ba 2015) and sums of squares, each in one pass over memory.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::run;

/// Values per task.
const PART: usize = 32 * 1024;

/// The numbers of one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Share of the old first moment in the new one.
    pub beta_1: f32,
    /// Share of the old second moment in the new one.
    pub beta_2: f32,
    /// Added to the second moment's root.
    pub epsilon: f32,
    /// The learning rate, corrected for moments that began at zero.
    pub rate: f32,
}

/// Moves both moments in place and writes `param - rate * first / (sqrt(second) + epsilon)`.
pub fn update(param: &[f32], grad: &[f32], moments: (&mut [f32], &mut [f32]), rates: Rates, out: &mut [f32]) {
    let (first, second) = moments;
    (out.par_chunks_mut(PART).zip(param.par_chunks(PART)).zip(grad.par_chunks(PART)))
        .zip(first.par_chunks_mut(PART).zip(second.par_chunks_mut(PART)))
        .for_each(|(((out, param), grad), (first, second))| run(Update { param, grad, first, second, rates, out }));
}

struct Update<'a> {
    param: &'a [f32],
    grad: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    rates: Rates,
    out: &'a mut [f32],
}

impl WithSimd for Update<'_> {
    type Output = ();

    /// Plain code, which the compiler turns into vectors of the instruction set at hand: there is no vector division.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Rates { beta_1, beta_2, epsilon, rate } = self.rates;
        let moments = self.first.iter_mut().zip(self.second.iter_mut());
        let values = self.out.iter_mut().zip(self.param.iter().zip(self.grad));
        for ((out, (param, grad)), (first, second)) in values.zip(moments) {
            *first = *first * beta_1 + grad * (1.0 - beta_1);
            *second = *second * beta_2 + grad * grad * (1.0 - beta_2);
            *out = param - rate * *first / (second.sqrt() + epsilon);
        }
    }
}

/// The sum of all squares; parts depend on the length alone and are added in their order.
pub fn square_sum(x: &[f32]) -> f32 {
    let parts: Vec<f64> = x.par_chunks(PART).map(|x| run(Squares(x))).collect();
    parts.iter().sum::<f64>() as f32
}

struct Squares<'a>(&'a [f32]);

impl WithSimd for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let mut total = 0.0;
        for x in self.0.chunks(1024) {
            let (lanes, rest) = S::as_simd_f32s(x);
            let mut sums = [simd.splat_f32s(0.0); 2];
            for (index, lanes) in lanes.iter().enumerate() {
                sums[index % 2] = simd.mul_add_e_f32s(*lanes, *lanes, sums[index % 2]);
            }
            total += f64::from(simd.reduce_sum_f32s(simd.add_f32s(sums[0], sums[1])));
            total += rest.iter().map(|value| f64::from(value * value)).sum::<f64>();
        }
        total
    }
}
