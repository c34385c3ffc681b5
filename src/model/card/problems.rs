//! What a card must not say: numbers that would answer nonsense, divide by zero or fill the memory.

use super::ModelCard;
use crate::data::view::preprocess::WIDEST;

/// Temperatures beyond which confidences are all alike or all certain.
const TEMPERATURES: std::ops::RangeInclusive<f64> = 0.05..=20.0;
/// Widths and sides that any sensible network has; beyond them a damaged card asks for more memory than there is.
const MOST_CLASSES: usize = 10_000;
const SIDES: std::ops::RangeInclusive<usize> = 32..=1024;
const MOST_WIDTH: f64 = 4.0;
const MOST_HEADS: usize = 64;
const MOST_ATTENTION: usize = 8192;
const MOST_LAYERS: usize = 16;

impl ModelCard {
    /// Why the card cannot be obeyed, all in one line; `None` where it can.
    #[must_use]
    pub fn problems(&self) -> Option<String> {
        let mut problems = Vec::new();
        self.check_network(&mut problems);
        self.check_preprocess(&mut problems);
        self.check_answers(&mut problems);
        (!problems.is_empty()).then(|| problems.join("; "))
    }

    fn check_network(&self, problems: &mut Vec<String>) {
        let network = &self.network;
        let mut check = |holds: bool, why: &dyn Fn() -> String| {
            if !holds {
                problems.push(why());
            }
        };
        let classes = self.classes.len();
        check((1..=MOST_CLASSES).contains(&classes), &|| format!("{classes} classes"));
        check(classes == network.classes, &|| {
            format!("{classes} class names for a network of {} classes", network.classes)
        });
        let mut names: Vec<&str> = self.classes.iter().collect();
        names.sort_unstable();
        let apart = names.windows(2).all(|pair| !matches!(pair, [a, b] if a == b));
        check(apart && names.iter().all(|name| !name.trim().is_empty()), &|| {
            "class names that are empty or come twice".to_owned()
        });
        check(network.size == self.preprocess.size, &|| {
            format!("images of {} px for a network of {} px", self.preprocess.size, network.size)
        });
        check(SIDES.contains(&network.size), &|| format!("an image size of {} px", network.size));
        let width = network.width;
        check(width.is_finite() && width > 0.0 && width <= MOST_WIDTH, &|| format!("a backbone width of {width}"));
        let (heads, attention) = (network.heads, network.attention_width);
        check((1..=MOST_HEADS).contains(&heads), &|| format!("{heads} attention heads"));
        check((1..=MOST_ATTENTION).contains(&attention) && attention.is_multiple_of(heads.max(1)), &|| {
            format!("an attention width of {attention} for {heads} heads")
        });
        let layers = network.encoder;
        check(layers <= MOST_LAYERS, &|| format!("{layers} layers of an encoder"));
        check(network.noise.is_finite() && network.noise >= 0.0, &|| format!("a noise of {}", network.noise));
        check((0.0..1.0).contains(&network.dropout), &|| format!("a dropout of {}", network.dropout));
    }

    fn check_preprocess(&self, problems: &mut Vec<String>) {
        let preprocess = &self.preprocess;
        let crop = preprocess.crop;
        if !(crop > 0.0 && crop <= WIDEST) {
            problems.push(format!("a crop of {crop}"));
        }
        if !preprocess.mean.iter().all(|mean| mean.is_finite()) {
            problems.push("a mean colour that is not a number".to_owned());
        }
        if !preprocess.std.iter().all(|std| std.is_finite() && *std > 0.0) {
            problems.push("a spread of colours that is not above 0".to_owned());
        }
    }

    fn check_answers(&self, problems: &mut Vec<String>) {
        for temperature in
            [Some(self.temperature), self.doubt_temperature, self.elsewhere.as_ref().map(|of| of.temperature)]
                .into_iter()
                .flatten()
        {
            if !TEMPERATURES.contains(&temperature) {
                problems.push(format!("a temperature of {temperature}"));
            }
        }
        let threshold = self.operating.map_or(0.0, |point| point.threshold);
        if !(0.0..=1.0).contains(&threshold) {
            problems.push(format!("an operating point at a confidence of {threshold}"));
        }
        let home = self.home();
        let figures = [home.norms, home.look.strength].into_iter().chain(home.look.white).chain(home.look.nucleus);
        if !figures.chain(home.norms_of_one_class).all(f64::is_finite) {
            problems.push("a home lab that is not a number".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::operating::OperatingPoint, model::bundled};

    /// The bundled card after some damage.
    fn damaged(damage: impl FnOnce(&mut ModelCard)) -> Option<String> {
        let mut card = bundled::FIRST.card().unwrap();
        damage(&mut card);
        card.problems()
    }

    #[test]
    fn bundled_cards_have_no_problem() {
        for model in bundled::ALL {
            assert_eq!(model.card().unwrap().problems(), None);
        }
    }

    #[test]
    fn a_number_that_would_answer_nonsense_is_named() {
        for temperature in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
            assert!(damaged(|card| card.temperature = temperature).unwrap().contains("temperature"), "{temperature}");
            assert!(damaged(|card| card.doubt_temperature = Some(temperature)).is_some(), "{temperature}");
        }
        assert!(damaged(|card| card.network.heads = 0).unwrap().contains("0 attention heads"));
        assert!(damaged(|card| card.network.width = 1e9).unwrap().contains("width"));
        assert!(damaged(|card| card.network.width = f64::NAN).is_some());
        assert!(damaged(|card| card.network.size = 1_000_000).unwrap().contains("1000000 px"));
        assert!(damaged(|card| card.network.attention_width = 255).is_some());
        assert!(damaged(|card| card.network.dropout = 1.0).is_some());
        assert!(damaged(|card| card.network.encoder = 1_000_000).unwrap().contains("1000000 layers"));
        for crop in [0.0, -0.5, f64::NAN, 1e6] {
            assert!(damaged(|card| card.preprocess.crop = crop).unwrap().contains("crop"), "{crop}");
        }
        for std in [0.0, -0.5, f32::NAN] {
            assert!(damaged(|card| card.preprocess.std[1] = std).unwrap().contains("spread"), "{std}");
        }
        assert!(damaged(|card| card.preprocess.mean[0] = f32::NAN).is_some());
        let point =
            OperatingPoint { risk: 0.01, threshold: f32::NAN, coverage: 1.0, measured: 0.0, ci: None, images: 9 };
        assert!(damaged(|card| card.operating = Some(point)).unwrap().contains("operating point"));
        assert!(
            damaged(|card| card.home =
                card.home.take().map(|home| crate::domain::profile::Home { norms: f64::NAN, ..home }))
            .is_some()
        );
    }

    #[test]
    fn classes_are_named_once_each_and_as_many_as_the_network_has() {
        let of = |names: &str| -> crate::domain::classes::ClassList { serde_json::from_str(names).unwrap() };
        let twice = damaged(|card| {
            card.classes = of(r#"["a", "a"]"#);
            card.network.classes = 2;
        });
        assert!(twice.unwrap().contains("come twice"));
        assert!(damaged(|card| card.classes = of("[]")).is_some());
        assert!(damaged(|card| card.network.classes = 3).unwrap().contains("8 class names for a network of 3 classes"));
    }
}
