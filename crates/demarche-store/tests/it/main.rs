//! Intake, settling and reading back, as the program calls them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod again;
mod archives;
mod copies;
mod house;
mod odd_files;
mod round_trip;
