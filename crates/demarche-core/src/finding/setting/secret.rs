//! Row 6: a secret or certificate was added to an application.
//!
//! # Assumptions
//! - With the secret anybody can be the application from anywhere; its key id joins to the
//!   application's own sign-ins.
//! - What the application then reads falls under row 7 where a hostile session added the secret.
//!
//! # Innocent explanations
//! - `the provider's own process`: the provider's system renewed it.
//! - `the owner's own wish`: from the owner's device and network: confirm with the owner.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row};
use crate::finding::scene::Scene;
use crate::finding::setting::of_kinds;

/// A secret was added to an application.
pub const PATTERN: Pattern = Pattern {
    kind: "application-secret",
    row: Row(6),
    techniques: &["T1098.001", "T1550.001"],
};

/// Finds secrets and certificates that were added.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    of_kinds(scene, &PATTERN, &[Kind::SecretAdded], findings);
}
