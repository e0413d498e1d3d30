//! Sign-ins of users, applications and managed identities, in every form they are exported.

pub mod auth_steps;
pub mod card;
pub mod forms;
pub mod outcome;
pub mod parts;
pub mod read;
pub mod slots;
pub mod stream;
