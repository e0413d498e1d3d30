//! What the examination found, written for the reader: one file per question.

pub mod accessed;
pub mod accounting;
pub mod attempts;
#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod brief;
pub mod came_in;
pub mod changes;
pub mod claims;
pub mod clock;
pub mod cut_off;
pub mod entered;
pub mod explain;
pub mod indicators;
pub mod method;
pub mod names;
pub mod open;
pub mod page_one;
pub mod phrase;
pub mod proof;
pub mod timeline;
pub mod unknown;
pub mod unlogged;
pub mod warn;
pub mod write;
