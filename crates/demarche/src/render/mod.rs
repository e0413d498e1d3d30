//! The public shapes of a brief: JSON, CSV, HTML, terminal. Nothing here decides.

pub mod csv;
