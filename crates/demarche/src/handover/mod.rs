//! The brief for a reader: what they may see, what an inventory adds.

pub mod audience;
pub mod forms;
pub mod items;
pub mod person;
pub mod prepare;
pub mod withhold;
