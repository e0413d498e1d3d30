//! Row 14: the password was right and the sign-in was stopped all the same.
//!
//! # Assumptions
//! - The provider's code says that the password was right; no token was issued.
//!
//! # Innocent explanations
//! - `a step on the owner's way in`: a sign-in from the same address and client then succeeded,
//!   in the same session or within an hour: what was stopped has no session id yet.

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::vocab::moment::HOUR;

/// A right password that did not get in.
pub const PATTERN: Pattern = Pattern {
    kind: "password-known",
    row: Row(14),
    techniques: &["T1110"],
};

/// How soon a sign-in that went on follows the one that was stopped.
const WENT_ON_MICROS_MOST: i64 = HOUR;

/// Finds stopped sign-ins; interrupts on the way are nothing.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let stopped = |act: &&Act| act.kind == Kind::SignIn && act.outcome == Outcome::Stopped;
    let all: Vec<&Act> = scene.session.acts.iter().filter(stopped).collect();
    // What nobody carried on is what is told; where all was, the first of it.
    let left: Vec<&Act> = all
        .iter()
        .copied()
        .filter(|act| !went_on(scene, act))
        .collect();
    let told = if left.is_empty() { &all } else { &left };
    let Some(first) = told.first() else {
        return;
    };
    let mut finding = scene.finding(&PATTERN, first.at);
    finding.cause = format!("address {}", first.address);
    finding.records = told.iter().map(|act| act.place).collect();
    finding.sentence = format!(
        "whoever signed in as {} from {} at {} knew the password and was stopped ({}): if it was not the owner, reset it",
        scene.session.who(),
        first.address,
        first.at,
        first.error
    );
    let (result, why) = if left.is_empty() {
        (
            TestResult::Possible,
            "a sign-in from the same address and client, or in the same session, then succeeded",
        )
    } else {
        (
            TestResult::Excluded,
            "no sign-in from the same address and client within an hour, or in the same session, then succeeded",
        )
    };
    finding.note("a step on the owner's way in", result, why.to_owned());
    findings.push(finding);
}

/// Whether whoever was stopped then got in: later in the session, or soon after from the same
/// address with the same client.
fn went_on(scene: &Scene<'_>, stopped: &Act) -> bool {
    let got_in = |act: &&Act| {
        act.kind == Kind::SignIn && act.outcome == Outcome::Succeeded && act.at >= stopped.at
    };
    let here = scene.session.acts.iter().filter(got_in);
    let same = |act: &Act| {
        !stopped.address.is_empty()
            && act.address == stopped.address
            && may_be_one(&act.device, &stopped.device)
            && act.at.micros - stopped.at.micros <= WENT_ON_MICROS_MOST
    };
    let mut beside = scene
        .account_sessions
        .iter()
        .flat_map(|session| &session.acts);
    here.count() > 0 || beside.any(|act| got_in(&act) && same(act))
}

/// Whether two records may tell of one client: one may state the device's id where the other
/// states its system and program only.
fn may_be_one(one: &str, other: &str) -> bool {
    let states_id = |device: &str| device.starts_with("device:");
    one == other || one.is_empty() || other.is_empty() || states_id(one) != states_id(other)
}
