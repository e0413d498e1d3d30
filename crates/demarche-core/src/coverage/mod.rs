//! Which source speaks for which hours and operations, and where nobody does.

pub mod chart;
pub mod export;
pub mod facts;
pub mod fault;
pub mod gap;
pub mod ledger;
pub mod missing;
pub mod silence;
pub mod store;
pub mod stream;
pub mod switch;

#[cfg(test)]
mod tests;
