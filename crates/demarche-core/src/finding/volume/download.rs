//! Row 12: mass download: far more files taken than others take.
//!
//! # Assumptions
//! - Only download, synchronisation and export are counted: what left the service.
//! - Below a hundred files a day nothing is mass: nobody opens so many one by one.
//!
//! # Innocent explanations
//! - `too short a baseline`: the account is on record for less than fourteen days.
//! - `the account's own habit`: a fifth of it on a day of its other sessions.
//! - `its peers' habit`: half of it is what one day in two hundred of others exceeds.
//! - `a new machine filling itself`: all of it was synchronised, from a network of the owner's.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::finding::volume::{Compared, far_beyond};
use crate::tenant::volume::Volume;
use crate::vocab::number::grouped;

/// Far more files taken in one day than on the account's or its peers' other days.
pub const PATTERN: Pattern = Pattern {
    kind: "mass-download",
    row: Row(12),
    techniques: &["T1530", "T1213.002", "T1567"],
};

/// Files below which nothing is mass.
const FILES_LEAST: u64 = 100;

/// Finds a session one of whose days took far more files than others.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let compared = Compared {
        pattern: &PATTERN,
        volume: Volume::Downloads,
        least: FILES_LEAST,
        what: "files downloaded",
        cause: format!("bulk access by {}", session.account),
    };
    let Some(mut finding) = far_beyond(scene, &compared) else {
        return;
    };
    let n = |kind: Kind| session.kinds.get(&kind).copied().unwrap_or(0);
    let (synced, taken) = (
        n(Kind::FileSynced),
        n(Kind::FileDownloaded) + n(Kind::ContentExported),
    );
    let filling = synced > 0 && taken == 0 && scene.is_all_usual_network(finding.at);
    let result = if filling {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let why = format!(
        "{} files were synchronised, {} downloaded or exported",
        grouped(synced),
        grouped(taken)
    );
    finding.test("a new machine filling itself", result, why);
    findings.push(finding);
}
