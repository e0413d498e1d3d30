//! What a record says happened, in our words, free of vendors.

#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod event;
pub mod item;
pub mod kind;
pub mod sink;
pub mod words;
