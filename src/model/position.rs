//! Learned positions of one size of map brought to another, so that weights can start a run of another input size.
//!
//! Bilinear between the centres of the tokens, as vision transformers do it (Dosovitskiy et al. 2021, arXiv 2010.11929, 3.2).

use burn::{
    store::burn_pack,
    tensor::{Bytes, TensorData},
};

/// How the parameter's name ends, `[1, tokens, width]`.
const NAME: &str = "attention.position";

/// Replaces the positions among `tensors` by ones for `tokens` tokens; others, and maps that are not square, stay.
///
/// # Errors
/// [`burn_pack::Error`] where the positions' bytes cannot be read.
pub fn fitted(tensors: Vec<burn_pack::Tensor>, tokens: usize) -> Result<Vec<burn_pack::Tensor>, burn_pack::Error> {
    tensors
        .into_iter()
        .map(|tensor| if tensor.name.ends_with(NAME) { fit(tensor, tokens) } else { Ok(tensor) })
        .collect()
}

fn fit(tensor: burn_pack::Tensor, tokens: usize) -> Result<burn_pack::Tensor, burn_pack::Error> {
    let dims = tensor.shape.to_vec();
    let (Some(before), Some(width)) = (dims.get(1).copied(), dims.get(2).copied()) else { return Ok(tensor) };
    let (from, to) = (before.isqrt(), tokens.isqrt());
    if before == tokens || from == 0 || from * from != before || to * to != tokens {
        return Ok(tensor);
    }
    let bytes = tensor.to_bytes()?;
    let data = TensorData::from_bytes(bytes, dims, tensor.dtype).convert::<f32>();
    let Ok(values) = data.try_into_vec::<f32>() else { return Ok(tensor) };
    let resampled = resample(&values, (from, to), width);
    let dtype = burn::tensor::DType::F32;
    Ok(burn_pack::Tensor::new(tensor.name, dtype, [1, tokens, width], tensor.param_id, Bytes::from_elems(resampled)))
}

/// `[from * from, width]` to `[to * to, width]`.
fn resample(values: &[f32], (from, to): (usize, usize), width: usize) -> Vec<f32> {
    let row = |y: usize, x: usize| values.chunks_exact(width).nth(y * from + x).unwrap_or_default();
    // The two nearest token centres along one side, and the share of the second.
    let between = |index: usize| {
        let at = ((index as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
        let low = at as usize;
        (low, (low + 1).min(from - 1), at - low as f32)
    };
    let mut out = Vec::with_capacity(to * to * width);
    for (top, bottom, down) in (0..to).map(between) {
        for (left, right, across) in (0..to).map(between) {
            let upper = row(top, left).iter().zip(row(top, right)).map(|(a, b)| a + (b - a) * across);
            let lower = row(bottom, left).iter().zip(row(bottom, right)).map(|(a, b)| a + (b - a) * across);
            out.extend(upper.zip(lower).map(|(a, b)| a + (b - a) * down));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_stays_a_slope_and_the_same_side_stays_itself() {
        let slope: Vec<f32> = (0..4).flat_map(|y| (0..4).flat_map(move |x| [x as f32, y as f32])).collect();
        assert_eq!(resample(&slope, (4, 4), 2), slope);
        let wide = resample(&slope, (4, 8), 2);
        assert_eq!(wide.len(), 8 * 8 * 2);
        // Token 3 of 8 lies at 3.5 / 2 - 0.5 = 1.25 of the 4.
        assert_eq!(wide[(3 * 8 + 3) * 2..][..2], [1.25, 1.25]);
        let narrow = resample(&slope, (4, 2), 2);
        assert_eq!(narrow, [0.5, 0.5, 2.5, 0.5, 0.5, 2.5, 2.5, 2.5]);
    }
}
