//! Row 13: what others say of a record: public rules, the provider, lists of addresses.
//!
//! None of it makes a session hostile, nor do two of them: who wrote a rule, a score or a list
//! did not see this organisation. What is tied to a session makes it suspect; what its own author
//! holds to be hardly ever an incident stays a lead (decision 0020).

use crate::finding::finding::Finding;
use crate::vocab::grade::Verdict;

pub mod alert;
pub mod rule;
pub mod threat;

/// Findings of one kind about one session, at most.
const FINDINGS_MOST: usize = 16;

/// Suspect where its author holds it to be more than a notice.
fn weigh(finding: &mut Finding, notice: bool) {
    if finding.holds() && !notice {
        finding.alone = Verdict::Suspect;
    }
}
