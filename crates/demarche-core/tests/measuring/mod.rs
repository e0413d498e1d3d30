//! A tenant made of the files of a case, run through the rooms from source to exposure.

mod dataset;
pub mod tenant;
pub mod text;
