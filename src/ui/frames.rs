//! How long the frames took: for the About page, and for the file that `--frame-times` names.

use std::{collections::VecDeque, time::Instant};

use crate::{app::Page, report::csv::Table};

/// Frames that the summary is taken from.
const KEPT: usize = 3600;

/// One frame.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sample {
    /// Since the program's start.
    at_secs: f64,
    page: Page,
    /// Work of the window's thread, from input to the commands for the GPU; waiting for the screen is not counted.
    millis: f32,
}

/// The frames of this window.
#[derive(Debug)]
pub struct FrameTimes {
    started: Instant,
    first_secs: Option<f64>,
    last: VecDeque<Sample>,
    /// Every frame, where a file was asked for.
    log: Option<Vec<Sample>>,
    /// The page that the frame under way shows.
    page: Page,
}

/// The frames in three figures, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub frames: usize,
    pub p50: f32,
    pub p95: f32,
    pub longest: f32,
}

impl FrameTimes {
    #[must_use]
    pub fn new(started: Instant, logged: bool) -> Self {
        let log = logged.then(Vec::new);
        Self { started, first_secs: None, last: VecDeque::new(), log, page: Page::default() }
    }

    /// A frame begins; `cpu_secs` is what the one before it took.
    pub fn begin(&mut self, page: Page, cpu_secs: Option<f32>) {
        let at_secs = self.started.elapsed().as_secs_f64();
        if let Some(secs) = cpu_secs {
            // The frame before this one has reached the screen by now.
            self.first_secs.get_or_insert(at_secs);
            let sample = Sample { at_secs, page: self.page, millis: 1e3 * secs };
            self.last.push_back(sample);
            if self.last.len() > KEPT {
                self.last.pop_front();
            }
            if let Some(log) = &mut self.log {
                log.push(sample);
            }
        }
        self.page = page;
    }

    /// From the program's start until the first frame was there.
    #[must_use]
    pub const fn first_secs(&self) -> Option<f64> {
        self.first_secs
    }

    /// Over the frames that are kept; `None` before the first one.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        let mut millis: Vec<f32> = self.last.iter().map(|sample| sample.millis).collect();
        millis.sort_unstable_by(f32::total_cmp);
        let at = |share: f64| millis.get(((millis.len() as f64 * share).ceil() as usize).saturating_sub(1)).copied();
        Some(Summary { frames: millis.len(), p50: at(0.5)?, p95: at(0.95)?, longest: at(1.0)? })
    }

    /// Every frame since the start, where they were asked for.
    #[must_use]
    pub fn table(&self) -> Option<Table> {
        let mut table = Table::new(["secs", "page", "ms"]);
        for sample in self.log.as_ref()? {
            table.push([
                format!("{:.3}", sample.at_secs),
                sample.page.title().to_owned(),
                format!("{:.2}", sample.millis),
            ]);
        }
        Some(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_of_the_frames_before_and_rows_name_their_page() {
        let mut frames = FrameTimes::new(Instant::now(), true);
        assert_eq!((frames.summary(), frames.first_secs()), (None, None));
        frames.begin(Page::Dataset, None);
        for millis in 1..=100_u8 {
            frames.begin(Page::Train, Some(f32::from(millis) / 1e3));
        }
        let summary = frames.summary().unwrap();
        assert_eq!((summary.frames, summary.p50, summary.p95, summary.longest), (100, 50.0, 95.0, 100.0));
        let rows: Vec<_> = frames.table().unwrap().words().collect();
        assert_eq!((rows.len(), rows[0][1].as_str(), rows[1][1].as_str()), (100, "Dataset", "Train"));
        assert!(frames.first_secs().is_some());
    }
}
