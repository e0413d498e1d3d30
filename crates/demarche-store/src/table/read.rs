//! Reads stored tables back into events.
