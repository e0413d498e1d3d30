//! State of a tenant at a moment: rules, grants, factors, roles, licences, auditing, domains.

pub mod card;
pub mod date;
pub mod directory;
pub mod forms;
pub mod mail;
pub mod slots;
