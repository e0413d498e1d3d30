//! What was put in place and is not on record as removed.

use crate::exposure::action::Open;

/// One thing still open, with the sentence that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRow {
    /// What it is.
    pub open: Open,
    /// What it is, in words.
    pub sentence: String,
}
