//! Which source speaks for which hours and operations, and where nobody does.

pub mod chart;
pub mod facts;
pub mod gap;
pub mod ledger;
pub mod missing;
