//! Which source speaks for which hours and operations, and where nobody does.

pub mod gap;
