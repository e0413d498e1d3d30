//! Requests of programs to the directory's and the mail service's common interface.

pub mod card;
pub mod forms;
pub mod path;
pub mod read;
