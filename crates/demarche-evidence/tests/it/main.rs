//! Tests of the evidence crate from outside, one module per format.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::type_complexity,
    clippy::single_range_in_vec_init,
    clippy::reversed_empty_ranges
)]

mod case_logs;
mod checkpoints;
mod kept_vectors;
mod killed;
mod notes;
mod openings;
mod packs;
mod policies;
mod proofs;
mod properties;
mod public_vectors;
mod rebuilt;
mod tiles;
#[cfg(feature = "timestamps")]
mod timestamps;
mod witnesses;
