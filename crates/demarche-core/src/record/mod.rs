//! One delivered unit: exact bytes, where from, and how it was cut.

mod blocks;
pub mod csv;
pub mod cut;
pub mod cut_csv;
pub mod cut_json;
pub mod cut_lines;
pub mod cut_server_log;
pub mod cut_utf16;
pub mod delivered;
pub mod frame;
pub mod json;
mod json_scan;
mod json_walk;
pub mod problem;
pub mod text;
pub mod tile;
pub mod values;

#[cfg(test)]
mod tests;
