//! The log of Dovecot, a mail server: log lines, and events as JSON among them.

pub mod card;
pub mod events;
pub mod forms;
pub mod line;
pub mod login;
