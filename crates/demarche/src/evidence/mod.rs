//! The evidence of a case: its folder, its log, its keys, what is sealed when.

#![allow(dead_code, reason = "read by commands that land next")]

pub mod entries;
pub mod kept;
pub mod key;
pub mod layout;
pub mod lock;
pub mod log;
pub mod outputs;
pub mod proof;
pub mod run;
pub mod sealing;
pub mod signed;
pub mod step;
#[cfg(test)]
mod tests;
pub mod told;
pub mod tool;
