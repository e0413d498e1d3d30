//! Judges whole cases: anchor cases of the repository, and a public set with known truth.

// A test may read its cases, and panic where one is no case.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    dead_code
)]

mod judging;
mod reading;
