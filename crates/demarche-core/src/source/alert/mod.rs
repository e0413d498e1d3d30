//! Alerts and risk that the provider raised: about accounts, applications, sign-ins.

pub mod card;
pub mod forms;
pub mod read;
