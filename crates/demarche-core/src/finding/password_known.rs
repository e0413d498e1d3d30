//! Row 14: the password was right and the sign-in was stopped all the same.
//!
//! # Assumptions
//! - The provider's code says that the password was right; no token was issued.
//!
//! # Innocent explanations
//! - `a step on the owner's way in`: a sign-in in the same session then succeeded.

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;

/// A right password that did not get in.
pub const PATTERN: Pattern = Pattern {
    kind: "password-known",
    row: Row(14),
    techniques: &["T1110"],
};

/// Finds stopped sign-ins; interrupts on the way are nothing.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let stopped = || {
        scene
            .session
            .acts
            .iter()
            .filter(|act| act.kind == Kind::SignIn && act.outcome == Outcome::Stopped)
    };
    let Some(first) = stopped().next() else {
        return;
    };
    let mut finding = scene.finding(&PATTERN, first.at);
    finding.cause = format!("address {}", first.address);
    finding.records = stopped().map(|act| act.place).collect();
    finding.sentence = format!(
        "whoever signed in as {} from {} at {} knew the password and was stopped ({}): if it was not the owner, reset it",
        scene.session.account, first.address, first.at, first.error
    );
    let went_on = scene.session.acts.iter().any(|act| {
        act.kind == Kind::SignIn && act.outcome == Outcome::Succeeded && act.at >= first.at
    });
    let (result, why) = if went_on {
        (
            TestResult::Possible,
            "a sign-in in the same session then succeeded",
        )
    } else {
        (
            TestResult::Excluded,
            "no sign-in in the same session then succeeded",
        )
    };
    finding.note("a step on the owner's way in", result, why.to_owned());
    findings.push(finding);
}
