//! Sentences with the records that bear them.

#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod claim;
