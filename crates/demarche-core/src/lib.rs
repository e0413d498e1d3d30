//! Pure judgement: records in, claims out; no file, clock, network or engine.
//!
//! Data moves one way through the rooms
//! `source -> record -> event -> session -> finding -> exposure -> claim -> brief`,
//! with `tenant` and `coverage` beside them. Which room may import which is the table in
//! ARCHITECTURE.md, read by `cargo xtask tidy`. Rooms are imported by full path and this
//! root re-exports nothing, so that the table sees every use.

pub mod brief;
pub mod claim;
pub mod coverage;
pub mod event;
pub mod exposure;
pub mod finding;
pub mod record;
pub mod session;
pub mod source;
pub mod tenant;
pub mod vocab;
