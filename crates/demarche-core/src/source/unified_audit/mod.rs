//! The unified audit log of Microsoft 365, in every container it is exported in.
//!
//! Wrappers differ (`form`); the record within is one (`record`), and its families of
//! operations are read by one file each.

mod admin;
mod card;
mod chat;
mod client;
pub mod directory;
mod file;
pub mod form;
mod identity;
mod keys;
mod mail;
mod operations;
mod record;
mod sign_in;

pub use card::{OFFICE_ACTIVITY, UNIFIED_AUDIT};
