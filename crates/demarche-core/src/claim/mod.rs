//! Sentences with the records that bear them.
