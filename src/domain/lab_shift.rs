//! One model at home and at another lab, on the classes that both have, and what the gap means.

use super::evaluation::Evaluation;

/// A drop of balanced accuracy that is spoken of as one.
const DROP: f64 = 0.02;
/// Confidence above accuracy by this much is spoken of as overconfidence.
const OVERCONFIDENT: f64 = 0.05;

/// One figure at home and away, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub name: String,
    pub home: Option<f64>,
    pub away: Option<f64>,
}

/// Figures of one model on two sets.
#[derive(Clone, Debug, PartialEq)]
pub struct LabShift {
    /// The classes with images in both sets.
    pub common: Vec<String>,
    /// Accuracy, balanced accuracy over the common classes, calibration error, and mean confidence.
    pub whole: Vec<Pair>,
    /// Recall of each common class.
    pub recall: Vec<Pair>,
}

impl LabShift {
    #[must_use]
    pub fn of(home: &Evaluation, away: &Evaluation) -> Self {
        let recall_of = |of: &Evaluation, name: &str| {
            of.metrics.classes.iter().find(|class| class.name == name).and_then(|class| class.recall)
        };
        let names = home.metrics.classes.iter().map(|class| class.name.clone());
        let recall: Vec<Pair> = names
            .map(|name| Pair { home: recall_of(home, &name), away: recall_of(away, &name), name })
            .filter(|pair| pair.home.is_some() && pair.away.is_some())
            .collect();
        let mean = |of: fn(&Pair) -> Option<f64>| {
            let values: Vec<f64> = recall.iter().filter_map(of).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let pair = |name: &str, home, away| Pair { name: name.to_owned(), home, away };
        let whole = vec![
            pair("Accuracy", home.metrics.accuracy, away.metrics.accuracy),
            pair("Balanced accuracy", mean(|pair| pair.home), mean(|pair| pair.away)),
            pair("Mean confidence", home.shift.mean_confidence, away.shift.mean_confidence),
            pair("Calibration error", home.ece, away.ece),
        ];
        Self { common: recall.iter().map(|pair| pair.name.clone()).collect(), whole, recall }
    }

    fn figure(&self, name: &str) -> (Option<f64>, Option<f64>) {
        self.whole.iter().find(|pair| pair.name == name).map_or((None, None), |pair| (pair.home, pair.away))
    }

    /// What the gap means, in one or two sentences.
    #[must_use]
    pub fn sentence(&self) -> String {
        let ((Some(home), Some(away)), (_, accuracy), (_, confidence)) =
            (self.figure("Balanced accuracy"), self.figure("Accuracy"), self.figure("Mean confidence"))
        else {
            return "The sets have no class in common, so nothing can be said of the gap".to_owned();
        };
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let gap = home - away;
        let level = format!(
            "Balanced accuracy is {} there and {} at home, over the {} classes that both have",
            percent(away),
            percent(home),
            self.common.len()
        );
        let mut words = if gap > DROP {
            format!(
                "{level}: the model loses {:.1} points on this lab's slides and should be fitted to them first",
                100.0 * gap
            )
        } else if gap < -DROP {
            format!("{level}: it does better there, so these cells are easier or the home set is harder")
        } else {
            format!("{level}: it carries over to this lab's slides")
        };
        if let (Some(accuracy), Some(confidence)) = (accuracy, confidence)
            && confidence - accuracy > OVERCONFIDENT
        {
            words.push_str(&format!(
                ". It is {} sure on average and right on {}: its confidence cannot be believed there",
                percent(confidence),
                percent(accuracy)
            ));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(home: f64, away: f64, accuracy: f64, confidence: f64) -> LabShift {
        let pair = |name: &str, home, away| Pair { name: name.to_owned(), home: Some(home), away: Some(away) };
        let whole = vec![
            pair("Accuracy", home, accuracy),
            pair("Balanced accuracy", home, away),
            pair("Mean confidence", home, confidence),
        ];
        LabShift { common: vec!["ig".to_owned(), "platelet".to_owned()], whole, recall: Vec::new() }
    }

    #[test]
    fn the_sentence_says_what_the_gap_is() {
        let lost = shift(0.99, 0.542, 0.55, 0.91).sentence();
        assert!(lost.contains("54.2 % there and 99.0 % at home") && lost.contains("loses 44.8 points"), "{lost}");
        assert!(lost.contains("91.0 % sure on average and right on 55.0 %"), "{lost}");
        let kept = shift(0.99, 0.985, 0.98, 0.985).sentence();
        assert!(kept.ends_with("it carries over to this lab's slides"), "{kept}");
        assert!(shift(0.8, 0.9, 0.9, 0.9).sentence().contains("does better there"));
        let nothing = LabShift { common: Vec::new(), whole: Vec::new(), recall: Vec::new() };
        assert!(nothing.sentence().contains("no class in common"));
    }
}
