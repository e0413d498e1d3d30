//! What was accessed: certain, presumed or unknowable, per listed session.

#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod exposure;
