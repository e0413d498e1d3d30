//! What cannot be known, and which of it can still be had.

use crate::coverage::gap::Gap;

/// A gap as the brief shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapRow {
    /// The gap.
    pub gap: Gap,
    /// Ids of listed sessions it lies over.
    pub sessions: Vec<String>,
}
