//! The public shapes of a brief: JSON, CSV, HTML, terminal. Nothing here decides.

pub mod csv;
pub mod document;
pub mod figure;
pub mod html;
pub mod json;
pub mod look;
pub mod markdown;
pub mod pdf;
pub mod proof;
pub mod summary;
pub mod tables;
pub mod words;
pub mod workbook;
