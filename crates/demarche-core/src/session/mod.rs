//! Events of one account tied by token, session, application, address.

pub mod fold;
pub mod part;
#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod session;
