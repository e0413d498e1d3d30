//! A tenant made of a case's files, run through the rooms.

mod dataset;
pub mod tenant;
pub mod text;
