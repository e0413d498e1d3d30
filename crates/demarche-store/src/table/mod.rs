//! The stored tables: columns, how rows become them, and how they become rows again.

pub(crate) mod columns;
pub(crate) mod read;
pub(crate) mod schema;
pub(crate) mod texts;
pub(crate) mod write;
