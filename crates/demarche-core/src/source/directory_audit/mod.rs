//! The directory's own audit log, in every form it is exported.

pub mod card;
pub mod forms;
pub mod read;
pub mod resources;
pub mod slots;
