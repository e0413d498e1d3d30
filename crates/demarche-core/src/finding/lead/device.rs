//! Row 15, a lead: a device was registered from where the account never was.
//!
//! # Assumptions
//! - A registered device can hold a token of its own that outlives a password reset.
//!
//! # Innocent explanations
//! - `from a known place`: the session's networks are all the account's own.
//! - `a new machine`: whoever gets one registers it; only the owner can say.

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::finding::setting::target;

/// A device was registered from an unknown place.
pub const PATTERN: Pattern = Pattern {
    kind: "device-registered",
    row: Row(15),
    techniques: &["T1098.005"],
};

/// Finds devices registered in a session from networks that are not all the account's own.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let mut added = session.acts.iter();
    let added = added.find(|act| act.kind == Kind::DeviceAdded && act.outcome != Outcome::Failed);
    let Some(act) = added else {
        return;
    };
    if session.networks.is_empty() || scene.is_all_usual_network(act.at) {
        return;
    }
    let mut finding = scene.finding(&PATTERN, act.at);
    finding.cause = format!("address {}", act.address);
    finding.records.push(act.place);
    finding.sentence = format!(
        "{} registered a device at {}: {}",
        session.who(),
        act.at,
        target(act)
    );
    let why = "not all networks of the session are ones the account uses by habit";
    finding.note("from a known place", TestResult::Excluded, why.to_owned());
    let why = "nothing on record says whose machine it is";
    finding.note("a new machine", TestResult::Possible, why.to_owned());
    findings.push(finding);
}
