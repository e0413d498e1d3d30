//! Row 6: federation or authentication of a domain was changed.
//!
//! # Assumptions
//! - Whoever holds the signing key of a federated domain mints tokens for any of its people, from
//!   then on, without a password.
//! - Which accounts were entered so cannot be told from the change.
//!
//! # Innocent explanations
//! - `the provider's own process`: the provider's system acted.
//! - `the owner's own wish`: a planned move; from the owner's device: confirm with the owner.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row};
use crate::finding::scene::Scene;
use crate::finding::setting::of_kinds;

/// Federation or authentication of a domain was changed.
pub const PATTERN: Pattern = Pattern {
    kind: "federation-changed",
    row: Row(6),
    techniques: &["T1484.002", "T1606.002"],
};

/// Finds changes of federation and domains.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    of_kinds(scene, &PATTERN, &[Kind::FederationChanged], findings);
}
