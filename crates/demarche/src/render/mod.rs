//! The public shapes of a brief: JSON, CSV, HTML, terminal. Nothing here decides.

pub mod csv;
pub mod html;
pub mod json;
pub mod summary;
pub mod tables;
pub mod timeline;
