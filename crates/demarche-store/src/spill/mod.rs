//! Rows on their way from intake to the sorted store.
