//! Tests of the evidence crate from outside, one module per format.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod case_logs;
mod checkpoints;
mod notes;
mod policies;
mod proofs;
mod public_vectors;
mod tiles;
