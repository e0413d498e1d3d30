//! Row 6: auditing was switched off or narrowed.
//!
//! # Assumptions
//! - What is done while auditing is off is on no record: a gap, told beside this finding.
//!
//! # Innocent explanations
//! - `the provider's own process`: the provider's system set the mailbox up.
//! - `the owner's own wish`: from the owner's device and network: confirm with the owner.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row};
use crate::finding::scene::Scene;
use crate::finding::setting::of_kinds;

/// Auditing was switched off or narrowed.
pub const PATTERN: Pattern = Pattern {
    kind: "audit-switched-off",
    row: Row(6),
    techniques: &["T1562.008"],
};

/// Finds auditing switched off or narrowed.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    of_kinds(scene, &PATTERN, &[Kind::AuditDisabled], findings);
}
