//! One question that takes a job to answer: asked, answered, failed. The answer stays with its question, so that it is never
//! shown as that of another one.

use std::sync::Arc;

use crate::{
    fault::{Failure, Halt},
    job::JobId,
};

/// What was asked and what came of it.
#[derive(Clone, Debug)]
pub struct Inquiry<Q, A> {
    asked: Option<(JobId, Q)>,
    answered: Option<(Q, Arc<A>)>,
    /// The question stays, so that nobody asks it again by itself.
    failed: Option<(Q, Failure)>,
}

impl<Q, A> Default for Inquiry<Q, A> {
    fn default() -> Self {
        Self { asked: None, answered: None, failed: None }
    }
}

impl<Q, A> Inquiry<Q, A> {
    /// A job was given the question; one that was asked before is forgotten, its answer stays until the new one is there.
    pub fn ask(&mut self, job: JobId, question: Q) {
        (self.asked, self.failed) = (Some((job, question)), None);
    }

    /// Takes in the answer where it is to what was asked last; `correct` puts into the question what the answer is really
    /// of.
    pub fn answer(&mut self, job: JobId, answer: Arc<A>, correct: impl FnOnce(&mut Q, &A)) -> bool {
        let Some((_, mut question)) = self.asked.take_if(|(asked, _)| *asked == job) else { return false };
        correct(&mut question, &answer);
        self.answered = Some((question, answer));
        true
    }

    /// Takes in that there is none, where it was asked last.
    pub fn halt(&mut self, job: JobId, halt: &Halt) -> bool {
        let Some((_, question)) = self.asked.take_if(|(asked, _)| *asked == job) else { return false };
        if let Halt::Failed(failure) = halt {
            self.failed = Some((question, failure.clone()));
        }
        true
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The job that works on it.
    #[must_use]
    pub fn running(&self) -> Option<JobId> {
        self.asked.as_ref().map(|(job, _)| *job)
    }

    /// What is being worked on.
    #[must_use]
    pub fn asked(&self) -> Option<&Q> {
        self.asked.as_ref().map(|(_, question)| question)
    }

    /// The last answer; something else may have been asked since.
    #[must_use]
    pub fn result(&self) -> Option<&Arc<A>> {
        self.answered.as_ref().map(|(_, answer)| answer)
    }

    /// What the last answer is to.
    #[must_use]
    pub fn answered(&self) -> Option<&Q> {
        self.answered.as_ref().map(|(question, _)| question)
    }

    /// Why the last question was not answered.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failed.as_ref().map(|(_, failure)| failure)
    }

    /// What was asked last, whatever came of it.
    #[must_use]
    pub fn last(&self) -> Option<&Q> {
        let failed = self.failed.as_ref().map(|(question, _)| question);
        self.asked().or(failed).or(self.answered())
    }

    /// Every question that is kept, such as to let it follow a thing that was renamed.
    pub fn questions(&mut self) -> impl Iterator<Item = &mut Q> {
        let asked = self.asked.iter_mut().map(|(_, question)| question);
        let failed = self.failed.iter_mut().map(|(question, _)| question);
        asked.chain(failed).chain(self.answered.iter_mut().map(|(question, _)| question))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_shown_with_its_own_question_alone() {
        let mut inquiry = Inquiry::default();
        inquiry.ask(JobId(1), "first");
        inquiry.ask(JobId(2), "second");
        assert!(!inquiry.answer(JobId(1), Arc::new(1), |_, _| {}), "nobody waits for it any more");
        assert_eq!((inquiry.result(), inquiry.running()), (None, Some(JobId(2))));
        assert!(inquiry.answer(JobId(2), Arc::new(2), |question, _| *question = "second, really"));
        assert_eq!(inquiry.answered(), Some(&"second, really"));
        inquiry.ask(JobId(3), "third");
        assert_eq!(inquiry.result().map(|answer| **answer), Some(2), "the old one stands meanwhile");
    }

    #[test]
    fn a_failure_stands_until_something_is_asked_anew_and_a_stop_leaves_none() {
        let mut inquiry = Inquiry::<&str, u8>::default();
        let why = Failure::new("it failed", "why", "what to do");
        inquiry.ask(JobId(1), "first");
        assert!(!inquiry.halt(JobId(7), &Halt::Stopped));
        assert!(inquiry.halt(JobId(1), &Halt::Failed(why.clone())));
        assert_eq!((inquiry.failure(), inquiry.running(), inquiry.last()), (Some(&why), None, Some(&"first")));
        inquiry.ask(JobId(2), "second");
        assert!(inquiry.failure().is_none() && inquiry.halt(JobId(2), &Halt::Stopped));
        assert!(inquiry.failure().is_none());
    }
}
