//! Vectors of the widest instruction set this processor has, chosen at run time, through safe code only.
//!
//! `pulp` compiles each operation for AVX-512, AVX2 with FMA, NEON and plain scalars, and `run` picks one by asking the
//! processor. The width never depends on the number of threads, so that one machine always gives the same bits.

use pulp::{Arch, Simd, WithSimd};

/// Runs `op` compiled for the best instruction set at hand.
#[inline]
pub fn run<Op: WithSimd>(op: Op) -> Op::Output {
    Arch::new().dispatch(op)
}

/// Values that a vector holds.
pub fn count() -> usize {
    struct Lanes;
    impl WithSimd for Lanes {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            S::F32_LANES
        }
    }
    run(Lanes)
}

/// The vector at the start of `from`; lanes beyond its end are zero. Both cases stay in registers: a loop that may take
/// the short way through memory takes every vector through it.
#[inline(always)]
pub fn load<S: Simd>(simd: S, from: &[f32]) -> S::f32s {
    match S::as_simd_f32s(from).0.first() {
        Some(lanes) => *lanes,
        None => simd.partial_load_f32s(from),
    }
}

/// Asks for the cache line at `from` into the second-level cache; it is not read and may lie anywhere. A hint only: the
/// other processors have none that is safe to give.
#[inline(always)]
pub fn fetch(from: *const f32) {
    hint::<SECOND_LEVEL>(from);
}

/// [`fetch`] into the first-level cache.
#[inline(always)]
pub fn fetch_near(from: *const f32) {
    hint::<FIRST_LEVEL>(from);
}

/// The processor's own numbers, `_MM_HINT_T0` and `_MM_HINT_T1`.
const FIRST_LEVEL: i32 = 3;
const SECOND_LEVEL: i32 = 2;

#[inline(always)]
fn hint<const LEVEL: i32>(from: *const f32) {
    #[cfg(target_arch = "x86_64")]
    if let Some(sse) = pulp::core_arch::x86::Sse::try_new() {
        sse._mm_prefetch::<LEVEL>(from.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = from;
}

/// Writes `lanes` at the start of `to`; lanes beyond its end are dropped.
#[inline(always)]
pub fn store<S: Simd>(simd: S, to: &mut [f32], lanes: S::f32s) {
    match S::as_mut_simd_f32s(to).0.first_mut() {
        Some(slot) => *slot = lanes,
        None => simd.partial_store_f32s(to, lanes),
    }
}

/// The interval an activation keeps its input in: everything, `0..` or `0..=6`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest value let through.
    pub low: f32,
    /// Largest value let through.
    pub high: f32,
}

impl Bounds {
    /// `value`, limited; not-a-number stays, so that a diverged run shows.
    #[inline(always)]
    pub fn clamp<S: Simd>(self, simd: S, value: S::f32s) -> S::f32s {
        // The order of the operands matters: x86 answers with the second one if either is not a number.
        let value = simd.max_f32s(simd.splat_f32s(self.low), value);
        simd.min_f32s(simd.splat_f32s(self.high), value)
    }

    /// `slope` where `value` lies strictly inside, else zero: the derivative of `clamp` times `slope`.
    #[inline(always)]
    pub fn pass<S: Simd>(self, simd: S, value: S::f32s, slope: S::f32s) -> S::f32s {
        let zero = simd.splat_f32s(0.0);
        let above = simd.greater_than_f32s(value, simd.splat_f32s(self.low));
        let below = simd.less_than_f32s(value, simd.splat_f32s(self.high));
        simd.select_f32s(simd.and_m32s(above, below), slope, zero)
    }
}

#[cfg(test)]
mod tests {
    /// `pulp` leaves out an instruction set whose feature is off, and then runs on scalars without a word.
    #[test]
    fn the_widest_vectors_of_this_processor_are_used() {
        #[cfg(target_arch = "x86_64")]
        let least = if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            16
        } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            8
        } else {
            1
        };
        #[cfg(target_arch = "aarch64")]
        let least = 4;
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let least = 1;
        assert!(super::count() >= least, "{} lanes, {least} expected", super::count());
    }
}
