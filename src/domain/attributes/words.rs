//! Attributes as a sentence: those of WBCAtt (Tsutsui et al. 2023) as a microscopist says them, others as they are named.

use super::Said;

/// Confidence from which an attribute is worth a word.
const WORTH: f32 = 0.7;

/// What a cell looks like, such as `segmented nucleus, low nucleus-to-cytoplasm ratio, small pink granules`; what the model
/// is not sure of is left out.
#[must_use]
pub fn sentence(said: &[Said]) -> String {
    let known: Vec<(&str, &str)> =
        said.iter().filter(|one| one.confidence >= WORTH).map(|one| (one.name.as_str(), one.value.as_str())).collect();
    let of = |name: &str| known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let mut parts: Vec<String> = known.iter().filter_map(|(name, value)| part(name, value)).collect();
    let granules = match (of("granularity"), of("granule_type"), of("granule_colour")) {
        (Some("no"), ..) => Some("no granules".to_owned()),
        (_, size, colour) => {
            let words: Vec<&str> = [size, colour].into_iter().flatten().filter(|word| *word != "nil").collect();
            (!words.is_empty()).then(|| format!("{} granules", words.join(" ")))
        }
    };
    parts.extend(granules);
    parts.join(", ")
}

/// One attribute in words; `None` where it goes without saying or is said with others.
fn part(name: &str, value: &str) -> Option<String> {
    let shape = |value: &str| match value {
        "segmented-multilobed" => "many-lobed nucleus".to_owned(),
        "segmented-bilobed" => "two-lobed nucleus".to_owned(),
        "unsegmented-band" => "band-shaped nucleus".to_owned(),
        "unsegmented-indented" => "indented nucleus".to_owned(),
        "unsegmented-round" => "round nucleus".to_owned(),
        other => format!("{other} nucleus"),
    };
    match (name, value) {
        ("nucleus_shape", value) => Some(shape(value)),
        ("nuclear_cytoplasmic_ratio", value) => Some(format!("{value} nucleus-to-cytoplasm ratio")),
        ("chromatin_density", "densely") => Some("dense chromatin".to_owned()),
        ("chromatin_density", "loosely") => Some("loose chromatin".to_owned()),
        ("cytoplasm_colour", value) => Some(format!("{value} cytoplasm")),
        ("cytoplasm_texture", "frosted") => Some("frosted cytoplasm".to_owned()),
        ("cytoplasm_vacuole", "yes") => Some("vacuoles".to_owned()),
        ("cell_shape", "irregular") => Some("irregular outline".to_owned()),
        (
            "granularity" | "granule_type" | "granule_colour" | "cytoplasm_texture" | "cytoplasm_vacuole"
            | "cell_shape" | "cell_size",
            _,
        ) => None,
        (name, value) => Some(format!("{} {value}", name.replace('_', " "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neutrophil_is_said_as_a_microscopist_says_it() {
        let said =
            |name: &str, value: &str, confidence| Said { name: name.to_owned(), value: value.to_owned(), confidence };
        let mut cell = vec![
            said("nucleus_shape", "segmented-multilobed", 0.9),
            said("nuclear_cytoplasmic_ratio", "low", 0.9),
            said("granularity", "yes", 0.9),
            said("granule_type", "small", 0.9),
            said("granule_colour", "pink", 0.9),
            said("auer_rods", "no", 0.9),
        ];
        let words = "many-lobed nucleus, low nucleus-to-cytoplasm ratio, auer rods no, small pink granules";
        assert_eq!(sentence(&cell), words);
        cell[0].confidence = 0.6;
        cell[2] = said("granularity", "no", 0.99);
        assert_eq!(sentence(&cell), "low nucleus-to-cytoplasm ratio, auer rods no, no granules");
        assert_eq!(sentence(&[]), "");
    }
}
