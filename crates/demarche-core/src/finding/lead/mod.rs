//! Signs that no row of the table raises, printed where a session is explained.
//!
//! They belong to row 15: nothing here makes a session suspect, alone or together.

pub mod client;
pub mod device;
pub mod traces;
