//! What was done to resources of the cloud: kept by name, outside the mail and file question.

pub mod card;
pub mod forms;
pub mod read;
