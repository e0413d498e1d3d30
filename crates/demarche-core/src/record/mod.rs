//! One delivered unit: exact bytes, where from, and how it was cut.

pub mod csv;
pub mod cut;
pub mod delivered;
pub mod json;
pub mod problem;
