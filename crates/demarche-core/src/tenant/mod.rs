//! Facts closed before judging: identity map, first-seen tables, issuance.
//!
//! [`learner::Learner`] takes events in any order; [`facts::Facts`] is what it closes to.
//! Nothing here depends on the order of events: spans keep the earliest and latest, sets keep
//! their smallest members, ids are sorted when closed.

pub mod application;
pub mod client;
pub mod days;
pub mod facts;
pub mod identity;
pub mod issuance;
pub mod learner;
pub mod lists;
pub mod origin;
pub mod password;
pub mod row_use;
pub mod span;
pub mod sparse;
pub mod tokens;
pub mod usage;
pub mod volume;

#[cfg(test)]
mod tests;
