//! What was accessed: certain, presumed or unknowable, per listed session.

pub mod action;
pub mod caveat;
pub mod counted;
#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod exposure;
pub mod in_place;
pub mod measure;
pub mod removed;
pub mod standing;
pub mod stores;
pub mod tally;
pub mod timeline;
