//! Intake of sources, the sorted Parquet store of a case, and its readers.
//!
//! The store sorts, the core folds: what a record means is decided in `demarche-core`.

pub mod beside;
pub mod error;
pub mod intake;
pub mod layout;
pub mod scan;
pub mod settle;
mod spill;
#[cfg(feature = "sql")]
pub mod sql;
mod table;
pub mod tables;
