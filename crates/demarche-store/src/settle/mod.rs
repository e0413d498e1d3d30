//! Settling: copies closed, events sorted, Parquet written, order-independent.

use demarche_core::event::event::Event;
use demarche_core::record::problem::Problem;

use crate::error::{Error, ErrorKind};
use crate::intake::Taken;
use crate::intake::source::Source;

/// What is known once copies are closed.
#[derive(Debug)]
pub struct Settled {
    /// Sources with their accounting complete.
    pub sources: Vec<Source>,
    /// Conflicting copies, one problem per kept record concerned, in order of place.
    pub conflicts: Vec<Problem>,
    /// Events kept.
    pub events: u64,
    /// Items kept.
    pub items: u64,
}

/// Closes duplicates and conflicts, writes `store/`, and hands every kept event to `each`.
///
/// # Shape
/// `each` sees no duplicates; conflicting copies are kept and marked. The order is that of the
/// store's files and not promised. The same inputs give the same bytes.
///
/// # Errors
/// A disk that is full or cannot be written.
pub fn settle(taken: &Taken, each: &mut dyn FnMut(&Event<'_>)) -> Result<Settled, Error> {
    let _ = (taken, each);
    Err(Error::new(
        ErrorKind::Format,
        "settling is not built yet",
        "signatures only; bodies follow",
    ))
}
