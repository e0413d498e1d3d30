//! What was accessed: totals per verdict and grade, never added together.

use crate::vocab::grade::Verdict;

/// Totals of one verdict (design.md, contract, `totals`).
///
/// # Shape
/// Distinct (store, item) over all sessions of the verdict. An item that is certain in one
/// session and presumed in another counts as certain only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Which sessions.
    pub verdict: Verdict,
    /// How many of them.
    pub n_sessions: u64,
    /// Accounts that acted in them.
    pub n_accounts: u64,
    /// What records name.
    pub certain: Counts,
    /// What records name under a tie or source that caps the grade.
    pub presumed: Counts,
    /// Containers presumed as a whole, distinct.
    pub presumed_containers: u64,
    /// Stores presumed as a whole, distinct.
    pub presumed_stores: u64,
    /// Items counted by records and not named (K9); a sum over records, an upper bound.
    pub counted_unlisted: u64,
    /// Sessions over which gaps lie.
    pub n_sessions_unknowable: u64,
    /// Stores reached, distinct, in order.
    pub stores: Vec<String>,
}

/// Distinct items by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages.
    pub messages: u64,
    /// Attachments.
    pub attachments: u64,
    /// Files.
    pub files: u64,
    /// Rows returned, not distinct people.
    pub rows: u64,
}
