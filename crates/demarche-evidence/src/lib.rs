//! Evidence an outsider can check: trees, proofs, notes, seals and packs.
//!
//! The rooms below go from one hash to a whole pack. Nothing here knows a vendor, a column or a
//! clock; only `directory` and `case_log` touch files, and only `random` asks for chance.
//! Readers (`verify`) import no writer, so that a checker can be audited alone.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod block;
mod text;

pub mod anchor;
pub mod bag;
pub mod case_log;
pub mod checkpoint;
pub mod container;
pub mod directory;
pub mod disclose;
pub mod entry;
pub mod hash;
pub mod key;
pub mod leaf;
pub mod note;
pub mod opening;
pub mod pack;
pub mod policy;
pub mod proof;
pub mod prove;
#[cfg(not(target_family = "wasm"))]
pub mod random;
pub mod seal;
pub mod sign;
pub mod source_tree;
pub mod span_list;
pub mod split;
pub mod tile;
#[cfg(feature = "timestamps")]
pub mod timestamp;
pub mod tlog_proof;
pub mod tree;
pub mod verify;
pub mod witness;
