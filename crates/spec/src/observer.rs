//! How long work speaks while it runs, and how it learns that nobody wants it any more.

use crate::Outcome;
use crate::run::LossPoint;

/// Called from inside the loops of every synchronous task, at least every 500 ms.
pub trait Observer {
    /// `fraction` of this task, 0 to 1. An error means: stop now and return it.
    fn tick(&mut self, fraction: f64) -> Outcome<()>;

    /// One more round of an iterative fit.
    fn loss(&mut self, _point: LossPoint) {}
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn tick(&mut self, _fraction: f64) -> Outcome<()> {
        Ok(())
    }
}

/// A part of a larger task: fractions from 0 to 1 become `start..end` of the whole.
pub struct Section<'a> {
    whole: &'a mut dyn Observer,
    start: f64,
    end: f64,
}

impl<'a> Section<'a> {
    pub fn new(whole: &'a mut dyn Observer, start: f64, end: f64) -> Self {
        Self { whole, start, end }
    }
}

impl Observer for Section<'_> {
    fn tick(&mut self, fraction: f64) -> Outcome<()> {
        self.whole.tick(self.start + (self.end - self.start) * fraction)
    }

    fn loss(&mut self, point: LossPoint) {
        self.whole.loss(point);
    }
}
