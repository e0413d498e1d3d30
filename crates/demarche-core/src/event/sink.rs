//! Where readers put what they read.

use crate::event::event::Event;
use crate::record::problem::Problem;

/// Takes events and problems while the record they borrow from is at hand.
pub trait Sink {
    /// Takes one event.
    fn event(&mut self, event: &Event<'_>);
    /// Takes one problem.
    fn problem(&mut self, problem: Problem);
    /// Notes that a record had a value in a field of its mapping, or fitted a rule of it.
    fn met(&mut self, _met: Met) {}
}

/// What of a mapping a record met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Met {
    /// A field had a value.
    Field(usize),
    /// A rule fitted.
    Rule(usize),
}

/// A sink that keeps owned copies: for tests and small inputs.
#[derive(Default)]
pub struct Kept {
    /// Events in order.
    pub events: Vec<Event<'static>>,
    /// Problems in order.
    pub problems: Vec<Problem>,
}

impl Sink for Kept {
    fn event(&mut self, event: &Event<'_>) {
        self.events.push(event.clone().into_owned());
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}
