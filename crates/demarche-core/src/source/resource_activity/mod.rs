//! Acts on cloud resources: kept by name, outside the mail and file question.

pub mod card;
pub mod forms;
pub mod read;
