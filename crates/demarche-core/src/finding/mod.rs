//! Patterns in events that mean hostile use: one file each, and the verdict table.

#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod finding;
