//! A head's columns brought to another list of classes, so that weights can start a run on other classes.

use burn::{
    nn::Linear,
    store::burn_pack,
    tensor::{Bytes, DType, TensorData},
};

use crate::domain::classes::ClassList;

/// Names of the parameters, `[width, classes]` and `[classes]`.
const WEIGHT: &str = "head.weight";
const BIAS: &str = "head.bias";

/// Whose columns are brought to whose.
#[derive(Clone, Copy, Debug)]
pub struct Classes<'a> {
    pub theirs: &'a ClassList,
    pub ours: &'a ClassList,
}

impl Classes<'_> {
    /// Those of ours that the source does not know.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        self.ours.iter().filter(|name| self.theirs.label(name).is_none()).collect()
    }
}

/// Puts the head's columns among `tensors` into the order of our classes; a class that the source does not know keeps the
/// column of `own`. Other tensors, and a head of another width, stay.
///
/// # Errors
/// [`burn_pack::Error`] where the bytes of the head cannot be read.
pub fn fitted(
    tensors: Vec<burn_pack::Tensor>,
    own: &Linear,
    classes: Classes<'_>,
) -> Result<Vec<burn_pack::Tensor>, burn_pack::Error> {
    if classes.theirs == classes.ours {
        return Ok(tensors);
    }
    let bias = || own.bias.as_ref().and_then(|bias| bias.val().into_data().try_into_vec().ok());
    let weight = || own.weight.val().into_data().try_into_vec().ok();
    let fit_one = |tensor: burn_pack::Tensor| match tensor.name.as_str() {
        WEIGHT => fit(tensor, weight(), classes),
        BIAS => fit(tensor, bias(), classes),
        _ => Ok(tensor),
    };
    tensors.into_iter().map(fit_one).collect()
}

fn fit(
    tensor: burn_pack::Tensor,
    own: Option<Vec<f32>>,
    classes: Classes<'_>,
) -> Result<burn_pack::Tensor, burn_pack::Error> {
    let (mut dims, from, to) = (tensor.shape.to_vec(), classes.theirs.len(), classes.ours.len());
    let rows: usize = dims.iter().product::<usize>() / from.max(1);
    let Some(own) = own.filter(|own| dims.last() == Some(&from) && own.len() == rows * to) else { return Ok(tensor) };
    let data = TensorData::from_bytes(tensor.to_bytes()?, dims.clone(), tensor.dtype).convert::<f32>();
    let Ok(values) = data.try_into_vec::<f32>() else { return Ok(tensor) };
    let chosen = chosen(&values, &own, classes);
    if let Some(last) = dims.last_mut() {
        *last = to;
    }
    Ok(burn_pack::Tensor::new(tensor.name, DType::F32, dims, tensor.param_id, Bytes::from_elems(chosen)))
}

/// `[rows, theirs]` and `[rows, ours]` to `[rows, ours]`.
fn chosen(values: &[f32], own: &[f32], classes: Classes<'_>) -> Vec<f32> {
    let places: Vec<Option<usize>> = classes.ours.iter().map(|name| classes.theirs.label(name)).collect();
    let rows = values.chunks_exact(classes.theirs.len().max(1)).zip(own.chunks_exact(places.len().max(1)));
    let of = |(theirs, own): (&[f32], &[f32])| -> Vec<f32> {
        let column =
            |(place, own): (&Option<usize>, &f32)| place.and_then(|at| theirs.get(at)).copied().unwrap_or(*own);
        places.iter().zip(own).map(column).collect()
    };
    rows.flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_follow_their_class_and_a_new_class_keeps_its_own() {
        let list = |names: &[&str]| ClassList::new(names.iter().map(|name| (*name).to_owned()));
        let (theirs, ours) = (list(&["basophil", "monocyte", "platelet"]), list(&["basophil", "blast", "platelet"]));
        let classes = Classes { theirs: &theirs, ours: &ours };
        let place = |list: &ClassList, name| list.label(name).unwrap();
        let values: Vec<f32> = (0..6).map(|i| i as f32).collect();
        let own: Vec<f32> = (0..6).map(|i| -1.0 - i as f32).collect();
        let found = chosen(&values, &own, classes);
        for row in 0..2 {
            for name in ["basophil", "platelet"] {
                assert_eq!(found[row * 3 + place(&ours, name)], values[row * 3 + place(&theirs, name)], "{name}");
            }
            let new = row * 3 + place(&ours, "blast");
            assert_eq!(found[new], own[new]);
        }
        assert_eq!(classes.unknown(), ["blast"]);
    }
}
