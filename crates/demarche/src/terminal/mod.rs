//! What the person at the terminal sees: escaping, colour, progress.

pub mod escape;
pub mod progress;
