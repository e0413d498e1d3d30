//! The words every room shares: time, address, place, grade, verdict, card.

pub mod address;
pub mod card;
pub mod digest;
pub mod given;
pub mod grade;
pub mod mapping;
pub mod moment;
pub mod number;
pub mod place;
pub mod remedy;
