//! Row 12: bulk reading and synchronising: far more items than others reach.
//!
//! # Assumptions
//! - A day is held against days, a container synchronised counts as a hundred items.
//! - Below two hundred items a day nothing is bulk.
//!
//! # Innocent explanations
//! - `too short a baseline`: the account is on record for less than fourteen days.
//! - `the account's own habit`: a fifth of it on a day of its other sessions.
//! - `its peers' habit`: half of it is what one day in two hundred of others exceeds.
//! - `a new client filling itself`: a program put in place anew synchronises everything.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::finding::volume::{Compared, far_beyond};
use crate::tenant::volume::{ITEMS_PER_SYNC, Volume};

/// Far more content in one day than on the account's or its peers' other days.
pub const PATTERN: Pattern = Pattern {
    kind: "bulk-access",
    row: Row(12),
    techniques: &["T1114.002", "T1530", "T1213"],
};

/// Items below which nothing is bulk.
const ITEMS_LEAST: u64 = 200;

/// Finds a session one of whose days reached far more than others.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let compared = Compared {
        pattern: &PATTERN,
        volume: Volume::Items,
        least: ITEMS_LEAST,
        what: "items",
        cause: format!("bulk access by {}", session.account),
    };
    let Some(mut finding) = far_beyond(scene, &compared) else {
        return;
    };
    let syncs = session.kinds.get(&Kind::FolderSynced).copied().unwrap_or(0);
    if syncs > 0 {
        let why =
            format!("{syncs} containers were synchronised, each counted as {ITEMS_PER_SYNC} items");
        finding.note("a new client filling itself", TestResult::Possible, why);
    }
    findings.push(finding);
}
