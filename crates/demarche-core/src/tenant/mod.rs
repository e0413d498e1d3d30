//! Facts closed before judging: identity map, first-seen tables, issuance.
